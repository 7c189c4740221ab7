"""Charging saved cards for instalments: the intent, and what Stripe's word makes of it (M1–M3, S4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, or_, select, update

from portal.gateways.stripe_objects import CardCharge
from portal.gateways.stripe_requests import ChargeRequest
from portal.models.accounts import AccountEntry, EntryKind
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, new_id
from portal.models.deactivations import PassDeactivation
from portal.models.instalments import (
    AttemptStatus,
    Instalment,
    InstalmentAttempt,
    InstalmentStatus,
    SavedCard,
)
from portal.models.payments import Payment
from portal.operations.account_ledger import add_entry
from portal.operations.auditing import SYSTEM, write_audit
from portal.operations.instalments import (
    BEING_PAID,
    BEING_TRIED,
    WITHDRAWN,
    LockedInstalment,
    cover_failed,
    end_instalment,
    fail_instalment,
    lock_instalment,
)
from portal.operations.saved_cards import live_card
from portal.operations.settling import PaymentMismatch
from portal.rules.declines import HOLDER_WANTED, NO_CARD

SAME_KEY_FOR = timedelta(hours=23)
"""How long an unresolved charge is sent again with its key; Stripe forgets keys after 24 hours (M3)."""

ASK_EVERY = timedelta(minutes=1)
EARLIEST_ZONE, LATEST_ZONE = timedelta(hours=-12), timedelta(hours=14)
PAGE = 100

MONEY_AFTER_ALL = "A card payment came for an instalment that was settled otherwise."


@dataclass(frozen=True, slots=True)
class DueInstalment:
    """An instalment that may be due: its studio's day, and what happens meanwhile, decide under its lock."""

    business_id: UUID
    id: UUID
    try_on: date


@dataclass(frozen=True, slots=True)
class ChargeAttempt:
    """One attempt as a door needs it to talk to Stripe."""

    id: UUID
    business_id: UUID
    instalment_id: UUID
    nth: int
    pass_name: str
    stripe_customer: str
    payment_method: str
    amount: int
    currency: str
    stripe_account: str | None
    created_at: datetime

    def request(self) -> ChargeRequest:
        """What Stripe is asked: the same words each time, since all of them were written down (M3)."""
        return ChargeRequest(
            attempt_id=self.id,
            business_id=self.business_id,
            stripe_customer=self.stripe_customer,
            payment_method=self.payment_method,
            amount=self.amount,
            currency=self.currency,
            description=f"{self.pass_name}, instalment {self.nth}",
            stripe_account=self.stripe_account,
        )


_DEACTIVATED_EVERYWHERE = exists().where(
    PassDeactivation.business_id == Instalment.business_id,
    PassDeactivation.class_pass_id == Instalment.class_pass_id,
    PassDeactivation.ended_at.is_(None),
    PassDeactivation.from_day <= bindparam("earliest"),
)

_OF_ITS_PASS = (ClassPass.business_id == Instalment.business_id) & (ClassPass.id == Instalment.class_pass_id)

_DUE_PAGE = (
    select(Instalment.business_id, Instalment.id, Instalment.try_on)
    .join(ClassPass, _OF_ITS_PASS)
    .where(
        Instalment.try_on <= bindparam("latest"),
        or_(
            Instalment.try_on > bindparam("after_day"),
            and_(Instalment.try_on == bindparam("after_day"), Instalment.id > bindparam("after_id")),
        ),
        ~BEING_TRIED,
        ~BEING_PAID,
        ~WITHDRAWN,
        ~_DEACTIVATED_EVERYWHERE,
    )
    .order_by(Instalment.try_on, Instalment.id)
    .limit(bindparam("most"))
)

_ATTEMPT = (
    select(
        InstalmentAttempt.id,
        InstalmentAttempt.business_id,
        InstalmentAttempt.instalment_id,
        Instalment.nth,
        ClassPass.name,
        SavedCard.stripe_customer,
        SavedCard.payment_method,
        InstalmentAttempt.amount,
        InstalmentAttempt.currency,
        InstalmentAttempt.stripe_account,
        InstalmentAttempt.created_at,
    )
    .join(
        Instalment,
        (Instalment.business_id == InstalmentAttempt.business_id)
        & (Instalment.id == InstalmentAttempt.instalment_id),
    )
    .join(ClassPass, _OF_ITS_PASS)
    .join(
        SavedCard,
        (SavedCard.business_id == InstalmentAttempt.business_id)
        & (SavedCard.id == InstalmentAttempt.saved_card_id),
    )
)

_BY_ID = _ATTEMPT.where(
    InstalmentAttempt.business_id == bindparam("business_id"), InstalmentAttempt.id == bindparam("attempt_id")
)

_UNRESOLVED = (
    _ATTEMPT.where(
        InstalmentAttempt.status == AttemptStatus.PENDING,
        InstalmentAttempt.asked_at <= bindparam("asked_before"),
    )
    .order_by(InstalmentAttempt.asked_at)
    .limit(bindparam("most"))
)

_ROW = (
    select(InstalmentAttempt)
    .where(
        InstalmentAttempt.business_id == bindparam("business_id"),
        InstalmentAttempt.id == bindparam("attempt_id"),
    )
    .with_for_update()
    .execution_options(populate_existing=True)
)


def due_page(after: DueInstalment | None, *, now: datetime) -> Sequence[DueInstalment]:
    """The next page of instalments that may be due, of every business, the oldest day first."""
    latest, earliest = (now + LATEST_ZONE).date(), (now + EARLIEST_ZONE).date()
    start = (after.try_on, after.id) if after else (date.min, UUID(int=0))
    rows = db.session.execute(
        _DUE_PAGE,
        {"latest": latest, "earliest": earliest, "after_day": start[0], "after_id": start[1], "most": PAGE},
    )
    return [DueInstalment(business_id, row_id, day) for business_id, row_id, day in rows if day is not None]


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


def charge_attempt(business_id: UUID, attempt_id: UUID) -> ChargeAttempt | None:
    """One attempt of a business."""
    row = db.session.execute(_BY_ID, {"business_id": business_id, "attempt_id": attempt_id}).first()
    return ChargeAttempt(*row) if row else None


def attempt_of_charge(charge: CardCharge) -> ChargeAttempt | None:
    """The attempt behind a payment, by our names on it; None for one that is not ours."""
    if charge.business_id is None or charge.attempt_id is None:
        return None
    return charge_attempt(charge.business_id, charge.attempt_id)


def unresolved_charges(*, now: datetime, most: int = 50) -> Sequence[ChargeAttempt]:
    """Attempts whose answer nobody told us for a minute, of every business: for the reconciler (M2)."""
    rows = db.session.execute(_UNRESOLVED, {"asked_before": now - ASK_EVERY, "most": most})
    return [ChargeAttempt(*row) for row in rows]


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
    payment = Payment(
        business_id=row.business_id,
        id=new_id(),
        instalment_attempt_id=row.id,
        payment_intent=charge.id,
        amount=row.amount,
        currency=row.currency,
        stripe_account=row.stripe_account,
        received_at=now,
    )
    db.session.add(payment)
    db.session.flush()
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
