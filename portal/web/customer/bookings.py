"""A booking: what was bought, what comes next, its calendar file and its receipt (/bookings/<reference>)."""

from collections.abc import Callable, Iterable
from functools import wraps
from hmac import compare_digest
from typing import ParamSpec
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from icalendar import Calendar, Event, vText

from portal.models.booking_letters import ToldBooking, ToldTicket
from portal.models.booking_pages import FoundBooking, contents_of, found_booking
from portal.models.cancellation_pages import BookingRefund, CancelledTicket, refunds_of
from portal.models.payments import RefundStatus
from portal.models.refundable import owed_back, put_on_account
from portal.models.transfer_pages import first_tickets
from portal.operations.preferences import preferences_of
from portal.web.booking_tickets import Past, past_of, shown_tickets
from portal.web.visitor import business, now, sent_to_sign_in, visit
from portal.web.wording import wording

P = ParamSpec("P")

pages = Blueprint("bookings", __name__)


def asks_who(page: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Send whoever is neither signed in nor has a secret to sign in first, whether or not there is such a
    booking (R5).
    """

    @wraps(page)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if visit().customer is None and "secret" not in request.args:
            return sent_to_sign_in("/sign-in")
        return page(*args, **kwargs)

    return guarded


@pages.get("/bookings/<reference>")
@asks_who
def show(reference: str) -> ResponseReturnValue:
    """The booking: confirmed, waiting for its money, refunded, or given up; and what of it is cancelled."""
    booking = own_booking(reference)
    contents = contents_of(business().id, booking)
    if not booking.is_confirmed:
        return render_template(
            f"customer/bookings/{_state(booking, contents)}.html",
            booking=booking,
            contents=contents,
            owed=_owed(booking, refunds_of(business().id, booking.id)) if contents.paid else 0,
            to_account=put_on_account(business().id, booking.id) if contents.paid else 0,
            zone_sentence=_zone_sentence(contents),
        )
    return _confirmed(booking, contents)


@pages.get("/bookings/<reference>/receipt")
@asks_who
def receipt(reference: str) -> ResponseReturnValue:
    """The receipt, drawn for paper, with what went back."""
    booking = own_booking(reference)
    if not booking.is_confirmed:
        return redirect(booking.address, code=303)
    contents = contents_of(business().id, booking)
    past = past_of(booking, contents)
    return render_template(
        "customer/bookings/receipt.html",
        booking=booking,
        contents=contents,
        cancelled=past.cancelled,
        moves=[move for move in past.moves if not move.is_pending],
        refunds=refunds_of(business().id, booking.id),
        to_account=past.to_account,
        zone_sentence=_zone_sentence(contents),
    )


@pages.get("/bookings/<reference>.ics")
@asks_who
def calendar(reference: str) -> ResponseReturnValue:
    """The booked classes for the person's own calendar; those that are cancelled are marked so."""
    booking = own_booking(reference)
    contents = contents_of(business().id, booking)
    if not booking.is_confirmed or not contents.tickets:
        abort(404)
    return Response(
        _calendar_of(booking, contents.tickets, past_of(booking, contents)),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{booking.reference}.ics"'},
    )


def address_of_booking(reference: str) -> str:
    """The page of a booking just made, as its owner reaches it: a guest's with its secret (R5)."""
    booking = found_booking(business().id, reference)
    return booking.address if booking else abort(404)


def address_of_own_booking(reference: str, secret: str) -> str:
    """The page of a booking that this visitor made this moment: a guest's with its secret (R5)."""
    path = f"/bookings/{reference}"
    return path if visit().customer else f"{path}?secret={secret}"


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


def _confirmed(booking: FoundBooking, contents: ToldBooking) -> str:
    """A booking that is made: each ticket with what became of it, or how long it may be cancelled."""
    past = past_of(booking, contents)
    shown = shown_tickets(booking, contents.tickets, past, preferences_of(business().id), now=now())
    cancellable = [ticket for ticket in contents.tickets if shown[ticket.id].cancellation]
    refunds = refunds_of(business().id, booking.id)
    return render_template(
        "customer/bookings/confirmed.html",
        booking=booking,
        contents=contents,
        shown=shown,
        live=[ticket for ticket in contents.tickets if not past.is_over(ticket.id)],
        moved=[move for move in past.moves if not move.is_pending],
        cancellation=booking.part("/cancellation") if len(cancellable) > 1 else None,
        gone_back=gone_back(refunds),
        owed=_owed(booking, refunds),
        to_account=past.to_account,
        zone_sentence=_zone_sentence(contents),
    )


def gone_back(refunds: Iterable[BookingRefund]) -> int:
    """What went back to the card, or is under way there, in minor units."""
    return sum(refund.amount for refund in refunds if refund.status is not RefundStatus.FAILED)


def _owed(booking: FoundBooking, refunds: Iterable[BookingRefund]) -> int:
    """What came too late or twice and did not arrive back on the card, in minor units (M4)."""
    if all(refund.status is not RefundStatus.FAILED for refund in refunds):
        return 0
    return sum(money.amount for money in owed_back(business().id, booking.id))


def _state(booking: FoundBooking, contents: ToldBooking) -> str:
    """The page that tells how it stands; money that came too late went back in full (M4)."""
    if booking.is_pending:
        return "pending"
    return "refunded" if contents.paid else "released"


def _zone_sentence(contents: ToldBooking) -> str:
    starts = [ticket.starts_at for ticket in contents.tickets] or [now()]
    return wording().zone_sentence(min(starts), max(starts))


def _calendar_of(booking: FoundBooking, tickets: tuple[ToldTicket, ...], past: Past) -> bytes:
    """One event for each ticket where it stands: one that was moved is the same event, elsewhere (RFC 5545:
    UID, SEQUENCE).
    """
    made = Calendar()
    made.add("prodid", "-//Punchcard//Bookings//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    booked_as = first_tickets(past.moves)
    for ticket in tickets:
        if ticket.is_moved:
            continue
        first, changes = booked_as.get(ticket.id, (ticket.id, 0))
        event = _event(booking, ticket, first)
        if ticket.id in past.cancelled:
            changes += 1
            _mark_cancelled(event, past.cancelled[ticket.id])
        elif came := past.came(ticket.id):
            event.add("last-modified", came.at)
        if changes:
            event.add("sequence", changes)
        made.add_component(event)
    return bytes(made.to_ical())


def _event(booking: FoundBooking, ticket: ToldTicket, booked_as: UUID) -> Event:
    studio = business()
    event = Event()
    event.add("uid", f"{booked_as}@punchcard")
    event.add("dtstamp", booking.confirmed_at or booking.created_at)
    event.add("dtstart", ticket.starts_at)
    event.add("dtend", ticket.ends_at)
    event.add("summary", f"{ticket.class_name}, {studio.name}")
    event.add("location", ", ".join(part for part in (ticket.place, studio.postal_address) if part))
    event.add("description", f"{ticket.ticket_name} with {ticket.teacher}. Booking {booking.reference}.")
    return event


def _mark_cancelled(event: Event, cancelled: CancelledTicket) -> None:
    """A calendar that has the event already takes it out, or strikes it through (RFC 5545: STATUS)."""
    event["summary"] = vText(f"Cancelled: {event['summary']}")
    event.add("status", "CANCELLED")
    event.add("last-modified", cancelled.at)
