"""Classes that a ticket can be moved to: one by its id, or a page of those to come (C7)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, select

from portal.models.booking_windows import IS_CLOSED
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import db, table_of
from portal.models.ended_places import FREE
from portal.rules.facts import TicketLine


@dataclass(frozen=True, slots=True)
class TargetClass:
    """A class to come that a ticket might be moved to. ``places_left`` is what is free for everybody: nothing
    where people wait for a place; ``is_closed`` outside its booking window.
    """

    id: UUID
    series_id: UUID
    name: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    teacher: str
    place: str
    places_left: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class TargetTicket:
    """A ticket type on sale; ``price`` is in minor units."""

    id: UUID
    series_id: UUID
    name: str
    price: int


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the list of classes is narrowed down to; ``day`` is a date in the business's zone."""

    series_id: UUID | None = None
    day: date | None = None


_class = table_of(ClassSession)
_series = table_of(ClassSeries)
_type = table_of(TicketType)


_PLACES_LEFT = case((_class.c.waiting > 0, 0), else_=FREE).label("places_left")

_OF_SERIES = and_(_series.c.business_id == _class.c.business_id, _series.c.id == _class.c.series_id)

_TARGET = (
    select(
        _class.c.id,
        _class.c.series_id,
        _class.c.on_date,
        _class.c.starts_at,
        _class.c.cancelled_at,
        _series.c.name.label("class_name"),
        _type.c.name.label("ticket_name"),
        _type.c.price,
        _type.c.on_sale,
        _PLACES_LEFT,
        IS_CLOSED.label("is_closed"),
    )
    .join(_series, _OF_SERIES)
    .join(_type, and_(_type.c.business_id == _class.c.business_id, _type.c.series_id == _class.c.series_id))
    .where(
        _class.c.business_id == bindparam("business_id"),
        _class.c.id == bindparam("class_session_id"),
        _type.c.id == bindparam("ticket_type_id"),
    )
)

_LISTED = (
    select(
        _class.c.id,
        _class.c.series_id,
        _series.c.name,
        _class.c.on_date,
        _class.c.starts_at,
        _class.c.ends_at,
        _class.c.teacher,
        _class.c.place,
        _PLACES_LEFT,
        IS_CLOSED,
    )
    .join(_series, _OF_SERIES)
    .where(
        _class.c.business_id == bindparam("business_id"),
        _class.c.starts_at > bindparam("now"),
        _class.c.cancelled_at.is_(None),
        _class.c.id != bindparam("but_not"),
    )
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_SAME_SERIES_FIRST = case((_class.c.series_id == bindparam("own_series_id"), 0), else_=1)
_FILTERS = {
    "series_id": _class.c.series_id == bindparam("series_id"),
    "day": _class.c.on_date == bindparam("day"),
}


def _list(names: Iterable[str]) -> Any:
    filters = [_FILTERS[name] for name in names]
    return _LISTED.where(*filters).order_by(_SAME_SERIES_FIRST, _class.c.starts_at, _class.c.id)


# One prebuilt statement for each set of filters, so that the database can use its indexes.
_LISTS = {
    (series, day): _list(name for name, asked in (("series_id", series), ("day", day)) if asked)
    for series in (False, True)
    for day in (False, True)
}

_TICKETS = (
    select(_type.c.id, _type.c.series_id, _type.c.name, _type.c.price)
    .where(
        _type.c.business_id == bindparam("business_id"),
        _type.c.series_id.in_(bindparam("series_ids", expanding=True)),
        _type.c.on_sale,
    )
    .order_by(_type.c.position, _type.c.price.desc(), _type.c.id)
)

_SERIES_OF = select(_class.c.series_id, _class.c.cancelled_at).where(
    _class.c.business_id == bindparam("business_id"), _class.c.id == bindparam("class_session_id")
)


def target_of(
    business_id: UUID, class_session_id: UUID, ticket_type_id: UUID, *, now: datetime
) -> TicketLine | None:
    """A ticket of a class as the rules see it; None where there is no such ticket, or the class is cancelled.

    One statement; ``on_sale`` and ``starts_at`` are for the caller to look at.
    """
    keys = {"class_session_id": class_session_id, "ticket_type_id": ticket_type_id, "now": now}
    row = db.session.execute(_TARGET, {"business_id": business_id, **keys}).first()
    if row is None or row.cancelled_at is not None:
        return None
    return TicketLine(
        id=ticket_type_id,
        class_session_id=row.id,
        series_id=row.series_id,
        ticket_type_id=ticket_type_id,
        class_name=row.class_name,
        ticket_name=row.ticket_name,
        starts_at=row.starts_at,
        on_date=row.on_date,
        price=row.price,
        held_until=None,
        places_free=int(row.places_left),
        on_sale=row.on_sale,
        closed=bool(row.is_closed),
    )


def series_of(business_id: UUID, class_session_id: UUID) -> tuple[UUID, bool]:
    """The series of a class, and whether the studio has cancelled it."""
    row = db.session.execute(
        _SERIES_OF, {"business_id": business_id, "class_session_id": class_session_id}
    ).one()
    return row.series_id, row.cancelled_at is not None


def target_classes(
    business_id: UUID,
    own: tuple[UUID, UUID],
    *,
    narrowed: Narrowed,
    now: datetime,
    most: int,
    skipped: int = 0,
) -> list[TargetClass]:
    """Classes that have not begun, those of the ticket's own series first, then by their start: one
    statement. ``own`` is the class that it is for, which is not among them, and its series.
    """
    asked = {name: it for name, it in asdict(narrowed).items() if it is not None}
    keys = {"but_not": own[0], "own_series_id": own[1], "now": now, "most": most, "skipped": skipped}
    rows = db.session.execute(
        _LISTS[narrowed.series_id is not None, narrowed.day is not None],
        {"business_id": business_id, **keys, **asked},
    )
    return [TargetClass(*row) for row in rows]


def target_tickets(business_id: UUID, series_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[TargetTicket]]:
    """What each series has on sale, in the studio's order: one statement."""
    found: defaultdict[UUID, list[TargetTicket]] = defaultdict(list)
    wanted = {"business_id": business_id, "series_ids": sorted(set(series_ids))}
    for row in db.session.execute(_TICKETS, wanted):
        found[row.series_id].append(TargetTicket(*row))
    return found


def line_of(target: TargetClass, ticket: TargetTicket) -> TicketLine:
    """A ticket of a listed class as the rules see it."""
    return TicketLine(
        id=ticket.id,
        class_session_id=target.id,
        series_id=target.series_id,
        ticket_type_id=ticket.id,
        class_name=target.name,
        ticket_name=ticket.name,
        starts_at=target.starts_at,
        on_date=target.on_date,
        price=ticket.price,
        held_until=None,
        places_free=target.places_left,
        closed=bool(target.is_closed),
    )
