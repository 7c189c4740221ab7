"""What a reminder tells of: the classes of one day that somebody has booked, as they stand now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select

from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import db, table_of


@dataclass(frozen=True, slots=True)
class RemindedVisit:
    """One class that somebody is reminded of, with how many places of a kind they have, and by which booking.

    ``pass_name`` is the pass that paid.
    """

    class_name: str
    ticket_name: str
    places: int
    on_date: date
    starts_at: datetime
    ends_at: datetime
    teacher: str
    place: str
    pass_name: str | None
    reference: str
    secret: str
    is_guests: bool

    @property
    def path(self) -> str:
        """Where the booking is found; with its secret for a guest, who has nothing else to show (R5)."""
        path = f"/bookings/{self.reference}"
        return f"{path}?secret={self.secret}" if self.is_guests else path


_booking = table_of(Booking)
_ticket = table_of(Ticket)
_class = table_of(ClassSession)
_series = table_of(ClassSeries)
_ticket_type = table_of(TicketType)
_pass = table_of(ClassPass)

_TOLD = (
    _series.c.name,
    _ticket_type.c.name,
    _class.c.on_date,
    _class.c.starts_at,
    _class.c.ends_at,
    _class.c.teacher,
    _class.c.place,
    _pass.c.name,
    _booking.c.reference,
    _booking.c.secret,
    _booking.c.customer_id,
)

_VISITS = (
    select(*_TOLD[:2], func.count(), *_TOLD[2:])
    .select_from(
        _booking.join(
            _ticket,
            and_(_ticket.c.business_id == _booking.c.business_id, _ticket.c.booking_id == _booking.c.id),
        )
        .join(
            _class,
            and_(_class.c.business_id == _ticket.c.business_id, _class.c.id == _ticket.c.class_session_id),
        )
        .join(
            _series, and_(_series.c.business_id == _class.c.business_id, _series.c.id == _class.c.series_id)
        )
        .join(
            _ticket_type,
            and_(
                _ticket_type.c.business_id == _ticket.c.business_id,
                _ticket_type.c.id == _ticket.c.ticket_type_id,
            ),
        )
        .outerjoin(
            _pass,
            and_(_pass.c.business_id == _ticket.c.business_id, _pass.c.id == _ticket.c.class_pass_id),
        )
    )
    .where(
        _booking.c.business_id == bindparam("business_id"),
        _booking.c.status == BookingStatus.CONFIRMED,
        _ticket.c.counts,
        _class.c.on_date == bindparam("day"),
        _class.c.starts_at > bindparam("now"),
    )
    .group_by(*_TOLD)
    .order_by(_class.c.starts_at, _series.c.name, _ticket_type.c.name, _booking.c.reference)
)

_OF_CUSTOMER = _VISITS.where(_booking.c.customer_id == bindparam("customer_id"))
_OF_BOOKING = _VISITS.where(_booking.c.id == bindparam("booking_id"))


def customers_visits(
    business_id: UUID, customer_id: UUID, day: date, *, now: datetime
) -> list[RemindedVisit]:
    """What a customer has booked on a day and has not begun: one statement."""
    asked = {"business_id": business_id, "customer_id": customer_id, "day": day, "now": now}
    return [_visit(row) for row in db.session.execute(_OF_CUSTOMER, asked)]


def bookings_visits(business_id: UUID, booking_id: UUID, day: date, *, now: datetime) -> list[RemindedVisit]:
    """The same of one booking, a guest's."""
    asked = {"business_id": business_id, "booking_id": booking_id, "day": day, "now": now}
    return [_visit(row) for row in db.session.execute(_OF_BOOKING, asked)]


def _visit(row: Any) -> RemindedVisit:
    told = [*row[:-1], row.customer_id is None]
    return RemindedVisit(*told)
