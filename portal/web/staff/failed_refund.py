"""Send money once more that the bank did not take: of a cancelled or moved ticket, or what came too late or
twice for a booking (addresses: /staff/bookings/<reference>/tickets/<id>/refund, …/<reference>/refund).
"""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectChoice

from portal.models.booking_letters import ToldTicket
from portal.models.booking_pages import FoundBooking, contents_of
from portal.models.database import transaction
from portal.models.refundable import owed_back
from portal.models.ticket_refunds import failed_refund_of
from portal.operations.ticket_refunds import NoAccountToRefundTo, send_refund_again
from portal.operations.whole_refunds import send_whole_refund_again
from portal.rules.preferences import RefundTo
from portal.rules.roles import Capability
from portal.rules.sentences import Money, Sentence, Value
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, reason_field, refusals_shown
from portal.web.staff.bookings import address_of, booking_shown, client_of
from portal.web.visitor import business, now, staff_needed

TICKET = "/staff/bookings/<reference>/tickets/<uuid:ticket_id>/refund"
BOOKING = "/staff/bookings/<reference>/refund"

pages = Blueprint("staff_failed_refund", __name__)

TO_CARD = SelectChoice(RefundTo.CARD.value, "To the card that paid, once more")
TO_ACCOUNT = SelectChoice(RefundTo.ACCOUNT.value, "To the client’s account instead")


class RefundForm(ActForm):
    """Where to, and why."""

    to = RadioField("Where to", choices=[TO_CARD, TO_ACCOUNT], default=RefundTo.CARD.value)
    reason = reason_field()


@pages.get(TICKET)
@staff_needed(Capability.MONEY)
def ask(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """How much of a ticket's money did not arrive, and where it can go now."""
    booking = booking_shown(reference)
    return _page_of_ticket(booking, _ticket(booking, ticket_id), RefundForm())


@pages.post(TICKET)
@staff_needed(Capability.MONEY)
def send_again(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """Send again."""
    booking = booking_shown(reference)
    ticket, form = _ticket(booking, ticket_id), RefundForm()
    if form.validate_on_submit():
        with refusals_shown(form, {NoAccountToRefundTo: form.to}):
            with transaction():
                amount = send_refund_again(
                    business(),
                    ticket_id=ticket_id,
                    to=RefundTo(form.to.data),
                    reason=form.reason.data,
                    actor=acting(),
                    now=now(),
                )
            return _sent(booking, amount, RefundTo(form.to.data))
    return _page_of_ticket(booking, ticket, form), form.status


@pages.get(BOOKING)
@staff_needed(Capability.MONEY)
def ask_of_booking(reference: str) -> ResponseReturnValue:
    """How much came too late or twice and did not arrive back, and where it can go now (M4)."""
    return _page_of_booking(booking_shown(reference), RefundForm())


@pages.post(BOOKING)
@staff_needed(Capability.MONEY)
def send_again_of_booking(reference: str) -> ResponseReturnValue:
    """Send again."""
    booking, form = booking_shown(reference), RefundForm()
    if form.validate_on_submit():
        with refusals_shown(form, {NoAccountToRefundTo: form.to}):
            with transaction():
                amount = send_whole_refund_again(
                    business(),
                    booking_id=booking.id,
                    to=RefundTo(form.to.data),
                    reason=form.reason.data,
                    actor=acting(),
                    now=now(),
                )
            return _sent(booking, amount, RefundTo(form.to.data))
    return _page_of_booking(booking, form), form.status


def _ticket(booking: FoundBooking, ticket_id: UUID) -> ToldTicket:
    """A ticket of this very booking, else 404."""
    tickets = {ticket.id: ticket for ticket in contents_of(business().id, booking).tickets}
    return tickets.get(ticket_id) or abort(404)


def _page_of_ticket(booking: FoundBooking, ticket: ToldTicket, form: RefundForm) -> str:
    money = failed_refund_of(business().id, ticket.id)
    ended = "moved" if money is not None and money.transfer_id is not None else "cancelled"
    values: dict[str, Value] = {"name": booking.name, "class_name": ticket.class_name, "day": ticket.on_date}
    what_for = Sentence("{name}’s " + ended + " ticket, {class_name} on {day:weekday}", values)
    address = address_of(booking, f"/tickets/{ticket.id}/refund")
    return _page(booking, form, money.failed if money else 0, what_for, address)


def _page_of_booking(booking: FoundBooking, form: RefundForm) -> str:
    failed = sum(money.amount for money in owed_back(business().id, booking.id))
    text = "{name}’s booking {reference}: it came too late, or twice"
    what_for = Sentence(text, {"name": booking.name, "reference": booking.reference})
    return _page(booking, form, failed, what_for, address_of(booking, "/refund"))


def _page(booking: FoundBooking, form: RefundForm, failed: int, what_for: Sentence, address: str) -> str:
    client = client_of(booking)
    form.to.choices = [TO_CARD, TO_ACCOUNT] if client else [TO_CARD]
    return render_template(
        "staff/bookings/refund.html",
        booking=booking,
        client=client,
        what_for=what_for,
        failed=failed,
        address=address,
        back=address_of(booking),
        form=form,
        errors=errors_of(form),
    )


def _sent(booking: FoundBooking, amount: int, to: RefundTo) -> ResponseReturnValue:
    words = {
        RefundTo.CARD: "{amount} is on its way to the card once more.",
        RefundTo.ACCOUNT: "{amount} went to the client’s account.",
    }
    tell(Sentence(words[to], {"amount": Money(amount, business().currency)}))
    return redirect(address_of(booking), code=303)
