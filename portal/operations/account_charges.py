"""Staff add a charge or a credit to a client's account, with a reason (M5)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from portal.models.accounts import AccountEntry, CustomerAccount, EntryKind
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.people import Customer
from portal.operations.account_ledger import add_entry, lock_account
from portal.operations.auditing import Actor, write_audit
from portal.operations.reasons import given_reason
from portal.rules.sentences import Money, Refusal

LARGEST_AMOUNT = 99_999_999
"""In minor units: beyond it Stripe takes no payment, so nobody could pay it."""


class NoSuchClient(Refusal):
    """Nobody of that id books here."""

    def __init__(self) -> None:
        super().__init__("There is no such client.")


class AmountNeeded(Refusal):
    """An amount of nothing, or below."""

    def __init__(self) -> None:
        super().__init__("Please give an amount above zero.")


class AmountTooLarge(Refusal):
    """More than is ever charged."""

    def __init__(self, currency: str) -> None:
        super().__init__("Please give {most} at most.", most=Money(LARGEST_AMOUNT, currency))


class AnotherEntry(Refusal):
    """The form was sent before, for something else."""

    def __init__(self) -> None:
        super().__init__("This form was sent before. Please look at the account, and fill it in anew.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEntry:
    """What staff add: ``amount`` is minor units above zero; ``id`` is the form's own, so that a second press
    of its button is the first one again.
    """

    id: UUID
    customer_id: UUID
    amount: int
    reason: str


def charge_account(business: BusinessFacts, entry: StaffEntry, *, actor: Actor, now: datetime) -> None:
    """Charge a client: the balance falls by the amount. Sent twice, it is done once."""
    _add(business, entry, EntryKind.CHARGE, actor, now)


def credit_account(business: BusinessFacts, entry: StaffEntry, *, actor: Actor, now: datetime) -> None:
    """Credit a client: the balance rises by the amount. Sent twice, it is done once."""
    _add(business, entry, EntryKind.CREDIT, actor, now)


def refuse_strange_amount(business: BusinessFacts, amount: int) -> None:
    """Raise AmountNeeded or AmountTooLarge."""
    if amount <= 0:
        raise AmountNeeded
    if amount > LARGEST_AMOUNT:
        raise AmountTooLarge(business.currency)


def client_account(business_id: UUID, customer_id: UUID) -> CustomerAccount:
    """A client's account, locked; made where there is none yet. Raises NoSuchClient."""
    theirs = (Customer.business_id == business_id, Customer.id == customer_id)
    if not db.session.scalar(select(exists().where(*theirs))):
        raise NoSuchClient
    lock_account(business_id, customer_id)
    return db.session.scalars(
        select(CustomerAccount)
        .where(CustomerAccount.business_id == business_id, CustomerAccount.customer_id == customer_id)
        .execution_options(populate_existing=True)
    ).one()


def was_entered(
    business_id: UUID, entry_id: UUID, *, customer_id: UUID, kind: EntryKind, amount: int
) -> bool:
    """Whether the form that made an entry was sent before, under the account's lock; raises AnotherEntry
    where that was for something else.
    """
    known = db.session.get(AccountEntry, (business_id, entry_id))
    if known is None:
        return False
    if (known.customer_id, known.kind, abs(known.amount)) != (customer_id, kind, amount):
        raise AnotherEntry
    return True


def _add(business: BusinessFacts, wanted: StaffEntry, kind: EntryKind, actor: Actor, now: datetime) -> None:
    reason = given_reason(wanted.reason)
    refuse_strange_amount(business, wanted.amount)
    account = client_account(business.id, wanted.customer_id)
    if was_entered(business.id, wanted.id, customer_id=wanted.customer_id, kind=kind, amount=wanted.amount):
        return
    entry = AccountEntry(
        business_id=business.id,
        id=wanted.id,
        customer_id=wanted.customer_id,
        kind=kind,
        amount=-wanted.amount if kind is EntryKind.CHARGE else wanted.amount,
        reason=reason,
    )
    before = account.balance
    add_entry(entry, actor=actor, now=now)
    act = "account.charged" if kind is EntryKind.CHARGE else "account.credited"
    write_audit(
        actor,
        act,
        entry,
        now=now,
        before={"balance": before},
        after={"balance": before + entry.amount, "amount": wanted.amount},
        reason=reason,
    )
    db.session.flush()
