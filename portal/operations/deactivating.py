"""Staff withdraw one pass, now or on a day to come (S2–S6)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, new_id
from portal.models.deactivations import PassDeactivation
from portal.models.instalments import Instalment, InstalmentStatus
from portal.models.people import StaffMember
from portal.operations.auditing import SYSTEM, Actor, write_audit
from portal.operations.locked_passes import LockedPass, lock_pass, record_act
from portal.operations.outstanding import charge_outstanding, close_outstanding
from portal.operations.pass_days import refuse_unless_in_reach
from portal.operations.reasons import given_reason, staff_member_of
from portal.rules.sentences import Refusal

_LIVE = (
    select(PassDeactivation)
    .where(
        PassDeactivation.business_id == bindparam("business_id"),
        PassDeactivation.class_pass_id == bindparam("pass_id"),
        PassDeactivation.ended_at.is_(None),
    )
    .execution_options(populate_existing=True)
)

_UNPAID = (
    select(func.count())
    .select_from(Instalment)
    .where(
        Instalment.business_id == bindparam("business_id"),
        Instalment.class_pass_id == bindparam("pass_id"),
        Instalment.status.in_(bindparam("statuses", expanding=True)),
    )
)

FROM_DAY = "deactivated_from"
OUTSTANDING = (InstalmentStatus.FAILED,)
UNPAID = (InstalmentStatus.FAILED, InstalmentStatus.SCHEDULED)


class AlreadyDeactivated(Refusal):
    """Somebody deactivated the pass before."""

    def __init__(self, who: str, day: date) -> None:
        super().__init__("{who} already deactivated this pass on {day:year}.", who=who, day=day)


class AnswerNeeded(Refusal):
    """S5's question stands unanswered."""

    def __init__(self) -> None:
        super().__init__("Choose whether to charge the outstanding balance to the client's account.")


class TerminationNotAhead(Refusal):
    """A termination is on a day to come."""

    def __init__(self, tomorrow: date) -> None:
        super().__init__(
            "Choose {tomorrow:year} or a later day. To end the pass today, deactivate it.", tomorrow=tomorrow
        )


class NoTermination(Refusal):
    """There is no termination that could be cleared."""

    def __init__(self) -> None:
        super().__init__("This pass has no termination to clear.")


@dataclass(frozen=True, slots=True)
class Deactivated:
    """What a deactivation did: from which day, and what became of the outstanding balance (minor units)."""

    from_day: date
    charged: int = 0
    not_collected: int = 0

    @property
    def told(self) -> dict[str, Any]:
        """What the audit entry says about money."""
        amounts = {"charged_to_account": self.charged, "not_collected": self.not_collected}
        return {name: amount for name, amount in amounts.items() if amount}


def deactivate_pass(
    business: BusinessFacts,
    *,
    pass_id: UUID,
    reason: str,
    charges_balance: bool | None,
    actor: Actor,
    now: datetime,
) -> Deactivated:
    """Deactivate a pass from now on (S2): it pays for nothing more, in any basket.

    What it paid for stays (S3, R7). ``charges_balance`` answers S5's question, and is carried out at once; it
    is not looked at where no balance is outstanding. Raises ReasonNeeded, AlreadyDeactivated, AnswerNeeded.
    """
    reason = given_reason(reason)
    locked = lock_pass(business, pass_id, now=now)
    live = _refuse_if_deactivated(locked)
    answer = _answer(locked, OUTSTANDING, charges_balance=charges_balance)
    if live is not None:
        end_deactivation(live, reason=reason, actor=actor, now=now)
    made = _add(locked, locked.today, answer=answer, reason=reason, actor=actor, now=now)
    done = settle_balance(locked.row, made, actor=actor, now=now)
    record_act(
        "pass.deactivated", locked, actor=actor, now=now, reason=reason, told=done.told, always=FROM_DAY
    )
    return done


def set_termination(
    business: BusinessFacts,
    *,
    pass_id: UUID,
    from_day: date,
    reason: str,
    charges_balance: bool | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Deactivate a pass from the start of a day to come, of the business's zone (S6).

    Another day, set before, is replaced. Classes on that day and later are not payable from now on.
    ``charges_balance`` answers S5's question for what is outstanding on the day; it is asked where
    instalments remain unpaid. Setting the same once more changes nothing. Raises ReasonNeeded, DayOutOfReach,
    TerminationNotAhead, AlreadyDeactivated, AnswerNeeded.
    """
    reason = given_reason(reason)
    refuse_unless_in_reach(from_day)
    locked = lock_pass(business, pass_id, now=now)
    live = _refuse_if_deactivated(locked)
    if from_day <= locked.today:
        raise TerminationNotAhead(date.fromordinal(locked.today.toordinal() + 1))
    answer = _answer(locked, UNPAID, charges_balance=charges_balance)
    if live is not None:
        if (live.from_day, live.charges_balance, live.reason) == (from_day, answer, reason):
            return
        end_deactivation(live, reason=reason, actor=actor, now=now)
    _add(locked, from_day, answer=answer, reason=reason, actor=actor, now=now)
    told = {} if answer is None else {"charges_balance": answer}
    record_act(
        "pass.termination_set", locked, actor=actor, now=now, reason=reason, told=told, always=FROM_DAY
    )


def clear_termination(
    business: BusinessFacts, *, pass_id: UUID, reason: str, actor: Actor, now: datetime
) -> None:
    """Take back a termination whose day has not come; its answer to S5 is dropped (S6).

    Raises ReasonNeeded, AlreadyDeactivated (the day has come: reactivate), NoTermination.
    """
    reason = given_reason(reason)
    locked = lock_pass(business, pass_id, now=now)
    live = _refuse_if_deactivated(locked)
    if live is None:
        raise NoTermination
    end_deactivation(live, reason=reason, actor=actor, now=now)
    record_act("pass.termination_cleared", locked, actor=actor, now=now, reason=reason, always=FROM_DAY)


def live_deactivation(business_id: UUID, pass_id: UUID) -> PassDeactivation | None:
    """The deactivation or termination of a pass that stands, its day come or not."""
    keys = {"business_id": business_id, "pass_id": pass_id}
    return db.session.scalars(_LIVE, keys).one_or_none()


def end_deactivation(live: PassDeactivation, *, reason: str, actor: Actor, now: datetime) -> None:
    """End a deactivation: the pass is reactivated, or its day is taken back. The pass is locked."""
    live.ended_at, live.ended_by_id, live.ended_reason = now, staff_member_of(actor), reason
    db.session.flush()


def settle_balance(
    class_pass: ClassPass, deactivation: PassDeactivation, *, actor: Actor, now: datetime
) -> Deactivated:
    """Carry out the answer to S5's question, once. The pass is locked, and the day has come."""
    charged = not_collected = 0
    if deactivation.balance_settled_at is None:
        if deactivation.charges_balance:
            charged = charge_outstanding(class_pass, deactivation, actor=actor, now=now)
        elif deactivation.charges_balance is False:
            not_collected = close_outstanding(class_pass, now=now)
        deactivation.balance_settled_at = now
        db.session.flush()
    return Deactivated(deactivation.from_day, charged, not_collected)


def settle_due_termination(business: BusinessFacts, *, pass_id: UUID, now: datetime) -> bool:
    """Carry out S5's answer of a termination whose day has come, once; says whether there was one (S6)."""
    locked = lock_pass(business, pass_id, now=now)
    live = live_deactivation(business.id, pass_id)
    if live is None or live.from_day > locked.today or live.balance_settled_at is not None:
        return False
    settle_termination(locked, live, now=now)
    return True


def settle_termination(locked: LockedPass, live: PassDeactivation, *, now: datetime) -> None:
    """Carry out the answer of a termination on record: nobody acts, the day has come."""
    done = settle_balance(locked.row, live, actor=SYSTEM, now=now)
    if done.told:
        write_audit(SYSTEM, "pass.balance_settled", locked.row, now=now, after=done.told, reason=live.reason)
        db.session.flush()


def _refuse_if_deactivated(locked: LockedPass) -> PassDeactivation | None:
    """The live termination whose day is still to come, if any; raises AlreadyDeactivated."""
    live = live_deactivation(locked.business.id, locked.row.id)
    if live is not None and live.from_day <= locked.today:
        member = db.session.get_one(StaffMember, (live.business_id, live.staff_member_id))
        raise AlreadyDeactivated(member.name, max(live.from_day, locked.business.day_of(live.decided_at)))
    return live


def _answer(
    locked: LockedPass, asked_for: tuple[InstalmentStatus, ...], *, charges_balance: bool | None
) -> bool | None:
    """The answer to S5's question, or none where it does not arise; raises AnswerNeeded."""
    unpaid = db.session.scalar(
        _UNPAID,
        {"business_id": locked.business.id, "pass_id": locked.row.id, "statuses": list(asked_for)},
    )
    if not unpaid:
        return None
    if charges_balance is None:
        raise AnswerNeeded
    return charges_balance


def _add(
    locked: LockedPass, from_day: date, *, answer: bool | None, reason: str, actor: Actor, now: datetime
) -> PassDeactivation:
    made = PassDeactivation(
        business_id=locked.business.id,
        id=new_id(),
        class_pass_id=locked.row.id,
        from_day=from_day,
        decided_at=now,
        staff_member_id=staff_member_of(actor),
        reason=reason,
        charges_balance=answer,
    )
    db.session.add(made)
    db.session.flush()
    return made
