"""What a change of the plan would do to the passes of a studio: read before anybody decides (B3)."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, BookingStatus, PassSale
from portal.models.class_passes import ClassPass
from portal.models.coverage_facts import EVERYTHING
from portal.models.database import db, table_of
from portal.models.deactivations import PassDeactivation, PurchaseOptionDeactivation
from portal.models.instalments import Instalment, InstalmentStatus
from portal.models.pass_facts import live_withdrawal_of, terms_of
from portal.models.purchase_options import TERMS, PurchaseOption
from portal.rules.facts import BookedClass, OwnedPass
from portal.rules.passes import status


@dataclass(frozen=True, slots=True)
class OptionOnPlan:
    """One purchase option: how many of its passes stay usable, and the auto-payments to come of them.

    ``in_shop`` says that it is sold on a plan with passes. Money is minor units.
    """

    name: str
    in_shop: bool
    usable_passes: int
    auto_payments: int
    auto_payments_total: int
    next_auto_payment: date | None


@dataclass(frozen=True, slots=True)
class PlanOutlook:
    """What hangs on having passes. ``baskets`` counts open ones with a pass to buy, ``claimed_sales`` passes
    whose payment is under way.
    """

    options: tuple[OptionOnPlan, ...]
    baskets: int
    claimed_sales: int

    @property
    def in_shop(self) -> tuple[str, ...]:
        """What is sold on a plan with passes, and on no other."""
        return tuple(option.name for option in self.options if option.in_shop)

    @property
    def usable_passes(self) -> int:
        """How many passes clients can use, on any plan (B2)."""
        return sum(option.usable_passes for option in self.options)

    @property
    def auto_payments(self) -> int:
        """How many auto-payments are to come, on any plan (B2)."""
        return sum(option.auto_payments for option in self.options)

    @property
    def auto_payments_total(self) -> int:
        """What they come to."""
        return sum(option.auto_payments_total for option in self.options)

    @property
    def next_auto_payment(self) -> date | None:
        """The day of the first of them."""
        return min((it.next_auto_payment for it in self.options if it.next_auto_payment), default=None)


_option = table_of(PurchaseOption)
_pass = table_of(ClassPass)
_withdrawal = table_of(PurchaseOptionDeactivation)
_deactivation = table_of(PassDeactivation)
_instalment = table_of(Instalment)
_basket = table_of(Basket)
_line = table_of(BasketLine)
_sale = table_of(PassSale)
_booking = table_of(Booking)

_OPTIONS = (
    select(_option.c.id, _option.c.name, _option.c.on_sale, _withdrawal.c.id.label("withdrawal_id"))
    .outerjoin(_withdrawal, live_withdrawal_of(_option.c.business_id, _option.c.id))
    .where(_option.c.business_id == bindparam("business_id"))
    .order_by(_option.c.position, _option.c.name, _option.c.id)
)

_DEACTIVATED = and_(
    _deactivation.c.business_id == _pass.c.business_id,
    _deactivation.c.class_pass_id == _pass.c.id,
    _deactivation.c.ended_at.is_(None),
    _deactivation.c.from_day <= bindparam("today"),
)

_VALID_BY = (
    *(_pass.c[name] for name in TERMS if name != "name"),
    _pass.c.purchase_option_id,
    _pass.c.bought_on,
    _pass.c.start_by,
    _pass.c.added_days,
    _pass.c.starts_on_set,
    _pass.c.expires_on_set,
    _pass.c.first_class_on,
)
"""What decides whether a pass with uses left has expired: many passes have it in common (P10)."""

_ALIKE = (
    select(*_VALID_BY, func.count().label("alike"))
    .select_from(_pass.outerjoin(_deactivation, _DEACTIVATED))
    .where(
        _pass.c.business_id == bindparam("business_id"),
        or_(_pass.c.uses_left.is_(None), _pass.c.uses_left > _pass.c.uses_claimed),
        _deactivation.c.id.is_(None),
    )
    .group_by(*_VALID_BY)
)

_AUTO_PAYMENTS = (
    select(
        _pass.c.purchase_option_id,
        func.count().label("auto_payments"),
        func.sum(_instalment.c.amount).label("total"),
        func.min(_instalment.c.try_on).label("next_on"),
    )
    .select_from(
        _instalment.join(
            _pass,
            and_(_pass.c.business_id == _instalment.c.business_id, _pass.c.id == _instalment.c.class_pass_id),
        ).outerjoin(_deactivation, _DEACTIVATED)
    )
    .where(
        _instalment.c.business_id == bindparam("business_id"),
        _instalment.c.status.in_([InstalmentStatus.SCHEDULED, InstalmentStatus.FAILED]),
        _instalment.c.try_on.is_not(None),
        _deactivation.c.id.is_(None),
    )
    .group_by(_pass.c.purchase_option_id)
)

_WAITING = select(
    select(func.count(_line.c.basket_id.distinct()))
    .select_from(
        _line.join(
            _basket, and_(_basket.c.business_id == _line.c.business_id, _basket.c.id == _line.c.basket_id)
        )
    )
    .where(
        _line.c.business_id == bindparam("business_id"),
        _line.c.purchase_option_id.is_not(None),
        _basket.c.pending_booking_id.is_(None),
    )
    .scalar_subquery(),
    select(func.count())
    .select_from(
        _sale.join(
            _booking,
            and_(_booking.c.business_id == _sale.c.business_id, _booking.c.id == _sale.c.booking_id),
        )
    )
    .where(
        _sale.c.business_id == bindparam("business_id"),
        _booking.c.status == BookingStatus.PENDING,
    )
    .scalar_subquery(),
)


def plan_outlook(business_id: UUID, *, today: date) -> PlanOutlook:
    """What hangs on having passes, in four statements, however many there are."""
    keys = {"business_id": business_id}
    usable: Counter[UUID] = Counter()
    for row in db.session.execute(_ALIKE, {**keys, "today": today}):
        if not status(_one_of(row), today).inactive:
            usable[row.purchase_option_id] += row.alike
    dues = {
        row.purchase_option_id: row for row in db.session.execute(_AUTO_PAYMENTS, {**keys, "today": today})
    }
    options = [_on_plan(row, usable[row.id], dues.get(row.id)) for row in db.session.execute(_OPTIONS, keys)]
    baskets, claimed = db.session.execute(_WAITING, keys).one()
    return PlanOutlook(tuple(options), baskets, claimed)


def _on_plan(option: Any, usable: int, dues: Any) -> OptionOnPlan:
    """Of a deactivated purchase option nothing is used, sold or charged, on any plan (S8)."""
    if option.withdrawal_id is not None:
        return OptionOnPlan(option.name, False, 0, 0, 0, None)
    return OptionOnPlan(
        name=option.name,
        in_shop=option.on_sale,
        usable_passes=usable,
        auto_payments=dues.auto_payments if dues else 0,
        auto_payments_total=int(dues.total) if dues else 0,
        next_auto_payment=dues.next_on if dues else None,
    )


def _one_of(row: Any) -> OwnedPass:
    """A pass that stands for all that are valid alike: it has uses left and is not deactivated."""
    first = row.first_class_on
    return OwnedPass(
        id=row.purchase_option_id,
        name="",
        terms=terms_of(row, EVERYTHING),
        bought_at=datetime.min.replace(tzinfo=UTC),
        bought_on=row.bought_on,
        uses_left=None,
        booked=() if first is None else (BookedClass(row.purchase_option_id, first),),
        start_by=row.start_by,
        added_days=row.added_days,
        starts_on_set=row.starts_on_set,
        expires_on_set=row.expires_on_set,
    )
