"""Classes to come with their tickets, for staff to pick from: two statements, whatever the list holds."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from portal.models.class_pages import TicketOnSale
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import read, table_of
from portal.models.ended_places import FREE
from portal.rules.waiting import places_for_everyone


@dataclass(frozen=True, slots=True, kw_only=True)
class PickableClass:
    """A dated class in the list, with its ``tickets`` on sale; ``places_left`` are those for everyone."""

    id: UUID
    name: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    teacher: str
    place: str
    places_left: int
    waiting: int
    tickets: tuple[TicketOnSale, ...]


_class = table_of(ClassSession)
_series = table_of(ClassSeries)
_ticket = table_of(TicketType)

_TO_COME = (
    select(
        _class.c.id,
        _class.c.series_id,
        _series.c.name,
        _class.c.on_date,
        _class.c.starts_at,
        _class.c.ends_at,
        _class.c.teacher,
        _class.c.place,
        FREE.label("free"),
        _class.c.waiting,
    )
    .join(_series, and_(_series.c.business_id == _class.c.business_id, _series.c.id == _class.c.series_id))
    .where(
        _class.c.business_id == bindparam("business_id"),
        _class.c.starts_at > bindparam("now"),
        _class.c.on_date >= bindparam("from_day"),
        _class.c.cancelled_at.is_(None),
    )
    .order_by(_class.c.starts_at, _class.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_TO_COME_OF_SERIES = _TO_COME.where(_class.c.series_id == bindparam("series_id"))

_TICKETS = (
    select(_ticket.c.series_id, _ticket.c.id, _ticket.c.name, _ticket.c.price)
    .where(
        _ticket.c.business_id == bindparam("business_id"),
        _ticket.c.series_id.in_(bindparam("series_ids", expanding=True)),
        _ticket.c.on_sale,
    )
    .order_by(_ticket.c.position, _ticket.c.price.desc(), _ticket.c.id)
)


def pickable_classes(
    business_id: UUID,
    *,
    now: datetime,
    from_day: date,
    series_id: UUID | None,
    most: int,
    skipped: int = 0,
) -> list[PickableClass]:
    """Classes that take place and have not begun, from a date in the business's zone on, soonest first."""
    asked = {
        "business_id": business_id,
        "now": now,
        "from_day": from_day,
        "most": most,
        "skipped": skipped,
    }
    if series_id is not None:
        rows = read(_TO_COME_OF_SERIES, asked | {"series_id": series_id}).all()
    else:
        rows = read(_TO_COME, asked).all()
    tickets = _tickets_of(business_id, {row.series_id for row in rows})
    return [
        PickableClass(
            id=row.id,
            name=row.name,
            on_date=row.on_date,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            teacher=row.teacher,
            place=row.place,
            places_left=places_for_everyone(row.free, row.waiting),
            waiting=row.waiting,
            tickets=tuple(tickets[row.series_id]),
        )
        for row in rows
    ]


def _tickets_of(business_id: UUID, series_ids: Iterable[UUID]) -> dict[UUID, list[TicketOnSale]]:
    found: dict[UUID, list[TicketOnSale]] = defaultdict(list)
    wanted = sorted(series_ids)
    if wanted:
        for row in read(_TICKETS, {"business_id": business_id, "series_ids": wanted}):
            found[row.series_id].append(TicketOnSale(row.id, row.name, row.price))
    return found
