"""What a quote is loaded from: prebuilt statements over a basket, its owner's passes and its code (R1)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, func, or_, select

from portal.models.accounts import CustomerAccount
from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, PassSale, Ticket
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import read, table_of
from portal.models.deactivations import PassDeactivation, PurchaseOptionDeactivation
from portal.models.discount_codes import CodeRedemption, DiscountCode
from portal.models.ended_places import HOLDS_ENDED, OFFERS_ENDED
from portal.models.pass_days import PassPause
from portal.models.purchase_options import TERMS, Coverage, PurchaseOption, validity_of
from portal.rules.facts import BookedClass, DiscountTerms, OwnedPass, PassTerms

FINISHED_PASSES_SHOWN = timedelta(days=90)
"""A pass that is used up is still explained on a line (R2) for this long after its purchase."""

_basket = table_of(Basket)
_line = table_of(BasketLine)
_booking = table_of(Booking)
_ticket = table_of(Ticket)
_sale = table_of(PassSale)
_class = table_of(ClassSession)
_series = table_of(ClassSeries)
_ticket_type = table_of(TicketType)
_option = table_of(PurchaseOption).alias("option")
_pass = table_of(ClassPass)
_coverage = table_of(Coverage)
_code = table_of(DiscountCode)
_redemption = table_of(CodeRedemption)

_deactivation = table_of(PassDeactivation)
_withdrawal = table_of(PurchaseOptionDeactivation)
_pause = table_of(PassPause)
_account = table_of(CustomerAccount)

WITHDRAWN_OR_PAUSED = (
    _deactivation.c.from_day.label("deactivated_from"),
    _withdrawal.c.id.label("withdrawal_id"),
    _pause.c.first_day.label("paused_from"),
    _pause.c.last_day.label("paused_to"),
)
"""What staff decided about a pass; columns of ``join_withdrawn_or_paused``."""


def live_withdrawal_of(business_id: Any, option_id: Any) -> ColumnElement[bool]:
    """Joins the live deactivation of a purchase option, of which there is one at most (S8)."""
    return and_(
        _withdrawal.c.business_id == business_id,
        _withdrawal.c.purchase_option_id == option_id,
        _withdrawal.c.ended_at.is_(None),
    )


def join_withdrawn_or_paused(passes: FromClause) -> FromClause:
    """Passes with their live deactivation, withdrawal and pause, of each of which there is one at most."""
    of_pass = [
        and_(
            table.c.business_id == passes.c.business_id,
            table.c.class_pass_id == passes.c.id,
            table.c.ended_at.is_(None),
        )
        for table in (_deactivation, _pause)
    ]
    return (
        passes.outerjoin(_deactivation, of_pass[0])
        .outerjoin(_pause, of_pass[1])
        .outerjoin(_withdrawal, live_withdrawal_of(passes.c.business_id, passes.c.purchase_option_id))
    )


_LINES = (
    select(
        _basket.c.id.label("basket_id"),
        _basket.c.customer_id,
        _basket.c.extensions,
        _basket.c.discount_code_id,
        _basket.c.pending_booking_id,
        _booking.c.reference.label("pending_reference"),
        _booking.c.to_pay.label("pending_to_pay"),
        _booking.c.discount_code_id.label("pending_code_id"),
        _booking.c.claimed_until.label("pending_until"),
        _booking.c.balance_used.label("pending_balance_used"),
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
        func.coalesce(_ticket.c.id, _sale.c.id).label("claimed_as"),
        *(_option.c[name].label(f"option_{name}") for name in TERMS),
    )
    .select_from(_basket)
    .outerjoin(
        _booking,
        and_(_booking.c.business_id == _basket.c.business_id, _booking.c.id == _basket.c.pending_booking_id),
    )
    .outerjoin(
        _account,
        and_(
            _account.c.business_id == _basket.c.business_id, _account.c.customer_id == _basket.c.customer_id
        ),
    )
    .outerjoin(_line, and_(_line.c.business_id == _basket.c.business_id, _line.c.basket_id == _basket.c.id))
    .outerjoin(
        _ticket,
        and_(
            _ticket.c.business_id == _basket.c.business_id,
            _ticket.c.booking_id == _basket.c.pending_booking_id,
            _ticket.c.line_id == _line.c.id,
        ),
    )
    .outerjoin(
        _sale,
        and_(
            _sale.c.business_id == _basket.c.business_id,
            _sale.c.booking_id == _basket.c.pending_booking_id,
            _sale.c.line_id == _line.c.id,
        ),
    )
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

_ENDED_PLACES = select(_class.c.id, HOLDS_ENDED + OFFERS_ENDED).where(
    _class.c.business_id == bindparam("business_id"),
    _class.c.id.in_(bindparam("class_session_ids", expanding=True)),
)

_A_PASS = (
    select(
        _pass.c.id,
        _pass.c.purchase_option_id,
        _pass.c.bought_at,
        _pass.c.bought_on,
        _pass.c.uses_left,
        _pass.c.uses_claimed,
        _pass.c.start_by,
        _pass.c.added_days,
        _pass.c.starts_on_set,
        _pass.c.expires_on_set,
        *(_pass.c[name] for name in TERMS),
        *WITHDRAWN_OR_PAUSED,
    )
    .select_from(join_withdrawn_or_paused(_pass))
    .where(_pass.c.business_id == bindparam("business_id"))
    .order_by(_pass.c.bought_at, _pass.c.id)
)

_PASSES = _A_PASS.where(
    _pass.c.customer_id == bindparam("customer_id"),
    or_(
        _pass.c.uses_left.is_(None),
        _pass.c.uses_left > 0,
        _pass.c.bought_at > bindparam("shown_since"),
    ),
)

_PASSES_BY_ID = _A_PASS.where(_pass.c.id.in_(bindparam("pass_ids", expanding=True)))

_BOOKED = (
    select(_ticket.c.class_pass_id, _ticket.c.booking_id, _class.c.id, _class.c.on_date)
    .join(
        _class,
        and_(_class.c.business_id == _ticket.c.business_id, _class.c.id == _ticket.c.class_session_id),
    )
    .where(
        _ticket.c.business_id == bindparam("business_id"),
        _ticket.c.class_pass_id.in_(bindparam("pass_ids", expanding=True)),
        _ticket.c.counts,
    )
)

_COVERAGE = select(
    _coverage.c.purchase_option_id,
    _coverage.c.discount_code_id,
    _coverage.c.series_id,
    _coverage.c.ticket_type_id,
).where(
    _coverage.c.business_id == bindparam("business_id"),
    or_(
        _coverage.c.purchase_option_id.in_(bindparam("option_ids", expanding=True)),
        _coverage.c.discount_code_id == bindparam("code_id"),
    ),
)

_CODE = select(_code).where(
    _code.c.business_id == bindparam("business_id"), _code.c.id == bindparam("code_id")
)

_CODE_BY_KEY = select(_code).where(
    _code.c.business_id == bindparam("business_id"), _code.c.code_key == bindparam("code_key")
)

_PERSON_REDEMPTIONS = select(func.count()).where(
    _redemption.c.business_id == bindparam("business_id"),
    _redemption.c.discount_code_id == bindparam("code_id"),
    _redemption.c.person_key == bindparam("person_key"),
    _redemption.c.nth.is_not(None),
)


class Covered(NamedTuple):
    """What a purchase option or a code is limited to; None is everything."""

    series_ids: frozenset[UUID] | None
    ticket_type_ids: frozenset[UUID] | None


EVERYTHING = Covered(None, None)


def basket_rows(business_id: UUID, basket_id: UUID) -> Sequence[Any]:
    """The basket joined with its lines, as they were added; one row with empty ``line_id`` if it has none."""
    return read(_LINES, {"business_id": business_id, "basket_id": basket_id}).all()


def ended_places(business_id: UUID, class_session_ids: Iterable[UUID], now: datetime) -> dict[UUID, int]:
    """How many places of each class are still counted although their hold (R4) or their offer to somebody who
    waited has ended.
    """
    ids = list(class_session_ids)
    if not ids:
        return {}
    rows: Any = read(_ENDED_PLACES, {"business_id": business_id, "class_session_ids": ids, "now": now})
    return dict(rows.all())


def pass_rows(business_id: UUID, customer_id: UUID, now: datetime) -> Sequence[Any]:
    """A customer's passes that could pay or that deserve a reason why not (R2)."""
    return read(
        _PASSES,
        {"business_id": business_id, "customer_id": customer_id, "shown_since": now - FINISHED_PASSES_SHOWN},
    ).all()


def pass_rows_by_id(business_id: UUID, pass_ids: Iterable[UUID]) -> Sequence[Any]:
    """Passes by their ids, as they stand now: read after they were locked, to decide again (P5)."""
    ids = list(pass_ids)
    if not ids:
        return []
    return read(_PASSES_BY_ID, {"business_id": business_id, "pass_ids": ids}).all()


@dataclass(frozen=True, slots=True)
class PassBookings:
    """What lies on a pass: others' counting classes, and how many uses the own booking claims."""

    booked: tuple[BookedClass, ...] = ()
    own_claims: int = 0


NOTHING_BOOKED = PassBookings()


def booked_on(
    business_id: UUID, pass_ids: Iterable[UUID], *, own_booking_id: UUID | None
) -> dict[UUID, PassBookings]:
    """The counting classes on each pass, claims included (P4).

    One's own pending claims are told apart, for they are spent for everyone else only (R7).
    """
    ids = list(pass_ids)
    if not ids:
        return {}
    booked: dict[UUID, list[BookedClass]] = defaultdict(list)
    own: dict[UUID, int] = defaultdict(int)
    rows: Any = read(_BOOKED, {"business_id": business_id, "pass_ids": ids})
    for pass_id, booking_id, class_session_id, on_date in rows:
        if booking_id == own_booking_id:
            own[pass_id] += 1
        else:
            booked[pass_id].append(BookedClass(class_session_id, on_date))
    return {pass_id: PassBookings(tuple(booked[pass_id]), own[pass_id]) for pass_id in ids}


def coverage(business_id: UUID, *, option_ids: Iterable[UUID], code_id: UUID | None) -> dict[UUID, Covered]:
    """What options and a code are limited to, by their ids; one that is not there covers everything."""
    ids = list(option_ids)
    if not ids and code_id is None:
        return {}
    series: dict[UUID, set[UUID]] = defaultdict(set)
    ticket_types: dict[UUID, set[UUID]] = defaultdict(set)
    rows: Any = read(_COVERAGE, {"business_id": business_id, "option_ids": ids, "code_id": code_id})
    for option_id, discount_code_id, series_id, ticket_type_id in rows:
        owner = option_id or discount_code_id
        if series_id is not None:
            series[owner].add(series_id)
        if ticket_type_id is not None:
            ticket_types[owner].add(ticket_type_id)
    return {
        owner: Covered(
            frozenset(series[owner]) if owner in series else None,
            frozenset(ticket_types[owner]) if owner in ticket_types else None,
        )
        for owner in series.keys() | ticket_types.keys()
    }


def code_row(business_id: UUID, *, code_id: UUID | None = None, code_key: str | None = None) -> Any:
    """The row of a discount code by its id or by its key; None where there is none."""
    if code_id is not None:
        return read(_CODE, {"business_id": business_id, "code_id": code_id}).first()
    return read(_CODE_BY_KEY, {"business_id": business_id, "code_key": code_key}).first()


def redemptions_of_person(business_id: UUID, code_id: UUID, person_key: str) -> int:
    """How many live redemptions of a code a person has, by the key of their e-mail address (D3)."""
    key = {"business_id": business_id, "code_id": code_id, "person_key": person_key}
    return int(read(_PERSON_REDEMPTIONS, key).scalar_one())


def terms_of(row: Any, covered: Covered, *, prefix: str = "") -> PassTerms:
    """The rules' terms from a row that has the terms' columns under a prefix."""
    return PassTerms(
        validity=validity_of(
            getattr(row, prefix + "validity_kind"),
            getattr(row, prefix + "period_length"),
            getattr(row, prefix + "period_unit"),
            getattr(row, prefix + "first_day"),
            getattr(row, prefix + "last_day"),
        ),
        uses=getattr(row, prefix + "uses"),
        uses_per_day=getattr(row, prefix + "uses_per_day"),
        uses_per_week=getattr(row, prefix + "uses_per_week"),
        series_ids=covered.series_ids,
        ticket_type_ids=covered.ticket_type_ids,
        several_per_class=getattr(row, prefix + "several_per_class"),
    )


def owned_pass(row: Any, covered: Covered, bookings: PassBookings = NOTHING_BOOKED) -> OwnedPass:
    """The rules' value of a client's pass, of a row with ``WITHDRAWN_OR_PAUSED``.

    Uses that others claim count as spent (R7).
    """
    return OwnedPass(
        id=row.id,
        name=row.name,
        terms=terms_of(row, covered),
        bought_at=row.bought_at,
        bought_on=row.bought_on,
        uses_left=None if row.uses_left is None else row.uses_left - row.uses_claimed + bookings.own_claims,
        booked=bookings.booked,
        start_by=row.start_by,
        added_days=row.added_days,
        starts_on_set=row.starts_on_set,
        expires_on_set=row.expires_on_set,
        deactivated_from=row.deactivated_from,
        withdrawn=row.withdrawal_id is not None,
        paused_from=row.paused_from,
        paused_to=row.paused_to,
    )


def discount_terms(
    row: Any, covered: Covered, *, person_redemptions: int, own_claims: int = 0
) -> DiscountTerms:
    """The rules' value of a code and what its limits leave; one's own pending claim is not spent (R7)."""
    return DiscountTerms(
        id=row.id,
        code=row.code,
        kind=row.kind,
        value=row.value,
        reduces=row.reduces,
        series_ids=covered.series_ids,
        ticket_type_ids=covered.ticket_type_ids,
        class_from=row.class_from,
        class_to=row.class_to,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        bookings_left=None
        if row.bookings_limit is None
        else row.bookings_limit - row.bookings_count + own_claims,
        person_left=None
        if row.per_person_limit is None
        else row.per_person_limit - person_redemptions + own_claims,
        least_spend=row.least_spend,
    )


def start_by_of(start_within_days: int | None, bought_on: date) -> date | None:
    """The latest day by which a pass bought on a day must start (P6)."""
    return None if start_within_days is None else bought_on + timedelta(days=start_within_days)
