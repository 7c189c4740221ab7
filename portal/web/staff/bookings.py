"""A booking as staff see it: tickets, what paid, what went back (address: /staff/bookings/<reference>)."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from portal.models.booking_letters import ToldTicket
from portal.models.booking_pages import FoundBooking, contents_of, found_booking
from portal.models.cancellation_pages import CancelledTicket, cancelled_tickets, refunds_of
from portal.models.client_pages import Client, client_by_id
from portal.rules.cancelling import Canceller
from portal.web.booking_tickets import ShownTicket
from portal.web.cancellation_words import told_of_cancelled
from portal.web.customer.bookings import gone_back
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

pages = Blueprint("staff_bookings", __name__)


@pages.get("/staff/bookings/<reference>")
@staff_needed
def show(reference: str) -> ResponseReturnValue:
    """Any booking of this studio, a guest's too."""
    booking = booking_shown(reference)
    contents = contents_of(business().id, booking)
    cancelled = cancelled_tickets(business().id, booking.id)
    shown = {ticket.id: _shown(booking, ticket, cancelled.get(ticket.id)) for ticket in contents.tickets}
    refunds = refunds_of(business().id, booking.id)
    starts = [ticket.starts_at for ticket in contents.tickets]
    return render_template(
        "staff/bookings/page.html",
        booking=booking,
        client=client_of(booking),
        contents=contents,
        shown=shown,
        live=[ticket for ticket in contents.tickets if ticket.id not in cancelled],
        refunds=refunds,
        gone_back=gone_back(refunds),
        to_account=sum(ticket.money.to_account for ticket in cancelled.values()),
        zone_sentence=wording().zone_sentence(min(starts, default=now()), max(starts, default=now())),
    )


def booking_shown(reference: str) -> FoundBooking:
    """The booking of this business that an address names, else 404."""
    return found_booking(business().id, reference.upper()) or abort(404)


def client_of(booking: FoundBooking) -> Client | None:
    """Whose booking it is; None for a guest's."""
    return client_by_id(business().id, booking.customer_id) if booking.customer_id else None


def address_of(booking: FoundBooking, ending: str = "") -> str:
    """The booking's page for staff, or one below it."""
    return f"/staff/bookings/{booking.reference}{ending}"


def _shown(booking: FoundBooking, ticket: ToldTicket, cancelled: CancelledTicket | None) -> ShownTicket:
    """What became of a ticket, or where it can be cancelled: by staff at any time."""
    if cancelled is not None:
        told = told_of_cancelled(cancelled, ticket, reader=Canceller.STAFF)
        again = address_of(booking, f"/tickets/{ticket.id}/refund") if cancelled.money.failed else None
        return ShownTicket(is_cancelled=True, told=told, cancellation=None, refund=again)
    offered = address_of(booking, f"/tickets/{ticket.id}/cancellation") if booking.is_confirmed else None
    return ShownTicket(is_cancelled=False, told=(), cancellation=offered)
