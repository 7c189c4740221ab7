"""Staff say at the door who came and who did not; either way the ticket counts (P4)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.attendance import Attendance, AttendanceStatus, attendance_of
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.business import BusinessFacts
from portal.models.cancellations import TicketCancellation
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db, new_id
from portal.models.transfer_facts import stands
from portal.operations.auditing import Actor, write_audit
from portal.operations.class_cancelling import NoSuchClass
from portal.operations.places import lock_classes
from portal.operations.reasons import staff_member_of
from portal.rules.sentences import Refusal


class NotComing(Refusal):
    """The class has no such ticket, or none that stands: cancelled, moved away, or still being paid."""

    def __init__(self) -> None:
        super().__init__("This ticket is not for this class any more. Please look at the list again.")


class CheckInNotOpen(Refusal):
    """Nobody has come or stayed away before the day of the class."""

    def __init__(self, day: date) -> None:
        super().__init__("Check-in opens on {day:weekday}, the day of the class.", day=day)


class NobodyTakesPart(Refusal):
    """The studio has cancelled the class (C6)."""

    def __init__(self) -> None:
        super().__init__("This class is cancelled, so nobody can be checked in.")


@dataclass(frozen=True, slots=True)
class _Coming:
    """A ticket that stands, what was said of it, and its class in the words of the audit page."""

    ticket_id: UUID
    booking: Booking
    said: Attendance | None
    about: dict[str, Any]

    @property
    def status(self) -> AttendanceStatus | None:
        return self.said.status if self.said is not None else None


_ACTS = {
    AttendanceStatus.CHECKED_IN: "ticket.checked_in",
    AttendanceStatus.NO_SHOW: "ticket.no_show",
    None: "ticket.attendance_taken_back",
}

_CLASS = (
    select(ClassSeries.name, ClassSession.on_date, ClassSession.cancelled_at)
    .join(
        ClassSeries,
        (ClassSeries.business_id == ClassSession.business_id) & (ClassSeries.id == ClassSession.series_id),
    )
    .where(
        ClassSession.business_id == bindparam("business_id"), ClassSession.id == bindparam("class_session_id")
    )
)

_COMING = (
    select(Ticket.id, Booking, Attendance)
    .join(Booking, (Booking.business_id == Ticket.business_id) & (Booking.id == Ticket.booking_id))
    .outerjoin(Attendance, attendance_of(Ticket))
    .outerjoin(
        TicketCancellation,
        (TicketCancellation.business_id == Ticket.business_id) & (TicketCancellation.ticket_id == Ticket.id),
    )
    .where(
        Ticket.business_id == bindparam("business_id"),
        Ticket.class_session_id == bindparam("class_session_id"),
        Booking.status == BookingStatus.CONFIRMED,
        TicketCancellation.id.is_(None),
        stands(Ticket),
    )
    .order_by(Ticket.id)
    .execution_options(populate_existing=True)
)


def say_who_came(
    business: BusinessFacts,
    *,
    class_session_id: UUID,
    ticket_ids: Collection[UUID],
    status: AttendanceStatus | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Note of tickets for a class that their people came, or did not; None takes back what was said.

    Says how many changed: to say the same again changes nothing. The class is locked, as it is where tickets
    are cancelled. Raises NoSuchClass, NobodyTakesPart, CheckInNotOpen, and NotComing where one of the tickets
    does not stand.
    """
    coming = _coming(business, class_session_id, now)
    if not set(ticket_ids) <= {it.ticket_id for it in coming}:
        raise NotComing
    said = [it for it in coming if it.ticket_id in ticket_ids and it.status is not status]
    _note(said, status, actor, now)
    return len(said)


def check_in_the_rest(business: BusinessFacts, *, class_session_id: UUID, actor: Actor, now: datetime) -> int:
    """Check in everybody of whom nothing was said yet; how many. Raises as ``say_who_came``."""
    unsaid = [it for it in _coming(business, class_session_id, now) if it.said is None]
    _note(unsaid, AttendanceStatus.CHECKED_IN, actor, now)
    return len(unsaid)


def _coming(business: BusinessFacts, class_session_id: UUID, now: datetime) -> list[_Coming]:
    """Everybody with a ticket that stands, once the class is locked."""
    lock_classes(business.id, [class_session_id])
    keys = {"business_id": business.id, "class_session_id": class_session_id}
    found = db.session.execute(_CLASS, keys).first()
    if found is None:
        raise NoSuchClass
    if found.cancelled_at is not None:
        raise NobodyTakesPart
    if business.day_of(now) < found.on_date:
        raise CheckInNotOpen(found.on_date)
    about = {"class": found.name, "on_date": found.on_date.isoformat()}
    return [_Coming(*row, about) for row in db.session.execute(_COMING, keys)]


def _note(tickets: Iterable[_Coming], status: AttendanceStatus | None, actor: Actor, now: datetime) -> None:
    for it in tickets:
        if it.said is None:
            db.session.add(_said(it, cast("AttendanceStatus", status), actor, now))
        elif status is None:
            db.session.delete(it.said)
        else:
            it.said.status, it.said.at, it.said.staff_member_id = status, now, staff_member_of(actor)
        write_audit(actor, _ACTS[status], it.booking, now=now, after=it.about)
    db.session.flush()


def _said(it: _Coming, status: AttendanceStatus, actor: Actor, now: datetime) -> Attendance:
    return Attendance(
        business_id=it.booking.business_id,
        id=new_id(),
        ticket_id=it.ticket_id,
        status=status,
        at=now,
        staff_member_id=staff_member_of(actor),
    )
