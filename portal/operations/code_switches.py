"""Staff switch discount codes off and on again, one by one or a whole batch (D3, D6)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.business import BusinessFacts
from portal.models.database import OfBusiness, db
from portal.models.discount_codes import CodeBatch, DiscountCode
from portal.operations.auditing import Actor, write_audit
from portal.operations.discount_codes import NoSuchCode, lock_discount_code
from portal.operations.reasons import given_reason
from portal.rules.sentences import Refusal


class SwitchedAlready(Refusal):
    """It stands as asked: somebody was quicker, or the form was sent twice."""

    def __init__(self, *, off: bool) -> None:
        super().__init__("This is switched off already." if off else "This is switched on already.")


_OF_BATCH = (
    select(DiscountCode)
    .where(
        DiscountCode.business_id == bindparam("business_id"), DiscountCode.batch_id == bindparam("batch_id")
    )
    .order_by(DiscountCode.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def switch_code(
    business: BusinessFacts, *, code_id: UUID, off: bool, reason: str, actor: Actor, now: datetime
) -> None:
    """Let a code do nothing from now on, or something again. Bookings that are being paid keep it, baskets
    lose it (D6). Raises ReasonNeeded, NoSuchCode, SwitchedAlready.
    """
    reason = given_reason(reason)
    code = lock_discount_code(business.id, code_id)
    _switch([code], code, "discount_code", off=off, reason=reason, actor=actor, now=now)


def switch_batch(
    business: BusinessFacts, *, batch_id: UUID, off: bool, reason: str, actor: Actor, now: datetime
) -> None:
    """The same for every code of a batch, locked in the order of their ids. Raises ReasonNeeded, NoSuchCode,
    SwitchedAlready where all stand so.
    """
    reason = given_reason(reason)
    batch = db.session.get(CodeBatch, (business.id, batch_id))
    if batch is None:
        raise NoSuchCode
    codes = db.session.scalars(_OF_BATCH, {"business_id": business.id, "batch_id": batch_id}).all()
    _switch(codes, batch, "code_batch", off=off, reason=reason, actor=actor, now=now)


def _switch(
    codes: Sequence[DiscountCode],
    about: OfBusiness,
    what: str,
    *,
    off: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    to_switch = [code for code in codes if (code.switched_off_at is not None) != off]
    if not to_switch:
        raise SwitchedAlready(off=off)
    for code in to_switch:
        code.switched_off_at = now if off else None
    db.session.flush()
    told = {"codes": len(to_switch)} if about not in codes else {}
    write_audit(
        actor,
        f"{what}.switched_{'off' if off else 'on'}",
        about,
        now=now,
        after=told,
        reason=reason,
    )
    db.session.flush()
