"""What people of a crowd do about a client's account, one call each; what they need comes with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import select, update

from portal.gateways.stripe_objects import CheckoutSession
from portal.models.accounts import CustomerAccount
from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.operations.account_charges import StaffEntry, charge_account
from portal.operations.account_checkouts import checkout_by_id
from portal.operations.account_ledger import BalanceTooSmall
from portal.operations.account_refunds import refund_to_card
from portal.operations.auditing import Actor
from portal.operations.auto_payments import intend_charge
from portal.operations.deactivating import deactivate_pass
from portal.operations.pass_refunding import WantedRefund, refund_pass
from portal.operations.paying_dues import Wanted, intend_to_pay
from portal.operations.settling_dues import settle_dues
from tests.races import shoppers
from tests.races.meeting import meet
from tests.races.unguarded import without_locks
from tests.till import RETURN_TO


@dataclass(frozen=True, slots=True)
class Charger:
    """Staff before the form of Add charge."""

    business: BusinessFacts
    entry: StaffEntry
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Refunder:
    """Staff before the form of Refund to card."""

    business: BusinessFacts
    entry: StaffEntry
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class PassRefunder:
    """Staff before the form that refunds a pass."""

    business: BusinessFacts
    wanted: WantedRefund
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Payer:
    """A client before Pay now."""

    business: BusinessFacts
    customer_id: UUID
    wanted: Wanted
    now: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """The worker, at an instalment that is due."""

    business: BusinessFacts
    instalment_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True)
class DuesTold:
    """The webhook, with the session of an account checkout."""

    business_id: UUID
    checkout_id: UUID
    session: CheckoutSession
    now: datetime


@dataclass(frozen=True, slots=True)
class Deactivator:
    """Staff before DEACTIVATE, with S5's answer."""

    business: BusinessFacts
    pass_id: UUID
    charges_balance: bool
    actor: Actor
    now: datetime


DONE: dict[type, str] = {
    Charger: "charged",
    Refunder: "refunded to card",
    PassRefunder: "refunded to account",
    Deactivator: "deactivated",
}


def act(who: object) -> str:
    """Whatever such a person does."""
    match who:
        case Charger() | Refunder() | PassRefunder() | Deactivator():
            return _decide(who)
        case Payer():
            return _pay(who)
        case Job():
            return _try(who)
        case DuesTold():
            return _hear(who)
    return shoppers.act(who)


def _decide(staff: Charger | Refunder | PassRefunder | Deactivator) -> str:
    with transaction():
        match staff:
            case Charger():
                charge_account(staff.business, staff.entry, actor=staff.actor, now=staff.now)
            case Refunder():
                refund_to_card(staff.business, staff.entry, actor=staff.actor, now=staff.now)
            case PassRefunder():
                refund_pass(staff.business, staff.wanted, actor=staff.actor, now=staff.now)
            case Deactivator():
                deactivate_pass(
                    staff.business,
                    pass_id=staff.pass_id,
                    reason="Moved away",
                    charges_balance=staff.charges_balance,
                    actor=staff.actor,
                    now=staff.now,
                )
    return DONE[type(staff)]


def _try(job: Job) -> str:
    with transaction():
        attempt = intend_charge(job.business, job.instalment_id, now=job.now)
    return "charges" if attempt else "leaves it"


def _pay(payer: Payer) -> str:
    with transaction():
        intended = intend_to_pay(
            payer.business,
            customer_id=payer.customer_id,
            wanted=payer.wanted,
            return_to=RETURN_TO,
            now=payer.now,
        )
    return "pays" if intended.checkout_id else "ends another"


def _hear(told: DuesTold) -> str:
    checkout = checkout_by_id(told.business_id, told.checkout_id)
    assert checkout is not None
    db.session.close()
    with transaction():
        settled = settle_dues(checkout, told.session, stripe_account=checkout.stripe_account, now=told.now)
    return settled.outcome.value


@contextmanager
def without_guard_of_balances() -> Iterator[None]:
    """No lock, and the conditional update of an account is a reading and then a writing."""
    with without_locks(), patch("portal.operations.booked_lines.claim_balance", _read_then_claim):
        yield


def _read_then_claim(business_id: UUID, customer_id: UUID, amount: int) -> None:
    mine = (CustomerAccount.business_id == business_id) & (CustomerAccount.customer_id == customer_id)
    balance, claimed = db.session.execute(
        select(CustomerAccount.balance, CustomerAccount.claimed).where(mine)
    ).one()
    if balance - claimed < amount:
        raise BalanceTooSmall
    meet()
    db.session.execute(
        update(CustomerAccount)
        .where(mine)
        .values(claimed=claimed + amount)
        .execution_options(synchronize_session=False)
    )
