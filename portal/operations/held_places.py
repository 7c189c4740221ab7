"""Places that baskets hold: taken for a line, held anew, and given back (R4)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from portal.models.baskets import BasketLine
from portal.models.database import rows_changed
from portal.operations.place_offers import hand_on_places, take_offer
from portal.operations.places import BookingClosed, NoPlaceLeft, give_back_places, lock_classes, take_places


def take_place(business_id: UUID, class_session_id: UUID, *, customer_id: UUID | None, now: datetime) -> bool:
    """Take the place that is on offer to a customer, else one that is for everyone, or raise NoPlaceLeft
    (BookingClosed outside the booking window); whether it was on offer. The class is locked by the caller.
    """
    places = hand_on_places(business_id, [class_session_id], now=now)[class_session_id]
    if not places.is_bookable(now):
        raise BookingClosed
    is_offered = (
        places.offers > 0
        and customer_id is not None
        and take_offer(business_id, class_session_id, customer_id, now=now)
    )
    if not is_offered:
        take_places(business_id, class_session_id)
    return is_offered


def hold_anew(line: BasketLine, *, customer_id: UUID | None, until: datetime, now: datetime) -> bool:
    """Hold a line's place until then, and take one where its hold had ended; False where there is none. The
    class is locked by the caller.
    """
    if not line.place_counted and line.class_session_id:
        try:
            take_place(line.business_id, line.class_session_id, customer_id=customer_id, now=now)
        except NoPlaceLeft:
            return False
    line.place_counted = True
    line.held_until = until
    return True


def give_back_place_of(line: BasketLine, *, now: datetime) -> None:
    """Give a line's place back if it still counts, asked under the class's lock: others let go of it too."""
    if line.class_session_id is None:
        return
    lock_classes(line.business_id, [line.class_session_id])
    counted = rows_changed(
        update(BasketLine)
        .where(BasketLine.business_id == line.business_id, BasketLine.id == line.id, BasketLine.place_counted)
        .values(place_counted=False)
    )
    if counted and give_back_places(line.business_id, line.class_session_id):
        hand_on_places(line.business_id, [line.class_session_id], now=now)
