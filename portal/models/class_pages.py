"""What the pages of classes show, each in one statement (B1)."""

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, func, select

from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import read, table_of
from portal.models.ended_places import FREE, OFFERS
from portal.rules.waiting import places_for_everyone


@dataclass(frozen=True, slots=True)
class ListedClass:
    """A dated class in a list, with its tickets' prices in minor units: None where none is on sale.

    ``places_left`` adds back places whose hold or offer has ended but is not yet let go of (DESIGN §3), and
    leaves out those for which people wait. ``opens_at`` is when booking opens, where it has not yet, and
    ``is_closed`` says that it has closed.
    """

    id: UUID
    name: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    teacher: str
    place: str
    lowest_price: int | None
    highest_price: int | None
    _: KW_ONLY
    places_left: int
    waiting: int
    is_cancelled: bool
    opens_at: datetime | None
    is_closed: bool

    @property
    def address(self) -> str:
        """Its page."""
        return f"/classes/{self.id}"


@dataclass(frozen=True, slots=True)
class ShownClass:
    """A dated class on its own page. ``places_left`` is what is left for those who do not wait, ``free`` what
    anybody may have; ``has_queue`` says that people wait for it, or have a place of it on offer.
    """

    id: UUID
    series_id: UUID
    name: str
    description: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    teacher: str
    place: str
    free: int
    waiting: int
    has_queue: bool
    is_cancelled: bool
    opens_at: datetime | None
    closes_at: datetime

    @property
    def places_left(self) -> int:
        """How many places are left for everyone."""
        return places_for_everyone(self.free, self.waiting)


@dataclass(frozen=True, slots=True)
class TicketOnSale:
    """A ticket type as it can be bought; ``price`` is in minor units."""

    id: UUID
    name: str
    price: int


@dataclass(frozen=True, slots=True)
class SeriesChoice:
    """A class series in the filter."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the class list can be filtered by: only what has classes to come."""

    series: tuple[SeriesChoice, ...]
    teachers: tuple[str, ...]


_class = table_of(ClassSession)
_series = table_of(ClassSeries)
_ticket = table_of(TicketType)

_IS_CANCELLED = _class.c.cancelled_at.is_not(None)

_OF_SERIES = and_(_series.c.business_id == _class.c.business_id, _series.c.id == _class.c.series_id)

_TO_COME = and_(_class.c.business_id == bindparam("business_id"), _class.c.starts_at > bindparam("now"))


def _price(which: Any) -> Any:
    return (
        select(which(_ticket.c.price))
        .where(
            _ticket.c.business_id == _class.c.business_id,
            _ticket.c.series_id == _class.c.series_id,
            _ticket.c.on_sale,
        )
        .correlate(_class)
        .scalar_subquery()
    )


_LISTED = (
    select(
        _class.c.id,
        _series.c.name,
        _class.c.on_date,
        _class.c.starts_at,
        _class.c.ends_at,
        _class.c.teacher,
        _class.c.place,
        _price(func.min),
        _price(func.max),
        FREE,
        _class.c.waiting,
        _IS_CANCELLED,
        _class.c.opens_at,
        _class.c.closes_at,
    )
    .join(_series, _OF_SERIES)
    .order_by(_class.c.starts_at, _class.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)

# One prebuilt statement for each set of filters, so that the database can use its indexes.
_FILTERS = {
    "series_id": _class.c.series_id == bindparam("series_id"),
    "teacher": _class.c.teacher == bindparam("teacher"),
    "day": _class.c.on_date == bindparam("day"),
}


def _filtered(names: Iterable[str]) -> Any:
    return _LISTED.where(_TO_COME, *(_FILTERS[name] for name in names))


_LISTS = {
    (series, teacher, day): _filtered(
        name for name, asked in (("series_id", series), ("teacher", teacher), ("day", day)) if asked
    )
    for series in (False, True)
    for teacher in (False, True)
    for day in (False, True)
}

_CHOICES = (
    select(_class.c.series_id, _series.c.name, _class.c.teacher)
    .join(_series, _OF_SERIES)
    .where(_TO_COME)
    .distinct()
)

_SHOWN = (
    select(
        _class.c.id,
        _class.c.series_id,
        _series.c.name,
        _series.c.description,
        _class.c.on_date,
        _class.c.starts_at,
        _class.c.ends_at,
        _class.c.teacher,
        _class.c.place,
        FREE,
        _class.c.waiting,
        _class.c.waiting + OFFERS > 0,
        _IS_CANCELLED,
        _class.c.opens_at,
        _class.c.closes_at,
    )
    .join(_series, _OF_SERIES)
    .where(_class.c.business_id == bindparam("business_id"), _class.c.id == bindparam("class_session_id"))
)

_TICKETS = (
    select(_ticket.c.id, _ticket.c.name, _ticket.c.price)
    .where(
        _ticket.c.business_id == bindparam("business_id"),
        _ticket.c.series_id == bindparam("series_id"),
        _ticket.c.on_sale,
    )
    .order_by(_ticket.c.position, _ticket.c.price.desc(), _ticket.c.id)
)

_OTHER_DATES = _LISTED.where(
    _TO_COME,
    _class.c.series_id == bindparam("series_id"),
    _class.c.id != bindparam("class_session_id"),
)


def listed_classes(
    business_id: UUID,
    *,
    now: datetime,
    series_id: UUID | None = None,
    teacher: str | None = None,
    day: date | None = None,
    most: int,
    skipped: int = 0,
) -> list[ListedClass]:
    """Classes that have not started, soonest first; ``day`` is a date in the business's zone."""
    statement = _LISTS[series_id is not None, teacher is not None, day is not None]
    asked = {"series_id": series_id, "teacher": teacher, "day": day}
    rows = read(
        statement,
        {"business_id": business_id, "now": now, "most": most, "skipped": skipped}
        | {name: value for name, value in asked.items() if value is not None},
    )
    return [_listed(now, *row) for row in rows]


def class_choices(business_id: UUID, *, now: datetime) -> Choices:
    """The series and teachers that have classes to come, by name."""
    rows: list[Row[Any]] = list(read(_CHOICES, {"business_id": business_id, "now": now}))
    series = {SeriesChoice(row.series_id, row.name) for row in rows}
    return Choices(
        series=tuple(sorted(series, key=lambda choice: (choice.name.casefold(), choice.id))),
        teachers=tuple(sorted({row.teacher for row in rows}, key=str.casefold)),
    )


def shown_class(business_id: UUID, class_session_id: UUID, *, now: datetime) -> ShownClass | None:
    """One dated class of this business, past ones included."""
    row = read(_SHOWN, {"business_id": business_id, "class_session_id": class_session_id, "now": now}).first()
    return ShownClass(*tuple(row)) if row is not None else None


def tickets_on_sale(business_id: UUID, series_id: UUID) -> list[TicketOnSale]:
    """The ticket types of a series that can be bought, in the studio's order."""
    rows = read(_TICKETS, {"business_id": business_id, "series_id": series_id})
    return [TicketOnSale(*tuple(row)) for row in rows]


def other_dates(shown: ShownClass, business_id: UUID, *, now: datetime, most: int) -> list[ListedClass]:
    """The next dated classes of the same series."""
    rows = read(
        _OTHER_DATES,
        {
            "business_id": business_id,
            "now": now,
            "series_id": shown.series_id,
            "class_session_id": shown.id,
            "most": most,
            "skipped": 0,
        },
    )
    return [_listed(now, *row) for row in rows]


def _listed(now: datetime, *row: Any) -> ListedClass:
    *of_class, free, waiting, is_cancelled, opens_at, closes_at = row
    left = places_for_everyone(free, waiting)
    return ListedClass(
        *of_class,
        places_left=left,
        waiting=waiting,
        is_cancelled=bool(is_cancelled),
        opens_at=opens_at if opens_at is not None and opens_at > now else None,
        is_closed=closes_at <= now,
    )
