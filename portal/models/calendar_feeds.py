"""Addresses under which calendars subscribe to what one customer booked, and what stands there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint, and_, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import Base, Instant, OfBusiness, new_id, read, refers, table_of
from portal.models.transfers import TicketTransfer, TransferStatus


class CalendarFeed(OfBusiness, Base):
    """A customer's feed. Its address is signed from ``key``, and renewing it draws another: whoever reads
    this table alone knows no address.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        refers("customer_id", "customer"),
        UniqueConstraint("business_id", "customer_id"),
        UniqueConstraint("business_id", "key"),
    )

    customer_id: Mapped[UUID]
    key: Mapped[UUID] = mapped_column(default=new_id)
    renewed_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class FeedTicket:
    """A confirmed ticket in somebody's calendar."""

    id: UUID
    reference: str
    class_name: str
    ticket_name: str
    teacher: str
    place: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool


_feed = table_of(CalendarFeed)
_ticket = table_of(Ticket)
_booking = table_of(Booking)
_class = table_of(ClassSession)
_series = table_of(ClassSeries)
_type = table_of(TicketType)
_cancelled = table_of(TicketCancellation)
_move = table_of(TicketTransfer)

_KEY = select(_feed.c.key).where(
    _feed.c.business_id == bindparam("business_id"), _feed.c.customer_id == bindparam("customer_id")
)
_OWNER = select(_feed.c.customer_id).where(
    _feed.c.business_id == bindparam("business_id"), _feed.c.key == bindparam("key")
)
_OWN = and_(
    _booking.c.business_id == bindparam("business_id"),
    _booking.c.customer_id == bindparam("customer_id"),
    _booking.c.status == BookingStatus.CONFIRMED,
)
_CONFIRMED_MOVE = and_(
    _move.c.business_id == _ticket.c.business_id, _move.c.status == TransferStatus.CONFIRMED
)
_MOVES = (
    select(_move.c.from_ticket_id, _move.c.to_ticket_id)
    .join(_ticket, and_(_CONFIRMED_MOVE, _move.c.to_ticket_id == _ticket.c.id))
    .join(
        _booking, and_(_booking.c.business_id == _ticket.c.business_id, _booking.c.id == _ticket.c.booking_id)
    )
    .where(_OWN)
    .order_by(_move.c.at, _move.c.id)
)
_TICKETS = (
    select(
        _ticket.c.id,
        _booking.c.reference,
        _series.c.name,
        _type.c.name,
        _class.c.teacher,
        _class.c.place,
        _class.c.starts_at,
        _class.c.ends_at,
        _cancelled.c.id.is_not(None),
    )
    .join(
        _booking, and_(_booking.c.business_id == _ticket.c.business_id, _booking.c.id == _ticket.c.booking_id)
    )
    .join(
        _class, and_(_class.c.business_id == _ticket.c.business_id, _class.c.id == _ticket.c.class_session_id)
    )
    .join(_series, and_(_series.c.business_id == _class.c.business_id, _series.c.id == _class.c.series_id))
    .join(_type, and_(_type.c.business_id == _ticket.c.business_id, _type.c.id == _ticket.c.ticket_type_id))
    .outerjoin(
        _cancelled,
        and_(_cancelled.c.business_id == _ticket.c.business_id, _cancelled.c.ticket_id == _ticket.c.id),
    )
    .where(
        _OWN,
        _class.c.starts_at > bindparam("since"),
        ~select(_move.c.id).where(_CONFIRMED_MOVE, _move.c.from_ticket_id == _ticket.c.id).exists(),
        ~select(_move.c.id)
        .where(
            _move.c.business_id == _ticket.c.business_id,
            _move.c.to_ticket_id == _ticket.c.id,
            _move.c.status != TransferStatus.CONFIRMED,
        )
        .exists(),
    )
    .order_by(_class.c.starts_at, _ticket.c.id)
    .limit(bindparam("most"))
)


def feed_key(business_id: UUID, customer_id: UUID) -> UUID | None:
    """The key of a customer's feed; None where they have none."""
    return read(_KEY, {"business_id": business_id, "customer_id": customer_id}).scalar()


def owner_of_feed(business_id: UUID, key: UUID) -> UUID | None:
    """The customer whose feed has that key; None where it was renewed, or never was."""
    return read(_OWNER, {"business_id": business_id, "key": key}).scalar()


def tickets_in_feed(business_id: UUID, customer_id: UUID, *, since: datetime, most: int) -> list[FeedTicket]:
    """A customer's confirmed tickets of classes that begin after ``since``, where each stands now; cancelled
    ones too.
    """
    asked = {"business_id": business_id, "customer_id": customer_id, "since": since, "most": most}
    return [FeedTicket(*tuple(row)) for row in read(_TICKETS, asked)]


def first_tickets_of(business_id: UUID, customer_id: UUID) -> dict[UUID, tuple[UUID, int]]:
    """For each ticket that came by a move, the one that was booked, and how many moves lie between."""
    found: dict[UUID, tuple[UUID, int]] = {}
    for row in read(_MOVES, {"business_id": business_id, "customer_id": customer_id}):
        before, after = tuple(row)
        first, moves = found.get(before, (before, 0))
        found[after] = (first, moves + 1)
    return found
