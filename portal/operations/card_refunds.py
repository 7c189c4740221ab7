"""Money that is owed back to a card: written down here, sent by the worker (M2, M3)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.cancellation_facts import PaymentLeft
from portal.models.database import db, new_id, table_of
from portal.models.payments import Payment, Refund, RefundStatus

_payment = table_of(Payment)

_LOCK = (
    select(_payment.c.id)
    .where(
        _payment.c.business_id == bindparam("business_id"), _payment.c.booking_id == bindparam("booking_id")
    )
    .order_by(_payment.c.id)
    .with_for_update()
)


def lock_payments_of(business_id: UUID, booking_id: UUID) -> None:
    """Lock a booking's payments, in the order of their ids: what went back of them stands still."""
    db.session.execute(_LOCK, {"business_id": business_id, "booking_id": booking_id})


def owe_to_card(
    business_id: UUID,
    payments: Iterable[PaymentLeft],
    amount: int,
    *,
    reason: str,
    ticket_cancellation_id: UUID,
    now: datetime,
) -> list[PaymentLeft]:
    """Write down that an amount (minor units) goes back to the cards that paid, and return what is then left.

    Payments are locked by the caller; an amount beyond what is left of them is an error, never sent.
    """
    left = []
    for payment in payments:
        part = min(payment.left, amount)
        amount -= part
        left.append(PaymentLeft(payment.id, payment.left - part))
        if part:
            db.session.add(_owed(business_id, payment.id, part, reason, ticket_cancellation_id, now))
    if amount:
        raise ValueError(f"{amount} more than is left of the payments was to go back.")
    db.session.flush()
    return left


def _owed(
    business_id: UUID, payment_id: UUID, amount: int, reason: str, cancellation_id: UUID, now: datetime
) -> Refund:
    return Refund(
        business_id=business_id,
        id=new_id(),
        payment_id=payment_id,
        ticket_cancellation_id=cancellation_id,
        amount=amount,
        reason=reason[:200],
        ours=True,
        status=RefundStatus.PENDING,
        created_at=now,
        asked_at=now,
    )
