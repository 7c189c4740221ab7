"""Claims are let go of: Stripe said that the session is over, or the customer changes the basket (R7)."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.operations.account_ledger import let_go_of_balance
from portal.operations.auditing import Actor, write_audit
from portal.operations.basket_lines import lines_of, lock_basket_if_there
from portal.operations.claims import let_go_of_pass_uses, let_go_of_redemption
from portal.operations.confirming import class_places, tickets_of
from portal.operations.place_offers import hand_on_places
from portal.operations.places import give_back_places, lock_classes

_BASKET_OF_BOOKING = select(Booking.basket_id).where(
    Booking.business_id == bindparam("business_id"), Booking.id == bindparam("booking_id")
)

_BOOKING = (
    select(Booking)
    .where(Booking.business_id == bindparam("business_id"), Booking.id == bindparam("booking_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def lock_booking(business_id: UUID, booking_id: UUID) -> tuple[Basket | None, Booking]:
    """The booking and the basket that it came from, locked in that order: basket, then booking.

    A guest's basket may join a customer's while we wait for its lock (R5): then that one is locked. None is a
    basket that was left behind and forgotten.
    """
    keys = {"business_id": business_id, "booking_id": booking_id}
    basket_id = db.session.execute(_BASKET_OF_BOOKING, keys).scalar_one()
    basket = lock_basket_if_there(business_id, basket_id)
    while basket is None:
        joined_id = db.session.execute(_BASKET_OF_BOOKING, keys).scalar_one()
        if joined_id == basket_id:
            break
        basket_id, basket = joined_id, lock_basket_if_there(business_id, joined_id)
    return basket, db.session.scalars(_BOOKING, keys).one()


def release(
    business: BusinessFacts,
    booking: Booking,
    basket: Basket | None,
    *,
    actor: Actor,
    now: datetime,
    hold_anew: bool,
    reason: str,
) -> None:
    """Let go of everything that a pending booking claims. Basket and booking are locked by the caller.

    ``hold_anew`` gives the places back to the basket's lines with a fresh hold (Change basket); else they
    are free, and the lines stay in the basket with an ended hold.
    """
    tickets = tickets_of(booking)
    places = class_places(tickets)
    lock_classes(business.id, places)
    db.session.execute(
        update(Ticket)
        .where(Ticket.business_id == business.id, Ticket.booking_id == booking.id)
        .values(counts=False)
        .execution_options(synchronize_session=False)
    )
    kept = _hold_lines_anew(business, basket, tickets, now) if basket and hold_anew else Counter()
    for class_session_id, freed in sorted((places - kept).items()):
        if give_back_places(business.id, class_session_id, freed):
            hand_on_places(business.id, [class_session_id], now=now)
    let_go_of_pass_uses(business.id, Counter(t.class_pass_id for t in tickets if t.class_pass_id is not None))
    let_go_of_redemption(booking, now=now)
    if booking.balance_used and booking.customer_id is not None:
        let_go_of_balance(business.id, booking.customer_id, booking.balance_used)
    booking.status = BookingStatus.RELEASED
    booking.released_at = now
    if basket is not None and basket.pending_booking_id == booking.id:
        basket.pending_booking_id = None
        basket.changed_at = now
    write_audit(actor, "booking.released", booking, now=now, reason=reason)
    db.session.flush()


def _hold_lines_anew(
    business: BusinessFacts, basket: Basket, tickets: list[Ticket], now: datetime
) -> Counter[UUID]:
    """Pass places from tickets back to their lines, held afresh; returns how many of each class."""
    booked = {ticket.line_id for ticket in tickets}
    lines = [line for line in lines_of(basket) if line.id in booked and line.class_session_id]
    db.session.execute(
        update(BasketLine)
        .where(BasketLine.business_id == business.id, BasketLine.id.in_([line.id for line in lines]))
        .values(place_counted=True, held_until=now + timedelta(minutes=business.hold_minutes))
        .execution_options(synchronize_session=False)
    )
    return Counter(line.class_session_id for line in lines if line.class_session_id)
