"""Who used a discount code, when, in which booking and for how much: its report (D3, D6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select

from portal.models.bookings import Booking, BookingStatus
from portal.models.database import db
from portal.models.discount_codes import CodeRedemption, DiscountCode


@dataclass(frozen=True, slots=True)
class CodeUse:
    """A booking that used a code; ``discount`` is what it took off then, in minor units. ``customer_id`` is
    None for a guest, ``is_pending`` says that it is still being paid.
    """

    code: str
    at: datetime
    reference: str
    name: str
    email: str
    customer_id: UUID | None
    discount: int
    is_pending: bool


@dataclass(frozen=True, slots=True)
class CodeTotals:
    """All that used it together: bookings, and what they were given, in minor units."""

    bookings: int
    discount: int


_ON_BOOKING = and_(Booking.business_id == CodeRedemption.business_id, Booking.id == CodeRedemption.booking_id)
_ON_CODE = and_(
    DiscountCode.business_id == CodeRedemption.business_id,
    DiscountCode.id == CodeRedemption.discount_code_id,
)
_LIVE = and_(CodeRedemption.business_id == bindparam("business_id"), CodeRedemption.let_go_at.is_(None))

_USES = (
    select(
        DiscountCode.code,
        CodeRedemption.claimed_at,
        Booking.reference,
        Booking.name,
        Booking.email,
        Booking.customer_id,
        Booking.discount_total,
        Booking.status,
    )
    .join(Booking, _ON_BOOKING)
    .join(DiscountCode, _ON_CODE)
    .where(_LIVE)
    .order_by(CodeRedemption.claimed_at.desc(), CodeRedemption.id.desc())
)

_TOTALS = (
    select(func.count(), func.coalesce(func.sum(Booking.discount_total), 0))
    .select_from(CodeRedemption)
    .join(Booking, _ON_BOOKING)
    .join(DiscountCode, _ON_CODE)
    .where(_LIVE)
)


def uses_of(
    business_id: UUID,
    *,
    code_id: UUID | None = None,
    batch_id: UUID | None = None,
    most: int,
    skipped: int = 0,
) -> list[CodeUse]:
    """Bookings that used a code, or a code of a batch, the latest first; those that were abandoned are left
    out (D6): one statement.
    """
    asked = _USES.where(_of(code_id, batch_id)).limit(most).offset(skipped)
    rows = db.session.execute(asked, {"business_id": business_id})
    return [CodeUse(*row[:-1], is_pending=row.status is BookingStatus.PENDING) for row in rows]


def totals_of(business_id: UUID, *, code_id: UUID | None = None, batch_id: UUID | None = None) -> CodeTotals:
    """The same bookings added up: one statement."""
    row = db.session.execute(_TOTALS.where(_of(code_id, batch_id)), {"business_id": business_id}).one()
    return CodeTotals(int(row[0]), int(row[1]))


def _of(code_id: UUID | None, batch_id: UUID | None) -> Any:
    if code_id is not None:
        return CodeRedemption.discount_code_id == code_id
    return DiscountCode.batch_id == batch_id
