"""One ticket, to show at the door (address: /bookings/<reference>/tickets/<id>)."""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.models.booking_pages import contents_of
from portal.web.booking_tickets import past_of
from portal.web.customer.bookings import asks_who, own_booking
from portal.web.qr_codes import qr_code
from portal.web.visitor import business
from portal.web.wording import wording

pages = Blueprint("tickets", __name__)


@pages.get("/bookings/<reference>/tickets/<uuid:ticket_id>")
@asks_who
def show(reference: str, ticket_id: UUID) -> ResponseReturnValue:
    """The ticket's QR code, which leads staff to it; one that stands no more leads back to its booking."""
    booking = own_booking(reference)
    contents = contents_of(business().id, booking)
    ticket = next((it for it in contents.tickets if it.id == ticket_id), None) or abort(404)
    if not booking.is_confirmed or past_of(booking, contents).is_over(ticket.id):
        return redirect(booking.address, code=303)
    door = f"{business().public_address}/staff/tickets/{ticket.id}"
    return render_template(
        "customer/bookings/ticket.html",
        booking=booking,
        ticket=ticket,
        code=qr_code(door, label="QR code of this ticket"),
        zone_sentence=wording().zone_sentence(ticket.starts_at),
    )
