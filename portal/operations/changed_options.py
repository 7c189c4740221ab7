"""Staff change what the studio sells as a pass, put it elsewhere in the shop, or delete it (P6)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, exists, select

from portal.gateways.smallest_charge import smallest_charge
from portal.models.baskets import BasketLine
from portal.models.business import BusinessFacts
from portal.models.coverage_facts import EVERYTHING, coverage
from portal.models.database import db
from portal.models.deactivations import PurchaseOptionDeactivation
from portal.models.option_sales import option_sales
from portal.models.purchase_options import PurchaseOption, terms_columns, validity_of
from portal.operations.auditing import Actor, write_audit
from portal.operations.covering import Covers, told_coverage, write_coverage
from portal.operations.locked_options import lock_option
from portal.operations.locked_passes import refuse_if_changed
from portal.operations.pass_shop import NewPurchaseOption, refuse_unless_on_plan
from portal.rules.option_limits import refuse_instalments, refuse_option, refuse_pass_terms
from portal.rules.sentences import Refusal
from portal.rules.validity import terms_words


class SoldAlready(Refusal):
    """Somebody bought one, or began to: the books refer to it."""

    def __init__(self) -> None:
        super().__init__("This has been sold, so it cannot be deleted. Take it off sale instead.")


class InABasket(Refusal):
    """It lies in a basket."""

    def __init__(self) -> None:
        super().__init__("It lies in a basket, so it cannot be deleted now. Take it off sale first.")


_ALL = (
    select(PurchaseOption)
    .where(PurchaseOption.business_id == bindparam("business_id"))
    .order_by(PurchaseOption.id)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)

_IN_A_BASKET = select(
    exists().where(
        BasketLine.business_id == bindparam("business_id"),
        BasketLine.purchase_option_id == bindparam("option_id"),
    )
)


def refuse_option_terms(new: NewPurchaseOption, currency: str) -> None:
    """Raise what ``rules.option_limits`` refuses, for what staff set by a form."""
    refuse_option(name=new.name, description=new.description, price=new.price, currency=currency)
    refuse_pass_terms(new.terms, new.start_within_days)
    refuse_instalments(
        new.instalments, new.price, smallest_charge=smallest_charge(currency), currency=currency
    )


def change_option(
    business: BusinessFacts,
    *,
    option_id: UUID,
    wanted: NewPurchaseOption,
    actor: Actor,
    now: datetime,
    seen: UUID | None = None,
) -> bool:
    """Sell a pass with other terms from now on; says whether anything changed. Whether it is on sale, and
    where it stands, stays.

    Passes sold and bookings that are being paid keep their terms (R6, R7); what it covers changes for all of
    its passes at once (decision 0003). ``seen`` is the latest audit entry that the form was filled in from.
    Raises PassesNotOnPlan (B2), NoSuchOption, ChangedMeanwhile, and what ``refuse_option_terms`` raises.
    """
    refuse_unless_on_plan(business.id)
    refuse_option_terms(wanted, business.currency)
    option = lock_option(business.id, option_id)
    refuse_if_changed(business.id, option_id, seen)
    before = told_option(business.id, option, covers_of_option(business.id, option_id))
    for name, value in {**columns_of(wanted), **terms_columns(wanted.terms)}.items():
        setattr(option, name, value)
    db.session.flush()
    covers = Covers(wanted.terms.series_ids or frozenset(), wanted.terms.ticket_type_ids or frozenset())
    write_coverage(business.id, covers, option_ids=[option_id])
    stands = told_option(business.id, option, covers)
    differs = [name for name in stands if before[name] != stands[name]]
    if differs:
        write_audit(
            actor,
            "purchase_option.changed",
            option,
            now=now,
            before={name: before[name] for name in differs},
            after={name: stands[name] for name in differs},
        )
    db.session.flush()
    return bool(differs)


def place_option(
    business: BusinessFacts, *, option_id: UUID, after: UUID | None, actor: Actor, now: datetime
) -> bool:
    """Put a purchase option behind another in the shop, or first; says whether it moved.

    All are numbered anew, each under its lock in the order of their ids. Raises PassesNotOnPlan (B2).
    """
    refuse_unless_on_plan(business.id)
    rows = db.session.scalars(_ALL, {"business_id": business.id}).all()
    stood = sorted(rows, key=lambda it: (it.position, it.name, it.id))
    moved = next((it for it in stood if it.id == option_id), None)
    if moved is None:
        return False
    others = [it for it in stood if it.id != option_id]
    at = next((nth for nth, it in enumerate(others, 1) if it.id == after), 0)
    wanted = [*others[:at], moved, *others[at:]]
    for nth, option in enumerate(wanted):
        option.position = nth
    if wanted != stood:
        write_audit(
            actor,
            "purchase_option.placed",
            moved,
            now=now,
            before={"place": stood.index(moved) + 1},
            after={"place": at + 1},
        )
    db.session.flush()
    return wanted != stood


def delete_option(business: BusinessFacts, *, option_id: UUID, actor: Actor, now: datetime) -> str:
    """Delete a purchase option that nobody ever bought, with what it covers and what staff decided about it;
    returns its name, which the audit keeps. Raises PassesNotOnPlan (B2), NoSuchOption, SoldAlready,
    InABasket.
    """
    refuse_unless_on_plan(business.id)
    option = lock_option(business.id, option_id)
    if option_sales(business.id, option_id).ever_sold:
        raise SoldAlready
    if db.session.scalar(_IN_A_BASKET, {"business_id": business.id, "option_id": option_id}):
        raise InABasket
    told = told_option(business.id, option, covers_of_option(business.id, option_id))
    write_audit(actor, "purchase_option.deleted", option, now=now, after=_without_nothing(told))
    write_coverage(business.id, Covers(), option_ids=[option_id])
    db.session.execute(
        delete(PurchaseOptionDeactivation).where(
            PurchaseOptionDeactivation.business_id == business.id,
            PurchaseOptionDeactivation.purchase_option_id == option_id,
        )
    )
    db.session.flush()
    db.session.delete(option)
    db.session.flush()
    return option.name


def covers_of_option(business_id: UUID, option_id: UUID) -> Covers:
    """What a purchase option is limited to now."""
    found = coverage(business_id, option_ids=[option_id], code_id=None).get(option_id, EVERYTHING)
    return Covers(found.series_ids or frozenset(), found.ticket_type_ids or frozenset())


def columns_of(new: NewPurchaseOption) -> dict[str, Any]:
    """What staff set of a purchase option beside its terms, by the names of the columns."""
    return {
        "name": new.name,
        "description": new.description,
        "price": new.price,
        "start_within_days": new.start_within_days,
        "instalments": new.instalments.count if new.instalments else None,
        "instalment_rhythm": new.instalments.rhythm if new.instalments else None,
    }


def told_option(business_id: UUID, option: PurchaseOption, covers: Covers) -> dict[str, Any]:
    """A purchase option in the words of the audit page."""
    validity = validity_of(
        option.validity_kind, option.period_length, option.period_unit, option.first_day, option.last_day
    )
    rhythm = option.instalment_rhythm
    return {
        "name": option.name,
        "description": option.description,
        "price": option.price,
        "uses": option.uses,
        "validity": str(terms_words(validity)),
        "start_within_days": option.start_within_days,
        "uses_per_day": option.uses_per_day,
        "uses_per_week": option.uses_per_week,
        "several_per_class": option.several_per_class,
        "instalments": None if rhythm is None else f"{option.instalments} {rhythm.value}",
        "covers": told_coverage(business_id, covers),
    }


def _without_nothing(told: dict[str, Any]) -> dict[str, Any]:
    return {name: it for name, it in told.items() if it not in (None, [], "", False)}
