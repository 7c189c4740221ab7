"""Book for a client: what a what-if asks, for real (address: /staff/what-if/booking; S10, R6)."""

from uuid import UUID

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import Length

from portal.models.database import new_id, transaction
from portal.models.people import email_key
from portal.models.staff_bookings import HowPaid
from portal.operations.booking_for_clients import (
    ForClient,
    GuestHasNoAccount,
    HowPaidNeeded,
    book_for_client,
)
from portal.operations.checkout import Buyer, PlacedBooking
from portal.operations.reasons import LONGEST_REASON, ReasonNeeded, ReasonTooLong
from portal.rules.roles import Capability
from portal.rules.sentences import Money, Sentence
from portal.web.forms import errors_of, stripped
from portal.web.notices import tell
from portal.web.person_fields import email_field, name_field
from portal.web.staff.act_forms import ActForm, acting, refusals_shown
from portal.web.staff.asked_basket import WHAT_IF, AskedBasket, asked_basket
from portal.web.staff.what_if import Preview, preview
from portal.web.visitor import business, now, staff, staff_needed
from portal.web.wording import say

ADDRESS = f"{WHAT_IF}/booking"

pages = Blueprint("staff_booking_for_client", __name__)

HOW = {
    HowPaid.CASH: "At the desk, in cash",
    HowPaid.TERMINAL: "At the desk, by card on your terminal",
    HowPaid.ACCOUNT: "Later: charge it to the client’s account",
    HowPaid.WAIVED: "Not at all: waive it",
}
NEEDS_MONEY = {HowPaid.ACCOUNT, HowPaid.WAIVED}
"""What only those do who may decide on money (decision 0023)."""


class BookingForm(ActForm):
    """How what is left to pay is paid; a guest's name and address. ``act`` is the id of the act to be, so
    that a second press is the first, ``digest`` the quote that was shown (R6).
    """

    act = HiddenField()
    digest = HiddenField()
    name = name_field("Enter the guest’s name.")
    email = email_field("Enter the guest’s e-mail address.")
    how = RadioField("How is it paid?", validate_choice=False)
    note = TextAreaField(
        "Note",
        filters=[stripped],
        validators=[Length(max=LONGEST_REASON, message=str(ReasonTooLong().sentence))],
    )

    @property
    def act_id(self) -> UUID:
        """The id that the form brought along; another where it brought none."""
        try:
            return UUID(self.act.data or "")
        except ValueError:
            return new_id()

    @property
    def how_paid(self) -> HowPaid | None:
        """What was chosen, if anything was that this member of staff may choose."""
        offered = {choice.value for choice in self.how.choices}
        return next((how for how in HowPaid if how.value == self.how.data and how.value in offered), None)


@pages.get(ADDRESS)
@staff_needed(Capability.CLIENTS)
def ask() -> ResponseReturnValue:
    """What will be booked, and for whom; reckoned for now, whatever day the what-if was about."""
    asked = asked_basket().on(None)
    seen = preview(asked)
    return redirect(asked.address(), code=303) if _is_unclear(seen) else _page(asked, _form(seen))


@pages.post(ADDRESS)
@staff_needed(Capability.CLIENTS)
def book() -> ResponseReturnValue:
    """Book it."""
    asked = asked_basket().on(None)
    seen = preview(asked)
    if _is_unclear(seen):
        return redirect(asked.address(), code=303)
    form = _form(seen)
    if form.validate_on_submit():
        beside = {
            HowPaidNeeded: form.how,
            GuestHasNoAccount: form.how,
            ReasonNeeded: form.note,
            ReasonTooLong: form.note,
        }
        with refusals_shown(form, {of: field for of, field in beside.items() if field is not None}):
            placed = _carry_out(seen, form)
            tell(
                Sentence(
                    "Booked for {client}. The confirmation is on its way to {email}.",
                    {"client": _buyer(seen, form).name, "email": _buyer(seen, form).email},
                )
            )
            return redirect(f"/staff/bookings/{placed.reference}", code=303)
    return _page(asked, form), form.status


def _is_unclear(seen: Preview) -> bool:
    """Whether the address names somebody or something that is not to be found: the what-if says so."""
    return any(error.field_id in {"who", "lines"} for error in seen.errors)


def _form(seen: Preview) -> BookingForm:
    """The form with what it has to ask: a guest's name, and how money is paid where there is any."""
    form = BookingForm()
    if seen.client is not None:
        del form.name, form.email
    form.how.choices = [SelectChoice(how.value, HOW[how]) for how in _ways(seen)]
    if form.how.choices:
        form.how.label.text = say(
            Sentence("How is {amount} paid?", {"amount": Money(seen.shown.to_pay, business().currency)})
        )
    return form


def _ways(seen: Preview) -> list[HowPaid]:
    """How what is left to pay can be paid: a guest has no account that anything could be written down on."""
    if not seen.shown.to_pay:
        return []
    ways = HOW if seen.client is not None else [HowPaid.WAIVED]
    return [how for how in ways if how not in NEEDS_MONEY or staff().may(Capability.MONEY)]


def _carry_out(seen: Preview, form: BookingForm) -> PlacedBooking:
    buyer = _buyer(seen, form)
    question = seen.asked.question(person_key=buyer.person_key, is_client=seen.client is not None)
    wanted = ForClient(
        id=form.act_id,
        question=question,
        buyer=buyer,
        digest=form.digest.data or "",
        how=form.how_paid,
        note=form.note.data or "",
    )
    with transaction():
        return book_for_client(business(), wanted, actor=acting(), now=now())


def _buyer(seen: Preview, form: BookingForm) -> Buyer:
    if seen.client is not None:
        return Buyer(seen.client.id, seen.client.name, seen.client.email)
    return Buyer(None, form.name.data, form.email.data)


def _page(asked: AskedBasket, form: BookingForm) -> str:
    """The page with the quote as it is now; a guest's address, once it is known, counts for the code (D3)."""
    guest = form.email.data if "email" in form and not form.email.errors else ""
    seen = preview(asked, guest_key=email_key(guest) if guest else None)
    form.digest.data = seen.answer.quote.digest
    if not form.act.data or form.refused:
        form.act.data = str(new_id())
    return render_template(
        "staff/what_if/booking.html",
        preview=seen,
        client=seen.client,
        asked=asked,
        form=form,
        errors=(*seen.errors, *errors_of(form)),
        post_to=asked.address("/booking"),
    )
