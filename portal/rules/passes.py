"""What a pass is today (P10)."""

from datetime import date
from enum import Enum

from portal.rules.facts import OwnedPass
from portal.rules.sentences import Sentence
from portal.rules.validity import has_derived_start, must_start_by, window


class PassStatus(Enum):
    """Derived, never stored; the first that is true, in this order (P10)."""

    DEACTIVATED = "deactivated"  # by staff, or its termination date has come
    WITHDRAWN = "withdrawn"  # its purchase option is deactivated
    USED_UP = "used_up"
    EXPIRED = "expired"  # or past its latest day to start, with nothing counting
    NOT_STARTED = "not_started"  # its first class decides when it starts, and there is none
    ACTIVE = "active"  # all else, even if its first day is ahead

    @property
    def inactive(self) -> bool:
        """The filter "Inactive": the first four."""
        return self not in {PassStatus.NOT_STARTED, PassStatus.ACTIVE}

    @property
    def stops_payments(self) -> bool:
        """Whether no auto-payment is attempted (S4, S8); one that is used up or expired is still paid for."""
        return self in {PassStatus.DEACTIVATED, PassStatus.WITHDRAWN}


def status(owned: OwnedPass, today: date) -> PassStatus:
    """The status of a pass on a day of the business's zone (P10)."""
    if is_deactivated(owned, today):
        return PassStatus.DEACTIVATED
    if owned.withdrawn:
        return PassStatus.WITHDRAWN
    if owned.uses_left is not None and owned.uses_left <= 0:
        return PassStatus.USED_UP
    if has_expired(owned, today):
        return PassStatus.EXPIRED
    return PassStatus.ACTIVE if has_started(owned) else PassStatus.NOT_STARTED


def is_deactivated(owned: OwnedPass, today: date) -> bool:
    """Whether staff deactivated the pass, or the date they set for that has come (S2, S6)."""
    return owned.deactivated_from is not None and owned.deactivated_from <= today


def is_paused_on(owned: OwnedPass, day: date) -> bool:
    """Whether staff paused the pass for a day, so that it pays for no class of that day."""
    return (
        owned.paused_from is not None
        and owned.paused_to is not None
        and owned.paused_from <= day <= owned.paused_to
    )


def decided_words(owned: OwnedPass, today: date) -> Sentence | None:
    """What staff decided about a pass, beside its status, as its owner reads it; None where they did not."""
    if owned.deactivated_from is not None and owned.deactivated_from <= today:
        return Sentence("Deactivated on {day:year}", {"day": owned.deactivated_from})
    if owned.withdrawn:
        return Sentence("The studio has withdrawn all passes of this kind")
    if owned.paused_from is not None and owned.paused_to is not None and owned.paused_to >= today:
        return Sentence(
            "Paused from {first} to {last}", {"first": owned.paused_from, "last": owned.paused_to}
        )
    return None


def has_started(owned: OwnedPass) -> bool:
    """False while the first class is to decide when the pass starts and there is none (P4)."""
    return bool(owned.booked) or not has_derived_start(owned)


def has_expired(owned: OwnedPass, today: date) -> bool:
    """Whether its last day has passed, or its latest day to start with nothing counting (P10)."""
    last_day = window(owned).last_day
    if last_day is not None and last_day < today:
        return True
    start_by = must_start_by(owned)
    return start_by is not None and start_by < today and not owned.booked
