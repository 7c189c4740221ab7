"""Staff pause a pass for an injury or a holiday: it pays for no class of those days, and grows by them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.business import BusinessFacts
from portal.models.database import db, new_id
from portal.models.pass_days import PassPause
from portal.operations.auditing import Actor
from portal.operations.locked_passes import LockedPass, lock_pass, record_act
from portal.operations.pass_days import ForPause, add_days, refuse_unless_in_reach
from portal.operations.reasons import given_reason, staff_member_of
from portal.rules.sentences import Refusal
from portal.rules.validity import must_start_by, window

LONGEST_PAUSE = 366

_LIVE = (
    select(PassPause)
    .where(
        PassPause.business_id == bindparam("business_id"),
        PassPause.class_pass_id == bindparam("pass_id"),
        PassPause.ended_at.is_(None),
    )
    .execution_options(populate_existing=True)
)


class PauseNotInOrder(Refusal):
    """The pause would end before it begins, or is over already."""

    def __init__(self, today: date) -> None:
        super().__init__(
            "A pause ends on its first day or later, and not before {today:year}. For days that are over,"
            " extend the pass.",
            today=today,
        )


class PauseTooLong(Refusal):
    """Longer than anyone pauses a pass."""

    def __init__(self) -> None:
        super().__init__("A pause is {longest} days at most.", longest=LONGEST_PAUSE)


class AlreadyPaused(Refusal):
    """Another pause is under way or to come."""

    def __init__(self, pause: PassPause) -> None:
        super().__init__(
            "This pass is paused from {first_day:year} to {last_day:year} already. End that pause first.",
            first_day=pause.first_day,
            last_day=pause.last_day,
        )


class NotPaused(Refusal):
    """There is no pause that could be ended."""

    def __init__(self) -> None:
        super().__init__("This pass is not paused.")


def pause_pass(
    business: BusinessFacts,
    *,
    pass_id: UUID,
    first_day: date,
    last_day: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Pause a pass from one day to another, both included; its validity grows by as many days.

    Its latest day to start, where it has one, moves along. Visits booked on those days stay. It may begin in
    the past (an injury is told of late), but not end there. Raises ReasonNeeded, DayOutOfReach,
    PauseNotInOrder, PauseTooLong, AlreadyPaused.
    """
    reason = given_reason(reason)
    refuse_unless_in_reach(first_day, last_day)
    locked = lock_pass(business, pass_id, now=now)
    days = (last_day - first_day).days + 1
    if days < 1 or last_day < locked.today:
        raise PauseNotInOrder(locked.today)
    if days > LONGEST_PAUSE:
        raise PauseTooLong
    live = live_pause(business.id, pass_id)
    if live is not None:
        if live.last_day >= locked.today:
            raise AlreadyPaused(live)
        close_pause(live, actor=actor, now=now)
    begin_pause(locked, first_day, last_day, days=days, reason=reason, actor=actor, now=now)
    record_act("pass.paused", locked, actor=actor, now=now, reason=reason)


def end_pause(business: BusinessFacts, *, pass_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """End a pause today, or take back one to come: the days that it did not take leave the validity again.

    As many stay as classes need that are booked already. Raises ReasonNeeded, NotPaused.
    """
    reason = given_reason(reason)
    locked = lock_pass(business, pass_id, now=now)
    live = live_pause(business.id, pass_id)
    if live is None or live.last_day < locked.today:
        raise NotPaused
    close_pause(live, actor=actor, now=now)
    rest = (live.last_day - max(live.first_day, locked.today)).days + 1
    back = min(rest, _days_to_spare(locked))
    if back > 0:
        add_days(locked.row, -back, reason=reason, actor=actor, now=now, for_what=ForPause(live.id))
    record_act("pass.pause_ended", locked, actor=actor, now=now, reason=reason)


def live_pause(business_id: UUID, pass_id: UUID) -> PassPause | None:
    """The pause of a pass that was not ended; its last day may have passed."""
    return db.session.scalars(_LIVE, {"business_id": business_id, "pass_id": pass_id}).one_or_none()


def close_pause(live: PassPause, *, actor: Actor, now: datetime) -> None:
    """End a pause's row, before another comes. The pass is locked."""
    live.ended_at, live.ended_by_id = now, staff_member_of(actor)
    db.session.flush()


def begin_pause(
    locked: LockedPass,
    first_day: date,
    last_day: date,
    *,
    days: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Add a pause and the days that make up for it."""
    pause = PassPause(
        business_id=locked.business.id,
        id=new_id(),
        class_pass_id=locked.row.id,
        first_day=first_day,
        last_day=last_day,
        at=now,
        staff_member_id=staff_member_of(actor),
        reason=reason,
    )
    db.session.add(pause)
    db.session.flush()
    if days:
        add_days(locked.row, days, reason=reason, actor=actor, now=now, for_what=ForPause(pause.id))


def _days_to_spare(locked: LockedPass) -> int:
    """How many days the validity can lose with every booked class still inside."""
    owned = locked.owned
    dates = [booked.on_date for booked in owned.booked]
    if not dates:
        return LONGEST_PAUSE
    last_day, start_by = window(owned).last_day, must_start_by(owned)
    spare = LONGEST_PAUSE if last_day is None else (last_day - max(dates)).days
    return max(0, spare if start_by is None else min(spare, (start_by - min(dates)).days))
