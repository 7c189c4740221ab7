"""A pass under its lock, as it stands, and the audit entry of what staff then do with it (S9)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.audit import AuditEntry
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.coverage_facts import EVERYTHING
from portal.models.database import db
from portal.models.pass_facts import booked_on, owned_pass, pass_rows_by_id
from portal.operations.auditing import Actor, write_audit
from portal.rules.facts import OwnedPass
from portal.rules.passes import status
from portal.rules.sentences import Refusal
from portal.rules.validity import window

Snapshot = dict[str, Any]

_LOCK = (
    select(ClassPass)
    .where(ClassPass.business_id == bindparam("business_id"), ClassPass.id == bindparam("pass_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

_LATEST = (
    select(AuditEntry.id)
    .where(
        AuditEntry.business_id == bindparam("business_id"), AuditEntry.subject_id == bindparam("subject_id")
    )
    .order_by(AuditEntry.id.desc())
    .limit(1)
)


class NoSuchPass(Refusal):
    """The studio has no such pass."""

    def __init__(self) -> None:
        super().__init__("There is no such pass.")


class ChangedMeanwhile(Refusal):
    """Something was changed since the page was shown; perhaps by the same form, sent twice."""

    def __init__(self) -> None:
        super().__init__("This has been changed since you opened the page. Please look at it again.")


@dataclass(frozen=True, slots=True)
class LockedPass:
    """A pass whose row is locked; ``owned`` is the rules' value of how it stood then, claims counted, and
    ``before`` the same in the words of the audit page.
    """

    business: BusinessFacts
    row: ClassPass
    owned: OwnedPass
    today: date
    before: Snapshot


def lock_pass(business: BusinessFacts, pass_id: UUID, *, now: datetime) -> LockedPass:
    """Lock a pass and read it anew; raises NoSuchPass."""
    row = db.session.scalars(_LOCK, {"business_id": business.id, "pass_id": pass_id}).one_or_none()
    if row is None:
        raise NoSuchPass
    owned, today = _read(business.id, pass_id), business.day_of(now)
    return LockedPass(business, row, owned, today, snapshot(owned, row.uses_left, today))


def refuse_if_changed(business_id: UUID, subject_id: UUID, seen: UUID | None) -> None:
    """Raise ChangedMeanwhile where staff did something since the page that showed ``seen``, the latest audit
    entry: so a double click adds days or uses once. Without ``seen`` nothing is compared.
    """
    if seen is not None and latest_entry(business_id, subject_id) != seen:
        raise ChangedMeanwhile


def latest_entry(business_id: UUID, subject_id: UUID) -> UUID | None:
    """The latest audit entry about a pass or a purchase option: for a form to carry along."""
    return db.session.scalar(_LATEST, {"business_id": business_id, "subject_id": subject_id})


def record_act(
    act: str,
    locked: LockedPass,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    told: dict[str, Any] | None = None,
    always: str | None = None,
) -> None:
    """Write what an act changed about a pass: each thing before and after, and what else is ``told``.

    ``always`` names what the act is about: it is written even if it stayed the same.
    """
    db.session.flush()
    stands = snapshot(_read(locked.business.id, locked.row.id), locked.row.uses_left, locked.today)
    before = {name: it for name, it in locked.before.items() if it != stands[name] or name == always}
    after = {name: stands[name] for name in before} | (told or {})
    write_audit(actor, act, locked.row, now=now, before=before, after=after, reason=reason)
    db.session.flush()


def changes(was: OwnedPass, becomes: OwnedPass, today: date) -> tuple[Snapshot, Snapshot]:
    """What differs between a pass as it was and as it becomes, its uses left aside: before and after."""
    before, after = snapshot(was, None, today), snapshot(becomes, None, today)
    differs = [name for name in before if before[name] != after[name]]
    return {name: before[name] for name in differs}, {name: after[name] for name in differs}


def snapshot(owned: OwnedPass, uses_left: int | None, today: date) -> Snapshot:
    """How a pass stands, in the words of the audit page; ``uses_left`` is what its ledger adds up to."""
    days = {
        "last_day": window(owned).last_day,
        "starts_on": owned.starts_on_set,
        "expires_on": owned.expires_on_set,
        "first_class_by": owned.start_by,
        "deactivated_from": owned.deactivated_from,
        "paused_from": owned.paused_from,
        "paused_to": owned.paused_to,
    }
    return {
        "status": status(owned, today).value,
        "uses_left": uses_left,
        "added_days": owned.added_days,
        **{name: day and day.isoformat() for name, day in days.items()},
    }


def _read(business_id: UUID, pass_id: UUID) -> OwnedPass:
    (row,) = pass_rows_by_id(business_id, [pass_id])
    bookings = booked_on(business_id, [pass_id], own_booking_id=None)
    return owned_pass(row, EVERYTHING, bookings[pass_id])
