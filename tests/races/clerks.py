"""Staff at their desks, one act each, and what customers and the worker do at the same moment."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.operations.auto_payments import intend_charge
from portal.operations.deactivating import settle_due_termination
from tests.desk import Desk
from tests.races.shoppers import Presser, press
from tests.races.unguarded import without_locks_and_meet_after


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody about to press a button: ``act`` is a method of the desk, ``on`` what it is about."""

    desk: Desk
    act: str
    on: tuple[Any, ...]
    seen: UUID | None = None


@dataclass(frozen=True, slots=True)
class Settling:
    """The worker, on the day of a termination."""

    business: BusinessFacts
    pass_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True)
class Charging:
    """The worker, about to charge an instalment."""

    business: BusinessFacts
    instalment_id: UUID
    now: datetime


def press_or_act(who: object) -> str:
    """Whatever such a person does; the word for it."""
    match who:
        case Clerk(desk, act, on, seen):
            getattr(desk, act)(*on, **({} if seen is None else {"seen": seen}))
            return act
        case Presser():
            return press(who)
        case Settling():
            with transaction():
                settled = settle_due_termination(who.business, pass_id=who.pass_id, now=who.now)
            return "settled" if settled else "nothing due"
        case Charging():
            with transaction():
                intent = intend_charge(who.business, who.instalment_id, now=who.now)
            return "charging" if intent else "not due"
    raise TypeError(who)


without_locks_on_passes = partial(
    without_locks_and_meet_after,
    "deactivating.live_deactivation",
    "locked_passes.latest_entry",
    "outstanding.outstanding_of",
)
"""No lock, and clerks and the worker have all read before one of them writes."""
without_locks_at_check_out = partial(
    without_locks_and_meet_after,
    "deactivating.live_deactivation",
    "option_withdrawal.lock_passes_of",
    last=("checkout.quoted_basket",),
)
"""No lock, and who books has read the basket anew before the clerk writes, and books after."""
