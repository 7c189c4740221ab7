"""Staff take back their last act on a pass, where nothing has happened since (S9)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.audit import ActorKind, AuditEntry
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.pass_past import nothing_since
from portal.models.people import StaffMember
from portal.operations.auditing import Actor
from portal.operations.locked_passes import lock_pass, record_act
from portal.operations.reasons import given_reason
from portal.operations.undone_acts import TAKE_BACK, Undoing, day_written
from portal.operations.undone_acts import NothingToUndo as NothingToUndo
from portal.rules.sentences import Count, Sentence


@dataclass(frozen=True, slots=True)
class UndoableAct:
    """The last act of staff on a pass: ``name`` as in the audit ("pass.deactivated"), and a sentence that
    says how the pass will stand when it is undone.
    """

    id: UUID
    name: str
    at: datetime
    by: str
    reason: str
    sentence: Sentence


MONEY = ("charged_to_account", "not_collected", "instalments_skipped")
"""What an audit entry tells of money: then an act is not simply taken back."""

_LAST = (
    select(AuditEntry, StaffMember.name)
    .outerjoin(
        StaffMember,
        (StaffMember.business_id == AuditEntry.business_id) & (StaffMember.id == AuditEntry.actor_id),
    )
    .where(AuditEntry.business_id == bindparam("business_id"), AuditEntry.subject_id == bindparam("pass_id"))
    .order_by(AuditEntry.id.desc())
    .limit(1)
)


def last_act(business_id: UUID, pass_id: UUID) -> UndoableAct | None:
    """The last act of staff on a pass, if it can be undone (two statements); under the lock it is asked
    again.
    """
    row = db.session.execute(_LAST, {"business_id": business_id, "pass_id": pass_id}).first()
    if row is None:
        return None
    entry, by = row
    if not _is_undoable(entry) or not nothing_since(entry, pass_id):
        return None
    return UndoableAct(entry.id, entry.act, entry.at, by or "", entry.reason, _sentence(entry))


def undo_last_act(
    business: BusinessFacts, *, pass_id: UUID, reason: str, actor: Actor, now: datetime
) -> None:
    """Take back the last act of staff on a pass: it stands as it did before, and both acts stay on record.

    An issued pass is deactivated: what was given out is never erased. Raises ReasonNeeded,
    PurchaseOptionDeactivated (S8), and NothingToUndo where anything has happened since.
    """
    reason = given_reason(reason)
    locked = lock_pass(business, pass_id, now=now)
    undoable = last_act(business.id, pass_id)
    if undoable is None:
        raise NothingToUndo
    entry = db.session.get_one(AuditEntry, (business.id, undoable.id))
    undoing = Undoing(locked, entry.before or {}, entry.after or {}, reason, actor, now)
    TAKE_BACK[entry.act](undoing)
    record_act("pass.undone", locked, actor=actor, now=now, reason=reason, told={"undone": entry.act})


def _is_undoable(entry: AuditEntry) -> bool:
    told = entry.after or {}
    return (
        entry.act in TAKE_BACK
        and entry.actor_kind is ActorKind.STAFF
        and not any(name in told for name in MONEY)
    )


def _sentence(entry: AuditEntry) -> Sentence:
    """How the pass will stand: in a sentence for the confirmation."""
    before, after = entry.before or {}, entry.after or {}
    if entry.act == "pass.issued":
        return Sentence("The pass stays on record, deactivated: it pays for nothing.")
    if entry.act == "pass.adjusted":
        uses = Count(int(before["uses_left"]), "use", "uses")
        return Sentence("The pass will have {uses} left again.", {"uses": uses})
    if "deactivated_from" in after:
        from_day = day_written(before["deactivated_from"])
        if from_day is None:
            return Sentence("The pass can be used again, as before.")
        return Sentence("The pass will be deactivated from {day:year} again.", {"day": from_day})
    last_day = day_written(before.get("last_day"))
    if last_day is not None:
        return Sentence("The pass will end on {day:year} again.", {"day": last_day})
    return Sentence("The validity of the pass will be as it was before.")
