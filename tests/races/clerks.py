"""Staff at their desks, one act each, and what customers and the worker do at the same moment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import select

from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, transaction
from portal.models.instalments import Instalment
from portal.operations.auto_payments import intend_charge
from portal.operations.claims import lock_passes
from portal.operations.deactivating import settle_due_termination
from portal.operations.instalments import LockedInstalment, lock_instalment
from portal.operations.locked_options import lock_passes_of
from tests.desk import Desk
from tests.races.meeting import meet
from tests.races.shoppers import Presser, press
from tests.races.unguarded import (
    begin_late,
    meeting_after,
    without_guard_of_passes,
    without_locks_and_meet_after,
)


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


@contextmanager
def without_guard_of_added_uses() -> Iterator[None]:
    """No lock, and who books has seen the use that staff take back, and claims it when that is done.

    First both have decided; then who books has read what is left, before staff take it back.
    """
    with without_guard_of_passes(times=2), meeting_after("checkout.quoted_basket", last=["undoing.last_act"]):
        yield


@contextmanager
def without_order_of_options() -> Iterator[None]:
    """Who charges an instalment locks its pass before its purchase option; staff lock them as ever."""

    def pass_first(business: BusinessFacts, instalment_id: UUID, *, now: datetime) -> LockedInstalment:
        lock_passes(business.id, select_passes(instalment_id))
        meet()
        return lock_instalment(business, instalment_id, now=now)

    def meet_first(business_id: UUID, option_id: UUID) -> Sequence[ClassPass]:
        meet()
        return lock_passes_of(business_id, option_id)

    def select_passes(instalment_id: UUID) -> Sequence[UUID]:
        return db.session.scalars(
            select(Instalment.class_pass_id).where(Instalment.id == instalment_id)
        ).all()

    with (
        begin_late(),
        patch("portal.operations.auto_payments.lock_instalment", pass_first),
        patch("portal.operations.option_withdrawal.lock_passes_of", meet_first),
    ):
        yield
