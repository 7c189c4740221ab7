"""Refunds to the card that somebody decides on, shared out over the payments: written down here, carried out
by the worker (M3, M5, S9).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.models.database import db, new_id
from portal.models.payments import Refund, RefundStatus
from portal.models.refundable import RefundablePayment
from portal.rules.sentences import Money, Refusal

REASON_KEPT = 200


class NotThatMuchOnCards(Refusal):
    """The cards took less than is to go back to them, less what went back already."""

    def __init__(self, left: int, currency: str) -> None:
        if left:
            super().__init__("Only {left} can go back to the card.", left=Money(left, currency))
        else:
            super().__init__("Nothing can go back to a card: no card payment is left that could be refunded.")


@dataclass(frozen=True, slots=True)
class Portion:
    """What goes back of one payment, in minor units."""

    payment_id: UUID
    amount: int


def portions(
    payments: Iterable[RefundablePayment],
    amount: int,
    *,
    currency: str,
    most: Mapping[UUID, int] | None = None,
) -> list[Portion]:
    """An amount shared out over payments in their order, no more of each than ``most`` says; raises
    NotThatMuchOnCards.
    """
    left = [(it.id, min(it.left, most[it.id]) if most is not None else it.left) for it in payments]
    shared, rest = [], amount
    for payment_id, can in left:
        if rest and can > 0:
            shared.append(Portion(payment_id, min(can, rest)))
            rest -= shared[-1].amount
    if rest:
        raise NotThatMuchOnCards(sum(can for _, can in left), currency)
    return shared


def write_refund(
    business_id: UUID,
    portion: Portion,
    *,
    reason: str,
    now: datetime,
    pass_refund_id: UUID | None = None,
    ticket_cancellation_id: UUID | None = None,
    ticket_transfer_id: UUID | None = None,
) -> Refund:
    """Write down that money is to go back, for a pass, a cancelled or moved ticket, or out of an account."""
    refund = Refund(
        business_id=business_id,
        id=new_id(),
        payment_id=portion.payment_id,
        pass_refund_id=pass_refund_id,
        ticket_cancellation_id=ticket_cancellation_id,
        ticket_transfer_id=ticket_transfer_id,
        amount=portion.amount,
        reason=reason[:REASON_KEPT],
        ours=True,
        status=RefundStatus.PENDING,
        created_at=now,
        asked_at=now,
    )
    db.session.add(refund)
    db.session.flush()
    return refund
