"""Discount codes as staff see them: Setup's list, one code, and the batches (D3)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, select

from portal.models.baskets import Basket
from portal.models.bookings import Booking, BookingStatus
from portal.models.database import Instant, db
from portal.models.discount_codes import CodeBatch, CodeRedemption, DiscountCode
from portal.rules.code_limits import CodeState
from portal.rules.discounts import normalise_code
from portal.rules.facts import DiscountKind, Reduces


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code as it stands; ``value`` is whole percent or minor units, ``least_spend`` minor units, and
    ``bookings`` those that used it, those that are being paid included.
    """

    id: UUID
    code: str
    kind: DiscountKind
    value: int
    reduces: Reduces
    class_from: date | None
    class_to: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    bookings: int
    bookings_limit: int | None
    per_person_limit: int | None
    least_spend: int | None
    batch_id: UUID | None
    state: CodeState

    @property
    def address(self) -> str:
        """Its page."""
        return f"/staff/discount-codes/{self.id}"


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A batch: how many codes, of which so many are used; ``off`` says that all of them are switched off.
    ``first_id`` is any of its codes, which all have the same terms.
    """

    id: UUID
    prefix: str
    size: int
    made_at: datetime
    used: int
    off: bool
    first_id: UUID

    @property
    def address(self) -> str:
        """Its page."""
        return f"/staff/discount-codes/batches/{self.id}"


@dataclass(frozen=True, slots=True)
class CodeReach:
    """Whom a change touches: open baskets with the code, and bookings with it that are being paid."""

    baskets: int
    being_paid: int


_now = bindparam("now", type_=Instant())
_OFF = DiscountCode.switched_off_at.is_not(None)
_ENDED = DiscountCode.ends_at <= _now
_USED_UP = DiscountCode.bookings_count >= DiscountCode.bookings_limit
_NOT_BEGUN = DiscountCode.starts_at > _now

_STATE = case(
    (_OFF, CodeState.OFF.value),
    (_ENDED, CodeState.ENDED.value),
    (_USED_UP, CodeState.USED_UP.value),
    (_NOT_BEGUN, CodeState.NOT_BEGUN.value),
    else_=CodeState.RUNNING.value,
)

_OF_BUSINESS = DiscountCode.business_id == bindparam("business_id")

_CODES = select(
    DiscountCode.id,
    DiscountCode.code,
    DiscountCode.kind,
    DiscountCode.value,
    DiscountCode.reduces,
    DiscountCode.class_from,
    DiscountCode.class_to,
    DiscountCode.starts_at,
    DiscountCode.ends_at,
    DiscountCode.bookings_count,
    DiscountCode.bookings_limit,
    DiscountCode.per_person_limit,
    DiscountCode.least_spend,
    DiscountCode.batch_id,
    _STATE.label("state"),
).where(_OF_BUSINESS)

SORTS: dict[str, tuple[Any, ...]] = {
    "newest": (DiscountCode.id.desc(),),
    "code": (DiscountCode.code_key,),
    "used": (DiscountCode.bookings_count.desc(), DiscountCode.code_key),
    "ends": (DiscountCode.ends_at.is_(None), DiscountCode.ends_at, DiscountCode.code_key),
}
"""How the list can be sorted."""

_ONE = _CODES.where(DiscountCode.id == bindparam("code_id"))
_IS_BATCHED = DiscountCode.batch_id.is_not(None)

_BATCHES = (
    select(
        CodeBatch.id,
        CodeBatch.prefix,
        CodeBatch.size,
        CodeBatch.made_at,
        func.sum(DiscountCode.bookings_count),
        func.count(DiscountCode.switched_off_at) == func.count(),
    )
    .join(
        DiscountCode,
        and_(DiscountCode.business_id == CodeBatch.business_id, DiscountCode.batch_id == CodeBatch.id),
    )
    .where(CodeBatch.business_id == bindparam("business_id"))
    .group_by(CodeBatch.business_id, CodeBatch.id, CodeBatch.prefix, CodeBatch.size, CodeBatch.made_at)
    .order_by(CodeBatch.id.desc())
)

_BASKETS = (
    select(func.count())
    .select_from(Basket)
    .join(
        DiscountCode,
        and_(DiscountCode.business_id == Basket.business_id, DiscountCode.id == Basket.discount_code_id),
    )
    .where(_OF_BUSINESS, Basket.pending_booking_id.is_(None))
)

_BEING_PAID = (
    select(func.count())
    .select_from(CodeRedemption)
    .join(
        Booking,
        and_(Booking.business_id == CodeRedemption.business_id, Booking.id == CodeRedemption.booking_id),
    )
    .join(
        DiscountCode,
        and_(
            DiscountCode.business_id == CodeRedemption.business_id,
            DiscountCode.id == CodeRedemption.discount_code_id,
        ),
    )
    .where(_OF_BUSINESS, CodeRedemption.let_go_at.is_(None), Booking.status == BookingStatus.PENDING)
)


def codes_listed(
    business_id: UUID,
    *,
    now: datetime,
    text: str = "",
    states: tuple[CodeState, ...] = (),
    sort: str = "newest",
    most: int,
    skipped: int = 0,
) -> list[ListedCode]:
    """Codes that were made one by one; with ``text``, those of batches too that begin with it: one statement.

    ``states`` narrows it to those; none is all.
    """
    asked: dict[str, Any] = {"business_id": business_id, "now": now}
    listed = _CODES.order_by(*SORTS[sort]).limit(most).offset(skipped)
    if text:
        listed = listed.where(DiscountCode.code_key.startswith(normalise_code(text), autoescape=True))
    else:
        listed = listed.where(~_IS_BATCHED)
    if states:
        listed = listed.where(_STATE.in_([state.value for state in states]))
    return [_listed(row) for row in db.session.execute(listed, asked)]


def has_codes(business_id: UUID) -> bool:
    """Whether the studio has any code at all."""
    asked = select(DiscountCode.id).where(_OF_BUSINESS).limit(1)
    return db.session.scalar(asked, {"business_id": business_id}) is not None


def code_by_id(business_id: UUID, code_id: UUID, *, now: datetime) -> ListedCode | None:
    """One of them; None where this business has no such code."""
    row = db.session.execute(_ONE, {"business_id": business_id, "code_id": code_id, "now": now}).first()
    return _listed(row) if row else None


def code_reach(business_id: UUID, *, code_id: UUID | None = None, batch_id: UUID | None = None) -> CodeReach:
    """Whom a change of a code, or of a batch, touches: two statements."""
    of = DiscountCode.id == code_id if code_id is not None else DiscountCode.batch_id == batch_id
    asked = {"business_id": business_id}
    baskets = db.session.scalar(_BASKETS.where(of), asked)
    being_paid = db.session.scalar(_BEING_PAID.where(of), asked)
    return CodeReach(baskets or 0, being_paid or 0)


def batches_listed(business_id: UUID, *, most: int, skipped: int = 0) -> list[ListedBatch]:
    """Batches, the newest first: two statements."""
    rows = db.session.execute(_BATCHES.limit(most).offset(skipped), {"business_id": business_id}).all()
    return _with_first(business_id, rows)


def batch_by_id(business_id: UUID, batch_id: UUID) -> ListedBatch | None:
    """One of them; None where this business has no such batch."""
    asked = _BATCHES.where(CodeBatch.id == bindparam("batch_id"))
    rows = db.session.execute(asked, {"business_id": business_id, "batch_id": batch_id}).all()
    return next(iter(_with_first(business_id, rows)), None)


def codes_of_batch(business_id: UUID, batch_id: UUID, *, now: datetime) -> list[ListedCode]:
    """Every code of a batch by its text: for its file."""
    asked = _CODES.where(DiscountCode.batch_id == batch_id).order_by(DiscountCode.code_key)
    return [_listed(row) for row in db.session.execute(asked, {"business_id": business_id, "now": now})]


def _with_first(business_id: UUID, rows: Any) -> list[ListedBatch]:
    """Batches with one code of each: the database has no smallest of ids, so the smallest key's."""
    if not rows:
        return []
    ids = [row[0] for row in rows]
    firsts = (
        select(DiscountCode.batch_id, func.min(DiscountCode.code_key).label("code_key"))
        .where(DiscountCode.business_id == business_id, DiscountCode.batch_id.in_(ids))
        .group_by(DiscountCode.batch_id)
        .subquery()
    )
    found: Any = db.session.execute(
        select(firsts.c.batch_id, DiscountCode.id).join(
            DiscountCode,
            and_(DiscountCode.business_id == business_id, DiscountCode.code_key == firsts.c.code_key),
        )
    )
    first_of = dict(found.all())
    values: list[Any] = [(*row, first_of[row[0]]) for row in rows]
    return [ListedBatch(*each) for each in values]


def _listed(row: Any) -> ListedCode:
    values: Any = (*row[:-1], CodeState(row.state))
    return ListedCode(*values)
