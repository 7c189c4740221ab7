"""What workers, webhooks and staff do about one instalment at the same moment; what they need comes along."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from unittest.mock import patch
from uuid import UUID

from portal.gateways.stripe_objects import CardCharge
from portal.models.business import BusinessFacts
from portal.models.database import end_reading, transaction
from portal.models.instalments import Instalment, InstalmentStatus
from portal.operations import outstanding
from portal.operations.auditing import Actor
from portal.operations.auto_payments import intend_charge, record_charge
from portal.operations.charge_attempts import attempt_of_charge
from portal.operations.deactivating import deactivate_pass
from tests.races.unguarded import without_locks_and_meet_after


@dataclass(frozen=True, slots=True)
class Charger:
    """A worker that has found an instalment due."""

    business: BusinessFacts
    instalment_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True)
class Hearer:
    """A webhook, the worker or the reconciler with Stripe's word on a charge."""

    business: BusinessFacts
    charge: CardCharge
    now: datetime


@dataclass(frozen=True, slots=True)
class Deactivator:
    """Somebody of the staff before DEACTIVATE, who has answered Yes to the outstanding balance."""

    business: BusinessFacts
    pass_id: UUID
    actor: Actor
    now: datetime


def begin(charger: Charger) -> str:
    """Write the intent down: "begun", or "nothing" where there is none to be had."""
    with transaction():
        attempt = intend_charge(charger.business, charger.instalment_id, now=charger.now)
    return "begun" if attempt else "nothing"


def hear(hearer: Hearer) -> str:
    """What has become of the attempt: "succeeded", "declined"."""
    attempt = attempt_of_charge(hearer.charge)
    assert attempt is not None
    end_reading()
    with transaction():
        status = record_charge(hearer.business, attempt, hearer.charge, stripe_account=None, now=hearer.now)
    return status.value


def deactivate(staff: Deactivator) -> str:
    """Press DEACTIVATE."""
    with transaction():
        deactivate_pass(
            staff.business,
            pass_id=staff.pass_id,
            reason="Moved away",
            charges_balance=True,
            actor=staff.actor,
            now=staff.now,
        )
    return "deactivated"


def act(who: object) -> str:
    """Whatever such a person does: for crowds of several kinds."""
    match who:
        case Charger():
            return begin(who)
        case Hearer():
            return hear(who)
        case Deactivator():
            return deactivate(who)
    raise TypeError(who)


without_guard_of_instalments = partial(
    without_locks_and_meet_after,
    "auto_payments.lock_instalment",
    "auto_payments._locked_row",
    "auto_payments.live_card",
    "deactivating.live_deactivation",
    "outstanding.outstanding_of",
)
"""Nobody waits for anybody who decides about an instalment or about its pass. All have read how the pass
stands before one of them deactivates it, and how the instalment stands before one of them changes that.
"""


@contextmanager
def without_guard_of_attempts() -> Iterator[None]:
    """The same, and what is being tried this moment counts as outstanding."""
    tried_too = outstanding._OF_PASS.where(Instalment.status == InstalmentStatus.FAILED)
    with without_guard_of_instalments(), patch("portal.operations.outstanding._FAILED", tried_too):
        yield
