"""Stripe's word on an account checkout is applied here, once, however often it comes (M2, M5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.gateways.stripe_objects import CheckoutSession
from portal.models.accounts import AccountCheckout, AccountCheckoutPurpose, AccountEntry, EntryKind
from portal.models.database import db, new_id
from portal.models.instalments import Instalment, InstalmentStatus
from portal.models.payments import Payment
from portal.operations.account_checkouts import lock_checkout
from portal.operations.account_ledger import add_entry
from portal.operations.auditing import Actor, customer_or_guest, write_audit
from portal.operations.claims import lock_passes
from portal.operations.money_that_came import write_payment
from portal.operations.open_checkouts import OpenCheckout
from portal.operations.saved_cards import keep_card
from portal.operations.settling import PaymentMismatch


class DuesOutcome(Enum):
    """What has become of an account checkout."""

    WAITING = "waiting"
    PAID = "paid"
    CARD_KEPT = "card_kept"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class SettledDues:
    """An account checkout after Stripe's word was applied; ``amount`` is minor units."""

    customer_id: UUID | None
    outcome: DuesOutcome
    amount: int


_PASSES_OF = select(Instalment.class_pass_id).where(
    Instalment.business_id == bindparam("business_id"),
    Instalment.id.in_(bindparam("instalment_ids", expanding=True)),
)

_INSTALMENTS = (
    select(Instalment)
    .where(
        Instalment.business_id == bindparam("business_id"),
        Instalment.id.in_(bindparam("instalment_ids", expanding=True)),
    )
    .order_by(Instalment.class_pass_id, Instalment.nth)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def settle_dues(
    checkout: OpenCheckout, session: CheckoutSession, *, stripe_account: str | None, now: datetime
) -> SettledDues:
    """Apply a session as Stripe tells it now: paid, card kept, over, or wait. Idempotent, in any order (M2).

    Money for an instalment that is not open any more goes to the account, as does what was paid for its debt.
    Checks account, attempt, amount and currency first and raises PaymentMismatch.
    """
    refuse_mismatch(checkout, session, stripe_account)
    row = lock_checkout(checkout)
    if row.session_id is None:
        row.session_id, row.url = session.id, session.url
    outcome = _outcome(row, checkout, session, now)
    if outcome is not DuesOutcome.WAITING and row.closed_at is None:
        row.closed_at = now
    db.session.flush()
    return SettledDues(checkout.customer_id, outcome, checkout.amount)


def refuse_mismatch(checkout: OpenCheckout, session: CheckoutSession, stripe_account: str | None) -> None:
    """Raise PaymentMismatch where a session is not what the account checkout wrote down (M2)."""
    said = (stripe_account, session.attempt_id, session.purpose, session.amount)
    written = (checkout.stripe_account, checkout.id, checkout.purpose.value, checkout.amount)
    if said != written or session.currency not in {checkout.currency, ""}:
        raise PaymentMismatch(f"Session {session.id} says {said}, account checkout was {written}.")


def _outcome(
    row: AccountCheckout, checkout: OpenCheckout, session: CheckoutSession, now: datetime
) -> DuesOutcome:
    if session.status == "expired":
        return DuesOutcome.OVER
    if session.status != "complete":
        return DuesOutcome.WAITING
    if row.purpose is AccountCheckoutPurpose.CARD:
        return _keep(row, session, now)
    return _take(row, checkout, session, now) if session.paid else DuesOutcome.WAITING


def _keep(row: AccountCheckout, session: CheckoutSession, now: datetime) -> DuesOutcome:
    if row.paid_at is None:
        if session.card is None or row.customer_id is None:
            raise PaymentMismatch(f"Session {session.id} is complete and keeps no card.")
        row.paid_at = row.closed_at = now
        db.session.flush()
        keep_card(
            row.business_id,
            row.customer_id,
            session.card,
            stripe_account=row.stripe_account,
            consent=row.consent,
            now=now,
        )
        write_audit(_client(row), "card.changed", row, now=now, after={"last4": session.card.last4})
    return DuesOutcome.CARD_KEPT


def _take(
    row: AccountCheckout, checkout: OpenCheckout, session: CheckoutSession, now: datetime
) -> DuesOutcome:
    if row.paid_at is not None:
        return DuesOutcome.PAID
    row.paid_at = row.closed_at = now
    db.session.flush()
    still_open = _locked_open_instalments(row.business_id, checkout)
    for instalment in still_open:
        instalment.status, instalment.try_on, instalment.settled_at = InstalmentStatus.PAID, None, now
        write_audit(_client(row), "instalment.paid", instalment, now=now, after={"amount": instalment.amount})
    intent = session.payment_intent or session.id
    payment = write_payment(row, intent, now=now, account_checkout_id=row.id)
    to_account = row.amount - sum(instalment.amount for instalment in still_open)
    if to_account:
        _credit(row, payment, to_account, now)
    write_audit(
        _client(row), "account.paid", row, now=now, after={"amount": row.amount, "to_account": to_account}
    )
    return DuesOutcome.PAID


def _locked_open_instalments(business_id: UUID, checkout: OpenCheckout) -> Sequence[Instalment]:
    ids = [line.instalment_id for line in checkout.lines if line.instalment_id is not None]
    keys = {"business_id": business_id, "instalment_ids": ids}
    lock_passes(business_id, set(db.session.scalars(_PASSES_OF, keys)))
    return [found for found in db.session.scalars(_INSTALMENTS, keys) if found.status.is_open]


def _credit(row: AccountCheckout, payment: Payment, amount: int, now: datetime) -> None:
    entry = AccountEntry(
        business_id=row.business_id,
        id=new_id(),
        customer_id=row.customer_id,
        kind=EntryKind.PAYMENT,
        amount=amount,
        payment_id=payment.id,
    )
    add_entry(entry, actor=_client(row), now=now)


def _client(row: AccountCheckout) -> Actor:
    """The client has paid, whoever brings the news."""
    return customer_or_guest(row.customer_id)
