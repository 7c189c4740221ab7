"""Calendars to subscribe to: the studio's classes (/classes.ics), and a customer's bookings (/calendar/…)."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, abort, redirect
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from portal.models.calendar_feeds import first_tickets_of, owner_of_feed, tickets_in_feed
from portal.models.class_pages import listed_classes
from portal.models.database import transaction
from portal.operations.calendar_feeds import renew_calendar_feed
from portal.outside import outside
from portal.web.calendars import Entry, calendar_of
from portal.web.notices import tell
from portal.web.security import let_browsers_keep
from portal.web.visitor import business, customer, customer_needed, now

MOST_ENTRIES = 1000
CLASSES_SINCE = timedelta(days=7)
BOOKINGS_SINCE = timedelta(days=180)

pages = Blueprint("calendar_feeds", __name__)


@pages.get("/classes.ics")
def classes() -> AnyResponse:
    """Every class of the studio from a week ago on; cancelled ones are marked so."""
    listed = listed_classes(business().id, now=now() - CLASSES_SINCE, most=MOST_ENTRIES)
    entries = [
        Entry(
            id=found.id,
            title=found.name,
            starts_at=found.starts_at,
            ends_at=found.ends_at,
            place=found.place,
            description=f"With {found.teacher}",
            address=found.address,
            is_cancelled=found.is_cancelled,
        )
        for found in listed
    ]
    return let_browsers_keep(calendar_of(business().name, entries))


@pages.get("/calendar/<token>.ics")
def bookings(token: str) -> Response:
    """What a customer booked, for whoever has the secret address; 404 once it is renewed."""
    key = outside().letter_tokens.calendar_key(business().id, token)
    owner = key and owner_of_feed(business().id, key)
    if not owner:
        abort(404)
    return calendar_of(f"{business().name}: my bookings", _booked(owner))


@pages.post("/account/calendar")
@customer_needed
def renew() -> ResponseReturnValue:
    """Make the address, or another in its place."""
    with transaction():
        renew_calendar_feed(business().id, customer().id, now=now())
    tell("Your calendar has a new address. One that you had before shows nothing any more.")
    return redirect("/account/details", code=303)


def _booked(owner: UUID) -> list[Entry]:
    first = first_tickets_of(business().id, owner)
    entries = []
    for ticket in tickets_in_feed(business().id, owner, since=now() - BOOKINGS_SINCE, most=MOST_ENTRIES):
        booked_as, moves = first.get(ticket.id, (ticket.id, 0))
        entries.append(
            Entry(
                id=booked_as,
                title=f"{ticket.class_name}, {business().name}",
                starts_at=ticket.starts_at,
                ends_at=ticket.ends_at,
                place=ticket.place,
                description=f"{ticket.ticket_name} with {ticket.teacher}. Booking {ticket.reference}.",
                address=f"/bookings/{ticket.reference}",
                is_cancelled=ticket.is_cancelled,
                changes=moves,
            )
        )
    return entries


def address_of_feed(key: UUID) -> str:
    """Where a customer's calendar stands; on the studio's public address, never the request's."""
    token = outside().letter_tokens.calendar_token(business().id, key)
    return f"{business().public_address.rstrip('/')}/calendar/{token}.ics"
