"""Days added to a pass, on top of whatever validity applies (P4, S9)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from portal.models.class_passes import ClassPass
from portal.models.database import db, new_id
from portal.models.pass_days import PassExtension
from portal.operations.auditing import Actor
from portal.operations.reasons import staff_member_of
from portal.rules.facts import OwnedPass
from portal.rules.sentences import Refusal

MOST_DAYS = 3650
LATEST_DAY = date(2199, 12, 31)


class DaysNeeded(Refusal):
    """A number of days that nobody can mean."""

    def __init__(self) -> None:
        super().__init__("Give a number of days from 1 to {most}.", most=MOST_DAYS)


class DayOutOfReach(Refusal):
    """A date that nobody can mean."""

    def __init__(self) -> None:
        super().__init__("Choose a day from 2000 to {latest}.", latest=LATEST_DAY.year)


@dataclass(frozen=True, slots=True)
class ForPause:
    """The pause that days make up for; the latest day to start moves along, or a pause could outlast it."""

    pass_pause_id: UUID


@dataclass(frozen=True, slots=True)
class ForClass:
    """The class that the studio cancelled and that days make up for (C6); the latest day to start moves
    along, or the pass might never start.
    """

    class_cancellation_id: UUID


def refuse_unless_days(days: int) -> None:
    """Raise DaysNeeded unless so many days can be added."""
    if not 1 <= days <= MOST_DAYS:
        raise DaysNeeded


def refuse_unless_in_reach(*days: date | None) -> None:
    """Raise DayOutOfReach for a typed date that nobody can mean."""
    if any(day is not None and not date(2000, 1, 1) <= day <= LATEST_DAY for day in days):
        raise DayOutOfReach


def add_days(
    class_pass: ClassPass,
    days: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    for_what: ForPause | ForClass | None = None,
) -> None:
    """Add days to a pass, or with days below zero take them back. The pass is locked.

    An expiry that staff set moves along: whoever extends a pass wants to see it end later.
    """
    db.session.add(
        PassExtension(
            business_id=class_pass.business_id,
            id=new_id(),
            class_pass_id=class_pass.id,
            days=days,
            pass_pause_id=for_what.pass_pause_id if isinstance(for_what, ForPause) else None,
            class_cancellation_id=for_what.class_cancellation_id if isinstance(for_what, ForClass) else None,
            at=now,
            staff_member_id=staff_member_of(actor),
            reason=reason,
        )
    )
    class_pass.added_days += days
    class_pass.expires_on_set = _moved(class_pass.expires_on_set, days)
    if for_what:
        class_pass.start_by = _moved(class_pass.start_by, days)


def with_days_added(owned: OwnedPass, days: int) -> OwnedPass:
    """The pass as it would stand with so many days more."""
    return replace(
        owned, added_days=owned.added_days + days, expires_on_set=_moved(owned.expires_on_set, days)
    )


def _moved(day: date | None, days: int) -> date | None:
    return None if day is None else day + timedelta(days=days)
