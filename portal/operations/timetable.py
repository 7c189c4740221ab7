"""The timetable: series with their ticket types, and the dated classes of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.models.business import BusinessFacts
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import db
from portal.operations.auditing import Actor, write_audit
from portal.rules.booking_window import ALWAYS, BookingWindow


@dataclass(frozen=True, slots=True)
class NewTicketType:
    """A priced kind of place; ``price`` in minor units, 0 is free (R3)."""

    name: str
    price: int
    on_sale: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeries:
    """A series and its ticket types, in the order in which pages list them."""

    name: str
    teacher: str
    place: str
    tickets: tuple[NewTicketType, ...]
    description: str = ""
    window: BookingWindow = ALWAYS


@dataclass(frozen=True, slots=True)
class Series:
    """A series as other operations name it: its id, and its ticket types' ids by their names."""

    id: UUID
    ticket_type_ids: dict[str, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When a series' classes are, by the clock on the studio's wall, and for how many (T1).

    A class lasts ``minutes`` by any clock; teacher and place are the series' own unless named.
    """

    at: time
    minutes: int
    capacity: int
    teacher: str | None = None
    place: str | None = None


def add_series(business: BusinessFacts, new: NewSeries, *, actor: Actor, now: datetime) -> Series:
    """Add a series with its ticket types; it has no dated classes yet."""
    series = ClassSeries(
        business_id=business.id,
        name=new.name,
        description=new.description,
        teacher=new.teacher,
        place=new.place,
        opens_days=new.window.opens_days,
        closes_minutes=new.window.closes_minutes,
    )
    db.session.add(series)
    db.session.flush()
    tickets = [
        TicketType(
            business_id=business.id,
            series_id=series.id,
            name=ticket.name,
            price=ticket.price,
            on_sale=ticket.on_sale,
            position=position,
        )
        for position, ticket in enumerate(new.tickets)
    ]
    db.session.add_all(tickets)
    write_audit(
        actor,
        "class_series.added",
        series,
        now=now,
        after={"name": new.name, "tickets": {ticket.name: ticket.price for ticket in new.tickets}},
    )
    db.session.flush()
    return Series(series.id, {ticket.name: ticket.id for ticket in tickets})


def schedule_classes(
    business: BusinessFacts, *, series_id: UUID, days: Iterable[date], slot: Slot, actor: Actor, now: datetime
) -> tuple[UUID, ...]:
    """Add a class on each of the days, at the same wall-clock time across a change of clocks (T1).

    A day on which the series already has a class at that time keeps it, so that running it twice changes
    nothing. Returns the ids of those added.
    """
    series = db.session.get_one(ClassSeries, (business.id, series_id))
    there = set(
        db.session.scalars(
            select(ClassSession.starts_at).where(
                ClassSession.business_id == business.id, ClassSession.series_id == series_id
            )
        )
    )
    starts = {day: starts_at(business, day, slot.at) for day in sorted(set(days))}
    sessions = [
        ClassSession(
            business_id=business.id,
            series_id=series_id,
            on_date=day,
            starts_at=start,
            ends_at=start + timedelta(minutes=slot.minutes),
            opens_at=series.booking_window.opens_at(start, business.zone_info),
            closes_at=series.booking_window.closes_at(start),
            teacher=slot.teacher or series.teacher,
            place=slot.place or series.place,
            capacity=slot.capacity,
        )
        for day, start in starts.items()
        if start not in there
    ]
    if sessions:
        db.session.add_all(sessions)
        write_audit(
            actor,
            "class_series.scheduled",
            series,
            now=now,
            after={"days": [session.on_date.isoformat() for session in sessions], "at": slot.at.isoformat()},
        )
        db.session.flush()
    return tuple(session.id for session in sessions)


def starts_at(business: BusinessFacts, day: date, at: time) -> datetime:
    """The moment (UTC) at which the studio's wall clock shows ``at`` on ``day`` (T1).

    A time that the clock shows twice that night is the first of the two; one that it skips is as long after
    midnight as if it had not been changed yet (half past one is then half past two), as iCalendar has it.
    """
    return datetime.combine(day, at, business.zone_info).astimezone(UTC)
