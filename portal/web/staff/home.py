"""Today at the studio (address: /staff)."""

from datetime import datetime, time, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.models.staff_pages import classes_on, count_open_baskets, undelivered_letters
from portal.rules.roles import Capability
from portal.web.staff.first_steps import steps_left
from portal.web.visitor import business, now, staff, staff_needed
from portal.web.wording import wording

LETTERS_SHOWN = 10
LETTERS_SINCE = timedelta(days=14)
A_DAY_AND_A_BIT = timedelta(hours=26)  # longer than any day, whatever the clocks do

pages = Blueprint("staff_home", __name__)


@pages.get("/staff")
@staff_needed(Capability.CLASSES)
def home() -> ResponseReturnValue:
    """Today's classes with how full they are, how many baskets are open, and letters that did not get out."""
    today = wording().today
    midnight = datetime.combine(today, time(), business().zone_info)
    return render_template(
        "staff/home.html",
        today=today,
        steps=steps_left() if staff().may(Capability.SETUP) else [],
        classes=classes_on(
            business().id,
            today,
            from_moment=midnight,
            to_moment=midnight + A_DAY_AND_A_BIT,
            taught_by=staff().taught_by,
            now=now(),
        ),
        baskets=count_open_baskets(business().id),
        letters=undelivered_letters(business().id, since=now() - LETTERS_SINCE, most=LETTERS_SHOWN),
        zone_sentence=wording().zone_sentence(now()),
    )
