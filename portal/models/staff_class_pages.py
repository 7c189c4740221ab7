"""Classes as staff see them: the list, and one class with how its cancelling stands (C6)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from portal.models.baskets import BasketLine
from portal.models.bookings import Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_cancellations import ClassCancellation
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db
from portal.models.people import StaffMember
from portal.models.preferences import RefundTo

MOST_IN_A_WEEK = 500
"""More than a studio of ten rooms holds; a calendar shows no more."""


@dataclass(frozen=True, slots=True)
class StaffClass:
    """A dated class: ``booked`` tickets count, ``held`` places lie in baskets at the moment, and ``waiting``
    people stand in line.
    """

    id: UUID
    name: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    teacher: str
    place: str
    capacity: int
    booked: int
    held: int
    waiting: int
    cancelled_at: datetime | None

    @property
    def address(self) -> str:
        """Its page for staff."""
        return f"/staff/classes/{self.id}"

    @property
    def percent(self) -> int:
        """How full it is, in whole per cent."""
        return round(100 * self.booked / self.capacity) if self.capacity else 100


@dataclass(frozen=True, slots=True)
class CancelledClass:
    """The studio's act on a class, and how far it has come: ``done`` tickets are cancelled, ``left`` still
    count; those that are being paid are among them.
    """

    id: UUID
    at: datetime
    by: str
    reason: str
    days: int
    refund_to: RefundTo
    finished_at: datetime | None
    done: int
    left: int

    @property
    def tickets(self) -> int:
        """How many tickets it is about."""
        return self.done + self.left


@dataclass(frozen=True, slots=True)
class ClassesAsked:
    """Which classes: of a series, of a day, of a teacher; None is all of them."""

    series_id: UUID | None = None
    day: date | None = None
    taught_by: str | None = None


EVERY_CLASS = ClassesAsked()

_BOOKED = (
    select(func.count())
    .where(
        Ticket.business_id == ClassSession.business_id,
        Ticket.class_session_id == ClassSession.id,
        Ticket.counts,
    )
    .correlate(ClassSession)
    .scalar_subquery()
)
_HELD = (
    select(func.count())
    .where(
        BasketLine.business_id == ClassSession.business_id,
        BasketLine.class_session_id == ClassSession.id,
        BasketLine.place_counted,
        BasketLine.held_until > bindparam("now"),
    )
    .correlate(ClassSession)
    .scalar_subquery()
)
_OF_BUSINESS = ClassSession.business_id == bindparam("business_id")

_CLASSES = (
    select(
        ClassSession.id,
        ClassSeries.name,
        ClassSession.on_date,
        ClassSession.starts_at,
        ClassSession.ends_at,
        ClassSession.teacher,
        ClassSession.place,
        ClassSession.capacity,
        _BOOKED,
        _HELD,
        ClassSession.waiting,
        ClassSession.cancelled_at,
    )
    .join(
        ClassSeries,
        and_(ClassSeries.business_id == ClassSession.business_id, ClassSeries.id == ClassSession.series_id),
    )
    .where(_OF_BUSINESS)
)
_ONE = _CLASSES.where(ClassSession.id == bindparam("class_session_id"))
_BETWEEN = (
    _CLASSES.where(ClassSession.starts_at >= bindparam("since"), ClassSession.starts_at < bindparam("until"))
    .order_by(ClassSession.starts_at, ClassSession.id)
    .limit(MOST_IN_A_WEEK)
)
_PAGE = _CLASSES.limit(bindparam("most")).offset(bindparam("skipped"))
_TO_COME = _PAGE.where(ClassSession.ends_at > bindparam("now")).order_by(
    ClassSession.starts_at, ClassSession.id
)
_PAST = _PAGE.where(ClassSession.ends_at <= bindparam("now")).order_by(
    ClassSession.starts_at.desc(), ClassSession.id.desc()
)
_FILTERS: dict[str, ColumnElement[bool]] = {
    "series_id": ClassSession.series_id == bindparam("series_id"),
    "day": ClassSession.on_date == bindparam("day"),
    "taught_by": ClassSession.teacher == bindparam("taught_by"),
}

_SERIES = (
    select(ClassSeries.id, ClassSeries.name)
    .where(ClassSeries.business_id == bindparam("business_id"))
    .order_by(ClassSeries.name, ClassSeries.id)
)

_DONE = (
    select(func.count())
    .where(
        TicketCancellation.business_id == ClassCancellation.business_id,
        TicketCancellation.class_cancellation_id == ClassCancellation.id,
    )
    .correlate(ClassCancellation)
    .scalar_subquery()
)
_LEFT = (
    select(func.count())
    .where(
        Ticket.business_id == ClassCancellation.business_id,
        Ticket.class_session_id == ClassCancellation.class_session_id,
        Ticket.counts,
    )
    .correlate(ClassCancellation)
    .scalar_subquery()
)
_CANCELLED = (
    select(
        ClassCancellation.id,
        ClassCancellation.at,
        StaffMember.name,
        ClassCancellation.reason,
        ClassCancellation.days,
        ClassCancellation.refund_to,
        ClassCancellation.finished_at,
        _DONE,
        _LEFT,
    )
    .join(
        StaffMember,
        and_(
            StaffMember.business_id == ClassCancellation.business_id,
            StaffMember.id == ClassCancellation.staff_member_id,
        ),
    )
    .where(
        ClassCancellation.business_id == bindparam("business_id"),
        ClassCancellation.class_session_id == bindparam("class_session_id"),
    )
)


def classes_of_staff(
    business_id: UUID,
    *,
    now: datetime,
    past: bool = False,
    only: ClassesAsked = EVERY_CLASS,
    most: int,
    skipped: int = 0,
) -> list[StaffClass]:
    """Classes that are not over, the next first, or past ones, the latest first: one statement."""
    chosen = {name: value for name in _FILTERS if (value := getattr(only, name)) is not None}
    listed: Select[Any] = _PAST if past else _TO_COME
    rows = db.session.execute(
        listed.where(*(_FILTERS[name] for name in chosen)),
        {"business_id": business_id, "now": now, "most": most, "skipped": skipped, **chosen},
    )
    return [StaffClass(*tuple(row)) for row in rows]


def classes_between(
    business_id: UUID, *, since: datetime, until: datetime, now: datetime
) -> list[StaffClass]:
    """The classes that start in a stretch of time, the first ones first: one statement."""
    keys = {"business_id": business_id, "since": since, "until": until, "now": now}
    return [StaffClass(*tuple(row)) for row in db.session.execute(_BETWEEN, keys)]


def class_of_staff(business_id: UUID, class_session_id: UUID, *, now: datetime) -> StaffClass | None:
    """One class of this business."""
    keys = {"business_id": business_id, "class_session_id": class_session_id, "now": now}
    row = db.session.execute(_ONE, keys).first()
    return StaffClass(*tuple(row)) if row is not None else None


def every_series(business_id: UUID) -> list[tuple[UUID, str]]:
    """The series of a business by name, for the filter."""
    return [(row.id, row.name) for row in db.session.execute(_SERIES, {"business_id": business_id})]


def cancelled_class(business_id: UUID, class_session_id: UUID) -> CancelledClass | None:
    """How the cancelling of a class stands; None where the studio has not cancelled it."""
    keys = {"business_id": business_id, "class_session_id": class_session_id}
    row = db.session.execute(_CANCELLED, keys).first()
    return CancelledClass(*tuple(row)) if row is not None else None
