"""A client's own copy of a purchase option comes into being, with the first entry of its ledger (P7, P8)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.models.bookings import PassSale
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.database import new_id
from portal.models.pass_facts import start_by_of
from portal.models.purchase_options import TERMS, PurchaseOption
from portal.operations.auditing import Actor


def own_copy(
    business: BusinessFacts,
    of: PurchaseOption | PassSale,
    *,
    pass_id: UUID,
    customer_id: UUID,
    bought_at: datetime,
) -> ClassPass:
    """The pass, with the terms that its sale keeps, or with those of the purchase option as they are now
    where it is given out without a sale; its days are those of the studio's zone (T1).
    """
    bought_on = business.day_of(bought_at)
    return ClassPass(
        business_id=business.id,
        id=pass_id,
        customer_id=customer_id,
        bought_at=bought_at,
        bought_on=bought_on,
        uses_left=of.uses,
        uses_claimed=0,
        **_origin(of, bought_on),
        **{name: getattr(of, name) for name in TERMS},
    )


def _origin(of: PurchaseOption | PassSale, bought_on: date) -> dict[str, Any]:
    """What it is a copy of, and the latest day to start: a sale's was reckoned when it was quoted."""
    match of:
        case PassSale():
            return {
                "purchase_option_id": of.purchase_option_id,
                "pass_sale_id": of.id,
                "start_by": of.start_by,
            }
        case PurchaseOption():
            return {
                "purchase_option_id": of.id,
                "start_by": start_by_of(of.start_within_days, bought_on),
            }


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
