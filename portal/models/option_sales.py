"""What hangs on a purchase option: before it is changed or deleted (P6, R6)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, BookingStatus, PassSale
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.purchase_options import PurchaseOption


@dataclass(frozen=True, slots=True)
class OptionSales:
    """How many passes were ever sold or issued, in how many open baskets it lies, and how many bookings with
    it are being paid; ``ever_sold`` also where such a booking came to nothing.
    """

    passes: int
    baskets: int
    being_paid: int
    ever_sold: bool


def _of_option(table: type[ClassPass | PassSale | BasketLine]) -> ColumnElement[bool]:
    return and_(
        table.business_id == bindparam("business_id"), table.purchase_option_id == bindparam("option_id")
    )


_SALES = select(
    select(func.count()).select_from(ClassPass).where(_of_option(ClassPass)).scalar_subquery(),
    select(func.count(BasketLine.basket_id.distinct()))
    .join(Basket, and_(Basket.business_id == BasketLine.business_id, Basket.id == BasketLine.basket_id))
    .where(_of_option(BasketLine), Basket.pending_booking_id.is_(None))
    .scalar_subquery(),
    select(func.count())
    .select_from(PassSale)
    .join(Booking, and_(Booking.business_id == PassSale.business_id, Booking.id == PassSale.booking_id))
    .where(_of_option(PassSale), Booking.status == BookingStatus.PENDING)
    .scalar_subquery(),
    exists().where(_of_option(PassSale)),
)

_UNSOLD = select(PurchaseOption.id).where(
    PurchaseOption.business_id == bindparam("business_id"),
    ~exists().where(
        ClassPass.business_id == PurchaseOption.business_id,
        ClassPass.purchase_option_id == PurchaseOption.id,
    ),
)


def option_sales(business_id: UUID, option_id: UUID) -> OptionSales:
    """What hangs on one: one statement."""
    row = db.session.execute(_SALES, {"business_id": business_id, "option_id": option_id}).one()
    passes, baskets, being_paid, has_sale = row
    return OptionSales(passes, baskets, being_paid, bool(has_sale or passes))


def options_without_passes(business_id: UUID) -> frozenset[UUID]:
    """Those of which nobody has a pass: one statement."""
    return frozenset(db.session.scalars(_UNSOLD, {"business_id": business_id}))
