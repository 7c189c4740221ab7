"""The weekly times of a series, and the dated classes that come of them: made some weeks ahead, day by day.

Whatever makes classes or changes times locks the series first, then classes. Made twice, or by two at once,
they are there once: the turn of a weekly time is a key.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from portal.gateways.recurrence import days_of
from portal.models.business import BusinessFacts
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db, new_id
from portal.models.schedules import ClassException, ClassSchedule, ClosedDays, days_column
from portal.operations.auditing import Actor, write_audit
from portal.operations.timetable import Slot, starts_at
from portal.rules.sentences import Refusal
from portal.rules.weekly import Weekly

DAYS_AHEAD = 91
"""How far ahead classes are there: a week beyond the earliest day on which booking may open, so that a worker
who is days late is late for nobody.
"""


class NoSuchSeries(Refusal):
    """The studio has no such class."""

    def __init__(self) -> None:
        super().__init__("There is no such class.")


_SERIES = (
    select(ClassSeries)
    .where(ClassSeries.business_id == bindparam("business_id"), ClassSeries.id == bindparam("series_id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_SCHEDULES = (
    select(ClassSchedule)
    .where(
        ClassSchedule.business_id == bindparam("business_id"),
        ClassSchedule.series_id == bindparam("series_id"),
    )
    .order_by(ClassSchedule.id)
    .execution_options(populate_existing=True)
)
_DUE = (
    select(ClassSchedule.business_id, ClassSchedule.series_id)
    .where(
        or_(ClassSchedule.scheduled_until.is_(None), ClassSchedule.scheduled_until < bindparam("until")),
        or_(
            ClassSchedule.last_on.is_(None),
            ClassSchedule.scheduled_until.is_(None),
            ClassSchedule.last_on > ClassSchedule.scheduled_until,
        ),
    )
    .distinct()
)


def lock_series(business_id: UUID, series_id: UUID) -> ClassSeries:
    """The series, locked: before its classes in the order of locks. Raises NoSuchSeries."""
    keys = {"business_id": business_id, "series_id": series_id}
    series = db.session.scalars(_SERIES, keys).first()
    if series is None:
        raise NoSuchSeries
    return series


def add_schedule(
    business: BusinessFacts, *, series_id: UUID, weekly: Weekly, slot: Slot, actor: Actor, now: datetime
) -> UUID:
    """Let a series take place week by week, and make the classes of the coming weeks. Returns its id.

    A class that is there already at that time becomes one of them.
    """
    series = lock_series(business.id, series_id)
    schedule = ClassSchedule(
        business_id=business.id,
        id=new_id(),
        series_id=series_id,
        days=days_column(weekly),
        every_weeks=weekly.every_weeks,
        first_on=weekly.first_on,
        last_on=weekly.last_on,
        starts=slot.at,
        minutes=slot.minutes,
        capacity=slot.capacity,
        teacher=slot.teacher or series.teacher,
        place=slot.place or series.place,
        added_at=now,
    )
    db.session.add(schedule)
    db.session.flush()
    _make_classes(business, series, [schedule], now)
    told = {"days": schedule.days, "at": slot.at.isoformat(), "first_on": weekly.first_on.isoformat()}
    write_audit(actor, "class_series.time_added", series, now=now, after=told)
    db.session.flush()
    return schedule.id


def top_up_series(business: BusinessFacts, series_id: UUID, *, now: datetime) -> int:
    """Make the classes of the coming weeks that are not there yet; how many those are."""
    series = lock_series(business.id, series_id)
    keys = {"business_id": business.id, "series_id": series_id}
    return _make_classes(business, series, db.session.scalars(_SCHEDULES, keys).all(), now)


def due_series(*, now: datetime) -> list[tuple[UUID, UUID]]:
    """Series, by business and id, of which some day ahead has not been looked at yet."""
    until = now.date() + timedelta(days=DAYS_AHEAD - 1)  # somewhere it is the day before
    return [(row.business_id, row.series_id) for row in db.session.execute(_DUE, {"until": until})]


def has_schedule(business_id: UUID, series_id: UUID) -> bool:
    """Whether a series takes place weekly."""
    keys = {"business_id": business_id, "series_id": series_id}
    return db.session.scalars(_SCHEDULES, keys).first() is not None


def count_classes(business_id: UUID, series_id: UUID) -> int:
    """How many dated classes a series has."""
    return db.session.scalars(
        select(func.count()).where(
            ClassSession.business_id == business_id, ClassSession.series_id == series_id
        )
    ).one()


def closed_days(business_id: UUID, *, since: date) -> set[date]:
    """Every day from then on on which the studio is closed."""
    spans = db.session.execute(
        select(ClosedDays.first_on, ClosedDays.last_on).where(
            ClosedDays.business_id == business_id, ClosedDays.last_on >= since
        )
    )
    return {
        first + timedelta(days=ahead) for first, last in spans for ahead in range((last - first).days + 1)
    }


def left_out(business_id: UUID, schedule_ids: Collection[UUID]) -> set[tuple[UUID, date]]:
    """The days that weekly times leave out."""
    rows = db.session.execute(
        select(ClassException.schedule_id, ClassException.on_date).where(
            ClassException.business_id == business_id, ClassException.schedule_id.in_(schedule_ids)
        )
    )
    return {(row.schedule_id, row.on_date) for row in rows}


def _make_classes(
    business: BusinessFacts, series: ClassSeries, schedules: Iterable[ClassSchedule], now: datetime
) -> int:
    """The series is locked by the caller, so nobody else makes the same ones meanwhile."""
    today = business.day_of(now)
    until = today + timedelta(days=DAYS_AHEAD)
    due = [schedule for schedule in schedules if (schedule.scheduled_until or date.min) < until]
    if not due:
        return 0
    closed = closed_days(business.id, since=today)
    without = left_out(business.id, [schedule.id for schedule in due])
    there = _classes_there(business.id, series.id)
    by_start = {session.starts_at: session for session in there}
    turns = {(session.schedule_id, session.turn_on) for session in there}
    made = 0
    for schedule in due:
        for day in days_of(schedule.weekly, today, until):
            if day in closed or (schedule.id, day) in without or (schedule.id, day) in turns:
                continue
            start = starts_at(business, day, schedule.starts)
            if start <= now:
                continue
            if (same := by_start.get(start)) is not None:
                _adopt(same, schedule, day)
                continue
            by_start[start] = _class_of(business, series, schedule, day, start)
            db.session.add(by_start[start])
            made += 1
        schedule.scheduled_until = until
    db.session.flush()
    return made


def _classes_there(business_id: UUID, series_id: UUID) -> list[ClassSession]:
    return list(
        db.session.scalars(
            select(ClassSession)
            .where(ClassSession.business_id == business_id, ClassSession.series_id == series_id)
            .execution_options(populate_existing=True)
        )
    )


def _adopt(session: ClassSession, schedule: ClassSchedule, day: date) -> None:
    """A single class at the time of a weekly one is its turn from now on."""
    if session.schedule_id is None:
        session.schedule_id, session.turn_on = schedule.id, day


def _class_of(
    business: BusinessFacts, series: ClassSeries, schedule: ClassSchedule, day: date, start: datetime
) -> ClassSession:
    return ClassSession(
        business_id=business.id,
        id=new_id(),
        series_id=series.id,
        schedule_id=schedule.id,
        turn_on=day,
        on_date=day,
        starts_at=start,
        ends_at=start + timedelta(minutes=schedule.minutes),
        opens_at=series.booking_window.opens_at(start, business.zone_info),
        closes_at=series.booking_window.closes_at(start),
        teacher=schedule.teacher,
        place=schedule.place,
        capacity=schedule.capacity,
        places_taken=0,
        waiting=0,
    )
