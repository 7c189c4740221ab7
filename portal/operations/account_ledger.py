"""A client's account: every change is an entry, and the balance beside them is their sum (M5)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.models.account_balance import Balance
from portal.models.accounts import AccountEntry, CustomerAccount, EntryKind
from portal.models.bookings import Booking
from portal.models.database import db, insert_if_absent, new_id, rows_changed, table_of
from portal.operations.auditing import Actor
from portal.rules.sentences import Refusal


class BalanceTooSmall(Refusal):
    """The account has less in the client's favour than this takes: it was spent or claimed meanwhile."""

    def __init__(self) -> None:
        super().__init__("Your account balance has just been used for something else.")


_account = table_of(CustomerAccount)

_LOCK = (
    select(_account.c.id, _account.c.balance, _account.c.claimed)
    .where(
        _account.c.business_id == bindparam("business_id"),
        _account.c.customer_id == bindparam("customer_id"),
    )
    .with_for_update()
)

_OF_CUSTOMER = (
    _account.c.business_id == bindparam("of_business"),
    _account.c.customer_id == bindparam("of_customer"),
)

_ADD = update(_account).where(*_OF_CUSTOMER).values(balance=_account.c.balance + bindparam("amount"))

_CLAIM = (
    update(_account)
    .where(*_OF_CUSTOMER, _account.c.balance - _account.c.claimed >= bindparam("amount"))
    .values(claimed=_account.c.claimed + bindparam("amount"))
)

_CLAIM_ON_CREDIT = (
    update(_account).where(*_OF_CUSTOMER).values(claimed=_account.c.claimed + bindparam("amount"))
)

_LET_GO = update(_account).where(*_OF_CUSTOMER).values(claimed=_account.c.claimed - bindparam("amount"))


def lock_account(business_id: UUID, customer_id: UUID) -> None:
    """Lock a client's account, the last of all locks; it is made where there is none yet."""
    insert_if_absent(
        CustomerAccount, business_id=business_id, id=new_id(), customer_id=customer_id, balance=0, claimed=0
    )
    db.session.execute(_LOCK, {"business_id": business_id, "customer_id": customer_id})


def lock_account_if_there(business_id: UUID, customer_id: UUID) -> None:
    """Lock a client's account where they have one: who has none has no balance to spend."""
    db.session.execute(_LOCK, {"business_id": business_id, "customer_id": customer_id})


def locked_balance(business_id: UUID, customer_id: UUID) -> Balance:
    """How the account stands, under its lock."""
    lock_account(business_id, customer_id)
    account = db.session.execute(_LOCK, {"business_id": business_id, "customer_id": customer_id}).one()
    return Balance(account.balance, account.claimed)


def add_entry(entry: AccountEntry, *, actor: Actor, now: datetime) -> AccountEntry:
    """Add one line to a client's ledger and its amount to the balance, under the account's lock (M5).

    What may count once only (``AccountEntry``) is refused by the database the second time; the caller looks
    first, under the lock that guards it.
    """
    lock_account(entry.business_id, entry.customer_id)
    entry.at, entry.actor_kind, entry.actor_id = now, actor.kind, actor.id
    db.session.add(entry)
    db.session.flush()
    db.session.execute(
        _ADD,
        {"of_business": entry.business_id, "of_customer": entry.customer_id, "amount": entry.amount},
    )
    return entry


def claim_balance(business_id: UUID, customer_id: UUID, amount: int) -> None:
    """Claim part of a balance for a pending booking (R7), or raise BalanceTooSmall."""
    lock_account(business_id, customer_id)
    keys = {"of_business": business_id, "of_customer": customer_id, "amount": amount}
    if rows_changed(_CLAIM, keys) == 0:
        raise BalanceTooSmall


def claim_on_credit(business_id: UUID, customer_id: UUID, amount: int) -> None:
    """Claim an amount for a booking whatever is on the account: what it lacks is owed once it is spent."""
    lock_account(business_id, customer_id)
    keys = {"of_business": business_id, "of_customer": customer_id, "amount": amount}
    db.session.execute(_CLAIM_ON_CREDIT, keys)


def let_go_of_balance(business_id: UUID, customer_id: UUID, amount: int) -> None:
    """Let go of what a booking claimed."""
    lock_account(business_id, customer_id)
    db.session.execute(_LET_GO, {"of_business": business_id, "of_customer": customer_id, "amount": amount})


def spend_claimed_balance(booking: Booking, customer_id: UUID, *, actor: Actor, now: datetime) -> None:
    """The claim of a booking becomes an entry: the account has paid for it (R7, M5)."""
    let_go_of_balance(booking.business_id, customer_id, booking.balance_used)
    spent = AccountEntry(
        business_id=booking.business_id,
        id=new_id(),
        customer_id=customer_id,
        kind=EntryKind.BASKET,
        amount=-booking.balance_used,
        booking_id=booking.id,
    )
    add_entry(spent, actor=actor, now=now)
