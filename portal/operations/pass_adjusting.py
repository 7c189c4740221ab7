"""Staff put uses on a pass or take some off (P8, P9, S9)."""

from datetime import datetime
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.database import db, new_id
from portal.operations.auditing import Actor
from portal.operations.locked_passes import lock_pass, record_act, refuse_if_changed
from portal.operations.reasons import given_reason, staff_member_of
from portal.rules.sentences import Count, Refusal

MOST_USES = 1000


class UnlimitedUses(Refusal):
    """An unlimited pass has no uses to adjust."""

    def __init__(self) -> None:
        super().__init__("This pass is unlimited: there are no uses to adjust.")


class ChangeNeeded(Refusal):
    """A change of uses that nobody can mean."""

    def __init__(self) -> None:
        super().__init__("Say how many uses to add or to take off, {most} at most.", most=MOST_USES)


class UsesTaken(Refusal):
    """More would be taken off than is left; what a payment under way claims is not left (P9, R7)."""

    def __init__(self, most: int) -> None:
        super().__init__("Only {uses} can be taken off this pass.", uses=Count(most, "use", "uses"))


def adjust_uses(
    business: BusinessFacts,
    *,
    pass_id: UUID,
    change: int,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: UUID | None = None,
) -> None:
    """Add uses to a pass, or take some off with a change below zero, by an entry in its ledger (P8).

    ``seen`` is the latest audit entry that the form was made from. Raises ReasonNeeded, ChangeNeeded,
    UnlimitedUses, UsesTaken, ChangedMeanwhile.
    """
    reason = given_reason(reason)
    if change == 0 or abs(change) > MOST_USES:
        raise ChangeNeeded
    locked = lock_pass(business, pass_id, now=now)
    refuse_if_changed(business.id, pass_id, seen)
    change_uses(locked.row, change, reason=reason, actor=actor, now=now)
    record_act("pass.adjusted", locked, actor=actor, now=now, reason=reason)


def change_uses(class_pass: ClassPass, change: int, *, reason: str, actor: Actor, now: datetime) -> None:
    """Enter a change into a pass's ledger. The pass is locked; raises UnlimitedUses or UsesTaken."""
    if class_pass.uses_left is None:
        raise UnlimitedUses
    free = class_pass.uses_left - class_pass.uses_claimed
    if free + change < 0:
        raise UsesTaken(free)
    db.session.add(
        PassUse(
            business_id=class_pass.business_id,
            id=new_id(),
            class_pass_id=class_pass.id,
            kind=UseKind.ADJUSTED,
            change=change,
            at=now,
            actor_kind=actor.kind,
            actor_id=staff_member_of(actor),
            reason=reason,
        )
    )
    class_pass.uses_left += change
