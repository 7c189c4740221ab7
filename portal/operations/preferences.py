"""A studio's booking preferences: how cancellations, transfers and refunds go (C2)."""

from dataclasses import asdict
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.business import BusinessFacts
from portal.models.database import db, insert_if_absent, new_id, table_of
from portal.models.preferences import BookingPreferences
from portal.operations.auditing import Actor, write_audit
from portal.rules.preferences import LONGEST_OFFER, MOST_HOURS, SHORTEST_OFFER, Preferences
from portal.rules.sentences import Refusal


class HoursOutOfRange(Refusal):
    """A cut-off is a number of hours from none to thirty days."""

    def __init__(self) -> None:
        super().__init__("Choose a number of hours from {least} to {most}.", least=0, most=MOST_HOURS)


class OfferOutOfRange(Refusal):
    """A place is on offer for a quarter of an hour at least, and for two days at most."""

    def __init__(self) -> None:
        super().__init__(
            "Choose a number of minutes from {least} to {most}.", least=SHORTEST_OFFER, most=LONGEST_OFFER
        )


_table = table_of(BookingPreferences)
_NAMES = tuple(Preferences.__dataclass_fields__)

_READ = select(*(_table.c[name] for name in _NAMES)).where(_table.c.business_id == bindparam("business_id"))

_LOCK = (
    select(BookingPreferences)
    .where(BookingPreferences.business_id == bindparam("business_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def preferences_of(business_id: UUID) -> Preferences:
    """A studio's own answers, or the defaults where it has given none."""
    row = db.session.execute(_READ, {"business_id": business_id}).first()
    return Preferences() if row is None else Preferences(*row)


def change_preferences(
    business: BusinessFacts, *, wanted: Preferences, actor: Actor, now: datetime
) -> Preferences:
    """Save a studio's answers, all of them; what they were goes into the audit with what they are.

    Raises HoursOutOfRange and OfferOutOfRange. Saving the same once more changes nothing and leaves no entry.
    """
    if not all(0 <= hours <= MOST_HOURS for hours in (wanted.cancel_hours, wanted.transfer_hours)):
        raise HoursOutOfRange
    if not SHORTEST_OFFER <= wanted.offer_minutes <= LONGEST_OFFER:
        raise OfferOutOfRange
    insert_if_absent(BookingPreferences, business_id=business.id, id=new_id(), **asdict(Preferences()))
    row = db.session.scalars(_LOCK, {"business_id": business.id}).one()
    before = {name: getattr(row, name) for name in _NAMES}
    after = asdict(wanted)
    changed = [name for name in _NAMES if before[name] != after[name]]
    for name in changed:
        setattr(row, name, after[name])
    if changed:
        write_audit(
            actor,
            "preferences.changed",
            row,
            now=now,
            before={name: _plain(before[name]) for name in changed},
            after={name: _plain(after[name]) for name in changed},
        )
    db.session.flush()
    return wanted


def _plain(answer: Any) -> Any:
    return answer.value if isinstance(answer, Enum) else answer
