"""Offer free places to those who wait for them; nobody jumps the queue if this is late."""

from datetime import datetime

from portal.models.database import end_reading, transaction
from portal.models.due_offers import due_offers
from portal.operations.place_offers import hand_on_places
from portal.operations.places import lock_classes

AT_A_TIME = 200


def offer_free_places(*, now: datetime) -> int:
    """Hand on the places of each class that is due, in a transaction of its own; how many classes."""
    due = due_offers(now=now, most=AT_A_TIME)
    end_reading()
    for business_id, class_session_id in due:
        with transaction():
            lock_classes(business_id, [class_session_id])
            hand_on_places(business_id, [class_session_id], now=now)
    return len(due)
