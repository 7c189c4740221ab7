"""Class series as Setup shows them: the list, and one with its times and tickets; each in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select

from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import db
from portal.models.schedules import ClassSchedule, ClosedDays

SORTS = ("name", "next")


@dataclass(frozen=True, slots=True)
class ListedSeries:
    """A series in the list: ``coming`` dated classes are there, the first of them at ``next_at``; prices are
    minor units, None where no ticket is on sale.
    """

    id: UUID
    name: str
    teacher: str
    place: str
    coming: int
    next_at: datetime | None
    lowest_price: int | None
    highest_price: int | None

    @property
    def address(self) -> str:
        """Its page in Setup."""
        return f"/staff/setup/classes/{self.id}"


def _of_series(table: Any) -> Any:
    return and_(table.business_id == ClassSeries.business_id, table.series_id == ClassSeries.id)


def _coming(what: Any) -> Any:
    return (
        select(what)
        .where(
            _of_series(ClassSession),
            ClassSession.starts_at > bindparam("now"),
            ClassSession.cancelled_at.is_(None),
        )
        .correlate(ClassSeries)
        .scalar_subquery()
    )


def _price(which: Any) -> Any:
    return (
        select(which(TicketType.price))
        .where(_of_series(TicketType), TicketType.on_sale)
        .correlate(ClassSeries)
        .scalar_subquery()
    )


_NEXT = _coming(func.min(ClassSession.starts_at)).label("next_at")

_LIST = (
    select(
        ClassSeries.id,
        ClassSeries.name,
        ClassSeries.teacher,
        ClassSeries.place,
        _coming(func.count()),
        _NEXT,
        _price(func.min),
        _price(func.max),
    )
    .where(
        ClassSeries.business_id == bindparam("business_id"),
        func.lower(ClassSeries.name).contains(bindparam("text"), autoescape=False),
    )
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_BY = {
    "name": (func.lower(ClassSeries.name), ClassSeries.id),
    "next": (_NEXT.is_(None), _NEXT, ClassSeries.id),
}


def series_listed(
    business_id: UUID, *, text: str, sort: str, now: datetime, most: int, skipped: int = 0
) -> list[ListedSeries]:
    """Series whose name holds the text, in whatever case, by name or by their next class."""
    asked = {"business_id": business_id, "text": text.lower(), "now": now, "most": most, "skipped": skipped}
    rows = db.session.execute(_LIST.order_by(*_BY[sort]), asked)
    return [ListedSeries(*row) for row in rows]


def series_of(business_id: UUID, series_id: UUID) -> ClassSeries | None:
    """One series of this business."""
    return db.session.get(ClassSeries, (business_id, series_id))


def schedules_of(business_id: UUID, series_ids: Iterable[UUID]) -> list[ClassSchedule]:
    """The weekly times of some series, in the order in which they were added."""
    return list(
        db.session.scalars(
            select(ClassSchedule)
            .where(ClassSchedule.business_id == business_id, ClassSchedule.series_id.in_(list(series_ids)))
            .order_by(ClassSchedule.id)
        )
    )


def ticket_types_of(business_id: UUID, series_id: UUID) -> list[TicketType]:
    """Every kind of ticket of a series, in the studio's order."""
    return list(
        db.session.scalars(
            select(TicketType)
            .where(TicketType.business_id == business_id, TicketType.series_id == series_id)
            .order_by(TicketType.position, TicketType.price.desc(), TicketType.id)
        )
    )


def closed_days_of(business_id: UUID, *, today: date, past: bool = False) -> list[ClosedDays]:
    """Days on which the studio is closed that are not over, the next first; or those that are."""
    over = ClosedDays.last_on < today
    return list(
        db.session.scalars(
            select(ClosedDays)
            .where(ClosedDays.business_id == business_id, over if past else ~over)
            .order_by(ClosedDays.first_on.desc() if past else ClosedDays.first_on, ClosedDays.id)
            .limit(200)
        )
    )


@dataclass(frozen=True, slots=True)
class UsedBefore:
    """What the studio typed before, for fields to suggest."""

    teachers: tuple[str, ...]
    places: tuple[str, ...]


def used_before(business_id: UUID) -> UsedBefore:
    """Teachers and places of every series."""
    rows = db.session.execute(
        select(ClassSeries.teacher, ClassSeries.place)
        .where(ClassSeries.business_id == business_id)
        .distinct()
    ).all()
    return UsedBefore(
        tuple(sorted({row.teacher for row in rows})), tuple(sorted({row.place for row in rows}))
    )
