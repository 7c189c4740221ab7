"""Cancelled tickets and refunds of a booking, as its pages, its calendar file and its receipt show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, select

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.audit import ActorKind
from portal.models.bookings import Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.payments import Payment, Refund, RefundStatus
from portal.models.people import StaffMember
from portal.models.ticket_refunds import TicketRefund, ticket_refunds_of


@dataclass(frozen=True, slots=True)
class CancelledTicket:
    """How a ticket ended: who cancelled it, when, why, and its ``money``.

    ``by_name`` is the member of staff; ``pass_counts`` says that a pass paid, one that counts its uses;
    ``with_class`` that the studio cancelled the whole class (C6).
    """

    ticket_id: UUID
    at: datetime
    by: ActorKind
    by_name: str | None
    reason: str
    in_time: bool
    use_returned: bool
    pass_counts: bool
    with_class: bool
    money: TicketRefund

    @property
    def to_card(self) -> int:
        """What goes back to the card, in minor units."""
        return self.money.amount - self.money.to_account

    @property
    def card_state(self) -> RefundStatus | None:
        """How far the money to the card has come; None where nothing goes there."""
        if not self.to_card:
            return None
        if self.money.failed:
            return RefundStatus.FAILED
        return RefundStatus.PENDING if self.money.pending else RefundStatus.SUCCEEDED


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
        TicketCancellation.class_cancellation_id.is_not(None),
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
            AccountEntry.business_id == Refund.business_id,
            AccountEntry.refund_id == Refund.id,
            AccountEntry.kind == EntryKind.CARD_REFUND,
        ),
    )
    .order_by(Refund.created_at, Refund.id)
)


def cancelled_tickets(business_id: UUID, booking_id: UUID) -> Mapping[UUID, CancelledTicket]:
    """The tickets of a booking that are cancelled, by their ids: two statements at most."""
    keys = {"business_id": business_id, "booking_id": booking_id}
    rows: Any = db.session.execute(_CANCELLED, keys).all()
    if not rows:
        return {}
    money = {of.ticket_id: of for of in ticket_refunds_of(business_id, booking_id)}
    return {row.ticket_id: CancelledTicket(*(*row, money[row.ticket_id])) for row in rows}


def refunds_of(business_id: UUID, booking_id: UUID) -> tuple[BookingRefund, ...]:
    """What went back of a booking's payments to the card, or was to, the oldest first: one statement."""
    rows: Any = db.session.execute(_REFUNDS, {"business_id": business_id, "booking_id": booking_id})
    return tuple(BookingRefund(*row) for row in rows)
