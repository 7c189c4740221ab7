"""A basket as it stands: loaded, and reckoned by the one quote function (R1).

The basket page, the staff preview, the review page and the check-out (again, under lock) all come here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.gateways.smallest_charge import smallest_charge
from portal.models.basket_facts import basket_rows, claimed_lines, ended_places, pending_row
from portal.models.business import BusinessFacts
from portal.models.code_facts import code_row, discount_terms, redemptions_of_person
from portal.models.coverage_facts import EVERYTHING, Covered, coverage
from portal.models.pass_facts import booked_on, owned_pass, pass_rows, start_by_of, terms_of
from portal.rules.baskets import MOST_EXTENSIONS
from portal.rules.facts import BasketFacts, DiscountTerms, PassLine, PayWithMoney, PayWithPass, TicketLine
from portal.rules.instalments import InstalmentTerms
from portal.rules.quote import Quote, QuotedLine, quote
from portal.rules.waiting import places_for_everyone


@dataclass(frozen=True, slots=True)
class BasketLineView:
    """One line as pages show it; a pass line has no class."""

    quoted: QuotedLine
    held_until: datetime | None
    on_date: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    teacher: str | None
    place: str | None

    @property
    def id(self) -> UUID:
        """The line's id."""
        return self.quoted.line.id

    @property
    def is_ticket(self) -> bool:
        """Whether it is a ticket; else it is a pass."""
        return isinstance(self.quoted.line, TicketLine)


@dataclass(frozen=True, slots=True)
class PendingPayment:
    """The booking that this basket is being paid as; meanwhile the basket is read-only (R7).

    ``code_id`` is the code whose redemption it claims, ``balance_used`` what it claims of the account (M5),
    ``claimed`` the lines of the basket that it claims.
    """

    booking_id: UUID
    reference: str
    to_pay: int
    claimed_until: datetime
    code_id: UUID | None
    balance_used: int
    claimed: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class QuotedBasket:
    """A basket and its quote: ``held_until`` is the earliest end of a live hold, ``code`` its code."""

    basket_id: UUID | None
    customer_id: UUID | None
    quote: Quote
    lines: tuple[BasketLineView, ...]
    code: str | None
    code_id: UUID | None
    held_until: datetime | None
    hold_ended: bool
    extensions_left: int
    pending: PendingPayment | None
    class_session_ids: tuple[UUID, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing lies in it."""
        return not self.lines


def quoted_basket(
    business: BusinessFacts,
    *,
    basket_id: UUID | None,
    customer_id: UUID | None,
    now: datetime,
    person_key: str | None = None,
) -> QuotedBasket:
    """Load a basket and reckon it; looking holds nothing and changes nothing (R4, S10).

    ``person_key`` is the e-mail key by which a code's limit per person is counted; a guest's is known only at
    check-out (D3).
    """
    rows = basket_rows(business.id, basket_id) if basket_id else []
    lines = [row for row in rows if row.line_id is not None]
    code_id = rows[0].discount_code_id if rows else None
    code = code_row(business.id, code_id=code_id) if code_id else None
    pending = _pending(business.id, rows[0].pending_booking_id if rows else None)
    facts = _facts(business, lines, code, pending, customer_id=customer_id, now=now, person_key=person_key)
    reckoned = quote(facts)
    return _view(rows, lines, reckoned, pending, customer_id=customer_id, code=code, now=now)


def _facts(
    business: BusinessFacts,
    lines: list[Any],
    code: Any,
    pending: PendingPayment | None,
    *,
    customer_id: UUID | None,
    now: datetime,
    person_key: str | None,
) -> BasketFacts:
    """The quote's facts, each kind loaded by one statement, and only where it is needed."""
    today = business.day_of(now)
    has_tickets = any(row.class_session_id for row in lines)
    passes = pass_rows(business.id, customer_id, now) if customer_id and has_tickets else []
    option_ids = {row.purchase_option_id for row in passes} | {
        row.option_id for row in lines if row.option_id
    }
    covered = coverage(business.id, option_ids=option_ids, code_id=code.id if code else None)
    booked = booked_on(
        business.id, [row.id for row in passes], own_booking_id=pending.booking_id if pending else None
    )
    unheld = {row.class_session_id for row in lines if row.class_session_id and not _is_held(row, now)}
    ended = ended_places(business.id, unheld, now) if not pending else {}
    claimed = pending.claimed if pending else frozenset()
    return BasketFacts(
        now=now,
        today=today,
        currency=business.currency,
        smallest_charge=smallest_charge(business.currency),
        lines=tuple(
            _pass_line(row, covered, today, claimed, sells_passes=business.plan.has_passes)
            if row.option_id
            else _ticket_line(row, 0 if pending else _places_free(row, ended), claimed)
            for row in lines
        ),
        passes=tuple(
            owned_pass(row, covered.get(row.purchase_option_id, EVERYTHING), booked[row.id]) for row in passes
        ),
        code=_code(business, code, covered, person_key, pending) if code else None,
        balance=_balance(lines[0], pending) if lines and customer_id else 0,
    )


def _balance(basket: Any, pending: PendingPayment | None) -> int:
    """What the customer's account can pay: while a booking is being paid, what it claims (M5, R7)."""
    return pending.balance_used if pending else max(basket.balance_free or 0, 0)


def _is_held(row: Any, now: datetime) -> bool:
    return bool(row.place_counted and row.held_until > now)


def _places_free(row: Any, ended: dict[UUID, int]) -> int:
    free = row.places_free + ended.get(row.class_session_id, 0)
    return places_for_everyone(free, row.people_waiting)


def _pass_line(
    row: Any, covered: dict[UUID, Covered], today: date, claimed: frozenset[UUID], *, sells_passes: bool
) -> PassLine:
    return PassLine(
        id=row.line_id,
        purchase_option_id=row.option_id,
        name=row.option_name,
        price=row.option_price,
        terms=terms_of(row, covered.get(row.option_id, EVERYTHING), prefix="option_"),
        start_by=start_by_of(row.start_within_days, today),
        on_sale=row.option_on_sale and sells_passes and row.option_withdrawal is None,
        claimed=row.line_id in claimed,
        instalments=InstalmentTerms(row.option_instalments, row.option_rhythm)
        if row.option_instalments
        else None,
    )


def _ticket_line(row: Any, places_free: int, claimed: frozenset[UUID]) -> TicketLine:
    return TicketLine(
        id=row.line_id,
        class_session_id=row.class_session_id,
        series_id=row.series_id,
        ticket_type_id=row.ticket_type_id,
        class_name=row.class_name,
        ticket_name=row.ticket_name,
        starts_at=row.starts_at,
        on_date=row.on_date,
        price=row.ticket_price,
        held_until=row.held_until if row.place_counted else None,
        places_free=places_free,
        on_sale=row.ticket_on_sale,
        choice=_choice(row),
        claimed=row.line_id in claimed,
        waiting=row.people_waiting,
        cancelled=row.class_cancelled_at is not None,
    )


def _choice(row: Any) -> PayWithMoney | PayWithPass | None:
    if row.pays_with_money:
        return PayWithMoney()
    pass_id = row.pays_with_pass_id or row.pays_with_line_id
    return PayWithPass(pass_id) if pass_id else None


def _code(
    business: BusinessFacts,
    row: Any,
    covered: dict[UUID, Covered],
    person_key: str | None,
    pending: PendingPayment | None,
) -> DiscountTerms:
    redeemed = (
        redemptions_of_person(business.id, row.id, person_key)
        if person_key and row.per_person_limit is not None
        else 0
    )
    return discount_terms(
        row,
        covered.get(row.id, EVERYTHING),
        person_redemptions=redeemed,
        own_claims=1 if pending and pending.code_id == row.id else 0,
    )


def _view(
    rows: Any,
    lines: list[Any],
    reckoned: Quote,
    pending: PendingPayment | None,
    *,
    customer_id: UUID | None,
    code: Any,
    now: datetime,
) -> QuotedBasket:
    basket = rows[0] if rows else None
    by_id = {quoted.line.id: quoted for quoted in reckoned.lines}
    holds = [row.held_until for row in lines if row.class_session_id and _is_held(row, now)]
    return QuotedBasket(
        basket_id=basket.basket_id if basket else None,
        customer_id=customer_id,
        quote=reckoned,
        lines=tuple(
            BasketLineView(
                quoted=by_id[row.line_id],
                held_until=row.held_until,
                on_date=row.on_date,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                teacher=row.teacher,
                place=row.place,
            )
            for row in lines
        ),
        code=code.code if code else None,
        code_id=code.id if code else None,
        held_until=min(holds) if holds else None,
        hold_ended=not pending and any(row.class_session_id and not _is_held(row, now) for row in lines),
        extensions_left=MOST_EXTENSIONS - basket.extensions if basket else 0,
        pending=pending,
        class_session_ids=tuple(sorted({row.class_session_id for row in lines if row.class_session_id})),
    )


def _pending(business_id: UUID, booking_id: UUID | None) -> PendingPayment | None:
    if booking_id is None:
        return None
    booking = pending_row(business_id, booking_id)
    return PendingPayment(
        booking_id=booking_id,
        reference=booking.reference,
        to_pay=booking.to_pay,
        claimed_until=booking.claimed_until,
        code_id=booking.discount_code_id,
        balance_used=booking.balance_used,
        claimed=claimed_lines(business_id, booking_id),
    )
