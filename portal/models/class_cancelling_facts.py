"""What the cancelling of a class is reckoned from, and what of it is still to be done (C6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select

from portal.models.baskets import BasketLine
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_cancellations import ClassCancellation
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db
from portal.models.pass_days import PassExtension
from portal.models.transfers import TicketTransfer, TransferStatus
from portal.models.waiting_lists import WaitingEntry


@dataclass(frozen=True, slots=True)
class ClassToCancel:
    """A class as its cancelling sees it; ``next_on`` is the next one of its series that is not cancelled."""

    id: UUID
    name: str
    on_date: date
    starts_at: datetime
    cancelled_at: datetime | None
    next_on: date | None


@dataclass(frozen=True, slots=True)
class BookingInClass:
    """A confirmed booking with a ticket for the class that nobody has cancelled."""

    id: UUID
    reference: str
    name: str
    customer_id: UUID | None
    ticket_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class NotYetBooked:
    """Who is on the way into a class: tickets of bookings that wait for their payment, open baskets, and
    people in line or with a place on offer.
    """

    being_paid: int
    baskets: int
    in_line: int


@dataclass(frozen=True, slots=True)
class CountingTicket:
    """A ticket for a class that still counts; a client may have cancelled it after the class began (C3)."""

    id: UUID
    pass_id: UUID | None
    is_cancelled: bool


_LATER = ClassSession.__table__.alias("later")
_CLASS = (
    select(
        ClassSession.id,
        ClassSeries.name,
        ClassSession.on_date,
        ClassSession.starts_at,
        ClassSession.cancelled_at,
        select(func.min(_LATER.c.on_date))
        .where(
            _LATER.c.business_id == ClassSession.business_id,
            _LATER.c.series_id == ClassSession.series_id,
            _LATER.c.starts_at > ClassSession.starts_at,
            _LATER.c.cancelled_at.is_(None),
        )
        .correlate(ClassSession)
        .scalar_subquery(),
    )
    .join(
        ClassSeries,
        and_(ClassSeries.business_id == ClassSession.business_id, ClassSeries.id == ClassSession.series_id),
    )
    .where(
        ClassSession.business_id == bindparam("business_id"),
        ClassSession.id == bindparam("class_session_id"),
    )
)

_IN_CLASS = and_(
    Ticket.business_id == bindparam("business_id"), Ticket.class_session_id == bindparam("class_session_id")
)
_BOOKED = and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id)
_CANCELLED = exists().where(
    TicketCancellation.business_id == Ticket.business_id, TicketCancellation.ticket_id == Ticket.id
)
_BEING_MOVED = exists().where(
    TicketTransfer.business_id == Ticket.business_id,
    or_(TicketTransfer.from_ticket_id == Ticket.id, TicketTransfer.to_ticket_id == Ticket.id),
    TicketTransfer.status == TransferStatus.PENDING,
)
_SETTLED = and_(Booking.status == BookingStatus.CONFIRMED, ~_BEING_MOVED)
"""Where nobody is paying: what is being paid is cancelled once it is (C6)."""


def _in_class(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(Booking.id, Booking.reference, Booking.name, Booking.customer_id, Ticket.id)
        .join(Ticket, _BOOKED)
        .where(_IN_CLASS, Ticket.counts, _SETTLED, ~_CANCELLED, *conditions)
        .order_by(Booking.name, Booking.id, Ticket.id)
    )


_BOOKINGS = _in_class()

_BEING_PAID = (
    select(func.count())
    .select_from(Ticket)
    .join(Booking, _BOOKED)
    .where(_IN_CLASS, Ticket.counts, ~_SETTLED)
    .scalar_subquery()
)
_BASKETS = (
    select(func.count(BasketLine.basket_id.distinct()))
    .where(
        BasketLine.business_id == bindparam("business_id"),
        BasketLine.class_session_id == bindparam("class_session_id"),
        BasketLine.place_counted,
        BasketLine.held_until > bindparam("now"),
    )
    .scalar_subquery()
)
_IN_LINE = (
    select(func.count())
    .select_from(WaitingEntry)
    .where(
        WaitingEntry.business_id == bindparam("business_id"),
        WaitingEntry.class_session_id == bindparam("class_session_id"),
        WaitingEntry.ended_at.is_(None),
    )
    .scalar_subquery()
)
_ON_THE_WAY = select(_BEING_PAID, _BASKETS, _IN_LINE)

_UNFINISHED = (
    select(ClassCancellation.business_id, ClassCancellation.id)
    .where(ClassCancellation.finished_at.is_(None))
    .order_by(ClassCancellation.at, ClassCancellation.id)
)

_DUE = (
    select(Ticket.booking_id)
    .join(Booking, _BOOKED)
    .where(_IN_CLASS, Ticket.counts, _SETTLED, Ticket.booking_id > bindparam("after"))
    .distinct()
    .order_by(Ticket.booking_id)
    .limit(bindparam("most"))
)

_COUNTING = (
    select(Ticket.id, Ticket.class_pass_id, _CANCELLED)
    .join(Booking, _BOOKED)
    .where(_IN_CLASS, Ticket.counts, _SETTLED, Ticket.booking_id == bindparam("booking_id"))
    .order_by(Ticket.id)
)

_ANY_COUNTS = select(select(Ticket.id).where(_IN_CLASS, Ticket.counts).exists())

_EXTENDED = select(PassExtension.class_pass_id).where(
    PassExtension.business_id == bindparam("business_id"),
    PassExtension.class_cancellation_id == bindparam("class_cancellation_id"),
    PassExtension.class_pass_id.in_(bindparam("pass_ids", expanding=True)),
)


def class_to_cancel(business_id: UUID, class_session_id: UUID) -> ClassToCancel | None:
    """A class of this business; None where there is no such one."""
    row = db.session.execute(_CLASS, _keys(business_id, class_session_id)).first()
    return ClassToCancel(*tuple(row)) if row is not None else None


def bookings_in_class(business_id: UUID, class_session_id: UUID) -> Sequence[BookingInClass]:
    """Whose tickets are cancelled with a class, by name: one statement."""
    tickets: dict[tuple[UUID, str, str, UUID | None], set[UUID]] = {}
    for *booking, ticket_id in db.session.execute(_BOOKINGS, _keys(business_id, class_session_id)):
        tickets.setdefault(tuple(booking), set()).add(ticket_id)
    return [BookingInClass(*booking, frozenset(of)) for booking, of in tickets.items()]


def on_the_way_into(business_id: UUID, class_session_id: UUID, *, now: datetime) -> NotYetBooked:
    """Who is about to book a class: one statement."""
    keys = {**_keys(business_id, class_session_id), "now": now}
    return NotYetBooked(*db.session.execute(_ON_THE_WAY, keys).one())


def unfinished_cancellations() -> list[tuple[UUID, UUID]]:
    """The cancelled classes with tickets that still count: the business and the act of each, oldest first."""
    return [(row.business_id, row.id) for row in db.session.execute(_UNFINISHED)]


def bookings_due(business_id: UUID, class_session_id: UUID, *, after: UUID, most: int) -> list[UUID]:
    """Confirmed bookings with a ticket that still counts, in the order of their ids, from ``after`` on."""
    keys = {**_keys(business_id, class_session_id), "after": after, "most": most}
    return list(db.session.scalars(_DUE, keys))


def counting_tickets(business_id: UUID, class_session_id: UUID, booking_id: UUID) -> Sequence[CountingTicket]:
    """What of a booking is still to be cancelled with its class; nothing of what is being paid."""
    keys = {**_keys(business_id, class_session_id), "booking_id": booking_id}
    return [CountingTicket(*row) for row in db.session.execute(_COUNTING, keys)]


def anything_counts(business_id: UUID, class_session_id: UUID) -> bool:
    """Whether any ticket for a class counts, those that are being paid included."""
    return bool(db.session.scalar(_ANY_COUNTS, _keys(business_id, class_session_id)))


def extended_already(business_id: UUID, class_cancellation_id: UUID, pass_ids: set[UUID]) -> set[UUID]:
    """Which passes have been made longer for this class."""
    keys = {"class_cancellation_id": class_cancellation_id, "pass_ids": sorted(pass_ids)}
    return set(db.session.scalars(_EXTENDED, {"business_id": business_id, **keys}))


def _keys(business_id: UUID, class_session_id: UUID) -> dict[str, Any]:
    return {"business_id": business_id, "class_session_id": class_session_id}
