"""A basket as it stands: loaded, and reckoned by the one quote function (R1).

The basket page, the staff preview, the review page and the check-out (again, under lock) all come here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.models.basket_facts import basket_rows, claimed_lines, ended_places, pending_row
from portal.models.business import BusinessFacts
from portal.models.code_facts import code_row
from portal.operations.quote_facts import (
    WhosePasses,
    basket_facts,
    means_of,
    pass_line,
    places_free,
    ticket_line,
)
from portal.rules.baskets import MOST_EXTENSIONS
from portal.rules.facts import BasketFacts, PayWithMoney, PayWithPass, TicketLine
from portal.rules.quote import Quote, QuotedLine, quote


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
    whose = WhosePasses(
        customer_id=customer_id,
        person_key=person_key,
        booking_id=pending.booking_id if pending else None,
        code_id=pending.code_id if pending else None,
    )
    means = means_of(
        business,
        whose,
        code,
        has_tickets=any(row.class_session_id for row in lines),
        option_ids=[row.option_id for row in lines if row.option_id],
        now=now,
    )
    unheld = {row.class_session_id for row in lines if row.class_session_id and not _is_held(row, now)}
    ended = ended_places(business.id, unheld, now) if not pending else {}
    claimed = pending.claimed if pending else frozenset()
    today = business.day_of(now)
    return basket_facts(
        business,
        (
            pass_line(
                row,
                means,
                line_id=row.line_id,
                today=today,
                sells_passes=business.plan.has_passes,
                claimed=row.line_id in claimed,
            )
            if row.option_id
            else ticket_line(
                row,
                line_id=row.line_id,
                places_free=0 if pending else places_free(row, ended.get(row.class_session_id, 0)),
                held_until=row.held_until if row.place_counted else None,
                choice=_choice(row),
                claimed=row.line_id in claimed,
                closed=row.closes_at <= now or (row.opens_at is not None and row.opens_at > now),
            )
            for row in lines
        ),
        means,
        balance=_balance(lines[0], pending) if lines and customer_id else 0,
        now=now,
    )


def _balance(basket: Any, pending: PendingPayment | None) -> int:
    """What the customer's account can pay: while a booking is being paid, what it claims (M5, R7)."""
    return pending.balance_used if pending else max(basket.balance_free or 0, 0)


def _is_held(row: Any, now: datetime) -> bool:
    return bool(row.place_counted and row.held_until > now)


def _choice(row: Any) -> PayWithMoney | PayWithPass | None:
    if row.pays_with_money:
        return PayWithMoney()
    pass_id = row.pays_with_pass_id or row.pays_with_line_id
    return PayWithPass(pass_id) if pass_id else None


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
