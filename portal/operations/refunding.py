"""Money back: ours carried out once, and what was moved in Stripe's own dashboard recorded (M2, M3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.gateways.stripe_objects import StripeDispute, StripeRefund
from portal.models.database import db, new_id
from portal.models.payments import Dispute, Payment, Refund, RefundStatus
from portal.operations.account_refunds import (
    pay_out_again,
    pay_out_if_of_account,
    take_back_if_of_account,
)
from portal.operations.auditing import SYSTEM, write_audit
from portal.operations.refund_letters import tell_of_refund

SAME_KEY_FOR = timedelta(hours=23)
"""How long an unresolved refund is sent again with its key; Stripe forgets keys after 24 hours (M3)."""

ASK_EVERY = timedelta(minutes=1)

STATUSES = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}


@dataclass(frozen=True, slots=True)
class DueRefund:
    """A refund that is to be carried out, or whose outcome is not known yet."""

    id: UUID
    business_id: UUID
    payment_intent: str
    amount: int
    stripe_account: str | None
    created_at: datetime
    known_to_stripe: bool

    def may_be_sent(self, now: datetime) -> bool:
        """Whether its key may (still) be sent; after that it is only looked up (M3)."""
        return not self.known_to_stripe and now < self.created_at + SAME_KEY_FOR


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """A payment as far as talking to Stripe about it goes."""

    id: UUID
    business_id: UUID
    stripe_account: str | None


_DUE = (
    select(
        Refund.id,
        Refund.business_id,
        Payment.payment_intent,
        Refund.amount,
        Payment.stripe_account,
        Refund.created_at,
        Refund.refund_id.is_not(None),
    )
    .join(Payment, (Payment.business_id == Refund.business_id) & (Payment.id == Refund.payment_id))
    .where(Refund.status == RefundStatus.PENDING, Refund.asked_at <= bindparam("asked_before"))
    .order_by(Refund.asked_at)
    .limit(bindparam("most"))
)


def due_refunds(*, now: datetime, most: int = 50) -> list[DueRefund]:
    """Refunds to carry out or to ask about, of every business."""
    fresh = select(Refund.id).where(Refund.asked_at == Refund.created_at, Refund.refund_id.is_(None))
    rows = db.session.execute(
        _DUE.where((Refund.asked_at <= now - ASK_EVERY) | Refund.id.in_(fresh)),
        {"asked_before": now, "most": most},
    )
    return [DueRefund(*row) for row in rows]


def record_refund_asking(refund: DueRefund, *, now: datetime) -> None:
    """Write down that Stripe is being asked, so that the next round takes the others first."""
    db.session.execute(
        update(Refund)
        .where(Refund.business_id == refund.business_id, Refund.id == refund.id)
        .values(asked_at=now)
        .execution_options(synchronize_session=False)
    )


def fail_refund(refund: DueRefund, *, reason: str, now: datetime) -> None:
    """Stripe refused a refund for good: it is shown as failed, for staff to look at.

    One that Stripe turns out to have made is left as it is.
    """
    row = _locked(refund.business_id, refund.id)
    if row.status is RefundStatus.PENDING and row.refund_id is None:
        row.status = RefundStatus.FAILED
        row.settled_at = now
        write_audit(SYSTEM, "refund.failed", row, now=now, reason=reason[:500])
        db.session.flush()
        take_back_if_of_account(row, now=now)


def start_refund_anew(refund: DueRefund, *, now: datetime) -> None:
    """A refund of ours that Stripe never made is closed, and another takes its place, for the same reason.

    Its key is too old to be sent again (M3). One that Stripe turns out to have made is left as it is.
    """
    row = _locked(refund.business_id, refund.id)
    if row.status is not RefundStatus.PENDING or row.refund_id is not None:
        return
    row.status = RefundStatus.FAILED
    row.settled_at = now
    another = Refund(
        business_id=row.business_id,
        id=new_id(),
        payment_id=row.payment_id,
        ticket_cancellation_id=row.ticket_cancellation_id,
        ticket_transfer_id=row.ticket_transfer_id,
        amount=row.amount,
        reason=row.reason,
        ours=True,
        status=RefundStatus.PENDING,
        created_at=now,
        asked_at=now,
    )
    db.session.add(another)
    another.pass_refund_id, row.pass_refund_id = row.pass_refund_id, None
    db.session.flush()
    pay_out_again(row, another, now=now)
    write_audit(SYSTEM, "refund.failed", row, now=now, reason="Stripe never made this refund.")
    write_audit(SYSTEM, "refund.retried", another, now=now, before={"refund": str(row.id)})
    db.session.flush()


def payment_of_intent(payment_intent: str) -> KnownPayment | None:
    """The payment that Stripe speaks of, if it is one of ours; its row names the business (M7)."""
    row = db.session.execute(
        select(Payment.id, Payment.business_id, Payment.stripe_account).where(
            Payment.payment_intent == payment_intent
        )
    ).first()
    return KnownPayment(*row) if row else None


def record_refunds(payment: KnownPayment, told: Iterable[StripeRefund], *, now: datetime) -> None:
    """Apply, idempotently, what Stripe says of a payment's refunds: ours settle, others become facts (M2)."""
    _lock_payment(payment)
    rows = {
        row.id: row
        for row in db.session.scalars(
            select(Refund).where(Refund.business_id == payment.business_id, Refund.payment_id == payment.id)
        )
    }
    by_stripe_id = {row.refund_id: row for row in rows.values() if row.refund_id}
    for refund in told:
        row = by_stripe_id.get(refund.id) or (rows.get(refund.attempt_id) if refund.attempt_id else None)
        if row is None:
            row = _from_dashboard(payment, refund, now)
        _apply(row, refund, now)
    db.session.flush()


def record_dispute(payment: KnownPayment, told: StripeDispute, *, now: datetime) -> None:
    """Record a dispute, or how it stands now (M2). Idempotent."""
    _lock_payment(payment)
    row = db.session.scalars(select(Dispute).where(Dispute.dispute_id == told.id)).first()
    if row is None:
        row = Dispute(
            business_id=payment.business_id,
            id=new_id(),
            payment_id=payment.id,
            dispute_id=told.id,
            amount=told.amount,
            status=told.status,
            opened_at=told.opened_at,
        )
        db.session.add(row)
        db.session.flush()
        write_audit(
            SYSTEM, "dispute.opened", row, now=now, after={"amount": told.amount, "status": told.status}
        )
    elif row.status != told.status:
        write_audit(
            SYSTEM,
            "dispute.changed",
            row,
            now=now,
            before={"status": row.status},
            after={"status": told.status},
        )
        row.status = told.status
    db.session.flush()


def _from_dashboard(payment: KnownPayment, refund: StripeRefund, now: datetime) -> Refund:
    row = Refund(
        business_id=payment.business_id,
        id=new_id(),
        payment_id=payment.id,
        amount=refund.amount,
        reason="Refunded in Stripe's own dashboard.",
        ours=False,
        status=RefundStatus.PENDING,
        created_at=now,
        asked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    pay_out_if_of_account(row, now=now)
    write_audit(SYSTEM, "refund.recorded", row, now=now, after={"amount": refund.amount}, reason=row.reason)
    return row


def _apply(row: Refund, told: StripeRefund, now: datetime) -> None:
    row.refund_id = told.id
    status = STATUSES.get(told.status, RefundStatus.PENDING)
    if row.status is not status:
        row.status = status
        row.settled_at = None if status is RefundStatus.PENDING else now
        if status is RefundStatus.FAILED:
            take_back_if_of_account(row, now=now)
        if status is RefundStatus.SUCCEEDED:
            tell_of_refund(row, now=now)
        write_audit(SYSTEM, f"refund.{status.value}", row, now=now, after={"refund": told.id})


def _lock_payment(payment: KnownPayment) -> None:
    db.session.execute(
        select(Payment.id)
        .where(Payment.business_id == payment.business_id, Payment.id == payment.id)
        .with_for_update()
    )


def _locked(business_id: UUID, refund_id: UUID) -> Refund:
    return db.session.scalars(
        select(Refund).where(Refund.business_id == business_id, Refund.id == refund_id).with_for_update()
    ).one()
