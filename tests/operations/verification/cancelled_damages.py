"""How each invariant about cancelled tickets is broken behind the portal's back."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, delete, insert, select, update

from portal.models.attendance import Attendance, AttendanceStatus
from portal.models.audit import AuditEntry
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import PassUse, UseKind
from portal.models.database import db, new_id
from portal.models.letters import Letter, LetterKind
from portal.models.payments import Refund
from portal.models.people import StaffMember
from tests.operations.verification.busy_studio import BusyStudio
from tests.studio import NOW, ABooking

Damage = Callable[[BusyStudio], Iterable[Executable]]


def _of(booking: ABooking) -> UUID:
    """The cancellation of a booking's only ticket."""
    found = db.session.scalars(
        select(TicketCancellation.id)
        .join(Ticket, Ticket.id == TicketCancellation.ticket_id)
        .where(Ticket.booking_id == booking.id)
    ).one()
    db.session.close()
    return found


def _cancellation(booking: ABooking, **values: object) -> Executable:
    return update(TicketCancellation).where(TicketCancellation.id == _of(booking)).values(**values)


def _refund(booking: ABooking, **values: object) -> Executable:
    return update(Refund).where(Refund.ticket_cancellation_id == _of(booking)).values(**values)


def _came(s: BusyStudio, booking: ABooking) -> Executable:
    ticket_id = db.session.scalars(select(Ticket.id).where(Ticket.booking_id == booking.id)).one()
    olive = db.session.scalars(select(StaffMember.id).where(StaffMember.business_id == s.business.id)).first()
    db.session.close()
    return insert(Attendance).values(
        business_id=s.business.id,
        id=new_id(),
        ticket_id=ticket_id,
        status=AttendanceStatus.CHECKED_IN,
        at=NOW,
        staff_member_id=olive,
    )


def _copy_of(model: Any, condition: Any) -> Executable:
    row = dict(db.session.execute(select(*model.__table__.c).where(condition)).first()._mapping)  # type: ignore[union-attr]
    db.session.close()
    return insert(model).values(**row | {"id": new_id()})


_RETURNED = PassUse.kind == UseKind.RETURNED

CANCELLATION_DAMAGES: dict[str, list[Damage]] = {
    "Only tickets of confirmed bookings are cancelled": [
        lambda s: [update(Booking).where(Booking.id == s.use_back.id).values(status=BookingStatus.RELEASED)],
    ],
    "A cancelled ticket's use is back on its pass where the cancellation says so, and no other is": [
        lambda _: [delete(PassUse).where(_RETURNED)],
        lambda s: [update(PassUse).where(_RETURNED).values(class_pass_id=s.unlimited.id)],
        lambda s: [_cancellation(s.use_back, use_returned=False)],
    ],
    "What a cancellation gives back went to the card or the account, to the penny, or failed there": [
        lambda s: [_refund(s.money_back, amount=1)],
        lambda s: [delete(Refund).where(Refund.ticket_cancellation_id == _of(s.money_back))],
        lambda s: [_copy_of(Refund, Refund.ticket_cancellation_id == _of(s.money_back))],
        lambda s: [_cancellation(s.money_back, refund=1)],
    ],
    "No more goes back for a ticket than was to pay for it": [
        lambda s: [_cancellation(s.money_back, refund=1101)],
    ],
    "No more goes back for a booking's tickets than card and account paid for it": [
        lambda s: [update(Booking).where(Booking.id == s.money_back.id).values(to_pay=1)],
    ],
    "Whoever came has a ticket that is paid for, and has neither cancelled nor moved it": [
        lambda s: [_came(s, s.use_back)],
    ],
    "The audit tells of every ticket cancelled": [
        lambda _: [delete(AuditEntry).where(AuditEntry.act == "ticket.cancelled")],
        lambda _: [_copy_of(AuditEntry, AuditEntry.act == "ticket.cancelled")],
    ],
    "Who booked was written to about what was cancelled, and about nothing else": [
        lambda _: [delete(Letter).where(Letter.kind == LetterKind.TICKET_CANCELLED)],
        lambda s: [delete(TicketCancellation).where(TicketCancellation.id == _of(s.use_back))],
    ],
}
