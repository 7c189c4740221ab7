"""Classes as staff see them: the list, one class with how its cancelling stands, and who comes (C6)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from portal.models.baskets import BasketLine
from portal.models.bookings import Booking, BookingStatus, PassSale, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_cancellations import ClassCancellation
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import db
from portal.models.people import StaffMember
from portal.models.preferences import RefundTo


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
class Attendee:
    """A ticket for a class: whose, and what pays for it in minor units; ``customer_id`` is None for a guest.

    ``code`` is the discount code, where it lowered this ticket's price.
    """

    ticket_id: UUID
    name: str
    email: str
    customer_id: UUID | None
    reference: str
    ticket_name: str
    is_pending: bool
    by_pass: bool
    pass_id: UUID | None
    pass_name: str | None
    list_price: int
    discount: int
    to_pay: int
    code: str | None
    cancelled_at: datetime | None


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

_WHO = (
    select(
        Ticket.id,
        Booking.name,
        Booking.email,
        Booking.customer_id,
        Booking.reference,
        TicketType.name,
        Booking.status == BookingStatus.PENDING,
        Ticket.by_pass,
        Ticket.class_pass_id,
        func.coalesce(ClassPass.name, PassSale.name),
        Ticket.list_price,
        Ticket.discount,
        Ticket.to_pay,
        Booking.discount_code,
        TicketCancellation.at,
    )
    .join(Booking, and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id))
    .join(
        TicketType, and_(TicketType.business_id == Ticket.business_id, TicketType.id == Ticket.ticket_type_id)
    )
    .outerjoin(
        ClassPass, and_(ClassPass.business_id == Ticket.business_id, ClassPass.id == Ticket.class_pass_id)
    )
    .outerjoin(PassSale, and_(PassSale.business_id == Ticket.business_id, PassSale.id == Ticket.pass_sale_id))
    .outerjoin(
        TicketCancellation,
        and_(TicketCancellation.business_id == Ticket.business_id, TicketCancellation.ticket_id == Ticket.id),
    )
    .where(
        Ticket.business_id == bindparam("business_id"),
        Ticket.class_session_id == bindparam("class_session_id"),
        or_(Ticket.counts, TicketCancellation.id.is_not(None)),
    )
    .order_by(TicketCancellation.id.is_not(None), Booking.name, Ticket.id)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)


def classes_of_staff(
    business_id: UUID,
    *,
    now: datetime,
    past: bool = False,
    series_id: UUID | None = None,
    day: date | None = None,
    most: int,
    skipped: int = 0,
) -> list[StaffClass]:
    """Classes that are not over, the next first, or past ones, the latest first: one statement."""
    asked = {"series_id": series_id, "day": day}
    chosen = {name: value for name, value in asked.items() if value is not None}
    listed: Select[Any] = _PAST if past else _TO_COME
    rows = db.session.execute(
        listed.where(*(_FILTERS[name] for name in chosen)),
        {"business_id": business_id, "now": now, "most": most, "skipped": skipped, **chosen},
    )
    return [StaffClass(*tuple(row)) for row in rows]


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


def attendees_of(business_id: UUID, class_session_id: UUID, *, most: int, skipped: int = 0) -> list[Attendee]:
    """Who comes, by name, then the tickets that are cancelled: one statement."""
    keys = {"business_id": business_id, "class_session_id": class_session_id}
    rows = db.session.execute(_WHO, {**keys, "most": most, "skipped": skipped})
    return [_attendee(row) for row in rows]


def _attendee(row: Any) -> Attendee:
    found = Attendee(*row)
    return found if found.discount else replace(found, code=None)
