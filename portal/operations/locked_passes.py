"""A pass under its lock, as it stands, and the audit entry of what staff then do with it (S9)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.basket_facts import EVERYTHING, booked_on, owned_pass, pass_rows_by_id
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.operations.auditing import Actor, write_audit
from portal.rules.facts import OwnedPass
from portal.rules.passes import status
from portal.rules.sentences import Refusal
from portal.rules.validity import window

_LOCK = (
    select(ClassPass)
    .where(ClassPass.business_id == bindparam("business_id"), ClassPass.id == bindparam("pass_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


class NoSuchPass(Refusal):
    """The studio has no such pass."""

    def __init__(self) -> None:
        super().__init__("There is no such pass.")


@dataclass(frozen=True, slots=True)
class LockedPass:
    """A pass whose row is locked; ``owned`` is the rules' value of how it stood then, claims counted."""

    business: BusinessFacts
    row: ClassPass
    owned: OwnedPass
    today: date

    @property
    def snapshot(self) -> dict[str, Any]:
        """How it stood, in the words of the audit page."""
        return _snapshot(self.owned, self.row.uses_left, self.today)


def lock_pass(business: BusinessFacts, pass_id: UUID, *, now: datetime) -> LockedPass:
    """Lock a pass and read it anew; raises NoSuchPass."""
    row = db.session.scalars(_LOCK, {"business_id": business.id, "pass_id": pass_id}).one_or_none()
    if row is None:
        raise NoSuchPass
    return LockedPass(business, row, _read(business.id, pass_id), business.day_of(now))


def record_act(
    act: str,
    locked: LockedPass,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    told: dict[str, Any] | None = None,
) -> None:
    """Write what an act changed about a pass: each thing before and after, and what else is ``told``."""
    db.session.flush()
    before = locked.snapshot
    after = _snapshot(_read(locked.business.id, locked.row.id), locked.row.uses_left, locked.today)
    changed = [name for name in before if before[name] != after[name]]
    write_audit(
        actor,
        act,
        locked.row,
        now=now,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed} | (told or {}),
        reason=reason,
    )
    db.session.flush()


def _read(business_id: UUID, pass_id: UUID) -> OwnedPass:
    (row,) = pass_rows_by_id(business_id, [pass_id])
    bookings = booked_on(business_id, [pass_id], own_booking_id=None)
    return owned_pass(row, EVERYTHING, bookings[pass_id])


def _snapshot(owned: OwnedPass, uses_left: int | None, today: date) -> dict[str, Any]:
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
