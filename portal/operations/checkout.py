"""Check-out: from a basket to a booking that claims everything at once, or confirms at once where nothing is
to pay (R6, R7).
"""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, BookingStatus, PassSale, Ticket
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, new_id
from portal.models.payments import CheckoutAttempt
from portal.models.people import email_key
from portal.operations.auditing import Actor, write_audit
from portal.operations.basket_lines import NotInBasket, lock_basket
from portal.operations.claims import claim_pass_uses, claim_redemption, lock_code
from portal.operations.confirming import confirm
from portal.operations.places import let_go_of_ended_holds, lock_classes, take_places
from portal.operations.quoting import QuotedBasket, quoted_basket
from portal.rules.facts import PassLine, TicketLine
from portal.rules.quote import DiscountPays, PassPays, Quote, QuotedLine
from portal.rules.sentences import Refusal

SESSION_MINUTES = 35
"""How long a pending booking claims: Stripe wants at least 30 minutes by its own clock (R7)."""

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What a reference is spelt with: nothing that is misread on the telephone."""


class QuoteChanged(Refusal):
    """What was shown is no longer the quote: nothing is charged and nothing booked (R6)."""

    def __init__(self, quote: Quote) -> None:
        if quote.dropped_code is not None:
            told = quote.dropped_code
            super().__init__(
                told.text + " Nothing was booked: please look at your basket again.", **told.values
            )
        else:
            super().__init__(
                "Your basket has changed since you saw it, so nothing was booked. Please look at it again."
            )
        self.quote = quote


class EmptyBasket(Refusal):
    """There is nothing in the basket that could be booked."""

    def __init__(self) -> None:
        super().__init__("There is nothing in your basket to book.")


class AccountNeeded(Refusal):
    """A pass belongs to someone: whoever buys one needs an account (R5)."""

    def __init__(self) -> None:
        super().__init__(
            "A pass is kept in your account. Please sign in or register to buy it; your basket comes along."
        )


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: a signed-in customer, or a guest by name and e-mail address."""

    customer_id: UUID | None
    name: str
    email: str

    @property
    def person_key(self) -> str:
        """By what a code's limit per person is counted (D3)."""
        return email_key(self.email)


@dataclass(frozen=True, slots=True)
class PlacedBooking:
    """A booking just made, or found again on a second press. ``attempt_id`` is the payment to open, if money
    is to come.
    """

    id: UUID
    reference: str
    secret: str
    status: BookingStatus
    attempt_id: UUID | None = None


_SAME_PRESS = (
    select(Booking)
    .where(
        Booking.business_id == bindparam("business_id"),
        Booking.basket_id == bindparam("basket_id"),
        Booking.quote_digest == bindparam("digest"),
        Booking.status != BookingStatus.RELEASED,
    )
    .order_by(Booking.created_at.desc())
    .limit(1)
)

_LOCK_PASSES = (
    select(ClassPass.id)
    .where(
        ClassPass.business_id == bindparam("business_id"), ClassPass.customer_id == bindparam("customer_id")
    )
    .order_by(ClassPass.id)
    .with_for_update()
)

_CLASSES_OF = select(BasketLine.class_session_id).where(
    BasketLine.business_id == bindparam("business_id"),
    BasketLine.basket_id == bindparam("basket_id"),
    BasketLine.class_session_id.is_not(None),
)


def place_booking(
    business: BusinessFacts,
    *,
    basket_id: UUID,
    buyer: Buyer,
    digest: str,
    return_to: str,
    actor: Actor,
    now: datetime,
) -> PlacedBooking:
    """Make the booking that the digest names (R6): confirmed where nothing is to pay, else pending.

    A second press with the same digest finds the booking of the first. Everything is decided again under the
    locks of basket, classes, passes and code; raises QuoteChanged, EmptyBasket or AccountNeeded, and
    NotInBasket for a basket that is not the buyer's. ``return_to`` is the origin of the shop, where Stripe
    sends the customer back to.
    """
    basket = lock_basket(business.id, basket_id)
    if basket.customer_id != buyer.customer_id:
        raise NotInBasket
    again = _same_press(business.id, basket_id, digest)
    if again is not None:
        return again
    quoted = _quote_under_lock(business, basket, buyer, now)
    _refuse_unless_bookable(quoted, buyer, digest)
    booking = _add_booking(business, quoted, buyer, digest, now)
    _claim_everything(business, basket, booking, quoted, buyer, now)
    write_audit(actor, "booking.placed", booking, now=now, after={"to_pay": booking.to_pay, "digest": digest})
    if booking.to_pay == 0:
        db.session.flush()
        confirm(business, booking, basket, actor=actor, now=now)
        return PlacedBooking(booking.id, booking.reference, booking.secret, BookingStatus.CONFIRMED)
    basket.pending_booking_id = booking.id
    attempt_id = add_attempt(business, booking, return_to=return_to, now=now)
    db.session.flush()
    return PlacedBooking(booking.id, booking.reference, booking.secret, BookingStatus.PENDING, attempt_id)


def add_attempt(business: BusinessFacts, booking: Booking, *, return_to: str, now: datetime) -> UUID:
    """Write down the intent to open a Checkout Session, before Stripe is called (M3). Returns the attempt's
    id.
    """
    attempt = CheckoutAttempt(
        business_id=business.id,
        id=new_id(),
        booking_id=booking.id,
        amount=booking.to_pay,
        currency=booking.currency,
        stripe_account=business.stripe_account,
        created_at=now,
        expires_at=now + timedelta(minutes=SESSION_MINUTES),
        return_to=return_to,
        asked_at=now,
    )
    booking.claimed_until = attempt.expires_at
    db.session.add(attempt)
    return attempt.id


def _same_press(business_id: UUID, basket_id: UUID, digest: str) -> PlacedBooking | None:
    booking = db.session.scalars(
        _SAME_PRESS, {"business_id": business_id, "basket_id": basket_id, "digest": digest}
    ).first()
    return PlacedBooking(booking.id, booking.reference, booking.secret, booking.status) if booking else None


def _quote_under_lock(business: BusinessFacts, basket: Basket, buyer: Buyer, now: datetime) -> QuotedBasket:
    """Lock classes, passes and code in that order, let go of ended holds, and reckon once more."""
    classes = db.session.scalars(_CLASSES_OF, {"business_id": business.id, "basket_id": basket.id}).all()
    ids = [class_id for class_id in classes if class_id is not None]
    lock_classes(business.id, ids)
    if buyer.customer_id is not None:
        db.session.execute(_LOCK_PASSES, {"business_id": business.id, "customer_id": buyer.customer_id})
    if basket.discount_code_id is not None:
        lock_code(business.id, basket.discount_code_id)
    let_go_of_ended_holds(business.id, ids, now=now)
    return quoted_basket(
        business, basket_id=basket.id, customer_id=buyer.customer_id, now=now, person_key=buyer.person_key
    )


def _refuse_unless_bookable(quoted: QuotedBasket, buyer: Buyer, digest: str) -> None:
    if quoted.quote.digest != digest or quoted.pending is not None:
        raise QuoteChanged(quoted.quote)
    counting = [line for line in quoted.quote.lines if line.counts]
    if not counting:
        raise EmptyBasket
    if buyer.customer_id is None and any(isinstance(line.line, PassLine) for line in counting):
        raise AccountNeeded


def _add_booking(
    business: BusinessFacts, quoted: QuotedBasket, buyer: Buyer, digest: str, now: datetime
) -> Booking:
    quote = quoted.quote
    booking = Booking(
        business_id=business.id,
        id=new_id(),
        reference="".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8)),
        secret=secrets.token_urlsafe(24),
        customer_id=buyer.customer_id,
        name=buyer.name,
        email=buyer.email,
        email_key=email_key(buyer.email),
        basket_id=quoted.basket_id,
        quote_digest=digest,
        discount_code_id=quoted.code_id if quote.code else None,
        discount_code=quote.code,
        currency=quote.currency,
        list_total=quote.list_total,
        discount_total=quote.discount_total,
        pass_total=quote.pass_total,
        waived=quote.waived,
        to_pay=quote.to_pay,
        status=BookingStatus.PENDING,
        created_at=now,
    )
    db.session.add(booking)
    return booking


def _claim_everything(
    business: BusinessFacts,
    basket: Basket,
    booking: Booking,
    quoted: QuotedBasket,
    buyer: Buyer,
    now: datetime,
) -> None:
    """Places, pass uses with their class dates, and the code's redemption: all of it, or nothing (R7)."""
    lines = [line for line in quoted.quote.lines if line.counts]
    _claim_places(business.id, basket, lines)
    sales = [_pass_sale(booking, line) for line in lines if isinstance(line.line, PassLine)]
    sale_of_line = {sale.line_id: sale.id for sale in sales}
    tickets = [_ticket(booking, line, sale_of_line) for line in lines if isinstance(line.line, TicketLine)]
    db.session.flush()
    db.session.add_all(sales)
    db.session.flush()
    db.session.add_all(tickets)
    dates = {
        line.line.class_session_id: line.line.on_date for line in lines if isinstance(line.line, TicketLine)
    }
    claim_pass_uses(business.id, _claims(tickets, dates))
    if booking.discount_code_id is not None:
        claim_redemption(booking, person_key=buyer.person_key, now=now)
    db.session.flush()


def _claims(tickets: Iterable[Ticket], dates: dict[UUID, date]) -> dict[UUID, list[date]]:
    """The class dates that each owned pass is asked to pay for."""
    claims: dict[UUID, list[date]] = {}
    for ticket in tickets:
        if ticket.class_pass_id is not None:
            claims.setdefault(ticket.class_pass_id, []).append(dates[ticket.class_session_id])
    return claims


def _claim_places(business_id: UUID, basket: Basket, lines: list[QuotedLine]) -> None:
    """Held places pass from the lines to the tickets; a place whose hold had ended is taken anew (R4), and
    one that is held for a line that does not count any more is given back.
    """
    booked = {line.line.id: line.line.class_session_id for line in lines if isinstance(line.line, TicketLine)}
    held = _hand_over_holds(business_id, basket)
    wanted = Counter(class_id for line_id, class_id in booked.items() if line_id not in held)
    wanted.subtract(class_id for line_id, class_id in held.items() if line_id not in booked)
    for class_session_id in sorted(wanted):
        if wanted[class_session_id]:
            take_places(business_id, class_session_id, wanted[class_session_id])


def _hand_over_holds(business_id: UUID, basket: Basket) -> dict[UUID, UUID]:
    """Stop counting places on the basket's lines; returns the class of each line that had one."""
    rows = db.session.execute(
        update(BasketLine)
        .where(
            BasketLine.business_id == business_id, BasketLine.basket_id == basket.id, BasketLine.place_counted
        )
        .values(place_counted=False)
        .returning(BasketLine.id, BasketLine.class_session_id)
        .execution_options(synchronize_session=False)
    )
    return {line_id: class_id for line_id, class_id in rows.all() if class_id is not None}


def _pass_sale(booking: Booking, quoted: QuotedLine) -> PassSale:
    line = quoted.line
    assert isinstance(line, PassLine)  # noqa: S101  told apart by the caller
    return PassSale(
        business_id=booking.business_id,
        id=new_id(),
        booking_id=booking.id,
        line_id=line.id,
        purchase_option_id=line.purchase_option_id,
        name=line.name,
        list_price=quoted.list_price,
        discount=quoted.discount,
        to_pay=quoted.to_pay,
    )


def _ticket(booking: Booking, quoted: QuotedLine, sale_of_line: dict[UUID, UUID]) -> Ticket:
    line, pays = quoted.line, quoted.pays
    assert isinstance(line, TicketLine)  # noqa: S101  told apart by the caller
    by_pass = isinstance(pays, PassPays)
    return Ticket(
        business_id=booking.business_id,
        id=new_id(),
        booking_id=booking.id,
        line_id=line.id,
        class_session_id=line.class_session_id,
        ticket_type_id=line.ticket_type_id,
        by_pass=by_pass,
        class_pass_id=pays.pass_id if isinstance(pays, PassPays) and not pays.in_basket else None,
        pass_sale_id=sale_of_line[pays.pass_id] if isinstance(pays, PassPays) and pays.in_basket else None,
        list_price=quoted.list_price,
        discount=pays.amount if isinstance(pays, DiscountPays) else 0,
        to_pay=quoted.to_pay,
        counts=True,
    )
