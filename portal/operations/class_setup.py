"""Setting up classes: what a series is called, when it may be booked, its kinds of tickets, its last day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select

from portal.models.business import BusinessFacts
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import db, rows_changed
from portal.models.schedules import ClassException, ClassSchedule, ClosedDays
from portal.models.untouched import is_untouched
from portal.operations.auditing import Actor, write_audit
from portal.operations.places import lock_classes
from portal.operations.schedules import NoSuchSeries, lock_series
from portal.operations.timetable import NewTicketType
from portal.rules.booking_window import BookingWindow
from portal.rules.sentences import Refusal
from portal.rules.weekly import EndsBeforeItBegins

MOST_TICKET_TYPES = 20


class NoSuchTicketType(Refusal):
    """The class has no such ticket."""

    def __init__(self) -> None:
        super().__init__("There is no such ticket.")


class TicketNameTaken(Refusal):
    """Another ticket of the class is called so."""

    def __init__(self, name: str) -> None:
        super().__init__("This class has a ticket called {name} already.", name=name)


class TooManyTicketTypes(Refusal):
    """A class has a handful of tickets, not a catalogue."""

    def __init__(self) -> None:
        super().__init__("A class has at most {most} kinds of tickets.", most=MOST_TICKET_TYPES)


class SomebodyIsIn(Refusal):
    """Tickets, baskets or a waiting list name the class: it can only be cancelled (C6)."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody has booked this class, waits for it or has it in a basket. Cancel it instead: everybody"
            " gets back what they used or paid."
        )


@dataclass(frozen=True, slots=True)
class SeriesDetails:
    """What a series is called and when its classes may be booked; it counts for every class to come."""

    name: str
    description: str
    window: BookingWindow


def change_series(
    business: BusinessFacts, *, series_id: UUID, details: SeriesDetails, actor: Actor, now: datetime
) -> None:
    """Change what a series is called, and from when until when its classes to come may be booked."""
    series = lock_series(business.id, series_id)
    before = _told(series)
    had = series.booking_window
    series.name, series.description = details.name, details.description
    series.opens_days, series.closes_minutes = details.window.opens_days, details.window.closes_minutes
    if had != details.window:
        _keep_windows(business, series)
    if (after := _told(series)) != before:
        changed = {name for name in after if after[name] != before[name]}
        write_audit(
            actor,
            "class_series.changed",
            series,
            now=now,
            before={name: before[name] for name in before if name in changed},
            after={name: after[name] for name in after if name in changed},
        )
    db.session.flush()


def add_ticket_type(
    business: BusinessFacts, *, series_id: UUID, new: NewTicketType, actor: Actor, now: datetime
) -> UUID:
    """Add a kind of ticket, last in the order."""
    series = lock_series(business.id, series_id)
    tickets = _ticket_types(business.id, series_id)
    if len(tickets) >= MOST_TICKET_TYPES:
        raise TooManyTicketTypes
    _refuse_taken(tickets, new.name)
    ticket = TicketType(
        business_id=business.id,
        series_id=series_id,
        name=new.name,
        price=new.price,
        on_sale=new.on_sale,
        position=max((it.position for it in tickets), default=-1) + 1,
    )
    db.session.add(ticket)
    db.session.flush()
    told = {"class": series.name, "name": new.name, "price": new.price, "on_sale": new.on_sale}
    write_audit(actor, "ticket_type.added", ticket, now=now, after=told)
    return ticket.id


def change_ticket_type(
    business: BusinessFacts,
    *,
    series_id: UUID,
    ticket_type_id: UUID,
    wanted: NewTicketType,
    place: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Change a ticket's name, price, sale and its place in the order (1 is first).

    What is booked keeps the price that it was booked at; a basket shows the new one before anybody pays (R6).
    """
    series = lock_series(business.id, series_id)
    tickets = _ticket_types(business.id, series_id)
    ticket = next((it for it in tickets if it.id == ticket_type_id), None)
    if ticket is None:
        raise NoSuchTicketType
    others = [it for it in tickets if it is not ticket]
    _refuse_taken(others, wanted.name)
    before = {"name": ticket.name, "price": ticket.price, "on_sale": ticket.on_sale}
    after = {"name": wanted.name, "price": wanted.price, "on_sale": wanted.on_sale}
    ticket.name, ticket.price, ticket.on_sale = wanted.name, wanted.price, wanted.on_sale
    others.insert(max(place, 1) - 1, ticket)
    for position, it in enumerate(others):
        it.position = position
    if before != after:
        write_audit(
            actor,
            "ticket_type.changed",
            ticket,
            now=now,
            before=before,
            after={"class": series.name, **after},
        )
    db.session.flush()


def remove_class(business: BusinessFacts, *, class_session_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a class that nobody has to do with off the timetable; its weekly time leaves the day out from now
    on. Raises SomebodyIsIn, and NoSuchSeries where there is no such class.
    """
    keys = (business.id, class_session_id)
    session = db.session.get(ClassSession, keys)
    if session is None:
        raise NoSuchSeries
    series = lock_series(business.id, session.series_id)
    if class_session_id not in remove_untouched(business.id, [class_session_id]):
        raise SomebodyIsIn
    if session.schedule_id is not None:
        db.session.add(
            ClassException(business_id=business.id, schedule_id=session.schedule_id, on_date=session.turn_on)
        )
    write_audit(
        actor, "class_series.class_removed", series, now=now, after={"on_date": session.on_date.isoformat()}
    )
    db.session.flush()


def end_schedule(
    business: BusinessFacts, *, schedule_id: UUID, last_on: date, actor: Actor, now: datetime
) -> list[date]:
    """Let a weekly time end: classes after its last day go, but for those that somebody has to do with.
    Returns the days of these; each stays until it is cancelled (C6). The series is locked first.
    """
    schedule = db.session.get(ClassSchedule, (business.id, schedule_id))
    if schedule is None:
        raise NoSuchSeries
    series = lock_series(business.id, schedule.series_id)
    db.session.refresh(schedule)
    if last_on < schedule.first_on:
        raise EndsBeforeItBegins
    before, schedule.last_on = schedule.last_on, last_on
    schedule.scheduled_until = None
    later = db.session.scalars(
        select(ClassSession).where(
            ClassSession.business_id == business.id,
            ClassSession.schedule_id == schedule_id,
            ClassSession.turn_on > last_on,
            ClassSession.starts_at > now,
            ClassSession.cancelled_at.is_(None),
        )
    ).all()
    gone = remove_untouched(business.id, [it.id for it in later])
    write_audit(
        actor,
        "class_series.time_ended",
        series,
        now=now,
        before={"last_day": before.isoformat() if before else None},
        after={"last_day": last_on.isoformat(), "removed": len(gone)},
    )
    db.session.flush()
    return sorted(it.on_date for it in later if it.id not in gone)


def add_closed_days(
    business: BusinessFacts, *, name: str, first_on: date, last_on: date, actor: Actor, now: datetime
) -> tuple[int, int]:
    """Close the studio on some days: weekly times skip them, and classes that are there already go, but for
    those that somebody has to do with. How many went, and how many stay until they are cancelled (C6).
    """
    if last_on < first_on:
        raise EndsBeforeItBegins
    _lock_every_series(business.id)
    closed = ClosedDays(business_id=business.id, name=name, first_on=first_on, last_on=last_on)
    db.session.add(closed)
    there = db.session.scalars(
        select(ClassSession.id).where(
            ClassSession.business_id == business.id,
            ClassSession.on_date.between(first_on, last_on),
            ClassSession.starts_at > now,
            ClassSession.cancelled_at.is_(None),
            ClassSession.schedule_id.is_not(None),
            ClassSession.edited_at.is_(None),
        )
    ).all()
    gone = remove_untouched(business.id, there)
    db.session.flush()
    told = {"name": name, "first_on": first_on.isoformat(), "last_on": last_on.isoformat()}
    write_audit(actor, "closed_days.added", closed, now=now, after=told)
    return len(gone), len(there) - len(gone)


def remove_closed_days(business: BusinessFacts, *, closed_days_id: UUID, actor: Actor, now: datetime) -> None:
    """Open again: the worker makes the classes of those days at its next look."""
    _lock_every_series(business.id)
    closed = db.session.get(ClosedDays, (business.id, closed_days_id))
    if closed is None:
        return
    told = {
        "name": closed.name,
        "first_on": closed.first_on.isoformat(),
        "last_on": closed.last_on.isoformat(),
    }
    write_audit(actor, "closed_days.removed", closed, now=now, before={"name": closed.name, **told})
    db.session.delete(closed)
    for schedule in db.session.scalars(select(ClassSchedule).where(ClassSchedule.business_id == business.id)):
        schedule.scheduled_until = None
    db.session.flush()


def remove_untouched(business_id: UUID, class_session_ids: Collection[UUID]) -> set[UUID]:
    """Remove those of the classes that nobody has to do with; which. They are locked here."""
    lock_classes(business_id, class_session_ids)
    of_them = (ClassSession.business_id == business_id, ClassSession.id.in_(class_session_ids))
    gone = set(db.session.scalars(select(ClassSession.id).where(*of_them, is_untouched())))
    removed = rows_changed(
        delete(ClassSession)
        .where(ClassSession.business_id == business_id, ClassSession.id.in_(gone))
        .execution_options(synchronize_session=False)
    )
    if removed != len(gone):
        raise RuntimeError("Locked classes changed.")
    return gone


def _lock_every_series(business_id: UUID) -> None:
    """So that nobody makes classes meanwhile."""
    db.session.execute(
        select(ClassSeries.id)
        .where(ClassSeries.business_id == business_id)
        .order_by(ClassSeries.id)
        .with_for_update(key_share=True)
    )


def _ticket_types(business_id: UUID, series_id: UUID) -> list[TicketType]:
    return list(
        db.session.scalars(
            select(TicketType)
            .where(TicketType.business_id == business_id, TicketType.series_id == series_id)
            .order_by(TicketType.position, TicketType.price.desc(), TicketType.id)
            .execution_options(populate_existing=True)
        )
    )


def _refuse_taken(tickets: Collection[TicketType], name: str) -> None:
    if any(it.name.casefold() == name.casefold() for it in tickets):
        raise TicketNameTaken(name)


def _keep_windows(business: BusinessFacts, series: ClassSeries) -> None:
    """The booking window of each of its classes, kept beside the series' own."""
    classes = db.session.scalars(
        select(ClassSession).where(
            ClassSession.business_id == business.id, ClassSession.series_id == series.id
        )
    ).all()
    lock_classes(business.id, [it.id for it in classes])
    for it in classes:
        it.opens_at = series.booking_window.opens_at(it.starts_at, business.zone_info)
        it.closes_at = series.booking_window.closes_at(it.starts_at)


def _told(series: ClassSeries) -> dict[str, object]:
    return {
        "name": series.name,
        "description": series.description,
        "opens_days": series.opens_days,
        "closes_minutes": series.closes_minutes,
    }
