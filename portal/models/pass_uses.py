"""A pass's ledger of uses, as staff read it: who, when, and for which class (P8)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, select

from portal.models.audit import ActorKind
from portal.models.bookings import Booking, Ticket
from portal.models.class_passes import PassUse, UseKind
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db
from portal.models.people import StaffMember


@dataclass(frozen=True, slots=True)
class UseEntry:
    """One entry; the class, its date and the booking are there where it is about a ticket. ``staff`` is the
    name of the member of staff who made it.
    """

    kind: UseKind
    change: int
    at: datetime
    actor: ActorKind
    staff: str | None
    reason: str
    class_name: str | None
    on_date: date | None
    starts_at: datetime | None
    reference: str | None


_COLUMNS: tuple[Any, ...] = (
    PassUse.kind,
    PassUse.change,
    PassUse.at,
    PassUse.actor_kind,
    StaffMember.name,
    PassUse.reason,
    ClassSeries.name,
    ClassSession.on_date,
    ClassSession.starts_at,
    Booking.reference,
)


def _statement() -> Select[Any]:
    statement: Select[Any] = select(*_COLUMNS).select_from(PassUse)
    joined = (
        (StaffMember, PassUse.business_id, PassUse.actor_id),
        (Ticket, PassUse.business_id, PassUse.ticket_id),
        (ClassSession, Ticket.business_id, Ticket.class_session_id),
        (ClassSeries, ClassSession.business_id, ClassSession.series_id),
        (Booking, Ticket.business_id, Ticket.booking_id),
    )
    for table, business_id, key in joined:
        statement = statement.outerjoin(table, and_(table.business_id == business_id, table.id == key))
    return (
        statement.where(
            PassUse.business_id == bindparam("business_id"), PassUse.class_pass_id == bindparam("pass_id")
        )
        .order_by(PassUse.at.desc(), PassUse.id.desc())
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
    )


_USES = _statement()


def uses_of(business_id: UUID, pass_id: UUID, *, most: int, skipped: int = 0) -> list[UseEntry]:
    """The ledger, the newest entry first: one statement."""
    key = {"business_id": business_id, "pass_id": pass_id, "most": most, "skipped": skipped}
    return [UseEntry(*row) for row in db.session.execute(_USES, key)]
