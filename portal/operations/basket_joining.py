"""A guest's basket joins the customer's at sign-in (R5)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.discount_codes import DiscountCode
from portal.operations.place_offers import hand_on_places
from portal.operations.places import give_back_places, lock_classes
from portal.rules.baskets import MOST_LINES
from portal.rules.sentences import Count, Sentence

_BOTH = (
    select(Basket)
    .where(
        Basket.business_id == bindparam("business_id"),
        or_(Basket.customer_id == bindparam("customer_id"), Basket.id == bindparam("guest_basket_id")),
    )
    .order_by(Basket.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)

_LINES_OF_BOTH = (
    select(BasketLine)
    .where(
        BasketLine.business_id == bindparam("business_id"),
        BasketLine.basket_id.in_(bindparam("basket_ids", expanding=True)),
    )
    .order_by(BasketLine.added_at, BasketLine.id)
    .execution_options(populate_existing=True)
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
    twentieth stays out. Both baskets are locked in the order of their ids; whoever has no basket yet simply
    becomes the owner of the guest's.
    """
    guests, customers = _locked(business.id, guest_basket_id, customer_id)
    if guests is None:
        return None
    if customers is None:
        if _adopt(guests, customer_id, now):
            return None
        customers = _locked(business.id, guest_basket_id, customer_id)[1]
    return _merge(guests, customers, now) if customers is not None else None


def _locked(
    business_id: UUID, guest_basket_id: UUID, customer_id: UUID
) -> tuple[Basket | None, Basket | None]:
    """The guest's basket, unless it is being paid or is somebody's already, and the customer's."""
    both = db.session.scalars(
        _BOTH,
        {"business_id": business_id, "customer_id": customer_id, "guest_basket_id": guest_basket_id},
    ).all()
    guests = (basket for basket in both if basket.customer_id is None and basket.pending_booking_id is None)
    customers = (basket for basket in both if basket.customer_id == customer_id)
    return next(guests, None), next(customers, None)


def _adopt(guests: Basket, customer_id: UUID, now: datetime) -> bool:
    """Make the guest's basket the customer's; False where another device has made them one meanwhile (R5)."""
    try:
        with db.session.begin_nested():
            guests.customer_id = customer_id
            guests.changed_at = now
            db.session.flush()
    except IntegrityError:
        return False
    return True


def _merge(guests: Basket, customers: Basket, now: datetime) -> Sentence | None:
    """Empty the guest's basket into the customer's, and let go of it.

    Bookings that were made from it belong to the customer's basket from now on, for Stripe may still tell of
    their payments (M4).
    """
    lines = _lines_of_both(guests, customers)
    theirs = [line for line in lines if line.basket_id == guests.id]
    if customers.pending_booking_id is not None:
        return BEING_PAID if theirs else None
    left_out = _move_lines(theirs, customers, now, room=MOST_LINES - (len(lines) - len(theirs)))
    notice = _join_codes(guests, customers)
    customers.extensions = max(customers.extensions, guests.extensions)
    customers.changed_at = now
    db.session.flush()
    db.session.execute(
        update(Booking)
        .where(Booking.business_id == guests.business_id, Booking.basket_id == guests.id)
        .values(basket_id=customers.id)
        .execution_options(synchronize_session=False)
    )
    db.session.delete(guests)
    db.session.flush()
    return Sentence(LEFT_OUT.text, {"lines": Count(left_out, "line", "lines")}) if left_out else notice


def _lines_of_both(guests: Basket, customers: Basket) -> list[BasketLine]:
    return list(
        db.session.scalars(
            _LINES_OF_BOTH,
            {"business_id": guests.business_id, "basket_ids": [guests.id, customers.id]},
        )
    )


def _move_lines(lines: list[BasketLine], customers: Basket, now: datetime, *, room: int) -> int:
    """Move as many lines as fit; the rest is let go of. Returns how many were left out."""
    moving, staying = lines[:room], lines[room:]
    _let_go_of(staying, moving, now)
    for line in moving:
        line.basket_id = customers.id
    db.session.flush()
    return len(staying)


def _let_go_of(lines: list[BasketLine], others: list[BasketLine], now: datetime) -> None:
    """Take lines out of the world, their places first; ``others`` forget that one of them was to pay."""
    if not lines:
        return
    classes = [line.class_session_id for line in lines if line.class_session_id]
    lock_classes(lines[0].business_id, classes)
    hand_on_places(lines[0].business_id, classes, now=now)
    for line in lines:
        db.session.refresh(line)
        if line.place_counted and line.class_session_id:
            give_back_places(line.business_id, line.class_session_id)
        _forget(line, others)
    db.session.flush()
    hand_on_places(lines[0].business_id, classes, now=now)


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
