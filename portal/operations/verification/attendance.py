"""What was said at the door is said of tickets that are paid for and stand."""

from sqlalchemy import and_, exists, or_, select

from portal.models.attendance import Attendance, AttendanceStatus
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.transfer_facts import stands
from portal.operations.verification.invariant import Invariant, count_of

_CANCELLED_ALONE = exists().where(
    TicketCancellation.business_id == Ticket.business_id,
    TicketCancellation.ticket_id == Ticket.id,
    TicketCancellation.class_cancellation_id.is_(None),
)

ATTENDANCE = (
    Invariant(
        "Whoever came has a ticket that is paid for, and has neither cancelled nor moved it",
        count_of(Attendance),
        select(Attendance.id.label("attendance"), Ticket.id.label("ticket"))
        .join(Ticket, and_(Ticket.business_id == Attendance.business_id, Ticket.id == Attendance.ticket_id))
        .join(Booking, and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id))
        .where(
            Attendance.status == AttendanceStatus.CHECKED_IN,
            or_(Booking.status != BookingStatus.CONFIRMED, _CANCELLED_ALONE, ~stands(Ticket)),
        ),
    ),
)
