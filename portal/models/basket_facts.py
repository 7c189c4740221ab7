"""What a quote is loaded from: prebuilt statements over a basket, its owner's passes and its code (R1)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, Ticket
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import db
from portal.models.discount_codes import CodeRedemption, DiscountCode
from portal.models.purchase_options import TERMS, Coverage, PurchaseOption, validity_of
from portal.rules.facts import BookedClass, DiscountTerms, OwnedPass, PassTerms

FINISHED_PASSES_SHOWN = timedelta(days=90)
"""A pass that is used up is still explained on a line (R2) for this long after its purchase."""

_OPTION = PurchaseOption.__table__.alias("option")

_LINES = (
    select(
        Basket.id.label("basket_id"),
        Basket.customer_id,
        Basket.extensions,
        Basket.discount_code_id,
        Basket.pending_booking_id,
        Booking.reference.label("pending_reference"),
        Booking.to_pay.label("pending_to_pay"),
        Booking.claimed_until.label("pending_until"),
        BasketLine.id.label("line_id"),
        BasketLine.held_until,
        BasketLine.place_counted,
        BasketLine.pays_with_money,
        BasketLine.pays_with_pass_id,
        BasketLine.pays_with_line_id,
        ClassSession.id.label("class_session_id"),
        ClassSession.series_id,
        ClassSession.on_date,
        ClassSession.starts_at,
        ClassSession.ends_at,
        ClassSession.teacher,
        ClassSession.place,
        (ClassSession.capacity - ClassSession.places_taken).label("places_free"),
        ClassSeries.name.label("class_name"),
        TicketType.id.label("ticket_type_id"),
        TicketType.name.label("ticket_name"),
        TicketType.price.label("ticket_price"),
        TicketType.on_sale.label("ticket_on_sale"),
        _OPTION.c.id.label("option_id"),
        _OPTION.c.price.label("option_price"),
        _OPTION.c.on_sale.label("option_on_sale"),
        _OPTION.c.start_within_days,
        Ticket.id.label("claimed_as"),
        *(_OPTION.c[name].label(f"option_{name}") for name in TERMS),
    )
    .select_from(Basket)
    .outerjoin(
        Booking, and_(Booking.business_id == Basket.business_id, Booking.id == Basket.pending_booking_id)
    )
    .outerjoin(
        BasketLine, and_(BasketLine.business_id == Basket.business_id, BasketLine.basket_id == Basket.id)
    )
    .outerjoin(
        Ticket,
        and_(
            Ticket.business_id == Basket.business_id,
            Ticket.booking_id == Basket.pending_booking_id,
            Ticket.line_id == BasketLine.id,
        ),
    )
    .outerjoin(
        ClassSession,
        and_(ClassSession.business_id == Basket.business_id, ClassSession.id == BasketLine.class_session_id),
    )
    .outerjoin(
        ClassSeries,
        and_(ClassSeries.business_id == Basket.business_id, ClassSeries.id == ClassSession.series_id),
    )
    .outerjoin(
        TicketType,
        and_(TicketType.business_id == Basket.business_id, TicketType.id == BasketLine.ticket_type_id),
    )
    .outerjoin(
        _OPTION,
        and_(_OPTION.c.business_id == Basket.business_id, _OPTION.c.id == BasketLine.purchase_option_id),
    )
    .where(Basket.business_id == bindparam("business_id"), Basket.id == bindparam("basket_id"))
    .order_by(BasketLine.added_at, BasketLine.id)
)

_ENDED_HOLDS = (
    select(BasketLine.class_session_id, func.count())
    .where(
        BasketLine.business_id == bindparam("business_id"),
        BasketLine.class_session_id.in_(bindparam("class_session_ids", expanding=True)),
        BasketLine.place_counted,
        BasketLine.held_until <= bindparam("now"),
    )
    .group_by(BasketLine.class_session_id)
)

_PASSES = (
    select(
        ClassPass.id,
        ClassPass.purchase_option_id,
        ClassPass.bought_at,
        ClassPass.bought_on,
        ClassPass.uses_left,
        ClassPass.uses_claimed,
        ClassPass.start_by,
        ClassPass.added_days,
        ClassPass.starts_on_set,
        ClassPass.expires_on_set,
        *(getattr(ClassPass, name) for name in TERMS),
    )
    .where(
        ClassPass.business_id == bindparam("business_id"),
        ClassPass.customer_id == bindparam("customer_id"),
        or_(
            ClassPass.uses_left.is_(None),
            ClassPass.uses_left > 0,
            ClassPass.bought_at > bindparam("shown_since"),
        ),
    )
    .order_by(ClassPass.bought_at, ClassPass.id)
)

_BOOKED = (
    select(Ticket.class_pass_id, Ticket.booking_id, ClassSession.id, ClassSession.on_date)
    .join(
        ClassSession,
        and_(ClassSession.business_id == Ticket.business_id, ClassSession.id == Ticket.class_session_id),
    )
    .where(
        Ticket.business_id == bindparam("business_id"),
        Ticket.class_pass_id.in_(bindparam("pass_ids", expanding=True)),
        Ticket.counts,
    )
)

_COVERAGE = select(
    Coverage.purchase_option_id, Coverage.discount_code_id, Coverage.series_id, Coverage.ticket_type_id
).where(
    Coverage.business_id == bindparam("business_id"),
    or_(
        Coverage.purchase_option_id.in_(bindparam("option_ids", expanding=True)),
        Coverage.discount_code_id == bindparam("code_id"),
    ),
)

_CODE = select(DiscountCode).where(
    DiscountCode.business_id == bindparam("business_id"), DiscountCode.id == bindparam("code_id")
)

_CODE_BY_KEY = select(DiscountCode).where(
    DiscountCode.business_id == bindparam("business_id"), DiscountCode.code_key == bindparam("code_key")
)

_PERSON_REDEMPTIONS = select(func.count()).where(
    CodeRedemption.business_id == bindparam("business_id"),
    CodeRedemption.discount_code_id == bindparam("code_id"),
    CodeRedemption.person_key == bindparam("person_key"),
    CodeRedemption.nth.is_not(None),
)


class Covered(NamedTuple):
    """What a purchase option or a code is limited to; None is everything."""

    series_ids: frozenset[UUID] | None
    ticket_type_ids: frozenset[UUID] | None


EVERYTHING = Covered(None, None)


def basket_rows(business_id: UUID, basket_id: UUID) -> Sequence[Any]:
    """The basket joined with its lines, in the order they were added: one row with empty ``line_id`` where
    there are none.
    """
    return db.session.execute(_LINES, {"business_id": business_id, "basket_id": basket_id}).all()


def ended_holds(business_id: UUID, class_session_ids: Iterable[UUID], now: datetime) -> dict[UUID, int]:
    """How many places of each class are free although still counted, because their hold has ended (DESIGN
    §3).
    """
    ids = list(class_session_ids)
    if not ids:
        return {}
    rows: Any = db.session.execute(
        _ENDED_HOLDS, {"business_id": business_id, "class_session_ids": ids, "now": now}
    )
    return dict(rows.all())


def pass_rows(business_id: UUID, customer_id: UUID, now: datetime) -> Sequence[Any]:
    """A customer's passes that could pay or that deserve a reason why not (R2)."""
    return db.session.execute(
        _PASSES,
        {"business_id": business_id, "customer_id": customer_id, "shown_since": now - FINISHED_PASSES_SHOWN},
    ).all()


@dataclass(frozen=True, slots=True)
class PassBookings:
    """What already lies on a pass: other bookings' counting classes, and how many uses the basket's own
    pending booking claims.
    """

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
    rows: Any = db.session.execute(_BOOKED, {"business_id": business_id, "pass_ids": ids})
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
    rows: Any = db.session.execute(
        _COVERAGE, {"business_id": business_id, "option_ids": ids, "code_id": code_id}
    )
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


def code_row(
    business_id: UUID, *, code_id: UUID | None = None, code_key: str | None = None
) -> DiscountCode | None:
    """A discount code by its id or by its key."""
    if code_id is not None:
        return db.session.scalars(_CODE, {"business_id": business_id, "code_id": code_id}).first()
    return db.session.scalars(_CODE_BY_KEY, {"business_id": business_id, "code_key": code_key}).first()


def redemptions_of_person(business_id: UUID, code_id: UUID, person_key: str) -> int:
    """How many live redemptions of a code a person has, by the key of their e-mail address (D3)."""
    return (
        db.session.scalar(
            _PERSON_REDEMPTIONS, {"business_id": business_id, "code_id": code_id, "person_key": person_key}
        )
        or 0
    )


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
    """The rules' value of a client's pass; uses that others claim count as spent (R7)."""
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
    )


def discount_terms(
    row: DiscountCode, covered: Covered, *, person_redemptions: int, own_claims: int = 0
) -> DiscountTerms:
    """The rules' value of a code, with what its limits leave to this person; one's own pending claim is not
    spent (R7).
    """
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
