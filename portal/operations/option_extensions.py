"""Staff extend all passes of a purchase option together: the studio was closed (S9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.option_passes import OptionPass, usable_passes_of
from portal.operations.auditing import Actor, write_audit
from portal.operations.locked_options import lock_option, lock_passes_of
from portal.operations.locked_passes import changes, refuse_if_changed
from portal.operations.pass_days import add_days, refuse_unless_days, with_days_added
from portal.operations.reasons import given_reason
from portal.rules.sentences import Refusal
from portal.rules.validity import window


class NothingToExtend(Refusal):
    """The purchase option has no pass in use."""

    def __init__(self) -> None:
        super().__init__("No client has a pass of this kind in use.")


@dataclass(frozen=True, slots=True)
class ExtendedPass:
    """One pass of a preview; a pass that has not started has no last day yet, but a longer period."""

    pass_id: UUID
    pass_name: str
    customer_id: UUID
    client_name: str
    old_last_day: date | None
    new_last_day: date | None


def extension_preview(
    business: BusinessFacts, option_id: UUID, days: int, now: datetime
) -> list[ExtendedPass]:
    """Whose passes ``extend_passes_of`` would extend now, and to when: those in use, by clients' names.

    Raises DaysNeeded.
    """
    refuse_unless_days(days)
    usable = usable_passes_of(business.id, option_id, today=business.day_of(now))
    return [
        ExtendedPass(
            pass_id=it.owned.id,
            pass_name=it.owned.name,
            customer_id=it.customer_id,
            client_name=it.client_name,
            old_last_day=window(it.owned).last_day,
            new_last_day=window(with_days_added(it.owned, days)).last_day,
        )
        for it in usable
    ]


def extend_passes_of(
    business: BusinessFacts,
    *,
    option_id: UUID,
    days: int,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: UUID | None = None,
) -> int:
    """Add days to every pass of a purchase option that is in use (active or not started); how many.

    Each pass has its own audit entry. ``seen`` is the latest audit entry of the purchase option that the
    preview was made from. Raises ReasonNeeded, DaysNeeded, ChangedMeanwhile, NothingToExtend.
    """
    reason = given_reason(reason)
    refuse_unless_days(days)
    option = lock_option(business.id, option_id)
    rows = {row.id: row for row in lock_passes_of(business.id, option_id)}
    refuse_if_changed(business.id, option_id, seen)
    today = business.day_of(now)
    usable = usable_passes_of(business.id, option_id, today=today)
    if not usable:
        raise NothingToExtend
    for row, it in _with_rows(usable, rows):
        add_days(row, days, reason=reason, actor=actor, now=now)
        before, after = changes(it.owned, with_days_added(it.owned, days), today)
        write_audit(actor, "pass.extended", row, now=now, before=before, after=after, reason=reason)
    told = {"days": days, "passes": len(usable)}
    write_audit(actor, "purchase_option.passes_extended", option, now=now, after=told, reason=reason)
    db.session.flush()
    return len(usable)


def _with_rows(
    usable: Iterable[OptionPass], rows: dict[UUID, ClassPass]
) -> list[tuple[ClassPass, OptionPass]]:
    return [(rows[it.owned.id], it) for it in usable if it.owned.id in rows]
