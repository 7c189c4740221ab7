"""What went back for cancelled tickets, and how far it has come: pending, done, or failed (C4, M2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, case, func, select

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.bookings import Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.database import db
from portal.models.payments import Refund, RefundStatus


@dataclass(frozen=True, slots=True)
class TicketRefund:
    """The money of one cancelled ticket, in minor units. ``amount`` is what was to go back.

    ``pending`` is on its way to the card, ``done`` has arrived there, ``to_account`` went to the account.
    """

    cancellation_id: UUID
    ticket_id: UUID
    amount: int
    pending: int
    done: int
    to_account: int

    @property
    def failed(self) -> int:
        """What the bank did not take, and nobody has sent again."""
        return max(self.amount - self.pending - self.done - self.to_account, 0)


_OF_CANCELLATION = and_(
    Refund.business_id == TicketCancellation.business_id,
    Refund.ticket_cancellation_id == TicketCancellation.id,
)


def _to_card(status: RefundStatus) -> ScalarSelect[int]:
    return (
        select(func.coalesce(func.sum(case((Refund.status == status, Refund.amount), else_=0)), 0))
        .where(_OF_CANCELLATION)
        .correlate(TicketCancellation)
        .scalar_subquery()
    )


def _to_account() -> ColumnElement[int]:
    """By its own entry, or by one that stands in for a refund of its that failed: each found by its key."""
    entered = select(func.coalesce(func.sum(AccountEntry.amount), 0)).where(
        AccountEntry.business_id == TicketCancellation.business_id,
        AccountEntry.kind == EntryKind.TICKET_REFUND,
    )
    own = entered.where(AccountEntry.ticket_cancellation_id == TicketCancellation.id)
    instead = entered.join(
        Refund, and_(Refund.business_id == AccountEntry.business_id, Refund.id == AccountEntry.refund_id)
    ).where(_OF_CANCELLATION)
    return (
        own.correlate(TicketCancellation).scalar_subquery()
        + instead.correlate(TicketCancellation).scalar_subquery()
    )


TO_ACCOUNT = _to_account()
"""What a cancellation put on the client's account, beside its row (minor units)."""

_REFUNDS = (
    select(
        TicketCancellation.id,
        TicketCancellation.ticket_id,
        TicketCancellation.refund,
        _to_card(RefundStatus.PENDING),
        _to_card(RefundStatus.SUCCEEDED),
        TO_ACCOUNT,
    )
    .join(
        Ticket,
        and_(Ticket.business_id == TicketCancellation.business_id, Ticket.id == TicketCancellation.ticket_id),
    )
    .where(TicketCancellation.business_id == bindparam("business_id"))
    .order_by(TicketCancellation.id)
)
_OF_BOOKING = _REFUNDS.where(Ticket.booking_id == bindparam("booking_id"))
_OF_TICKET = _REFUNDS.where(Ticket.id == bindparam("ticket_id"))

_FAILED = (
    select(Refund.id)
    .where(
        Refund.business_id == bindparam("business_id"),
        Refund.ticket_cancellation_id == bindparam("cancellation_id"),
        Refund.status == RefundStatus.FAILED,
        ~select(AccountEntry.id)
        .where(AccountEntry.business_id == Refund.business_id, AccountEntry.refund_id == Refund.id)
        .exists(),
    )
    .order_by(Refund.id.desc())
    .limit(1)
)


def ticket_refunds_of(business_id: UUID, booking_id: UUID) -> Sequence[TicketRefund]:
    """The money of each cancelled ticket of a booking, in one statement."""
    rows: Any = db.session.execute(_OF_BOOKING, {"business_id": business_id, "booking_id": booking_id})
    return [TicketRefund(*row) for row in rows]


def ticket_refund_of(business_id: UUID, ticket_id: UUID) -> TicketRefund | None:
    """The money of one ticket; None where it is not cancelled."""
    row: Any = db.session.execute(_OF_TICKET, {"business_id": business_id, "ticket_id": ticket_id}).first()
    return None if row is None else TicketRefund(*row)


def latest_failed(business_id: UUID, cancellation_id: UUID) -> UUID | None:
    """The latest refund of a cancellation that failed and that no account entry stands in for."""
    keys = {"business_id": business_id, "cancellation_id": cancellation_id}
    return db.session.scalar(_FAILED, keys)
