"""Send the money of a cancelled or moved ticket once more, where the bank did not take it
(address: /staff/bookings/<reference>/tickets/<id>/refund).
"""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectChoice

from portal.models.booking_letters import ToldTicket
from portal.models.booking_pages import FoundBooking, contents_of
from portal.models.database import transaction
from portal.models.ticket_refunds import failed_refund_of
from portal.operations.ticket_refunds import NoAccountToRefundTo, send_refund_again
from portal.rules.preferences import RefundTo
from portal.rules.sentences import Money, Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, reason_field, refusals_shown
from portal.web.staff.bookings import address_of, booking_shown, client_of
from portal.web.visitor import business, now, staff_needed

pages = Blueprint("staff_ticket_refund", __name__)

TO_CARD = SelectChoice(RefundTo.CARD.value, "To the card that paid, once more")
TO_ACCOUNT = SelectChoice(RefundTo.ACCOUNT.value, "To the client’s account instead")


class RefundForm(ActForm):
    """Where to, and why."""

    to = RadioField("Where to", choices=[TO_CARD, TO_ACCOUNT], default=RefundTo.CARD.value)
    reason = reason_field()


@pages.get("/staff/bookings/<reference>/tickets/<uuid:ticket_id>/refund")
@staff_needed
def ask(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """How much did not arrive, and where it can go now."""
    booking = booking_shown(reference)
    return _page(booking, _ticket(booking, ticket_id), RefundForm())


@pages.post("/staff/bookings/<reference>/tickets/<uuid:ticket_id>/refund")
@staff_needed
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
            tell(_told(amount, RefundTo(form.to.data)))
            return redirect(address_of(booking), code=303)
    return _page(booking, ticket, form), form.status


def _ticket(booking: FoundBooking, ticket_id: UUID) -> ToldTicket:
    """A ticket of this very booking, else 404."""
    tickets = {ticket.id: ticket for ticket in contents_of(business().id, booking).tickets}
    return tickets.get(ticket_id) or abort(404)


def _page(booking: FoundBooking, ticket: ToldTicket, form: RefundForm) -> str:
    client = client_of(booking)
    form.to.choices = [TO_CARD, TO_ACCOUNT] if client else [TO_CARD]
    money = failed_refund_of(business().id, ticket.id)
    return render_template(
        "staff/bookings/refund.html",
        booking=booking,
        client=client,
        ticket=ticket,
        failed=money.failed if money else 0,
        of_move=money is not None and money.transfer_id is not None,
        address=address_of(booking, f"/tickets/{ticket.id}/refund"),
        back=address_of(booking),
        form=form,
        errors=errors_of(form),
    )


def _told(amount: int, to: RefundTo) -> Sentence:
    words = {
        RefundTo.CARD: "{amount} is on its way to the card once more.",
        RefundTo.ACCOUNT: "{amount} went to the client’s account.",
    }
    return Sentence(words[to], {"amount": Money(amount, business().currency)})
