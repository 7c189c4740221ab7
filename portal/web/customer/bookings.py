"""A booking: what was bought, what comes next, its calendar file and its receipt (/bookings/<reference>)."""

from datetime import datetime
from hmac import compare_digest

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from icalendar import Calendar, Event

from portal.models.booking_letters import ToldBooking, ToldTicket
from portal.models.booking_pages import FoundBooking, contents_of, found_booking
from portal.web.visitor import business, now, sent_to_sign_in, visit
from portal.web.wording import wording

pages = Blueprint("bookings", __name__)


@pages.get("/bookings/<reference>")
def show(reference: str) -> ResponseReturnValue:
    """The booking: confirmed, waiting for its money, refunded, or given up."""
    if _is_unknown_person():
        return sent_to_sign_in("/sign-in")
    booking = own_booking(reference)
    contents = contents_of(business().id, booking)
    return render_template(
        f"customer/bookings/{_state(booking, contents)}.html",
        booking=booking,
        contents=contents,
        zone_sentence=_zone_sentence(contents),
    )


@pages.get("/bookings/<reference>/receipt")
def receipt(reference: str) -> ResponseReturnValue:
    """The receipt, drawn for paper."""
    if _is_unknown_person():
        return sent_to_sign_in("/sign-in")
    booking = own_booking(reference)
    if not booking.is_confirmed:
        return redirect(booking.address, code=303)
    contents = contents_of(business().id, booking)
    return render_template(
        "customer/bookings/receipt.html",
        booking=booking,
        contents=contents,
        zone_sentence=_zone_sentence(contents),
    )


@pages.get("/bookings/<reference>.ics")
def calendar(reference: str) -> ResponseReturnValue:
    """The booked classes for the person's own calendar."""
    if _is_unknown_person():
        return sent_to_sign_in("/sign-in")
    booking = own_booking(reference)
    tickets = contents_of(business().id, booking).tickets
    if not booking.is_confirmed or not tickets:
        abort(404)
    return Response(
        _calendar_of(booking, tickets),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{booking.reference}.ics"'},
    )


def address_of_booking(reference: str) -> str:
    """The page of a booking just made, as its owner reaches it: a guest's with its secret (R5)."""
    booking = found_booking(business().id, reference)
    return booking.address if booking else abort(404)


def own_booking(reference: str) -> FoundBooking:
    """The visitor's own booking: a customer's by being signed in, a guest's by its secret; else 404 (R5).

    The link in a guest's letter leads to the sign-in once the booking has become a customer's.
    """
    booking = found_booking(business().id, reference.upper())
    if booking is None or not _may_see(booking):
        if booking is not None and visit().customer is None and _has_secret(booking):
            abort(sent_to_sign_in("/sign-in"))
        abort(404)
    return booking


def _may_see(booking: FoundBooking) -> bool:
    if booking.customer_id is None:
        return _has_secret(booking)
    customer = visit().customer
    return customer is not None and customer.id == booking.customer_id


def _has_secret(booking: FoundBooking) -> bool:
    return compare_digest(request.args.get("secret", "").encode(), booking.secret.encode())


def _is_unknown_person() -> bool:
    """Neither signed in nor with a secret: asked to sign in first, whether or not there is such a booking."""
    return visit().customer is None and "secret" not in request.args


def _state(booking: FoundBooking, contents: ToldBooking) -> str:
    """The page that tells how it stands; money that came too late went back in full (M4)."""
    if booking.is_confirmed:
        return "confirmed"
    if booking.is_pending:
        return "pending"
    return "refunded" if contents.refunded else "released"


def _zone_sentence(contents: ToldBooking) -> str:
    starts = [ticket.starts_at for ticket in contents.tickets] or [now()]
    return wording().zone_sentence(min(starts), max(starts))


def _calendar_of(booking: FoundBooking, tickets: tuple[ToldTicket, ...]) -> bytes:
    made = Calendar()
    made.add("prodid", "-//Punchcard//Bookings//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for ticket in tickets:
        made.add_component(_event(booking, ticket, booking.confirmed_at or booking.created_at))
    return bytes(made.to_ical())


def _event(booking: FoundBooking, ticket: ToldTicket, made_at: datetime) -> Event:
    studio = business()
    event = Event()
    event.add("uid", f"{ticket.id}@punchcard")
    event.add("dtstamp", made_at)
    event.add("dtstart", ticket.starts_at)
    event.add("dtend", ticket.ends_at)
    event.add("summary", f"{ticket.class_name}, {studio.name}")
    event.add("location", ", ".join(part for part in (ticket.place, studio.postal_address) if part))
    event.add("description", f"{ticket.ticket_name} with {ticket.teacher}. Booking {booking.reference}.")
    return event
