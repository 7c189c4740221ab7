"""How the studio wants cancellations and refunds (C2; addresses: /staff/settings/booking-preferences and
below).
"""

from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice

from portal.models.database import transaction
from portal.operations.locked_passes import ChangedMeanwhile
from portal.operations.preferences import HoursOutOfRange, change_preferences, preferences_of
from portal.rules.preferences import Preferences, RefundTo
from portal.rules.sentences import Count, Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, refusals_shown, whole_number
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say

ADDRESS = "/staff/settings/booking-preferences"

RETURNS_USE = "Return use to pass upon ticket cancellation"
MAY_CANCEL = "Customers may cancel by themselves"
CANCEL_HOURS = "How many hours before the class they may cancel"
REFUND = "Refund"

REFUNDS = {
    RefundTo.NONE: "None",
    RefundTo.CARD: "To the card that paid",
    RefundTo.ACCOUNT: "To the client’s account",
}

pages = Blueprint("booking_preferences", __name__)


class PreferencesForm(ActForm):
    """The section Cancellations, Transfers & Refunds. ``seen`` is what the form was filled in from."""

    seen = HiddenField()
    returns_use = BooleanField(RETURNS_USE)
    customers_may_cancel = BooleanField(MAY_CANCEL)
    cancel_hours = whole_number(CANCEL_HOURS, "Enter a number of hours; 0 is until the class starts.")
    refund_to = RadioField(REFUND, choices=[SelectChoice(way.value, words) for way, words in REFUNDS.items()])

    def wanted(self, now_is: Preferences) -> Preferences:
        """The answers as they are to be; what this form does not ask stays."""
        return replace(
            now_is,
            returns_use=self.returns_use.data,
            customers_may_cancel=self.customers_may_cancel.data,
            cancel_hours=self.cancel_hours.data,
            refund_to=RefundTo(self.refund_to.data),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A preference as it stands, and what customers see because of it."""

    question: str
    answer: str
    told: str


@pages.get("/staff/settings")
@staff_needed
def settings() -> ResponseReturnValue:
    """The first of the settings."""
    return redirect(ADDRESS, code=303)


@pages.get(ADDRESS)
@staff_needed
def show() -> ResponseReturnValue:
    """The answers as they stand."""
    return render_template(
        "staff/settings/booking_preferences/page.html", answers=_answers(preferences_of(business().id))
    )


@pages.get(f"{ADDRESS}/edit")
@staff_needed
def ask() -> ResponseReturnValue:
    """Edit: the form as the answers stand; leaving it changes nothing."""
    now_is = preferences_of(business().id)
    form = PreferencesForm(
        seen=_as_it_stands(now_is),
        returns_use=now_is.returns_use,
        customers_may_cancel=now_is.customers_may_cancel,
        cancel_hours=now_is.cancel_hours,
        refund_to=now_is.refund_to.value,
    )
    return _form_page(form)


@pages.post(f"{ADDRESS}/edit")
@staff_needed
def save() -> ResponseReturnValue:
    """Save."""
    form = PreferencesForm()
    if form.validate_on_submit():
        with refusals_shown(form, {HoursOutOfRange: form.cancel_hours}):
            with transaction():
                _save(form)
            tell("Your booking preferences are saved.")
            return redirect(ADDRESS, code=303)
    return _form_page(form), form.status


def _save(form: PreferencesForm) -> None:
    """Keep the answers, unless somebody else changed them since the form was opened."""
    now_is = preferences_of(business().id)
    wanted = form.wanted(now_is)
    if form.seen.data != _as_it_stands(now_is) and wanted != now_is:
        raise ChangedMeanwhile
    change_preferences(business(), wanted=wanted, actor=acting(), now=now())


def _form_page(form: PreferencesForm) -> str:
    return render_template(
        "staff/settings/booking_preferences/edit.html", page=ADDRESS, form=form, errors=errors_of(form)
    )


def _as_it_stands(preferences: Preferences) -> str:
    """What the form is filled in from, as one word."""
    return (
        f"{preferences.returns_use} {preferences.customers_may_cancel}"
        f" {preferences.cancel_hours} {preferences.refund_to.value}"
    )


def _answers(preferences: Preferences) -> tuple[Answer, ...]:
    """Each preference in words, with what customers read before they confirm (C4)."""
    contact = business().contact_email
    may = preferences.customers_may_cancel
    return (
        Answer(
            RETURNS_USE,
            _yes_or_no(preferences.returns_use),
            "Customers read: “One use goes back to your 10-class pass.”"
            if preferences.returns_use
            else "Customers read: “The use of your 10-class pass is not returned.”",
        ),
        Answer(
            MAY_CANCEL,
            _yes_or_no(may),
            "Each booking to come has Cancel ticket."
            if may
            else f"Each booking to come says whom to write to: {contact}.",
        ),
        Answer(CANCEL_HOURS, say(_hours(preferences)), _told_of_hours(preferences)),
        Answer(REFUND, REFUNDS[preferences.refund_to], _told_of_refund(preferences.refund_to)),
    )


def _yes_or_no(answer: bool) -> str:  # noqa: FBT001  the answer is all there is
    return "Yes" if answer else "No"


def _hours(preferences: Preferences) -> Sentence:
    if preferences.cancel_hours == 0:
        return Sentence("Until it starts")
    return Sentence("{hours} before", {"hours": Count(preferences.cancel_hours, "hour", "hours")})


def _told_of_hours(preferences: Preferences) -> str:
    if not preferences.customers_may_cancel:
        return "Staff who cancel for a client see whether it is in time."
    if preferences.cancel_hours == 0:
        return "Customers read until when they can cancel: until the class starts."
    return (
        "Customers read until when they can cancel. After that, and until the class starts, they may still"
        " give up the place: no use and no money comes back, and the page says so first."
    )


def _told_of_refund(way: RefundTo) -> str:
    return {
        RefundTo.NONE: "Customers read: “The £12.00 paid for it is not returned.”",
        RefundTo.CARD: "Customers read: “£12.00 goes back to the card that paid.”",
        RefundTo.ACCOUNT: "Customers read: “£12.00 goes to your account balance.” A guest, who has no"
        " account, gets it back on the card.",
    }[way]
