"""How people stand in waiting lists, for the pages of customers and of staff; each in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, or_, select

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, Ticket
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db, table_of
from portal.models.ended_places import FREE
from portal.models.people import Customer
from portal.models.waiting_lists import WaitingEntry, WaitingStatus, has_status
from portal.rules.waiting import InLine, Turn, turn_of


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """How a customer stands with one class. ``position`` is theirs in line, ``until`` the end of the offer
    that they have or had.
    """

    turn: Turn
    position: int
    until: datetime | None
    has_ticket: bool
    in_basket: bool

    @property
    def may_add(self) -> bool:
        """Whether a place is theirs for the asking."""
        return self.turn in {Turn.FREE, Turn.OFFERED}

    @property
    def is_in_line(self) -> bool:
        """Whether there is something to leave."""
        return self.may_add or self.turn is Turn.IN_LINE


@dataclass(frozen=True, slots=True)
class WaitedForClass:
    """A class for which a customer waits, or of which a place is kept for them ``until`` then."""

    class_session_id: UUID
    class_name: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    teacher: str
    place: str
    turn: Turn
    position: int
    until: datetime | None

    @property
    def is_theirs(self) -> bool:
        """Whether a place is theirs for the asking now."""
        return self.turn in {Turn.FREE, Turn.OFFERED}

    @property
    def address(self) -> str:
        """The page of the class."""
        return f"/classes/{self.class_session_id}"


@dataclass(frozen=True, slots=True)
class PersonInLine:
    """Somebody in a class's waiting list, as staff see it; ``position`` is None for whoever has an offer."""

    customer_id: UUID
    name: str
    email: str
    joined_at: datetime
    position: int | None
    offered_until: datetime | None


_entry = table_of(WaitingEntry)
_before = table_of(WaitingEntry).alias("before")
_class = table_of(ClassSession)
_series = table_of(ClassSeries)
_ticket = table_of(Ticket)
_booking = table_of(Booking)
_basket = table_of(Basket)
_line = table_of(BasketLine)
_customer = table_of(Customer)

_AHEAD = (
    select(func.count())
    .where(
        _before.c.business_id == _entry.c.business_id,
        _before.c.class_session_id == _entry.c.class_session_id,
        has_status(_before.c, WaitingStatus.WAITING),
        or_(
            _before.c.joined_at < _entry.c.joined_at,
            and_(_before.c.joined_at == _entry.c.joined_at, _before.c.id < _entry.c.id),
        ),
    )
    .correlate(_entry)
    .scalar_subquery()
)

_LATEST_ENTRY = (
    select(_before.c.id)
    .where(
        _before.c.business_id == _class.c.business_id,
        _before.c.class_session_id == _class.c.id,
        _before.c.customer_id == bindparam("customer_id"),
    )
    .order_by(_before.c.joined_at.desc(), _before.c.id.desc())
    .limit(1)
    .correlate(_class)
    .scalar_subquery()
)

MY_TICKET = exists().where(
    _ticket.c.business_id == _class.c.business_id,
    _ticket.c.class_session_id == _class.c.id,
    _ticket.c.counts,
    _booking.c.business_id == _ticket.c.business_id,
    _booking.c.id == _ticket.c.booking_id,
    _booking.c.customer_id == bindparam("customer_id"),
)
"""Whether a customer has a ticket for the class that counts, for statements over ``class_session``."""

MY_LINE = exists().where(
    _line.c.business_id == _class.c.business_id,
    _line.c.class_session_id == _class.c.id,
    _line.c.place_counted,
    _line.c.held_until > bindparam("now"),
    _basket.c.business_id == _line.c.business_id,
    _basket.c.id == _line.c.basket_id,
    _basket.c.customer_id == bindparam("customer_id"),
)
"""Whether the customer's basket holds a place of the class."""

_STANDING = (
    select(
        FREE.label("free"),
        MY_TICKET.label("has_ticket"),
        MY_LINE.label("in_basket"),
        _entry.c.id.label("entry_id"),
        _entry.c.status,
        _entry.c.offered_until,
        _AHEAD.label("ahead"),
    )
    .select_from(_class)
    .outerjoin(_entry, and_(_entry.c.business_id == _class.c.business_id, _entry.c.id == _LATEST_ENTRY))
    .where(_class.c.business_id == bindparam("business_id"), _class.c.id == bindparam("class_session_id"))
)

_WAITED_FOR = (
    select(
        _class.c.id.label("class_session_id"),
        _series.c.name.label("class_name"),
        _class.c.on_date,
        _class.c.starts_at,
        _class.c.ends_at,
        _class.c.teacher,
        _class.c.place,
        FREE.label("free"),
        _entry.c.status,
        _entry.c.offered_until,
        _AHEAD.label("ahead"),
    )
    .select_from(_entry)
    .join(
        _class, and_(_class.c.business_id == _entry.c.business_id, _class.c.id == _entry.c.class_session_id)
    )
    .join(_series, and_(_series.c.business_id == _class.c.business_id, _series.c.id == _class.c.series_id))
    .where(
        _entry.c.business_id == bindparam("business_id"),
        _entry.c.customer_id == bindparam("customer_id"),
        _entry.c.ended_at.is_(None),
    )
)

_LIST = (
    select(
        _customer.c.id,
        _customer.c.name,
        _customer.c.email,
        _entry.c.joined_at,
        _entry.c.status,
        _entry.c.offered_until,
    )
    .select_from(_entry)
    .join(
        _customer,
        and_(_customer.c.business_id == _entry.c.business_id, _customer.c.id == _entry.c.customer_id),
    )
    .where(
        _entry.c.business_id == bindparam("business_id"),
        _entry.c.class_session_id == bindparam("class_session_id"),
        _entry.c.ended_at.is_(None),
    )
    .order_by(_entry.c.joined_at, _entry.c.id)
)


def own_standing(
    business_id: UUID, class_session_id: UUID, customer_id: UUID, *, now: datetime
) -> OwnStanding:
    """How a customer stands with a class, reckoned as if everything free had been offered to the queue."""
    row = db.session.execute(
        _STANDING,
        {
            "business_id": business_id,
            "class_session_id": class_session_id,
            "customer_id": customer_id,
            "now": now,
        },
    ).one()
    entry = _in_line(row) if row.entry_id is not None else None
    return OwnStanding(
        turn=turn_of(entry, free=row.free, now=now),
        position=entry.position if entry else 0,
        until=entry.offered_until if entry else None,
        has_ticket=bool(row.has_ticket),
        in_basket=bool(row.in_basket),
    )


def waited_for(business_id: UUID, customer_id: UUID, *, now: datetime) -> list[WaitedForClass]:
    """The classes to come for which a customer waits, and those of which a place is kept for them; the next
    class first.
    """
    asked = {"business_id": business_id, "customer_id": customer_id, "now": now}
    found = [_waited_for(row, now) for row in db.session.execute(_WAITED_FOR, asked) if row.starts_at > now]
    found.sort(key=lambda waited: (waited.starts_at, waited.class_session_id))
    return [waited for waited in found if waited.turn is not Turn.MISSED]


def waiting_list_of(business_id: UUID, class_session_id: UUID) -> list[PersonInLine]:
    """A class's waiting list in its order: whoever has an offer that nobody let go of yet, and who waits."""
    rows: Sequence[Any] = db.session.execute(
        _LIST, {"business_id": business_id, "class_session_id": class_session_id}
    ).all()
    waiting = [row.id for row in rows if row.status is WaitingStatus.WAITING]
    positions = {customer_id: nth for nth, customer_id in enumerate(waiting, start=1)}
    return [
        PersonInLine(row.id, row.name, row.email, row.joined_at, positions.get(row.id), row.offered_until)
        for row in rows
    ]


def _in_line(row: Any) -> InLine:
    return InLine(
        waits=row.status is WaitingStatus.WAITING,
        offered=row.status is WaitingStatus.OFFERED,
        ended_unused=row.status is WaitingStatus.LAPSED,
        offered_until=row.offered_until,
        ahead=row.ahead,
    )


def _waited_for(row: Any, now: datetime) -> WaitedForClass:
    entry = _in_line(row)
    return WaitedForClass(
        class_session_id=row.class_session_id,
        class_name=row.class_name,
        on_date=row.on_date,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        teacher=row.teacher,
        place=row.place,
        turn=turn_of(entry, free=row.free, now=now),
        position=entry.position,
        until=entry.offered_until,
    )
