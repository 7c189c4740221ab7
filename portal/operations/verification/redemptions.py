"""Discount codes: their redemptions, within their limits (D3, D6)."""

from sqlalchemy import and_, func, or_, select

from portal.models.bookings import Booking, BookingStatus
from portal.models.discount_codes import CodeRedemption, DiscountCode
from portal.operations.verification.invariant import Invariant, count_of

_IS_LIVE = CodeRedemption.let_go_at.is_(None)

_LIVE = (
    select(CodeRedemption.business_id, CodeRedemption.discount_code_id, func.count().label("bookings"))
    .where(_IS_LIVE)
    .group_by(CodeRedemption.business_id, CodeRedemption.discount_code_id)
    .subquery()
)
_ON_LIVE = and_(_LIVE.c.business_id == DiscountCode.business_id, _LIVE.c.discount_code_id == DiscountCode.id)
_REDEEMED = func.coalesce(_LIVE.c.bookings, 0)

_OF_BOOKING = (
    select(CodeRedemption.business_id, CodeRedemption.booking_id, CodeRedemption.discount_code_id)
    .where(_IS_LIVE)
    .subquery()
)

REDEMPTIONS = (
    Invariant(
        "A code's count is its redemptions that stand",
        count_of(DiscountCode),
        select(
            DiscountCode.id.label("discount_code"),
            DiscountCode.code,
            DiscountCode.bookings_count.label("kept"),
            _REDEEMED.label("found"),
        )
        .outerjoin(_LIVE, _ON_LIVE)
        .where(DiscountCode.bookings_count != _REDEEMED),
    ),
    Invariant(
        "No code is redeemed more often than it may be",
        count_of(DiscountCode, DiscountCode.bookings_limit.is_not(None)),
        select(
            DiscountCode.id.label("discount_code"),
            DiscountCode.code,
            _REDEEMED.label("found"),
            DiscountCode.bookings_limit.label("limit"),
        )
        .outerjoin(_LIVE, _ON_LIVE)
        .where(DiscountCode.bookings_limit < _REDEEMED),
    ),
    Invariant(
        "No person redeems a code more often than they may",
        count_of(CodeRedemption, CodeRedemption.per_person_limit.is_not(None), _IS_LIVE),
        select(
            CodeRedemption.discount_code_id.label("discount_code"),
            CodeRedemption.person_key,
            func.count().label("found"),
            func.max(CodeRedemption.per_person_limit).label("limit"),
        )
        .where(CodeRedemption.per_person_limit.is_not(None), _IS_LIVE)
        .group_by(CodeRedemption.business_id, CodeRedemption.discount_code_id, CodeRedemption.person_key)
        .having(func.count() > func.max(CodeRedemption.per_person_limit)),
    ),
    Invariant(
        "A booking holds the redemption of its code, and no other booking holds one",
        count_of(Booking),
        select(
            Booking.id.label("booking"),
            Booking.reference,
            Booking.status,
            Booking.discount_code.label("code"),
            _OF_BOOKING.c.discount_code_id.label("redeemed"),
        )
        .outerjoin(
            _OF_BOOKING,
            and_(_OF_BOOKING.c.business_id == Booking.business_id, _OF_BOOKING.c.booking_id == Booking.id),
        )
        .where(
            or_(
                and_(
                    Booking.status != BookingStatus.RELEASED,
                    Booking.discount_code_id.is_not(None),
                    or_(
                        _OF_BOOKING.c.discount_code_id.is_(None),
                        _OF_BOOKING.c.discount_code_id != Booking.discount_code_id,
                    ),
                ),
                and_(
                    or_(Booking.status == BookingStatus.RELEASED, Booking.discount_code_id.is_(None)),
                    _OF_BOOKING.c.booking_id.is_not(None),
                ),
            )
        ),
    ),
)
