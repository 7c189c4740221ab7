"""Staff make a pass usable again (S7, S8)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.deactivations import PassDeactivation
from portal.operations.auditing import Actor
from portal.operations.deactivating import end_deactivation, live_deactivation, settle_termination
from portal.operations.locked_passes import LockedPass, lock_pass, record_act
from portal.operations.outstanding import skip_missed
from portal.operations.pass_days import refuse_unless_in_reach
from portal.operations.reasons import given_reason
from portal.rules.facts import OwnedPass
from portal.rules.passes import PassStatus, has_expired, status
from portal.rules.sentences import Refusal
from portal.rules.validity import window


class PurchaseOptionDeactivated(Refusal):
    """The purchase option is deactivated, so none of its passes comes back (S8, W9)."""

    def __init__(self) -> None:
        super().__init__("Promotion was terminated and can not be activated")


class NewExpiryNeeded(Refusal):
    """The pass has expired: it comes back with a new date only (S7, W4)."""

    def __init__(self) -> None:
        super().__init__("This pass has expired. Give it a new expiry date.")


class ExpiryNotAhead(Refusal):
    """The new expiry is not in the future."""

    def __init__(self, tomorrow: date) -> None:
        super().__init__("The new expiry must be {tomorrow:year} or later.", tomorrow=tomorrow)


class ExpiryBeforeStart(Refusal):
    """The new expiry is before the day on which the pass starts."""

    def __init__(self, first_day: date) -> None:
        super().__init__(
            "This pass starts on {first_day:year}; the new expiry must not be before.", first_day=first_day
        )


class NothingToReactivate(Refusal):
    """The pass is usable as it is."""

    def __init__(self) -> None:
        super().__init__("This pass is active already.")


class UsedUpInstead(Refusal):
    """The pass has no uses left: that is not what reactivation is for (S7)."""

    def __init__(self) -> None:
        super().__init__("This pass has no uses left. Use Adjust uses to give it more.")


@dataclass(frozen=True, slots=True)
class Reactivated:
    """What a reactivation did: how much of its instalments was skipped, in minor units."""

    skipped: int = 0

    @property
    def told(self) -> dict[str, Any]:
        """What the audit entry says about money."""
        return {"instalments_skipped": self.skipped} if self.skipped else {}


def reactivate_pass(
    business: BusinessFacts,
    *,
    pass_id: UUID,
    reason: str,
    expires_on: date | None,
    actor: Actor,
    now: datetime,
) -> Reactivated:
    """Make a deactivated, terminated or expired pass usable again; a termination ahead is cleared (S7).

    ``expires_on`` is its new last day, needed where the old one has passed. Instalments whose day passed
    meanwhile are not charged, the others resume. Raises ReasonNeeded, DayOutOfReach,
    PurchaseOptionDeactivated, NothingToReactivate, UsedUpInstead, NewExpiryNeeded, ExpiryNotAhead,
    ExpiryBeforeStart.
    """
    reason = given_reason(reason)
    refuse_unless_in_reach(expires_on)
    locked = lock_pass(business, pass_id, now=now)
    live = live_deactivation(business.id, pass_id)
    _refuse_unless_inactive(locked, live)
    _refuse_unless_dated(locked, expires_on)
    done = Reactivated() if live is None else _end(locked, live, reason=reason, actor=actor, now=now)
    if expires_on is not None:
        locked.row.expires_on_set = expires_on
    record_act("pass.reactivated", locked, actor=actor, now=now, reason=reason, told=done.told)
    return done


def needs_new_expiry(owned: OwnedPass, today: date) -> bool:
    """Whether the pass has expired, deactivated or not: reactivation then asks for a new date (S7)."""
    return has_expired(owned, today)


def _refuse_unless_inactive(locked: LockedPass, live: PassDeactivation | None) -> None:
    if locked.owned.withdrawn:
        raise PurchaseOptionDeactivated
    if live is not None:
        return
    match status(locked.owned, locked.today):
        case PassStatus.USED_UP:
            raise UsedUpInstead
        case PassStatus.EXPIRED:
            return
        case _:
            raise NothingToReactivate


def _refuse_unless_dated(locked: LockedPass, expires_on: date | None) -> None:
    if expires_on is None:
        if needs_new_expiry(locked.owned, locked.today):
            raise NewExpiryNeeded
        return
    if expires_on <= locked.today:
        raise ExpiryNotAhead(date.fromordinal(locked.today.toordinal() + 1))
    first_day = window(replace(locked.owned, expires_on_set=expires_on)).first_day
    if first_day is not None and expires_on < first_day:
        raise ExpiryBeforeStart(first_day)


def _end(
    locked: LockedPass, live: PassDeactivation, *, reason: str, actor: Actor, now: datetime
) -> Reactivated:
    """End the deactivation. Whatever its day decided is carried out first, should the job be late (S6)."""
    skipped = 0
    if live.from_day <= locked.today:
        settle_termination(locked, live, now=now)
        skipped = skip_missed(locked.row, since=live.from_day, today=locked.today, now=now)
    end_deactivation(live, reason=reason, actor=actor, now=now)
    return Reactivated(skipped)
