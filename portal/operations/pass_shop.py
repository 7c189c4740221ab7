"""What a studio sells as passes, and passes that it gives out itself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select

from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass, UseKind
from portal.models.database import db, new_id
from portal.models.deactivations import PurchaseOptionDeactivation
from portal.models.people import Customer
from portal.models.purchase_options import PurchaseOption, terms_columns
from portal.operations.auditing import Actor, write_audit
from portal.operations.businesses import plan_to_stay
from portal.operations.covering import Covers, write_coverage
from portal.operations.new_passes import first_entry, own_copy
from portal.operations.reasons import given_reason
from portal.rules.facts import PassTerms
from portal.rules.instalments import InstalmentTerms
from portal.rules.sentences import Refusal

_WITHDRAWN = select(
    exists().where(
        PurchaseOptionDeactivation.business_id == bindparam("business_id"),
        PurchaseOptionDeactivation.purchase_option_id == bindparam("option_id"),
        PurchaseOptionDeactivation.ended_at.is_(None),
    )
)


class PassesNotOnPlan(Refusal):
    """The studio's plan has no passes, so none is sold or issued (B2)."""

    def __init__(self) -> None:
        super().__init__("Passes are on the Standard plan or above.")


class PurchaseOptionWithdrawn(Refusal):
    """The purchase option is deactivated, so no pass of it is given out (S8)."""

    def __init__(self) -> None:
        super().__init__("This purchase option is deactivated. Activate it before you issue a pass of it.")


def refuse_unless_on_plan(business_id: UUID) -> None:
    """Raise PassesNotOnPlan where the plan, as it stands at this moment, has no passes (B2)."""
    if not plan_to_stay(business_id).has_passes:
        raise PassesNotOnPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPurchaseOption:
    """A pass for the shop: ``price`` in minor units, and ``terms`` with what it covers (P6).

    A pass sold today must start within ``start_within_days``, where that is set. With ``instalments`` it is
    paid in parts (M1).
    """

    name: str
    price: int
    terms: PassTerms
    description: str = ""
    start_within_days: int | None = None
    on_sale: bool = True
    position: int | None = None
    instalments: InstalmentTerms | None = None


def add_purchase_option(
    business: BusinessFacts,
    new: NewPurchaseOption,
    *,
    actor: Actor,
    now: datetime,
    option_id: UUID | None = None,
) -> UUID:
    """Add a pass to the shop; what it covers must be the studio's own (B1). Raises PassesNotOnPlan (B2).

    Without a ``position`` it comes last. ``option_id`` is the id that the form has for it, so that the same
    form sent twice makes one.
    """
    refuse_unless_on_plan(business.id)
    option_id = option_id or new_id()
    if db.session.get(PurchaseOption, (business.id, option_id)) is not None:
        return option_id
    terms = new.terms
    option = PurchaseOption(
        business_id=business.id,
        id=option_id,
        name=new.name,
        description=new.description,
        price=new.price,
        start_within_days=new.start_within_days,
        on_sale=new.on_sale,
        position=_last_place(business.id) if new.position is None else new.position,
        instalments=new.instalments.count if new.instalments else None,
        instalment_rhythm=new.instalments.rhythm if new.instalments else None,
        **terms_columns(terms),
    )
    db.session.add(option)
    db.session.flush()
    covers = Covers(terms.series_ids or frozenset(), terms.ticket_type_ids or frozenset())
    write_coverage(business.id, covers, option_ids=[option.id])
    write_audit(actor, "purchase_option.added", option, now=now, after={"name": new.name, "price": new.price})
    db.session.flush()
    return option.id


def issue_pass(
    business: BusinessFacts,
    *,
    customer_id: UUID,
    purchase_option_id: UUID,
    actor: Actor,
    now: datetime,
    reason: str,
    pass_id: UUID | None = None,
) -> UUID:
    """Give a customer a pass without a sale, its uses in its ledger (P8, S9).

    One that is off sale may be issued, one that is deactivated not. ``pass_id`` is the id that the form has
    for the new pass, so that the same form sent twice gives one. Raises ReasonNeeded, PassesNotOnPlan (B2),
    PurchaseOptionWithdrawn.
    """
    reason = given_reason(reason)
    refuse_unless_on_plan(business.id)
    pass_id = pass_id or new_id()
    db.session.get(Customer, (business.id, customer_id), with_for_update={"key_share": True})
    if db.session.get(ClassPass, (business.id, pass_id)) is not None:
        return pass_id
    if db.session.scalar(_WITHDRAWN, {"business_id": business.id, "option_id": purchase_option_id}):
        raise PurchaseOptionWithdrawn
    option = db.session.get_one(PurchaseOption, (business.id, purchase_option_id))
    issued = own_copy(business, option, pass_id=pass_id, customer_id=customer_id, bought_at=now)
    db.session.add(issued)
    db.session.flush()
    db.session.add(first_entry(issued, UseKind.ISSUED, actor=actor, now=now, reason=reason))
    write_audit(actor, "pass.issued", issued, now=now, after={"uses": option.uses}, reason=reason)
    db.session.flush()
    return pass_id


def _last_place(business_id: UUID) -> int:
    """Behind all that there are."""
    highest = select(func.max(PurchaseOption.position)).where(PurchaseOption.business_id == business_id)
    last: int | None = db.session.scalar(highest)
    return 0 if last is None else last + 1
