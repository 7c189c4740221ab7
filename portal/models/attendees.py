"""Who comes to a class, and what pays for each ticket: for staff."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from portal.models.attendance import Attendance, AttendanceStatus
from portal.models.bookings import Booking, BookingStatus, PassSale, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import ClassPass
from portal.models.classes import TicketType
from portal.models.database import db
from portal.models.joins import joined, joined_if_there
from portal.models.ticket_refunds import NOT_TAKEN
from portal.models.transfer_facts import not_moved_here


@dataclass(frozen=True, slots=True)
class Attendee:
    """A ticket for a class: whose, and what pays for it in minor units; ``customer_id`` is None for a guest.

    ``code`` is the discount code, where it lowered this ticket's price; ``not_taken`` what the bank did not
    take back for one that was cancelled.
    """

    ticket_id: UUID
    class_session_id: UUID
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
    not_taken: int
    attendance: AttendanceStatus | None

    @property
    def may_be_checked_in(self) -> bool:
        """Whether it stands and is paid for."""
        return self.cancelled_at is None and not self.is_pending


_TICKETS = joined_if_there(
    joined(
        select(
            Ticket.id,
            Ticket.class_session_id,
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
            NOT_TAKEN,
            Attendance.status,
        ),
        (Ticket.booking_id, Booking.id),
        (Ticket.ticket_type_id, TicketType.id),
    ),
    (Ticket.class_pass_id, ClassPass.id),
    (Ticket.pass_sale_id, PassSale.id),
    (Ticket.id, TicketCancellation.ticket_id),
    (Ticket.id, Attendance.ticket_id),
).where(
    Ticket.business_id == bindparam("business_id"),
    or_(Ticket.counts, TicketCancellation.id.is_not(None)),
    ~not_moved_here(Ticket),
)
_OF_CLASS = (
    _TICKETS.where(Ticket.class_session_id == bindparam("class_session_id"))
    .order_by(TicketCancellation.id.is_not(None), Booking.name, Ticket.id)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_ONE = _TICKETS.where(Ticket.id == bindparam("ticket_id"))


def attendees_of(business_id: UUID, class_session_id: UUID, *, most: int, skipped: int = 0) -> list[Attendee]:
    """Who comes, by name, then the tickets that are cancelled: one statement."""
    keys = {"business_id": business_id, "class_session_id": class_session_id}
    rows = db.session.execute(_OF_CLASS, {**keys, "most": most, "skipped": skipped})
    return [_attendee(row) for row in rows]


def attendee_with(business_id: UUID, ticket_id: UUID) -> Attendee | None:
    """Who comes with a ticket; None where there is no such one, or where it was moved to another class."""
    row = db.session.execute(_ONE, {"business_id": business_id, "ticket_id": ticket_id}).first()
    return None if row is None else _attendee(row)


def _attendee(row: Any) -> Attendee:
    found = Attendee(*row)
    return found if found.discount else replace(found, code=None)
