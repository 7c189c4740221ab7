"""What a studio sells as passes, and passes that it gives out itself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass, UseKind
from portal.models.database import db, new_id
from portal.models.deactivations import PurchaseOptionDeactivation
from portal.models.people import Customer
from portal.models.purchase_options import Coverage, PurchaseOption, ValidityKind
from portal.operations.auditing import Actor, write_audit
from portal.operations.businesses import plan_to_stay
from portal.operations.new_passes import first_entry, own_copy
from portal.operations.reasons import given_reason
from portal.rules.facts import PassTerms
from portal.rules.instalments import InstalmentTerms
from portal.rules.sentences import Refusal
from portal.rules.validity import FixedDates, FromFirstClass, FromPurchase, Period, Validity

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
    position: int = 0
    instalments: InstalmentTerms | None = None


def add_purchase_option(
    business: BusinessFacts, new: NewPurchaseOption, *, actor: Actor, now: datetime
) -> UUID:
    """Add a pass to the shop; what it covers must be the studio's own (B1). Raises PassesNotOnPlan (B2)."""
    refuse_unless_on_plan(business.id)
    terms = new.terms
    option = PurchaseOption(
        business_id=business.id,
        name=new.name,
        description=new.description,
        price=new.price,
        start_within_days=new.start_within_days,
        on_sale=new.on_sale,
        position=new.position,
        instalments=new.instalments.count if new.instalments else None,
        instalment_rhythm=new.instalments.rhythm if new.instalments else None,
        uses=terms.uses,
        uses_per_day=terms.uses_per_day,
        uses_per_week=terms.uses_per_week,
        several_per_class=terms.several_per_class,
        **_validity_columns(terms.validity),
    )
    db.session.add(option)
    db.session.flush()
    db.session.add_all(
        [
            *(
                Coverage(business_id=business.id, purchase_option_id=option.id, series_id=series_id)
                for series_id in terms.series_ids or ()
            ),
            *(
                Coverage(business_id=business.id, purchase_option_id=option.id, ticket_type_id=ticket_type_id)
                for ticket_type_id in terms.ticket_type_ids or ()
            ),
        ]
    )
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


def _validity_columns(validity: Validity) -> dict[str, object]:
    """The columns that ``validity_of`` reads back."""
    match validity:
        case FixedDates(first_day, last_day):
            return {"validity_kind": ValidityKind.FIXED_DATES, "first_day": first_day, "last_day": last_day}
        case FromFirstClass(period):
            return _period_columns(ValidityKind.FROM_FIRST_CLASS, period)
        case FromPurchase(period):
            return _period_columns(ValidityKind.FROM_PURCHASE, period)


def _period_columns(kind: ValidityKind, period: Period) -> dict[str, object]:
    return {"validity_kind": kind, "period_length": period.length, "period_unit": period.unit}
