"""What a studio sells as a pass, and what passes and codes are limited to (P6, D3)."""

from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, OfBusiness, check, choice_of, refers
from portal.rules.facts import PassTerms
from portal.rules.instalments import Rhythm
from portal.rules.validity import FixedDates, FromFirstClass, FromPurchase, Period, Unit, Validity


class ValidityKind(Enum):
    """How validity is reckoned (P4, P6)."""

    FROM_FIRST_CLASS = "from_first_class"
    FROM_PURCHASE = "from_purchase"
    FIXED_DATES = "fixed_dates"


VALIDITY_IS_WHOLE = (
    "(validity_kind = 'fixed_dates' AND first_day IS NOT NULL AND last_day >= first_day)"
    " OR (validity_kind <> 'fixed_dates' AND period_length > 0 AND period_unit IS NOT NULL)"
)


INSTALMENTS_ARE_WHOLE = (
    "(instalments IS NULL) = (instalment_rhythm IS NULL)"
    " AND (instalments IS NULL OR instalments BETWEEN 2 AND 24)"
)


class PassTermsColumns:
    """What a pass promises; a purchase option has them, and each pass sold keeps its own copy."""

    name: Mapped[str] = mapped_column(String(120))
    uses: Mapped[int | None]
    validity_kind: Mapped[ValidityKind] = mapped_column(choice_of(ValidityKind))
    period_length: Mapped[int | None]
    period_unit: Mapped[Unit | None] = mapped_column(choice_of(Unit))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    uses_per_day: Mapped[int | None]
    uses_per_week: Mapped[int | None]
    several_per_class: Mapped[bool] = mapped_column(default=False)


TERMS = tuple(name for name in PassTermsColumns.__annotations__)


def validity_of(
    kind: ValidityKind, length: int | None, unit: Unit | None, first_day: date | None, last_day: date | None
) -> Validity:
    """The rule's value for a row's validity columns."""
    if kind is ValidityKind.FIXED_DATES and first_day is not None and last_day is not None:
        return FixedDates(first_day, last_day)
    if length is None or unit is None:
        raise ValueError("A period needs its length and unit.")
    period = Period(length, unit)
    return FromFirstClass(period) if kind is ValidityKind.FROM_FIRST_CLASS else FromPurchase(period)


def terms_columns(terms: PassTerms) -> dict[str, Any]:
    """What the columns of ``PassTermsColumns`` hold of a pass's terms; all but its name."""
    return {
        "uses": terms.uses,
        "uses_per_day": terms.uses_per_day,
        "uses_per_week": terms.uses_per_week,
        "several_per_class": terms.several_per_class,
        **_validity_columns(terms.validity),
    }


def _validity_columns(validity: Validity) -> dict[str, Any]:
    """The columns that ``validity_of`` reads back; those of another kind are empty."""
    filled: dict[str, Any]
    match validity:
        case FixedDates(first_day, last_day):
            kind, filled = ValidityKind.FIXED_DATES, {"first_day": first_day, "last_day": last_day}
        case FromFirstClass(period):
            kind, filled = ValidityKind.FROM_FIRST_CLASS, _period_columns(period)
        case FromPurchase(period):
            kind, filled = ValidityKind.FROM_PURCHASE, _period_columns(period)
    empty = dict.fromkeys(("period_length", "period_unit", "first_day", "last_day"))
    return {"validity_kind": kind, **empty, **filled}


def _period_columns(period: Period) -> dict[str, Any]:
    return {"period_length": period.length, "period_unit": period.unit}


class PurchaseOption(PassTermsColumns, OfBusiness, Base):
    """A pass in the shop; ``start_within_days`` sets the latest day for one sold today to start (P6).

    With ``instalments`` its price is paid in so many parts, the first with the purchase (M1).
    """

    __tablename__ = "purchase_option"
    __table_args__ = (
        check("price_not_negative", "price >= 0"),
        check("uses_positive", "uses > 0"),
        check("validity_is_whole", VALIDITY_IS_WHOLE),
        check("daily_and_weekly_limits_positive", "uses_per_day > 0 AND uses_per_week > 0"),
        check("instalments_are_whole", INSTALMENTS_ARE_WHOLE),
        check("price_within_limits", "price <= 100000000"),
        check("uses_within_limits", "uses <= 1000 AND uses_per_day <= 100 AND uses_per_week <= 100"),
        check("start_within_limits", "start_within_days BETWEEN 0 AND 3650"),
        check("period_within_limits", "period_length <= CASE period_unit WHEN 'days' THEN 3650 ELSE 120 END"),
    )

    description: Mapped[str] = mapped_column(String(500), default="")
    price: Mapped[int]
    start_within_days: Mapped[int | None]
    on_sale: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    instalments: Mapped[int | None]
    instalment_rhythm: Mapped[Rhythm | None] = mapped_column(choice_of(Rhythm))


class Coverage(OfBusiness, Base):
    """One class or ticket type that a purchase option or a discount code is limited to; none means all."""

    __tablename__ = "coverage"
    __table_args__ = (
        refers("purchase_option_id", "purchase_option"),
        refers("discount_code_id", "discount_code"),
        refers("series_id", "class_series"),
        refers("ticket_type_id", "ticket_type"),
        check("of_one_owner", "(purchase_option_id IS NULL) <> (discount_code_id IS NULL)"),
        check("one_target", "(series_id IS NULL) <> (ticket_type_id IS NULL)"),
        Index("ix_coverage_purchase_option", "business_id", "purchase_option_id"),
        Index("ix_coverage_discount_code", "business_id", "discount_code_id"),
    )

    purchase_option_id: Mapped[UUID | None]
    discount_code_id: Mapped[UUID | None]
    series_id: Mapped[UUID | None]
    ticket_type_id: Mapped[UUID | None]
