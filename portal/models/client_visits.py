"""A client's visits, those to come and past ones, and what pays for each (S1, S3)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Executable, bindparam, select

from portal.models.attendance import Attendance, AttendanceStatus
from portal.models.bookings import Booking, BookingStatus, PassSale, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import db
from portal.models.joins import joined, joined_if_there
from portal.models.transfer_facts import moved_away, not_moved_here


@dataclass(frozen=True, slots=True)
class Visit:
    """One ticket of a client and what pays for it, in minor units.

    ``pass_id`` and ``pass_name`` are of the pass that pays, whatever became of it since (S3); a pass that is
    bought in the same booking has no id while that waits for its payment. ``code`` is the discount code,
    where it lowered this ticket's price. ``cancelled_at`` is the end of one that was cancelled; ``is_moved``
    says that it was moved to another class (C7).
    """

    id: UUID
    class_session_id: UUID
    class_name: str
    ticket_name: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    place: str
    teacher: str
    reference: str
    is_pending: bool
    by_pass: bool
    pass_id: UUID | None
    pass_name: str | None
    list_price: int
    discount: int
    to_pay: int
    code: str | None
    cancelled_at: datetime | None
    is_moved: bool
    attendance: AttendanceStatus | None


_VISITS = (
    joined_if_there(
        joined(
            select(
                Ticket.id,
                ClassSession.id.label("class_session_id"),
                ClassSeries.name.label("class_name"),
                TicketType.name.label("ticket_name"),
                ClassSession.on_date,
                ClassSession.starts_at,
                ClassSession.ends_at,
                ClassSession.place,
                ClassSession.teacher,
                Booking.reference,
                Booking.status,
                Ticket.by_pass,
                Ticket.class_pass_id,
                ClassPass.name.label("pass_name"),
                PassSale.name.label("sale_name"),
                Ticket.list_price,
                Ticket.discount,
                Ticket.to_pay,
                Booking.discount_code,
                TicketCancellation.at.label("cancelled_at"),
                moved_away(Ticket).label("is_moved"),
                Attendance.status.label("attendance"),
            ).select_from(Booking),
            (Booking.id, Ticket.booking_id),
            (Ticket.class_session_id, ClassSession.id),
            (ClassSession.series_id, ClassSeries.id),
            (Ticket.ticket_type_id, TicketType.id),
        ),
        (Ticket.class_pass_id, ClassPass.id),
        (Ticket.pass_sale_id, PassSale.id),
        (Ticket.id, TicketCancellation.ticket_id),
        (Ticket.id, Attendance.ticket_id),
    )
    .where(
        Booking.business_id == bindparam("business_id"),
        Booking.customer_id == bindparam("client_id"),
        Booking.status != BookingStatus.RELEASED,
        ~not_moved_here(Ticket),
    )
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)

_UPCOMING = _VISITS.where(ClassSession.starts_at >= bindparam("now")).order_by(
    ClassSession.starts_at, Ticket.id
)
_PAST = _VISITS.where(ClassSession.starts_at < bindparam("now")).order_by(
    ClassSession.starts_at.desc(), Ticket.id.desc()
)


def upcoming_visits(
    business_id: UUID, client_id: UUID, *, now: datetime, most: int, skipped: int = 0
) -> list[Visit]:
    """Visits to come, the next one first; those that wait for a payment are among them. One statement."""
    return _visits(_UPCOMING, business_id, client_id, now, most, skipped)


def past_visits(
    business_id: UUID, client_id: UUID, *, now: datetime, most: int, skipped: int = 0
) -> list[Visit]:
    """Past visits, the latest first: one statement."""
    return _visits(_PAST, business_id, client_id, now, most, skipped)


def _visits(
    statement: Executable, business_id: UUID, client_id: UUID, now: datetime, most: int, skipped: int
) -> list[Visit]:
    asked = {"client_id": client_id, "now": now, "most": most, "skipped": skipped}
    return [
        Visit(
            id=row.id,
            class_session_id=row.class_session_id,
            class_name=row.class_name,
            ticket_name=row.ticket_name,
            on_date=row.on_date,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place=row.place,
            teacher=row.teacher,
            reference=row.reference,
            is_pending=row.status is BookingStatus.PENDING,
            by_pass=row.by_pass,
            pass_id=row.class_pass_id,
            pass_name=row.pass_name or row.sale_name,
            list_price=row.list_price,
            discount=row.discount,
            to_pay=row.to_pay,
            code=row.discount_code if row.discount else None,
            cancelled_at=row.cancelled_at,
            is_moved=row.is_moved,
            attendance=row.attendance,
        )
        for row in db.session.execute(statement, {"business_id": business_id, **asked})
    ]
