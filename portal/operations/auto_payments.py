"""Charging saved cards for instalments: the intent, and what Stripe's word makes of it (M1–M3, S4)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.gateways.stripe_objects import CardCharge
from portal.models.accounts import AccountEntry, EntryKind
from portal.models.business import BusinessFacts
from portal.models.database import db, new_id
from portal.models.instalments import AttemptStatus, InstalmentAttempt, InstalmentStatus
from portal.models.payments import Payment
from portal.operations.account_ledger import add_entry
from portal.operations.auditing import SYSTEM, write_audit
from portal.operations.charge_attempts import ChargeAttempt, charge_attempt
from portal.operations.instalments import (
    LockedInstalment,
    cover_failed,
    end_instalment,
    fail_instalment,
    lock_instalment,
)
from portal.operations.money_that_came import write_payment
from portal.operations.saved_cards import live_card
from portal.operations.settling import PaymentMismatch
from portal.rules.declines import HOLDER_WANTED, NO_CARD

SAME_KEY_FOR = timedelta(hours=23)
"""How long an unresolved charge is sent again with its key; Stripe forgets keys after 24 hours (M3)."""

MONEY_AFTER_ALL = "A card payment came for an instalment that was settled otherwise."

_ROW = (
    select(InstalmentAttempt)
    .where(
        InstalmentAttempt.business_id == bindparam("business_id"),
        InstalmentAttempt.id == bindparam("attempt_id"),
    )
    .with_for_update()
    .execution_options(populate_existing=True)
)


def intend_charge(business: BusinessFacts, instalment_id: UUID, *, now: datetime) -> ChargeAttempt | None:
    """Write down the intent to charge an instalment, before Stripe is called (M3).

    Decided under the locks of pass and instalment: None where it is not due, its pass is deactivated or
    withdrawn (S4, S8), somebody else is at it, or no card is on file (which fails it).
    """
    locked = lock_instalment(business, instalment_id, now=now)
    if not locked.is_due:
        return None
    card = live_card(business, locked.class_pass.customer_id)
    if card is None:
        fail_instalment(locked, code=NO_CARD, now=now)
        return None
    attempt = InstalmentAttempt(
        business_id=business.id,
        id=new_id(),
        instalment_id=instalment_id,
        saved_card_id=card.id,
        amount=locked.row.amount,
        currency=locked.row.currency,
        stripe_account=card.stripe_account,
        created_at=now,
        asked_at=now,
        status=AttemptStatus.PENDING,
    )
    db.session.add(attempt)
    db.session.flush()
    return charge_attempt(business.id, attempt.id)


def may_be_sent_again(business: BusinessFacts, attempt: ChargeAttempt, *, now: datetime) -> bool:
    """Write down that Stripe is being asked, and say whether the charge itself may be sent again.

    Not after 23 hours (M3), nor once the pass is deactivated (S4): then it is only looked up.
    """
    locked = lock_instalment(business, attempt.instalment_id, now=now)
    _change(attempt, asked_at=now)
    is_fresh = now < attempt.created_at + SAME_KEY_FOR
    return is_fresh and locked.row.status.is_open and not locked.is_stopped


def record_charge(
    business: BusinessFacts,
    attempt: ChargeAttempt,
    charge: CardCharge,
    *,
    stripe_account: str | None,
    now: datetime,
) -> AttemptStatus:
    """Apply a payment as Stripe tells it now: idempotent, in any order, whoever comes with it (M2).

    Checks account, attempt, amount and currency first and raises PaymentMismatch.
    """
    _refuse_mismatch(attempt, charge, stripe_account)
    locked = lock_instalment(business, attempt.instalment_id, now=now)
    row = _locked_row(attempt)
    if charge.succeeded:
        _record_money(locked, row, charge, now)
    elif row.status is AttemptStatus.PENDING and not charge.is_under_way:
        _record_decline(locked, row, code=_why(charge), payment_intent=charge.id, now=now)
    db.session.flush()
    return row.status


def record_refusal(business: BusinessFacts, attempt: ChargeAttempt, *, code: str, now: datetime) -> None:
    """Stripe would not even make the payment, for good: as a decline. Idempotent."""
    locked = lock_instalment(business, attempt.instalment_id, now=now)
    row = _locked_row(attempt)
    if row.status is AttemptStatus.PENDING:
        _record_decline(locked, row, code=code, payment_intent=None, now=now)


def close_charge(business: BusinessFacts, attempt: ChargeAttempt, *, now: datetime) -> None:
    """Stripe never made this payment, and its key is not sent any more (M3); the next round tries anew."""
    locked = lock_instalment(business, attempt.instalment_id, now=now)
    row = _locked_row(attempt)
    if row.status is AttemptStatus.PENDING:
        row.status, row.settled_at = AttemptStatus.CLOSED, now
        db.session.flush()
        cover_failed(locked, now=now)


def _record_money(
    locked: LockedInstalment, row: InstalmentAttempt, charge: CardCharge, now: datetime
) -> None:
    if row.status is AttemptStatus.SUCCEEDED:
        return
    row.status, row.decline_code, row.settled_at = AttemptStatus.SUCCEEDED, None, now
    row.payment_intent = charge.id
    db.session.flush()
    payment = write_payment(row, charge.id, now=now, instalment_attempt_id=row.id)
    if locked.row.status.is_open:
        end_instalment(locked.row, InstalmentStatus.PAID, now=now)
        write_audit(SYSTEM, "instalment.paid", locked.row, now=now, after={"amount": row.amount})
    else:
        _put_on_account(locked, payment, now)


def _put_on_account(locked: LockedInstalment, payment: Payment, now: datetime) -> None:
    """Money for an instalment that was settled otherwise meanwhile is the client's (M5)."""
    came = AccountEntry(
        business_id=payment.business_id,
        id=new_id(),
        customer_id=locked.class_pass.customer_id,
        kind=EntryKind.PAYMENT,
        amount=payment.amount,
        class_pass_id=locked.class_pass.id,
        payment_id=payment.id,
        reason=MONEY_AFTER_ALL,
    )
    add_entry(came, actor=SYSTEM, now=now)


def _record_decline(
    locked: LockedInstalment, row: InstalmentAttempt, *, code: str, payment_intent: str | None, now: datetime
) -> None:
    row.status, row.decline_code, row.settled_at = AttemptStatus.DECLINED, code[:60], now
    row.payment_intent = payment_intent
    db.session.flush()
    if locked.row.status.is_open:
        fail_instalment(locked, code=code[:60], now=now)


def _why(charge: CardCharge) -> str:
    return charge.decline_code or (HOLDER_WANTED if charge.status == "requires_action" else "card_declined")


def _refuse_mismatch(attempt: ChargeAttempt, charge: CardCharge, stripe_account: str | None) -> None:
    said = (stripe_account, charge.attempt_id, charge.amount, charge.currency)
    written = (attempt.stripe_account, attempt.id, attempt.amount, attempt.currency)
    if said != written:
        raise PaymentMismatch(f"Payment {charge.id} says {said}, attempt {attempt.id} was {written}.")


def _locked_row(attempt: ChargeAttempt) -> InstalmentAttempt:
    keys: dict[str, Any] = {"business_id": attempt.business_id, "attempt_id": attempt.id}
    return db.session.scalars(_ROW, keys).one()


def _change(attempt: ChargeAttempt, **values: object) -> None:
    db.session.execute(
        update(InstalmentAttempt)
        .where(InstalmentAttempt.business_id == attempt.business_id, InstalmentAttempt.id == attempt.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
