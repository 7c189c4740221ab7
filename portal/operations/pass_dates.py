"""Staff change when a pass counts: they extend it, pause it, or set its dates outright (P4, S9)."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.operations.auditing import Actor
from portal.operations.locked_passes import lock_pass, record_act, refuse_if_changed
from portal.operations.option_extensions import ExtendedPass as ExtendedPass
from portal.operations.option_extensions import NothingToExtend as NothingToExtend
from portal.operations.option_extensions import extend_passes_of as extend_passes_of
from portal.operations.option_extensions import extension_preview as extension_preview
from portal.operations.pass_days import DayOutOfReach as DayOutOfReach
from portal.operations.pass_days import DaysNeeded as DaysNeeded
from portal.operations.pass_days import add_days, refuse_unless_days, refuse_unless_in_reach
from portal.operations.pass_pauses import AlreadyPaused as AlreadyPaused
from portal.operations.pass_pauses import NotPaused as NotPaused
from portal.operations.pass_pauses import PauseNotInOrder as PauseNotInOrder
from portal.operations.pass_pauses import PauseTooLong as PauseTooLong
from portal.operations.pass_pauses import end_pause as end_pause
from portal.operations.pass_pauses import pause_pass as pause_pass
from portal.operations.reasons import given_reason
from portal.rules.facts import OwnedPass
from portal.rules.sentences import Refusal
from portal.rules.validity import must_start_by, window


class DatesNotInOrder(Refusal):
    """The pass would end before it starts."""

    def __init__(self, first_day: date, last_day: date) -> None:
        super().__init__(
            "The pass would end on {last_day:year}, before it starts on {first_day:year}.",
            first_day=first_day,
            last_day=last_day,
        )


class StrandsAVisit(Refusal):
    """Without the dates that staff set, the pass would not cover a class that it pays for (P4, P5)."""

    def __init__(self, class_day: date) -> None:
        super().__init__(
            "Without these dates the pass would not cover the class on {class_day:year} that it pays for."
            " Keep a date, or cancel that ticket first.",
            class_day=class_day,
        )


def extend_pass(
    business: BusinessFacts,
    *,
    pass_id: UUID,
    days: int,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: UUID | None = None,
) -> None:
    """Add days to a pass (P4); an expired one comes back where they reach today.

    ``seen`` is the latest audit entry that the form was made from. Raises ReasonNeeded, DaysNeeded,
    ChangedMeanwhile.
    """
    reason = given_reason(reason)
    refuse_unless_days(days)
    locked = lock_pass(business, pass_id, now=now)
    refuse_if_changed(business.id, pass_id, seen)
    add_days(locked.row, days, reason=reason, actor=actor, now=now)
    record_act("pass.extended", locked, actor=actor, now=now, reason=reason)


def set_dates(
    business: BusinessFacts,
    *,
    pass_id: UUID,
    starts_on: date | None,
    expires_on: date | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Set the first and the last day of a pass, which then stand, whatever is booked; None clears (P4).

    Visits that it pays for stay, wherever they lie. Setting what is set changes nothing. Raises ReasonNeeded,
    DayOutOfReach, DatesNotInOrder, and StrandsAVisit where both are cleared and the
    validity that applies again would not cover a class that the pass pays for.
    """
    reason = given_reason(reason)
    refuse_unless_in_reach(starts_on, expires_on)
    locked = lock_pass(business, pass_id, now=now)
    if (starts_on, expires_on) == (locked.row.starts_on_set, locked.row.expires_on_set):
        return
    _refuse_unless_sensible(replace(locked.owned, starts_on_set=starts_on, expires_on_set=expires_on))
    locked.row.starts_on_set, locked.row.expires_on_set = starts_on, expires_on
    record_act("pass.dates_set", locked, actor=actor, now=now, reason=reason)


def _refuse_unless_sensible(owned: OwnedPass) -> None:
    days = window(owned)
    if days.first_day is not None and days.last_day is not None and days.last_day < days.first_day:
        raise DatesNotInOrder(days.first_day, days.last_day)
    if owned.starts_on_set is not None or owned.expires_on_set is not None:
        return
    classes = sorted(booked.on_date for booked in owned.booked)
    for class_day in classes:
        if days.days_off(class_day):
            raise StrandsAVisit(class_day)
    start_by = must_start_by(owned)
    if classes and start_by is not None and classes[0] > start_by:
        raise StrandsAVisit(classes[0])
