"""Settings › Auto-payments: when a failed one is tried again (M1; address: /staff/settings/auto-payments)."""

import re

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import StringField, ValidationError

from portal.models.database import transaction
from portal.operations.businesses import RetryDaysOutOfRange, set_retry_days
from portal.rules.roles import Capability
from portal.rules.sentences import Count, Sentence
from portal.web.forms import errors_of, stripped
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, refusals_shown
from portal.web.visitor import business, now, staff_needed

ADDRESS = "/staff/settings/auto-payments"
NUMBERS = re.compile(r"(\d{1,3}([\s,]+\d{1,3}){0,11})?", re.ASCII)

pages = Blueprint("staff_auto_payments", __name__)


class RetriesForm(ActForm):
    """Try again after so many days: numbers with commas between them, or nothing."""

    days = StringField("Try again after", filters=[stripped])

    def validate_days(self, field: StringField) -> None:
        """Numbers only."""
        if not NUMBERS.fullmatch(field.data or ""):
            raise ValidationError("Enter numbers of days with commas between them, like 3, 5, 7.")

    def waits(self) -> tuple[int, ...]:
        """The numbers that were typed."""
        return tuple(int(number) for number in re.findall(r"\d+", self.days.data or ""))


@pages.get(ADDRESS)
@staff_needed(Capability.SETUP)
def show() -> ResponseReturnValue:
    """The schedule as it stands, in words and in its form."""
    return _page(RetriesForm(days=", ".join(map(str, business().retry_days))))


@pages.post(ADDRESS)
@staff_needed(Capability.SETUP)
def save() -> ResponseReturnValue:
    """Save."""
    form = RetriesForm()
    if form.validate_on_submit():
        with refusals_shown(form, {RetryDaysOutOfRange: form.days}):
            with transaction():
                set_retry_days(business(), days=form.waits(), actor=acting(), now=now())
            tell("Saved: failed auto-payments are tried again by this schedule.")
            return redirect(ADDRESS, code=303)
    return _page(form), form.status


def schedule_words(waits: tuple[int, ...]) -> Sentence:
    """What the studio's schedule means: "…is tried again 3 days later, then 5 days after that"."""
    if not waits:
        return Sentence("A failed auto-payment is not tried again: the client pays it under Account balance.")
    first, *others = (Count(wait, "day", "days") for wait in waits)
    places = "".join(f", then {{wait_{nth}}} after that" for nth in range(len(others)))
    named = {f"wait_{nth}": wait for nth, wait in enumerate(others)}
    return Sentence(
        "A failed auto-payment is tried again {first} later" + places + ", and then no more.",
        {"first": first, **named},
    )


def _page(form: RetriesForm) -> str:
    return render_template(
        "staff/settings/auto_payments.html",
        address=ADDRESS,
        form=form,
        errors=errors_of(form),
        words=schedule_words(business().retry_days),
    )
