"""How each act of staff on a pass is taken back (S9)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, select

from portal.models.database import db, new_id
from portal.models.deactivations import PassDeactivation
from portal.models.instalments import Instalment, InstalmentStatus
from portal.operations.auditing import Actor
from portal.operations.deactivating import end_deactivation, live_deactivation
from portal.operations.locked_passes import LockedPass
from portal.operations.pass_adjusting import change_uses
from portal.operations.pass_days import ForPause, add_days
from portal.operations.pass_pauses import begin_pause, close_pause, live_pause
from portal.operations.reactivating import PurchaseOptionDeactivated
from portal.operations.reasons import staff_member_of
from portal.rules.sentences import Refusal


class NothingToUndo(Refusal):
    """The last act on the pass is not one that can be taken back, or something has happened since."""

    def __init__(self) -> None:
        super().__init__(
            "There is nothing to undo: something has happened with this pass since, or money was moved."
        )


@dataclass(frozen=True, slots=True)
class Undoing:
    """An act being undone, under the pass's lock."""

    locked: LockedPass
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    actor: Actor
    now: datetime

    def moved(self, name: str) -> int:
        """By how much the act raised a number."""
        return int(self.after.get(name) or 0) - int(self.before.get(name) or 0)

    def day_before(self, name: str, now_standing: date | None) -> date | None:
        """A date as it was before the act; as it stands where the act left it alone."""
        return day_written(self.before[name]) if name in self.before else now_standing


_ENDED_LAST = (
    select(PassDeactivation)
    .where(
        PassDeactivation.business_id == bindparam("business_id"),
        PassDeactivation.class_pass_id == bindparam("pass_id"),
        PassDeactivation.ended_at.is_not(None),
    )
    .order_by(PassDeactivation.ended_at.desc(), PassDeactivation.id.desc())
    .limit(1)
)

_MISSED = select(
    exists().where(
        Instalment.business_id == bindparam("business_id"),
        Instalment.class_pass_id == bindparam("pass_id"),
        Instalment.status == InstalmentStatus.SCHEDULED,
        Instalment.due_on >= bindparam("since"),
        Instalment.due_on < bindparam("today"),
    )
)


def _undo_deactivated(it: Undoing) -> None:
    live = live_deactivation(it.locked.business.id, it.locked.row.id)
    if live is None:
        raise NothingToUndo
    if it.locked.owned.withdrawn:
        raise PurchaseOptionDeactivated
    if _missed_an_instalment(it, since=live.from_day):
        raise NothingToUndo
    replaced = day_written(it.before.get("deactivated_from"))
    earlier = _ended_last(it) if replaced else None
    end_deactivation(live, reason=it.reason, actor=it.actor, now=it.now)
    if earlier is not None:
        _deactivate_again(it, earlier)


def _undo_termination_set(it: Undoing) -> None:
    live = live_deactivation(it.locked.business.id, it.locked.row.id)
    if live is None or live.from_day <= it.locked.today:
        raise NothingToUndo
    _undo_deactivated(it)


def _undo_termination_cleared(it: Undoing) -> None:
    _deactivate_again(it, _ended_last(it))


def _undo_reactivated(it: Undoing) -> None:
    if "deactivated_from" in it.before:
        _deactivate_again(it, _ended_last(it), even_if_past=True)
    _restore_dates(it)


def _undo_adjusted(it: Undoing) -> None:
    change_uses(it.locked.row, -it.moved("uses_left"), reason=it.reason, actor=it.actor, now=it.now)


def _undo_extended(it: Undoing) -> None:
    row = it.locked.row
    add_days(row, -it.moved("added_days"), reason=it.reason, actor=it.actor, now=it.now)
    row.start_by = it.day_before("first_class_by", row.start_by)


def _undo_paused(it: Undoing) -> None:
    live = live_pause(it.locked.business.id, it.locked.row.id)
    if live is None:
        raise NothingToUndo
    close_pause(live, actor=it.actor, now=it.now)
    days = it.moved("added_days")
    add_days(it.locked.row, -days, reason=it.reason, actor=it.actor, now=it.now, for_what=ForPause(live.id))


def _undo_pause_ended(it: Undoing) -> None:
    first_day, last_day = day_written(it.before["paused_from"]), day_written(it.before["paused_to"])
    if first_day is None or last_day is None or last_day < it.locked.today:
        raise NothingToUndo
    begin_pause(
        it.locked,
        first_day,
        last_day,
        days=-it.moved("added_days"),
        reason=it.reason,
        actor=it.actor,
        now=it.now,
    )


def _restore_dates(it: Undoing) -> None:
    row = it.locked.row
    row.starts_on_set = it.day_before("starts_on", row.starts_on_set)
    row.expires_on_set = it.day_before("expires_on", row.expires_on_set)


def _undo_issued(it: Undoing) -> None:
    db.session.add(
        PassDeactivation(
            business_id=it.locked.business.id,
            id=new_id(),
            class_pass_id=it.locked.row.id,
            from_day=it.locked.today,
            decided_at=it.now,
            staff_member_id=staff_member_of(it.actor),
            reason=it.reason,
            balance_settled_at=it.now,
        )
    )


def _ended_last(it: Undoing) -> PassDeactivation:
    keys = {"business_id": it.locked.business.id, "pass_id": it.locked.row.id}
    return db.session.scalars(_ENDED_LAST, keys).one()


def _deactivate_again(it: Undoing, earlier: PassDeactivation, *, even_if_past: bool = False) -> None:
    """Put back a deactivation that the undone act ended, with its author and reason; a termination whose day
    has come meanwhile would take effect by surprise.
    """
    if earlier.from_day <= it.locked.today and not even_if_past:
        raise NothingToUndo
    copied = ("business_id", "class_pass_id", "from_day", "decided_at", "staff_member_id", "reason")
    again = PassDeactivation(id=new_id(), **{name: getattr(earlier, name) for name in copied})
    again.charges_balance = earlier.charges_balance
    again.balance_settled_at = earlier.balance_settled_at
    db.session.add(again)
    db.session.flush()


def _missed_an_instalment(it: Undoing, *, since: date) -> bool:
    """Whether an instalment's day passed meanwhile: that is for a reactivation to settle (S7)."""
    keys = {"business_id": it.locked.business.id, "pass_id": it.locked.row.id}
    return bool(db.session.scalar(_MISSED, {**keys, "since": since, "today": it.locked.today}))


def day_written(written: str | None) -> date | None:
    """A date as an audit entry has it."""
    return date.fromisoformat(written) if written else None


TAKE_BACK: dict[str, Callable[[Undoing], None]] = {
    "pass.deactivated": _undo_deactivated,
    "pass.termination_set": _undo_termination_set,
    "pass.termination_cleared": _undo_termination_cleared,
    "pass.reactivated": _undo_reactivated,
    "pass.adjusted": _undo_adjusted,
    "pass.extended": _undo_extended,
    "pass.extended_for_class": _undo_extended,
    "pass.paused": _undo_paused,
    "pass.pause_ended": _undo_pause_ended,
    "pass.dates_set": _restore_dates,
    "pass.issued": _undo_issued,
}
"""By the act's name in the audit; each raises NothingToUndo where it can not be taken back any more."""
