"""A booking as staff see it: tickets, what paid, what went back (address: /staff/bookings/<reference>)."""

from dataclasses import replace

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from portal.models.booking_letters import ToldTicket
from portal.models.booking_pages import FoundBooking, contents_of, found_booking
from portal.models.cancellation_pages import refunds_of
from portal.models.client_pages import Client, client_by_id
from portal.models.refundable import owed_back
from portal.rules.cancelling import Canceller
from portal.rules.roles import Capability
from portal.web.booking_tickets import Past, ShownTicket, over_ticket, past_of, told_of_standing
from portal.web.customer.bookings import gone_back
from portal.web.visitor import business, now, staff, staff_needed
from portal.web.wording import wording

pages = Blueprint("staff_bookings", __name__)


@pages.get("/staff/bookings/<reference>")
@staff_needed(Capability.CLIENTS)
def show(reference: str) -> ResponseReturnValue:
    """Any booking of this studio, a guest's too."""
    booking = booking_shown(reference)
    contents = contents_of(business().id, booking)
    past = past_of(booking, contents)
    shown = {ticket.id: _shown(booking, ticket, past) for ticket in contents.tickets}
    refunds = refunds_of(business().id, booking.id)
    starts = [ticket.starts_at for ticket in contents.tickets]
    return render_template(
        "staff/bookings/page.html",
        booking=booking,
        client=client_of(booking),
        contents=contents,
        shown=shown,
        live=[ticket for ticket in contents.tickets if not past.is_over(ticket.id)],
        moved=[move for move in past.moves if not move.is_pending],
        refunds=refunds,
        owed=sum(money.amount for money in owed_back(business().id, booking.id)) if refunds else 0,
        gone_back=gone_back(refunds),
        to_account=past.to_account,
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


def _shown(booking: FoundBooking, ticket: ToldTicket, past: Past) -> ShownTicket:
    """What became of a ticket, or where it can be cancelled, and moved until its class starts: by staff."""
    of_ticket = address_of(booking, f"/tickets/{ticket.id}")
    may_refund = staff().may(Capability.MONEY)
    refund = f"{of_ticket}/refund" if may_refund and _has_failed(ticket, past) else None
    over = over_ticket(ticket, past, reader=Canceller.STAFF)
    if over is not None:
        return replace(over, refund=refund)
    told = told_of_standing(ticket, past, reader=Canceller.STAFF)
    if not booking.is_confirmed or past.moved(ticket.id) is not None:
        return ShownTicket(is_cancelled=False, told=told, cancellation=None, refund=refund)
    return ShownTicket(
        is_cancelled=False,
        told=told,
        cancellation=f"{of_ticket}/cancellation",
        refund=refund,
        transfer=f"{of_ticket}/transfer" if ticket.starts_at > now() else None,
    )


def _has_failed(ticket: ToldTicket, past: Past) -> bool:
    """Whether the bank did not take money of its cancellation, or of the move by which it came."""
    cancelled, came = past.cancelled.get(ticket.id), past.came(ticket.id)
    return bool((cancelled and cancelled.money.failed) or (came and came.failed))
