"""How the studio wants cancellations, transfers and refunds, and its waiting lists (C2; addresses:
/staff/settings/booking-preferences and below).
"""

from dataclasses import replace
from typing import Any, ClassVar

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Field, Form, HiddenField, RadioField, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal.models.database import transaction
from portal.operations.locked_passes import ChangedMeanwhile
from portal.operations.preferences import (
    HoursOutOfRange,
    OfferOutOfRange,
    change_preferences,
    preferences_of,
)
from portal.rules.preferences import LONGEST_OFFER, MOST_HOURS, SHORTEST_OFFER, Preferences, RefundTo
from portal.rules.roles import Capability
from portal.rules.sentences import Refusal
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, WholeNumberField, acting, refusals_shown
from portal.web.staff.preference_words import (
    CANCEL_HOURS,
    MAY_CANCEL,
    MAY_TRANSFER,
    OFFER_MINUTES,
    REFUND,
    REFUNDS,
    RETURNS_USE,
    TRANSFER_HOURS,
    answers_on_cancelling,
    answers_on_waiting,
)
from portal.web.visitor import business, now, staff_needed

ADDRESS = "/staff/settings/booking-preferences"
NO_HOURS = "Enter a number of hours; 0 is until the class starts."
NO_MINUTES = "Enter a number of minutes."

pages = Blueprint("booking_preferences", __name__)


def _number(label: str, missing: str, least: int, most: int, refusal: Refusal) -> WholeNumberField:
    """A whole number within limits; what is none at all is told that alone."""

    def within_limits(_form: Form, field: Field) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise ValidationError(str(refusal.sentence))

    return WholeNumberField(label, validators=[InputRequired(missing), within_limits])


class SectionForm(ActForm):
    """A section of the preferences: its fields bear the names of the answers, which ``asks`` lists. ``seen``
    is what the form was filled in from.
    """

    asks: ClassVar[tuple[str, ...]] = ()
    seen = HiddenField()

    def wanted(self, now_is: Preferences) -> Preferences:
        """The answers as they are to be; what this form does not ask stays."""
        return replace(now_is, **{name: self.answer(name) for name in self.asks})

    def answer(self, name: str) -> Any:
        """One answer as it was given."""
        return self[name].data

    @classmethod
    def as_it_stands(cls, now_is: Preferences) -> str:
        """What the section is filled in from, as one word."""
        return " ".join(str(getattr(now_is, name)) for name in cls.asks)


class CancellingForm(SectionForm):
    """The section Cancellations, Transfers & Refunds."""

    asks = (
        "returns_use",
        "customers_may_cancel",
        "cancel_hours",
        "customers_may_transfer",
        "transfer_hours",
        "refund_to",
    )
    returns_use = BooleanField(RETURNS_USE)
    customers_may_cancel = BooleanField(MAY_CANCEL)
    cancel_hours = _number(CANCEL_HOURS, NO_HOURS, 0, MOST_HOURS, HoursOutOfRange())
    customers_may_transfer = BooleanField(MAY_TRANSFER)
    transfer_hours = _number(TRANSFER_HOURS, NO_HOURS, 0, MOST_HOURS, HoursOutOfRange())
    refund_to = RadioField(REFUND, choices=[SelectChoice(way.value, words) for way, words in REFUNDS.items()])

    def answer(self, name: str) -> Any:
        """One answer as it was given; where money goes is one of the ways there are."""
        given = super().answer(name)
        return RefundTo(given) if name == "refund_to" else given


class WaitingListForm(SectionForm):
    """The section Waiting lists."""

    asks = ("offer_minutes",)
    offer_minutes = _number(OFFER_MINUTES, NO_MINUTES, SHORTEST_OFFER, LONGEST_OFFER, OfferOutOfRange())


@pages.get("/staff/settings")
@staff_needed(Capability.SETUP)
def settings() -> ResponseReturnValue:
    """The first of the settings."""
    return redirect(ADDRESS, code=303)


@pages.get(ADDRESS)
@staff_needed(Capability.SETUP)
def show() -> ResponseReturnValue:
    """The answers as they stand."""
    now_is = preferences_of(business().id)
    return render_template(
        "staff/settings/booking_preferences/page.html",
        on_cancelling=answers_on_cancelling(now_is),
        on_waiting=answers_on_waiting(now_is),
    )


@pages.get(f"{ADDRESS}/edit")
@staff_needed(Capability.SETUP)
def ask_about_cancelling() -> ResponseReturnValue:
    """Edit: the form as the answers stand; leaving it changes nothing."""
    now_is = preferences_of(business().id)
    form = CancellingForm(
        seen=CancellingForm.as_it_stands(now_is), data=_filled_in(now_is, CancellingForm.asks)
    )
    return _cancelling_page(form)


@pages.post(f"{ADDRESS}/edit")
@staff_needed(Capability.SETUP)
def save_cancelling() -> ResponseReturnValue:
    """Save."""
    form = CancellingForm()
    return _saved(form) or (_cancelling_page(form), form.status)


@pages.get(f"{ADDRESS}/waiting-lists")
@staff_needed(Capability.SETUP)
def ask_about_waiting() -> ResponseReturnValue:
    """Edit of the waiting lists."""
    now_is = preferences_of(business().id)
    form = WaitingListForm(
        seen=WaitingListForm.as_it_stands(now_is), data=_filled_in(now_is, WaitingListForm.asks)
    )
    return _waiting_page(form)


@pages.post(f"{ADDRESS}/waiting-lists")
@staff_needed(Capability.SETUP)
def save_waiting() -> ResponseReturnValue:
    """Save."""
    form = WaitingListForm()
    return _saved(form) or (_waiting_page(form), form.status)


def _filled_in(now_is: Preferences, asks: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(now_is, name) for name in asks}
    return {name: it.value if isinstance(it, RefundTo) else it for name, it in values.items()}


def _saved(form: SectionForm) -> ResponseReturnValue | None:
    """Keep the answers and lead back; None where the page is to be shown again."""
    if form.validate_on_submit():
        with refusals_shown(form):
            with transaction():
                _save(form)
            tell("Your booking preferences are saved.")
            return redirect(ADDRESS, code=303)
    return None


def _save(form: SectionForm) -> None:
    """Keep the answers, unless somebody else changed them since the form was opened."""
    now_is = preferences_of(business().id)
    wanted = form.wanted(now_is)
    if form.seen.data != form.as_it_stands(now_is) and wanted != now_is:
        raise ChangedMeanwhile
    change_preferences(business(), wanted=wanted, actor=acting(), now=now())


def _cancelling_page(form: CancellingForm) -> str:
    return render_template(
        "staff/settings/booking_preferences/edit.html", page=ADDRESS, form=form, errors=errors_of(form)
    )


def _waiting_page(form: WaitingListForm) -> str:
    return render_template(
        "staff/settings/booking_preferences/waiting_lists.html",
        page=ADDRESS,
        form=form,
        errors=errors_of(form),
    )
