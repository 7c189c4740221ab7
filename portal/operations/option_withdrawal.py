"""Staff take a purchase option off sale, or deactivate it with all its passes (S8)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, new_id, table_of
from portal.models.deactivations import PurchaseOptionDeactivation
from portal.models.instalments import AttemptStatus, Instalment, InstalmentAttempt, InstalmentStatus
from portal.models.option_passes import OptionReach as OptionReach
from portal.models.option_passes import option_reach as option_reach
from portal.models.purchase_options import PurchaseOption
from portal.operations.auditing import Actor, write_audit
from portal.operations.locked_options import NoSuchOption as NoSuchOption
from portal.operations.locked_options import lock_option, lock_passes_of
from portal.operations.pass_shop import refuse_unless_on_plan
from portal.operations.reasons import given_reason, staff_member_of
from portal.rules.sentences import Refusal


class NothingToChange(Refusal):
    """The purchase option stands as asked: somebody was quicker, or the form was sent twice."""

    def __init__(self, standing: str) -> None:
        super().__init__(f"This purchase option is {standing} already.")


_LIVE = select(PurchaseOptionDeactivation).where(
    PurchaseOptionDeactivation.business_id == bindparam("business_id"),
    PurchaseOptionDeactivation.purchase_option_id == bindparam("option_id"),
    PurchaseOptionDeactivation.ended_at.is_(None),
)

_instalment = table_of(Instalment)
_attempt = table_of(InstalmentAttempt)
_pass = table_of(ClassPass)

_SKIP_MISSED = (
    update(_instalment)
    .where(
        _instalment.c.business_id == bindparam("of_business"),
        _instalment.c.class_pass_id.in_(
            select(_pass.c.id).where(
                _pass.c.business_id == bindparam("of_business"),
                _pass.c.purchase_option_id == bindparam("option_id"),
            )
        ),
        _instalment.c.status == InstalmentStatus.SCHEDULED,
        _instalment.c.due_on >= bindparam("since"),
        _instalment.c.due_on < bindparam("today"),
        ~select(_attempt.c.id)
        .where(
            _attempt.c.business_id == _instalment.c.business_id,
            _attempt.c.instalment_id == _instalment.c.id,
            _attempt.c.status == AttemptStatus.PENDING,
        )
        .exists(),
    )
    .values(status=InstalmentStatus.SKIPPED, try_on=None, settled_at=bindparam("now"))
    .returning(_instalment.c.amount)
)


def take_off_sale(
    business: BusinessFacts, *, option_id: UUID, reason: str, actor: Actor, now: datetime
) -> None:
    """Sell a purchase option no more; owners keep using theirs (S8). Raises ReasonNeeded, PassesNotOnPlan
    (B2: Setup is locked, nothing is on sale), NothingToChange.
    """
    reason = given_reason(reason)
    refuse_unless_on_plan(business.id)
    option = lock_option(business.id, option_id)
    if not option.on_sale:
        raise NothingToChange("off sale")
    option.on_sale = False
    _record("purchase_option.taken_off_sale", option, ("on sale", "off sale"), actor, now, reason)


def put_on_sale(
    business: BusinessFacts, *, option_id: UUID, reason: str, actor: Actor, now: datetime
) -> None:
    """Sell a purchase option again. Raises ReasonNeeded, PassesNotOnPlan (B2), NothingToChange.

    One that is deactivated is still not sold before it is activated.
    """
    reason = given_reason(reason)
    refuse_unless_on_plan(business.id)
    option = lock_option(business.id, option_id)
    if option.on_sale:
        raise NothingToChange("on sale")
    option.on_sale = True
    _record("purchase_option.put_on_sale", option, ("off sale", "on sale"), actor, now, reason)


def deactivate_option(
    business: BusinessFacts, *, option_id: UUID, reason: str, actor: Actor, now: datetime
) -> None:
    """Let nobody use their passes of a purchase option, from now on; what they paid for stays (S8, S3, S4).

    Its passes are locked first, so that nobody is deciding about one of them as it happens. Raises
    ReasonNeeded, NothingToChange.
    """
    reason = given_reason(reason)
    option = lock_option(business.id, option_id)
    lock_passes_of(business.id, option_id)
    if _live(business.id, option_id) is not None:
        raise NothingToChange("deactivated")
    db.session.add(
        PurchaseOptionDeactivation(
            business_id=business.id,
            id=new_id(),
            purchase_option_id=option_id,
            decided_at=now,
            staff_member_id=staff_member_of(actor),
            reason=reason,
        )
    )
    _record("purchase_option.deactivated", option, ("active", "deactivated"), actor, now, reason)


def activate_option(
    business: BusinessFacts, *, option_id: UUID, reason: str, actor: Actor, now: datetime
) -> None:
    """Let passes of a purchase option be used again; those that staff deactivated one by one stay so (S8).

    Instalments whose day passed meanwhile are not charged (S7). Raises ReasonNeeded, NothingToChange.
    """
    reason = given_reason(reason)
    option = lock_option(business.id, option_id)
    lock_passes_of(business.id, option_id)
    live = _live(business.id, option_id)
    if live is None:
        raise NothingToChange("active")
    live.ended_at, live.ended_by_id, live.ended_reason = now, staff_member_of(actor), reason
    skipped = _skip_missed(business, option_id, since=business.day_of(live.decided_at), now=now)
    told = {"instalments_skipped": skipped} if skipped else {}
    _record("purchase_option.activated", option, ("deactivated", "active"), actor, now, reason, **told)


def _skip_missed(business: BusinessFacts, option_id: UUID, *, since: date, now: datetime) -> int:
    """Skip the instalments that were never tried because their day passed meanwhile; how much it was.

    Of a pass that staff deactivated as well they would be skipped when it is reactivated.
    """
    keys = {"of_business": business.id, "option_id": option_id, "since": since, "now": now}
    return sum(db.session.scalars(_SKIP_MISSED, keys | {"today": business.day_of(now)}))


def _live(business_id: UUID, option_id: UUID) -> PurchaseOptionDeactivation | None:
    keys = {"business_id": business_id, "option_id": option_id}
    return db.session.scalars(_LIVE, keys).one_or_none()


def _record(
    act: str,
    option: PurchaseOption,
    standing: tuple[str, str],
    actor: Actor,
    now: datetime,
    reason: str,
    **told: Any,
) -> None:
    before, after = standing
    db.session.flush()
    write_audit(
        actor,
        act,
        option,
        now=now,
        before={"status": before},
        after={"status": after, **told},
        reason=reason,
    )
    db.session.flush()
