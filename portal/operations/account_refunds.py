"""A balance in the client's favour goes back to the card that paid, and comes back where that fails (M5)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.business import BusinessFacts
from portal.models.database import db, new_id
from portal.models.payments import Payment, Refund
from portal.models.refundable import lock_payments, payments_of_client, refundable
from portal.operations.account_charges import (
    AnotherEntry,
    StaffEntry,
    client_account,
    refuse_strange_amount,
)
from portal.operations.account_ledger import add_entry
from portal.operations.auditing import SYSTEM, Actor, write_audit
from portal.operations.reasons import given_reason
from portal.operations.refund_portions import portions, write_refund
from portal.rules.sentences import Money, Refusal

BANK_SAID_NO = "The bank did not take the refund."


class NotThatMuchInFavour(Refusal):
    """The account has less in the client's favour than this."""

    def __init__(self, free: int, currency: str) -> None:
        super().__init__(
            "The account has {free} in the client’s favour that could be refunded.",
            free=Money(max(free, 0), currency),
        )


def refund_to_card(business: BusinessFacts, wanted: StaffEntry, *, actor: Actor, now: datetime) -> None:
    """Pay out of a client's account to the cards that paid, the newest payment first. Sent twice, it is done
    once.

    Raises ReasonNeeded, AmountNeeded, NoSuchClient, NotThatMuchInFavour, NotThatMuchOnCards.
    """
    reason = given_reason(wanted.reason)
    refuse_strange_amount(business, wanted.amount)
    payment_ids = payments_of_client(business.id, wanted.customer_id)
    lock_payments(business.id, payment_ids)
    account = client_account(business.id, wanted.customer_id)
    if _was_sent(business.id, wanted):
        return
    if wanted.amount > account.balance - account.claimed:
        raise NotThatMuchInFavour(account.balance - account.claimed, business.currency)
    shared = portions(refundable(business.id, payment_ids), wanted.amount, currency=business.currency)
    entry_id, before = wanted.id, account.balance
    for portion in shared:
        refund = write_refund(business.id, portion, reason=reason, now=now)
        _pay_out(refund, wanted.customer_id, refund.amount, entry_id, reason, actor, now)
        entry_id = new_id()
    write_audit(
        actor,
        "account.refunded_to_card",
        account,
        now=now,
        before={"balance": before},
        after={"balance": before - wanted.amount, "amount": wanted.amount},
        reason=reason,
    )
    db.session.flush()


def take_back_if_of_account(refund: Refund, *, now: datetime) -> None:
    """A refund that failed comes back to the account that it left, once."""
    left = _entry(refund, EntryKind.CARD_REFUND)
    if left is None or _entry(refund, EntryKind.REFUND_FAILED) is not None:
        return
    came_back = AccountEntry(
        business_id=refund.business_id,
        id=new_id(),
        customer_id=left.customer_id,
        kind=EntryKind.REFUND_FAILED,
        amount=-left.amount,
        refund_id=refund.id,
        reason=BANK_SAID_NO,
    )
    add_entry(came_back, actor=SYSTEM, now=now)


def pay_out_again(failed: Refund, another: Refund, *, now: datetime) -> None:
    """Another refund takes the place of one that Stripe never made: the account pays for that one instead."""
    left = _entry(failed, EntryKind.CARD_REFUND)
    if left is not None:
        take_back_if_of_account(failed, now=now)
        _pay_out(another, left.customer_id, -left.amount, new_id(), left.reason, SYSTEM, now)


def pay_out_if_of_account(refund: Refund, *, now: datetime) -> None:
    """What is refunded in Stripe's own dashboard of money that went to an account leaves it (M2)."""
    came = db.session.scalars(
        select(AccountEntry).where(
            AccountEntry.business_id == refund.business_id,
            AccountEntry.payment_id == refund.payment_id,
            AccountEntry.kind == EntryKind.PAYMENT,
        )
    ).first()
    if came is None:
        return
    amount = min(refund.amount, came.amount - _already_out(refund))
    if amount > 0:
        _pay_out(refund, came.customer_id, amount, new_id(), refund.reason, SYSTEM, now)


def _was_sent(business_id: UUID, wanted: StaffEntry) -> bool:
    known = db.session.get(AccountEntry, (business_id, wanted.id))
    if known is None:
        return False
    if (known.customer_id, known.kind) != (wanted.customer_id, EntryKind.CARD_REFUND):
        raise AnotherEntry
    return True


def _pay_out(
    refund: Refund,
    customer_id: UUID,
    amount: int,
    entry_id: UUID,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    entry = AccountEntry(
        business_id=refund.business_id,
        id=entry_id,
        customer_id=customer_id,
        kind=EntryKind.CARD_REFUND,
        amount=-amount,
        refund_id=refund.id,
        reason=reason,
    )
    add_entry(entry, actor=actor, now=now)


def _entry(refund: Refund, kind: EntryKind) -> AccountEntry | None:
    return db.session.scalars(
        select(AccountEntry).where(
            AccountEntry.business_id == refund.business_id,
            AccountEntry.refund_id == refund.id,
            AccountEntry.kind == kind,
        )
    ).first()


def _already_out(refund: Refund) -> int:
    """What left the account already of the same payment."""
    out = db.session.scalar(
        select(func.coalesce(func.sum(-AccountEntry.amount), 0))
        .join(
            Refund, (Refund.business_id == AccountEntry.business_id) & (Refund.id == AccountEntry.refund_id)
        )
        .join(Payment, (Payment.business_id == Refund.business_id) & (Payment.id == Refund.payment_id))
        .where(Payment.business_id == refund.business_id, Payment.id == refund.payment_id)
    )
    return int(out or 0)
