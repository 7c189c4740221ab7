"""Check-out: from a basket to a booking, made at once where nothing is to pay, else pending (R6, R7)."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, BookingStatus
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, new_id, table_of
from portal.models.people import email_key
from portal.operations.account_ledger import lock_account_if_there
from portal.operations.auditing import Actor, write_audit
from portal.operations.basket_lines import NotInBasket, lock_basket
from portal.operations.booked_lines import book_lines
from portal.operations.businesses import plan_to_stay
from portal.operations.claims import lock_code
from portal.operations.confirming import confirm
from portal.operations.consents import consents_asked, refuse_without_consent
from portal.operations.payment_attempts import add_attempt
from portal.operations.place_offers import hand_on_places
from portal.operations.places import lock_classes
from portal.operations.quoting import QuotedBasket, quoted_basket
from portal.rules.facts import PassLine
from portal.rules.quote import Quote
from portal.rules.sentences import Refusal

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
    """Who buys: a signed-in customer, or a guest by name and e-mail address; and what they agreed to, where
    a pass is paid in instalments (M1).
    """

    customer_id: UUID | None
    name: str
    email: str
    consent: str = ""

    @property
    def person_key(self) -> str:
        """By what a code's limit per person is counted (D3)."""
        return email_key(self.email)


@dataclass(frozen=True, slots=True)
class PlacedBooking:
    """A booking made, or found on a second press; ``attempt_id`` is the payment to open, if any."""

    id: UUID
    reference: str
    secret: str
    status: BookingStatus
    attempt_id: UUID | None = None


_booking = table_of(Booking)
_pass = table_of(ClassPass)
_line = table_of(BasketLine)

_SAME_PRESS = (
    select(_booking.c.id, _booking.c.reference, _booking.c.secret, _booking.c.status)
    .where(
        _booking.c.business_id == bindparam("business_id"),
        _booking.c.basket_id == bindparam("basket_id"),
        _booking.c.quote_digest == bindparam("digest"),
        _booking.c.status != BookingStatus.RELEASED,
    )
    .order_by(_booking.c.created_at.desc())
    .limit(1)
)

_LOCK_PASSES = (
    select(_pass.c.id)
    .where(_pass.c.business_id == bindparam("business_id"), _pass.c.customer_id == bindparam("customer_id"))
    .order_by(_pass.c.id)
    .with_for_update()
)

_LINES_OF = select(_line.c.class_session_id, _line.c.purchase_option_id).where(
    _line.c.business_id == bindparam("business_id"), _line.c.basket_id == bindparam("basket_id")
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
    locks of basket, classes, passes, code and account; raises QuoteChanged, EmptyBasket, AccountNeeded or,
    for instalments to which the buyer did not agree, ConsentNeeded (M1); and NotInBasket for a basket that is
    not the buyer's. ``return_to`` is the origin of the shop, where Stripe sends the customer back to.
    """
    basket = lock_basket(business.id, basket_id)
    if basket.customer_id != buyer.customer_id:
        raise NotInBasket
    again = _same_press(business.id, basket_id, digest)
    if again is not None:
        return again
    quoted = _quote_under_lock(business, basket, buyer, now)
    _refuse_unless_bookable(quoted, buyer, digest)
    consents = consents_asked(business, quoted.quote, now=now)
    refuse_without_consent(consents, buyer.consent)
    booking = new_booking(business, quoted, buyer, digest=digest, now=now)
    db.session.add(booking)
    book_lines(booking, basket, quoted.quote, person_key=buyer.person_key, consents=consents, now=now)
    write_audit(actor, "booking.placed", booking, now=now, after={"to_pay": booking.to_pay, "digest": digest})
    if booking.to_pay == 0:
        db.session.flush()
        confirm(business, booking, basket, actor=actor, now=now)
        return PlacedBooking(booking.id, booking.reference, booking.secret, BookingStatus.CONFIRMED)
    basket.pending_booking_id = booking.id
    attempt_id = add_attempt(business, booking, return_to=return_to, now=now)
    db.session.flush()
    return PlacedBooking(booking.id, booking.reference, booking.secret, BookingStatus.PENDING, attempt_id)


def _same_press(business_id: UUID, basket_id: UUID, digest: str) -> PlacedBooking | None:
    booking = db.session.execute(
        _SAME_PRESS, {"business_id": business_id, "basket_id": basket_id, "digest": digest}
    ).first()
    return PlacedBooking(booking.id, booking.reference, booking.secret, booking.status) if booking else None


def _quote_under_lock(business: BusinessFacts, basket: Basket, buyer: Buyer, now: datetime) -> QuotedBasket:
    """Lock what is sold and what pays for it, and reckon once more."""
    lines = db.session.execute(_LINES_OF, {"business_id": business.id, "basket_id": basket.id}).all()
    business = lock_what_is_sold(
        business,
        class_session_ids=[line.class_session_id for line in lines if line.class_session_id is not None],
        customer_id=buyer.customer_id,
        code_id=basket.discount_code_id,
        sells_passes=any(line.purchase_option_id is not None for line in lines),
        now=now,
    )
    return quoted_basket(
        business, basket_id=basket.id, customer_id=buyer.customer_id, now=now, person_key=buyer.person_key
    )


def lock_what_is_sold(
    business: BusinessFacts,
    *,
    class_session_ids: Collection[UUID],
    customer_id: UUID | None,
    code_id: UUID | None,
    sells_passes: bool,
    now: datetime,
) -> BusinessFacts:
    """Lock classes, a client's passes, code and account in that order, and let go of what ended.

    Where a pass is bought, the plan is asked again as well: the studio may have left it since (B2). Returns
    the business as it is on that plan.
    """
    lock_classes(business.id, class_session_ids)
    if customer_id is not None:
        db.session.execute(_LOCK_PASSES, {"business_id": business.id, "customer_id": customer_id})
    if code_id is not None:
        lock_code(business.id, code_id)
    hand_on_places(business.id, class_session_ids, now=now)
    if sells_passes:
        business = replace(business, plan=plan_to_stay(business.id))
    if customer_id is not None:
        lock_account_if_there(business.id, customer_id)
    return business


def _refuse_unless_bookable(quoted: QuotedBasket, buyer: Buyer, digest: str) -> None:
    if quoted.quote.digest != digest or quoted.pending is not None:
        raise QuoteChanged(quoted.quote)
    counting = [line for line in quoted.quote.lines if line.counts]
    if not counting:
        raise EmptyBasket
    if buyer.customer_id is None and any(isinstance(line.line, PassLine) for line in counting):
        raise AccountNeeded


def new_booking(
    business: BusinessFacts, quoted: QuotedBasket, buyer: Buyer, *, digest: str, now: datetime
) -> Booking:
    """A booking as its quote has it, still pending, under an id of its own; the caller adds it."""
    quote = quoted.quote
    booking_id = new_id()
    return Booking(
        business_id=business.id,
        id=booking_id,
        reference="".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8)),
        secret=secrets.token_urlsafe(24),
        customer_id=buyer.customer_id,
        name=buyer.name,
        email=buyer.email,
        email_key=email_key(buyer.email),
        basket_id=quoted.basket_id or booking_id,
        quote_digest=digest,
        discount_code_id=quoted.code_id if quote.code else None,
        discount_code=quote.code,
        currency=quote.currency,
        list_total=quote.list_total,
        discount_total=quote.discount_total,
        pass_total=quote.pass_total,
        later_total=quote.later_total,
        balance_used=quote.balance_used,
        waived=quote.waived,
        to_pay=quote.to_pay,
        status=BookingStatus.PENDING,
        created_at=now,
    )
