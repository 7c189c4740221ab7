"""iCalendar as calendars that subscribe read it: in the studio's zone, with its rules, and always the same
UID for the same thing (RFC 5545).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response
from icalendar import Calendar, Event

from portal.web.visitor import business, now

LOOK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a calendar. ``id`` is its own for good; ``changes`` grows with each change."""

    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    description: str
    address: str
    is_cancelled: bool
    changes: int = 0


def calendar_of(name: str, entries: list[Entry]) -> Response:
    """A calendar of these entries, under the name that it has in the reader's own."""
    made = Calendar()
    made.add("prodid", "-//Punchcard//Calendar//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", LOOK_AGAIN, {"VALUE": "DURATION"})
    for entry in entries:
        made.add_component(_event(entry))
    if entries:
        made.add_missing_timezones()
    return Response(bytes(made.to_ical()), content_type="text/calendar; charset=utf-8")


def _event(entry: Entry) -> Event:
    studio = business()
    event = Event()
    event.add("uid", f"{entry.id}@punchcard")
    event.add("dtstamp", now())
    event.add("dtstart", entry.starts_at.astimezone(studio.zone_info))
    event.add("dtend", entry.ends_at.astimezone(studio.zone_info))
    event.add("summary", entry.title)
    event.add("location", ", ".join(part for part in (entry.place, studio.postal_address) if part))
    event.add("description", entry.description)
    event.add("url", f"{studio.public_address.rstrip('/')}{entry.address}")
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("sequence", entry.changes + entry.is_cancelled)
    return event
