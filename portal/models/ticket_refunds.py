"""What went back for cancelled and moved tickets, and how far it came: pending, done, or failed (C4, M2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, cast, func, null, or_, select

from portal.models.accounts import AccountEntry
from portal.models.bookings import Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.database import db
from portal.models.payments import Refund, RefundStatus
from portal.models.refund_origins import CANCELLATION, TRANSFER, RefundOrigin
from portal.models.transfers import TicketTransfer, TransferStatus


@dataclass(frozen=True, slots=True)
class TicketRefund:
    """The money of one ticket that was cancelled, or that came by a move (then ``transfer_id`` is there); in
    minor units. ``amount`` is what was to go back.

    ``pending`` is on its way to the card, ``done`` has arrived there, ``to_account`` went to the account.
    """

    cancellation_id: UUID | None
    transfer_id: UUID | None
    ticket_id: UUID
    amount: int
    pending: int
    done: int
    to_account: int

    @property
    def failed(self) -> int:
        """What the bank did not take, and nobody has sent again."""
        return max(self.amount - self.pending - self.done - self.to_account, 0)


TO_ACCOUNT = CANCELLATION.to_account()
"""What a cancellation put on the client's account, beside its row (minor units)."""

NOT_TAKEN = func.coalesce(
    TicketCancellation.refund
    - CANCELLATION.to_card(RefundStatus.PENDING)
    - CANCELLATION.to_card(RefundStatus.SUCCEEDED)
    - TO_ACCOUNT,
    0,
)
"""What the bank did not take of a cancellation's money, beside its row or none (minor units)."""


def _refunds(origin: RefundOrigin, ticket: Any, *keys: Any) -> Select[Any]:
    """The money of each row of an origin, the oldest first; ``keys`` are its two, one of them empty."""
    return (
        select(
            *keys,
            ticket,
            origin.table.refund,
            origin.to_card(RefundStatus.PENDING),
            origin.to_card(RefundStatus.SUCCEEDED),
            origin.to_account(),
        )
        .join(Ticket, and_(Ticket.business_id == origin.table.business_id, Ticket.id == ticket))
        .where(origin.table.business_id == bindparam("business_id"))
        .order_by(origin.table.id)
    )


_NONE = cast(null(), Uuid())
_CANCELLED = _refunds(CANCELLATION, TicketCancellation.ticket_id, TicketCancellation.id, _NONE)
_MOVED = _refunds(TRANSFER, TicketTransfer.to_ticket_id, _NONE, TicketTransfer.id).where(
    TicketTransfer.status == TransferStatus.CONFIRMED
)
_OF_BOOKING = _CANCELLED.where(Ticket.booking_id == bindparam("booking_id"))
_OF_TICKET = [statement.where(Ticket.id == bindparam("ticket_id")) for statement in (_CANCELLED, _MOVED)]

_FAILED = (
    select(Refund.id)
    .where(
        Refund.business_id == bindparam("business_id"),
        or_(
            Refund.ticket_cancellation_id == bindparam("cancellation_id", type_=Uuid()),
            Refund.ticket_transfer_id == bindparam("transfer_id", type_=Uuid()),
        ),
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


def failed_refund_of(business_id: UUID, ticket_id: UUID) -> TicketRefund | None:
    """Money of one ticket that the bank did not take: of its cancellation, or of its move to a cheaper class.
    None where all has arrived or is on its way.
    """
    for statement in _OF_TICKET:
        for row in db.session.execute(statement, {"business_id": business_id, "ticket_id": ticket_id}).all():
            refund = TicketRefund(*row)
            if refund.failed:
                return refund
    return None


def latest_failed(business_id: UUID, refund: TicketRefund) -> UUID | None:
    """The latest refund to the card that failed and that no account entry stands in for."""
    keys = {
        "business_id": business_id,
        "cancellation_id": refund.cancellation_id,
        "transfer_id": refund.transfer_id,
    }
    return db.session.scalar(_FAILED, keys)
