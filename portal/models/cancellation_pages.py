"""Cancelled tickets and refunds of a booking, as its pages, its calendar file and its receipt show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.audit import ActorKind
from portal.models.bookings import Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.payments import Payment, Refund, RefundStatus
from portal.models.people import StaffMember


@dataclass(frozen=True, slots=True)
class CancelledTicket:
    """How a ticket ended: who cancelled it, when, why, and what went back, in minor units.

    ``refund`` is all that goes back; ``to_account`` of it went to the account, the rest is the card's, of
    which ``card_done`` has arrived and ``card_pending`` is under way. ``by_name`` is the member of staff;
    ``pass_counts`` says that a pass paid, one that counts its uses.
    """

    ticket_id: UUID
    at: datetime
    by: ActorKind
    by_name: str | None
    reason: str
    in_time: bool
    use_returned: bool
    pass_counts: bool
    refund: int
    to_account: int
    card_done: int
    card_pending: int

    @property
    def to_card(self) -> int:
        """What goes back to the card."""
        return self.refund - self.to_account

    @property
    def card_state(self) -> RefundStatus | None:
        """How far the money to the card has come; None where nothing goes there."""
        if not self.to_card:
            return None
        if self.card_pending:
            return RefundStatus.PENDING
        return RefundStatus.SUCCEEDED if self.card_done >= self.to_card else RefundStatus.FAILED


@dataclass(frozen=True, slots=True)
class BookingRefund:
    """One refund of a booking to the card, whatever it was for; ``amount`` in minor units."""

    id: UUID
    amount: int
    status: RefundStatus
    ours: bool
    reason: str
    created_at: datetime
    settled_at: datetime | None
    ticket_id: UUID | None


def _sent(status: RefundStatus) -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(Refund.amount), 0))
        .where(
            Refund.business_id == TicketCancellation.business_id,
            Refund.ticket_cancellation_id == TicketCancellation.id,
            Refund.status == status,
        )
        .correlate(TicketCancellation)
        .scalar_subquery()
    )


_TO_ACCOUNT = (
    select(func.coalesce(func.sum(AccountEntry.amount), 0))
    .where(
        AccountEntry.business_id == TicketCancellation.business_id,
        AccountEntry.ticket_cancellation_id == TicketCancellation.id,
        AccountEntry.kind == EntryKind.TICKET_REFUND,
    )
    .correlate(TicketCancellation)
    .scalar_subquery()
)

_CANCELLED = (
    select(
        TicketCancellation.ticket_id,
        TicketCancellation.at,
        TicketCancellation.actor_kind,
        StaffMember.name,
        TicketCancellation.reason,
        TicketCancellation.in_time,
        TicketCancellation.use_returned,
        ClassPass.uses.is_not(None),
        TicketCancellation.refund,
        _TO_ACCOUNT,
        _sent(RefundStatus.SUCCEEDED),
        _sent(RefundStatus.PENDING),
    )
    .join(
        Ticket,
        and_(Ticket.business_id == TicketCancellation.business_id, Ticket.id == TicketCancellation.ticket_id),
    )
    .outerjoin(
        ClassPass, and_(ClassPass.business_id == Ticket.business_id, ClassPass.id == Ticket.class_pass_id)
    )
    .outerjoin(
        StaffMember,
        and_(
            StaffMember.business_id == TicketCancellation.business_id,
            StaffMember.id == TicketCancellation.actor_id,
        ),
    )
    .where(Ticket.business_id == bindparam("business_id"), Ticket.booking_id == bindparam("booking_id"))
)

_REFUNDS = (
    select(
        Refund.id,
        Refund.amount,
        Refund.status,
        Refund.ours,
        Refund.reason,
        Refund.created_at,
        Refund.settled_at,
        TicketCancellation.ticket_id,
    )
    .join(Payment, and_(Payment.business_id == Refund.business_id, Payment.id == Refund.payment_id))
    .outerjoin(
        TicketCancellation,
        and_(
            TicketCancellation.business_id == Refund.business_id,
            TicketCancellation.id == Refund.ticket_cancellation_id,
        ),
    )
    .where(
        Payment.business_id == bindparam("business_id"),
        Payment.booking_id == bindparam("booking_id"),
        ~exists().where(  # what the account paid out is no refund of the booking's (M5)
            AccountEntry.business_id == Refund.business_id, AccountEntry.refund_id == Refund.id
        ),
    )
    .order_by(Refund.created_at, Refund.id)
)


def cancelled_tickets(business_id: UUID, booking_id: UUID) -> Mapping[UUID, CancelledTicket]:
    """The tickets of a booking that are cancelled, by their ids: one statement."""
    rows: Any = db.session.execute(_CANCELLED, {"business_id": business_id, "booking_id": booking_id})
    return {row.ticket_id: CancelledTicket(*row) for row in rows}


def refunds_of(business_id: UUID, booking_id: UUID) -> tuple[BookingRefund, ...]:
    """What went back of a booking's payments to the card, or was to, the oldest first: one statement."""
    rows: Any = db.session.execute(_REFUNDS, {"business_id": business_id, "booking_id": booking_id})
    return tuple(BookingRefund(*row) for row in rows)
