"""A guest's basket joins the customer's at sign-in (R5)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.discount_codes import DiscountCode
from portal.operations.basket_lines import lines_of, lock_basket, open_basket
from portal.operations.places import give_back_places, let_go_of_ended_holds, lock_classes
from portal.rules.baskets import MOST_LINES
from portal.rules.sentences import Count, Sentence

_GUEST_BASKET = (
    select(Basket)
    .where(
        Basket.business_id == bindparam("business_id"),
        Basket.id == bindparam("basket_id"),
        Basket.customer_id.is_(None),
        Basket.pending_booking_id.is_(None),
    )
    .with_for_update()
)

BEING_PAID = Sentence(
    "You are paying for another basket already, so the one you filled as a guest was left as it was."
)
CODE_REPLACED = Sentence("The newer discount code, {code}, is in your basket now.")
LEFT_OUT = Sentence("Your basket is full, so {lines} could not be added.")


def join_guest_basket(
    business: BusinessFacts, *, guest_basket_id: UUID, customer_id: UUID, now: datetime
) -> Sentence | None:
    """Move a guest's lines, holds and code into the customer's basket; the newer code wins (R5).

    Returns what the person should be told, if anything. Nothing is lost that fits: a line beyond the
    twentieth stays out. Bookings that were made from the guest's basket belong to the customer's from now on,
    for Stripe may still tell of their payments (M4).
    """
    customers_id = open_basket(business, customer_id=customer_id, basket_id=None, now=now)
    guests = db.session.scalars(
        _GUEST_BASKET, {"business_id": business.id, "basket_id": guest_basket_id}
    ).first()
    if guests is None or guests.id == customers_id:
        return None
    customers = lock_basket(business.id, customers_id)
    if customers.pending_booking_id is not None:
        return BEING_PAID if lines_of(guests) else None
    left_out = _move_lines(guests, customers, now)
    notice = _join_codes(guests, customers)
    customers.extensions = max(customers.extensions, guests.extensions)
    customers.changed_at = now
    db.session.flush()
    db.session.execute(
        update(Booking)
        .where(Booking.business_id == business.id, Booking.basket_id == guests.id)
        .values(basket_id=customers.id)
        .execution_options(synchronize_session=False)
    )
    db.session.delete(guests)
    db.session.flush()
    return Sentence(LEFT_OUT.text, {"lines": Count(left_out, "line", "lines")}) if left_out else notice


def _move_lines(guests: Basket, customers: Basket, now: datetime) -> int:
    """Move as many lines as fit; the rest is let go of. Returns how many were left out."""
    room = MOST_LINES - len(lines_of(customers))
    lines = lines_of(guests)
    moving, staying = lines[:room], lines[room:]
    _let_go_of(staying, moving, now)
    for line in moving:
        line.basket_id = customers.id
    db.session.flush()
    return len(staying)


def _let_go_of(lines: list[BasketLine], others: list[BasketLine], now: datetime) -> None:
    """Take lines out of the world, their places first; ``others`` forget that they were to be paid by one of
    them.
    """
    if not lines:
        return
    classes = [line.class_session_id for line in lines if line.class_session_id]
    lock_classes(lines[0].business_id, classes)
    let_go_of_ended_holds(lines[0].business_id, classes, now=now)
    for line in lines:
        db.session.refresh(line)
        if line.place_counted and line.class_session_id:
            give_back_places(line.business_id, line.class_session_id)
        _forget(line, others)
    db.session.flush()


def _forget(gone: BasketLine, others: list[BasketLine]) -> None:
    for line in others:
        if line.pays_with_line_id == gone.id:
            line.pays_with_line_id = None
    db.session.delete(gone)


def _join_codes(guests: Basket, customers: Basket) -> Sentence | None:
    """The code that was applied last stays (R5)."""
    if guests.discount_code_id is None or guests.code_applied_at is None:
        return None
    had, had_since = customers.discount_code_id, customers.code_applied_at
    if had_since is not None and had_since > guests.code_applied_at:
        return None if had == guests.discount_code_id else _kept(customers)
    customers.discount_code_id = guests.discount_code_id
    customers.code_applied_at = guests.code_applied_at
    return _kept(customers) if had is not None and had != guests.discount_code_id else None


def _kept(basket: Basket) -> Sentence:
    code = db.session.get(DiscountCode, (basket.business_id, basket.discount_code_id))
    return Sentence(CODE_REPLACED.text, {"code": code.code if code else ""})
