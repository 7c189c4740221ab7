"""A client's own copy of a purchase option comes into being, with the first entry of its ledger (P7, P8)."""

from datetime import datetime
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.database import new_id
from portal.models.pass_facts import start_by_of
from portal.models.purchase_options import TERMS, PurchaseOption
from portal.operations.auditing import Actor


def own_copy(
    business: BusinessFacts,
    option: PurchaseOption,
    *,
    pass_id: UUID,
    customer_id: UUID,
    bought_at: datetime,
    pass_sale_id: UUID | None = None,
) -> ClassPass:
    """The pass, with the option's terms as they are now; its days are those of the studio's zone (T1)."""
    bought_on = business.day_of(bought_at)
    return ClassPass(
        business_id=business.id,
        id=pass_id,
        customer_id=customer_id,
        purchase_option_id=option.id,
        pass_sale_id=pass_sale_id,
        bought_at=bought_at,
        bought_on=bought_on,
        start_by=start_by_of(option.start_within_days, bought_on),
        uses_left=option.uses,
        uses_claimed=0,
        **{name: getattr(option, name) for name in TERMS},
    )


def first_entry(made: ClassPass, kind: UseKind, *, actor: Actor, now: datetime, reason: str = "") -> PassUse:
    """What its ledger begins with: all its uses, bought or issued; none where they are unlimited."""
    return PassUse(
        business_id=made.business_id,
        id=new_id(),
        class_pass_id=made.id,
        kind=kind,
        change=made.uses or 0,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        reason=reason,
    )
