"""Setup › Closed days: holidays and weeks of works (addresses: /staff/setup/closed-days and below)."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms.validators import InputRequired

from portal.models.database import transaction
from portal.models.setup_classes import closed_days_of
from portal.operations.class_setup import add_closed_days, remove_closed_days
from portal.rules.roles import Capability
from portal.rules.sentences import Count, Sentence
from portal.rules.weekly import EndsBeforeItBegins
from portal.web.forms import UNPROCESSABLE, errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, DayField, acting, optional_day, refusals_shown
from portal.web.staff.class_fields import not_past, short_text
from portal.web.staff.csv_export import csv_address, csv_file, wants_csv
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

ADDRESS = "/staff/setup/closed-days"

pages = Blueprint("staff_closed_days", __name__)


class ClosedForm(ActForm):
    """From when until when, and why."""

    name = short_text("What for", "Enter what for, like Christmas.")
    first_on = DayField("First day", validators=[InputRequired("Enter the first day."), not_past])
    last_on = optional_day("Last day")


@pages.get(ADDRESS)
@staff_needed(Capability.SETUP)
def closed_list() -> ResponseReturnValue:
    """Closed days to come, or past ones, and a form for more."""
    if wants_csv():
        closed = closed_days_of(business().id, today=wording().today, past=_asks_for_past())
        rows = ((it.name, it.first_on, it.last_on) for it in closed)
        return csv_file("closed-days", ("What for", "First day", "Last day"), rows)
    return _page(ClosedForm(formdata=None))


@pages.post(ADDRESS)
@staff_needed(Capability.SETUP)
def close() -> ResponseReturnValue:
    """Close the studio on some days."""
    form = ClosedForm()
    if form.validate_on_submit():
        with refusals_shown(form, {EndsBeforeItBegins: form.last_on}):
            with transaction():
                gone, stay = add_closed_days(
                    business(),
                    name=form.name.data,
                    first_on=form.first_on.data,
                    last_on=form.last_on.data or form.first_on.data,
                    actor=acting(),
                    now=now(),
                )
            tell(
                Sentence(
                    "Weekly classes skip these days from now on; {gone} off the timetable.",
                    {"gone": Count(gone, "class went", "classes went")},
                )
            )
            if stay:
                tell(
                    Sentence(
                        "{stay} with bookings, baskets or people in line: cancel each of them on its page.",
                        {"stay": Count(stay, "class stays,", "classes stay,")},
                    )
                )
            return redirect(ADDRESS, code=303)
    return _page(form), UNPROCESSABLE


@pages.post(f"{ADDRESS}/<uuid:closed_days_id>/removal")
@staff_needed(Capability.SETUP)
def reopen(closed_days_id: UUID) -> ResponseReturnValue:
    """Open again on these days."""
    with transaction():
        remove_closed_days(business(), closed_days_id=closed_days_id, actor=acting(), now=now())
    tell("The studio is open on these days again. Weekly classes of those days come back within the hour.")
    return redirect(ADDRESS, code=303)


def _asks_for_past() -> bool:
    return request.args.get("show") == "past"


def _page(form: ClosedForm) -> str:
    past = request.args.get("show") == "past"
    closed = closed_days_of(business().id, today=wording().today, past=past)
    return render_template(
        "staff/setup/closed_days.html",
        closed=closed,
        past=past,
        form=form,
        errors=errors_of(form),
        csv=csv_address(),
        address=ADDRESS,
    )
