"""What a basket is reckoned from: its lines, and the booking that is being paid (R1, R7).

One statement has what every look at a basket needs; PostgreSQL plans it anew each time, so what only a basket
that is being paid needs is asked for by itself.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select, union_all

from portal.models.accounts import CustomerAccount
from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, PassSale, Ticket
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import read, table_of
from portal.models.deactivations import PurchaseOptionDeactivation
from portal.models.ended_places import HOLDS_ENDED, OFFERS_ENDED
from portal.models.pass_facts import live_withdrawal_of
from portal.models.purchase_options import TERMS, PurchaseOption

_basket = table_of(Basket)
_line = table_of(BasketLine)
_booking = table_of(Booking)
_ticket = table_of(Ticket)
_sale = table_of(PassSale)
_class = table_of(ClassSession)
_series = table_of(ClassSeries)
_ticket_type = table_of(TicketType)
_option = table_of(PurchaseOption).alias("option")
_withdrawal = table_of(PurchaseOptionDeactivation)
_account = table_of(CustomerAccount)

_LINES = (
    select(
        _basket.c.id.label("basket_id"),
        _basket.c.extensions,
        _basket.c.discount_code_id,
        _basket.c.pending_booking_id,
        (_account.c.balance - _account.c.claimed).label("balance_free"),
        _line.c.id.label("line_id"),
        _line.c.held_until,
        _line.c.place_counted,
        _line.c.pays_with_money,
        _line.c.pays_with_pass_id,
        _line.c.pays_with_line_id,
        _class.c.id.label("class_session_id"),
        _class.c.series_id,
        _class.c.on_date,
        _class.c.starts_at,
        _class.c.ends_at,
        _class.c.teacher,
        _class.c.place,
        (_class.c.capacity - _class.c.places_taken).label("places_free"),
        _class.c.waiting.label("people_waiting"),
        _class.c.cancelled_at.label("class_cancelled_at"),
        _class.c.opens_at,
        _class.c.closes_at,
        _series.c.name.label("class_name"),
        _ticket_type.c.id.label("ticket_type_id"),
        _ticket_type.c.name.label("ticket_name"),
        _ticket_type.c.price.label("ticket_price"),
        _ticket_type.c.on_sale.label("ticket_on_sale"),
        _option.c.id.label("option_id"),
        _option.c.price.label("option_price"),
        _option.c.on_sale.label("option_on_sale"),
        _option.c.start_within_days,
        _option.c.instalments.label("option_instalments"),
        _option.c.instalment_rhythm.label("option_rhythm"),
        _withdrawal.c.id.label("option_withdrawal"),
        *(_option.c[name].label(f"option_{name}") for name in TERMS),
    )
    .select_from(_basket)
    .outerjoin(
        _account,
        and_(
            _account.c.business_id == _basket.c.business_id, _account.c.customer_id == _basket.c.customer_id
        ),
    )
    .outerjoin(_line, and_(_line.c.business_id == _basket.c.business_id, _line.c.basket_id == _basket.c.id))
    .outerjoin(
        _class,
        and_(_class.c.business_id == _basket.c.business_id, _class.c.id == _line.c.class_session_id),
    )
    .outerjoin(
        _series,
        and_(_series.c.business_id == _basket.c.business_id, _series.c.id == _class.c.series_id),
    )
    .outerjoin(
        _ticket_type,
        and_(
            _ticket_type.c.business_id == _basket.c.business_id, _ticket_type.c.id == _line.c.ticket_type_id
        ),
    )
    .outerjoin(
        _option,
        and_(_option.c.business_id == _basket.c.business_id, _option.c.id == _line.c.purchase_option_id),
    )
    .outerjoin(_withdrawal, live_withdrawal_of(_option.c.business_id, _option.c.id))
    .where(_basket.c.business_id == bindparam("business_id"), _basket.c.id == bindparam("basket_id"))
    .order_by(_line.c.added_at, _line.c.id)
)

_PENDING = select(
    _booking.c.id,
    _booking.c.reference,
    _booking.c.to_pay,
    _booking.c.claimed_until,
    _booking.c.discount_code_id,
    _booking.c.balance_used,
).where(_booking.c.business_id == bindparam("business_id"), _booking.c.id == bindparam("booking_id"))

_CLAIMED = union_all(
    *(
        select(bought.c.line_id).where(
            bought.c.business_id == bindparam("business_id"), bought.c.booking_id == bindparam("booking_id")
        )
        for bought in (_ticket, _sale)
    )
)

_ENDED_PLACES = select(_class.c.id, HOLDS_ENDED + OFFERS_ENDED).where(
    _class.c.business_id == bindparam("business_id"),
    _class.c.id.in_(bindparam("class_session_ids", expanding=True)),
)


def basket_rows(business_id: UUID, basket_id: UUID) -> Sequence[Any]:
    """The basket joined with its lines, as they were added; one row with empty ``line_id`` if it has none."""
    return read(_LINES, {"business_id": business_id, "basket_id": basket_id}).all()


def pending_row(business_id: UUID, booking_id: UUID) -> Any:
    """The booking that a basket is being paid as (R7)."""
    return read(_PENDING, {"business_id": business_id, "booking_id": booking_id}).one()


def claimed_lines(business_id: UUID, booking_id: UUID) -> frozenset[UUID]:
    """The lines of the basket that a booking claims; others were added since."""
    return frozenset(read(_CLAIMED, {"business_id": business_id, "booking_id": booking_id}).scalars())


def ended_places(business_id: UUID, class_session_ids: Iterable[UUID], now: datetime) -> dict[UUID, int]:
    """How many places of each class are still counted although their hold (R4) or their offer to somebody who
    waited has ended.
    """
    ids = list(class_session_ids)
    if not ids:
        return {}
    rows: Any = read(_ENDED_PLACES, {"business_id": business_id, "class_session_ids": ids, "now": now})
    return dict(rows.all())
