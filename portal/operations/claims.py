"""What a pending booking claims beside its places: pass uses, and a code's redemption (R7, P9, D6)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Integer, and_, bindparam, case, func, or_, select, update

from portal.models.bookings import Booking, Ticket
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSession
from portal.models.database import db, rows_changed, table_of
from portal.models.discount_codes import CodeRedemption, DiscountCode
from portal.rules.sentences import Refusal


class NoUseLeft(Refusal):
    """The pass has no use left for this: another booking took it meanwhile (P9)."""

    def __init__(self) -> None:
        super().__init__("Your pass has just been used for another booking.")


class NoRedemptionLeft(Refusal):
    """The code's last redemption was taken meanwhile (D6)."""

    def __init__(self) -> None:
        super().__init__("This discount code has just been used up.")


_pass = table_of(ClassPass)
_code = table_of(DiscountCode)
_class = table_of(ClassSession)
_ticket = table_of(Ticket)
_redemption = table_of(CodeRedemption)

_LOCK_PASSES = (
    select(_pass.c.id)
    .where(
        _pass.c.business_id == bindparam("business_id"),
        _pass.c.id.in_(bindparam("pass_ids", expanding=True)),
    )
    .order_by(_pass.c.id)
    .with_for_update()
)

_LOCK_CODE = (
    select(_code.c.id)
    .where(_code.c.business_id == bindparam("business_id"), _code.c.id == bindparam("code_id"))
    .with_for_update()
)

_CLAIM = (
    update(_pass)
    .where(
        _pass.c.business_id == bindparam("of_business"),
        _pass.c.id == bindparam("pass_id"),
        or_(
            _pass.c.uses_left.is_(None),
            _pass.c.uses_left - _pass.c.uses_claimed >= bindparam("claims", type_=Integer),
        ),
    )
    .values(
        uses_claimed=_pass.c.uses_claimed + bindparam("claims", type_=Integer),
        first_class_on=case(
            (_pass.c.first_class_on < bindparam("earliest", type_=Date), _pass.c.first_class_on),
            else_=bindparam("earliest", type_=Date),
        ),
    )
)

_REDEEM = (
    update(_code)
    .where(
        _code.c.business_id == bindparam("of_business"),
        _code.c.id == bindparam("code_id"),
        or_(_code.c.bookings_limit.is_(None), _code.c.bookings_count < _code.c.bookings_limit),
    )
    .values(bookings_count=_code.c.bookings_count + 1)
    .returning(_code.c.per_person_limit)
)

_EARLIEST = (
    select(func.min(_class.c.on_date))
    .join(
        _ticket,
        and_(_ticket.c.business_id == _class.c.business_id, _ticket.c.class_session_id == _class.c.id),
    )
    .where(
        _ticket.c.business_id == bindparam("business_id"),
        _ticket.c.class_pass_id == bindparam("pass_id"),
        _ticket.c.counts,
    )
)

_NUMBERS_TAKEN = select(_redemption.c.nth).where(
    _redemption.c.business_id == bindparam("business_id"),
    _redemption.c.discount_code_id == bindparam("code_id"),
    _redemption.c.person_key == bindparam("person_key"),
    _redemption.c.nth.is_not(None),
)


def lock_passes(business_id: UUID, pass_ids: Iterable[UUID]) -> None:
    """Lock passes in the order of their ids."""
    ids = sorted(pass_ids)
    if ids:
        db.session.execute(_LOCK_PASSES, {"business_id": business_id, "pass_ids": ids})


def claim_pass_uses(business_id: UUID, claims: Mapping[UUID, Sequence[date]]) -> None:
    """Claim one use per class date of each pass, or raise NoUseLeft. The passes are locked by the caller."""
    for pass_id in sorted(claims):
        claimed = rows_changed(
            _CLAIM,
            {
                "of_business": business_id,
                "pass_id": pass_id,
                "claims": len(claims[pass_id]),
                "earliest": min(claims[pass_id]),
            },
        )
        if claimed == 0:
            raise NoUseLeft


def let_go_of_pass_uses(business_id: UUID, claims: Mapping[UUID, int]) -> None:
    """Free claimed uses; the earliest class date is read again from the tickets that still count (P4).

    The passes are locked before their tickets are read: a booking that claims an earlier class at the same
    moment would otherwise have its date overwritten by an older one.
    """
    lock_passes(business_id, claims)
    for pass_id in sorted(claims):
        db.session.execute(
            update(_pass)
            .where(_pass.c.business_id == business_id, _pass.c.id == pass_id)
            .values(
                uses_claimed=_pass.c.uses_claimed - claims[pass_id],
                first_class_on=earliest_counting_date(business_id, pass_id),
            )
        )


def earliest_counting_date(business_id: UUID, pass_id: UUID) -> date | None:
    """The earliest class date among the tickets that a pass pays for and that count (P4)."""
    earliest: date | None = db.session.scalar(_EARLIEST, {"business_id": business_id, "pass_id": pass_id})
    return earliest


def lock_code(business_id: UUID, code_id: UUID) -> None:
    """Lock a code: last in the order of locks."""
    db.session.execute(_LOCK_CODE, {"business_id": business_id, "code_id": code_id})


def claim_redemption(booking: Booking, *, person_key: str, now: datetime) -> None:
    """Claim one redemption for the booking, or raise NoRedemptionLeft. The code is locked by the caller."""
    code = db.session.execute(
        _REDEEM, {"of_business": booking.business_id, "code_id": booking.discount_code_id}
    ).first()
    if code is None:
        raise NoRedemptionLeft
    number = _free_number(booking, person_key)
    if code.per_person_limit is not None and number > code.per_person_limit:
        raise NoRedemptionLeft
    _write_redemption(booking, person_key, number, code.per_person_limit, now)


def let_go_of_redemption(booking: Booking, *, now: datetime) -> None:
    """Free the booking's redemption, if it has one: the code may be used once more (D6).

    The code is locked first: who claims it meanwhile would count a redemption that is just being let go of.
    """
    if booking.discount_code_id is None:
        return
    lock_code(booking.business_id, booking.discount_code_id)
    let_go = rows_changed(
        update(_redemption)
        .where(
            _redemption.c.business_id == booking.business_id,
            _redemption.c.booking_id == booking.id,
            _redemption.c.nth.is_not(None),
        )
        .values(nth=None, let_go_at=now)
    )
    if let_go:
        db.session.execute(
            update(_code)
            .where(_code.c.business_id == booking.business_id, _code.c.id == booking.discount_code_id)
            .values(bookings_count=_code.c.bookings_count - 1)
        )


def _free_number(booking: Booking, person_key: str) -> int:
    """The smallest number that none of the person's live redemptions has."""
    taken = set(
        db.session.scalars(
            _NUMBERS_TAKEN,
            {
                "business_id": booking.business_id,
                "code_id": booking.discount_code_id,
                "person_key": person_key,
            },
        )
    )
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def _write_redemption(
    booking: Booking, person_key: str, number: int, per_person_limit: int | None, now: datetime
) -> None:
    """One row a booking: a redemption that was let go is claimed again in place (M4)."""
    again = db.session.scalars(
        select(CodeRedemption).where(
            CodeRedemption.business_id == booking.business_id, CodeRedemption.booking_id == booking.id
        )
    ).first()
    redemption = again or CodeRedemption(
        business_id=booking.business_id, booking_id=booking.id, discount_code_id=booking.discount_code_id
    )
    redemption.person_key = person_key
    redemption.nth = number
    redemption.per_person_limit = per_person_limit
    redemption.claimed_at = now
    redemption.let_go_at = None
    db.session.add(redemption)
