"""Carrying out a cancelled class: booking by booking, each in a transaction of its own (C6)."""

import logging
from datetime import datetime
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.class_cancelling_facts import bookings_due
from portal.models.database import end_reading, transaction
from portal.operations.cancelled_classes import cancel_in_booking, cancellation_of_class, finish

log = logging.getLogger(__name__)

AT_A_TIME = 20
BEFORE_ALL = UUID(int=0)


def go_on_cancelling(
    business: BusinessFacts, cancellation_id: UUID, *, now: datetime, most: int | None = None
) -> int:
    """Cancel the tickets that are due, all of them or those of ``most`` bookings; how many tickets.

    A fault with one booking does not keep the others waiting: it stays due, and is tried again.
    """
    class_session_id = cancellation_of_class(business.id, cancellation_id).class_session_id
    done, looked_at, after = 0, 0, BEFORE_ALL
    while most is None or looked_at < most:
        at_a_time = AT_A_TIME if most is None else min(AT_A_TIME, most - looked_at)
        batch = bookings_due(business.id, class_session_id, after=after, most=at_a_time)
        end_reading()
        if not batch:
            break
        done += sum(_cancel(business, cancellation_id, booking_id, now) for booking_id in batch)
        looked_at, after = looked_at + len(batch), batch[-1]
    with transaction():
        finish(business.id, cancellation_id, now=now)
    return done


def _cancel(business: BusinessFacts, cancellation_id: UUID, booking_id: UUID, now: datetime) -> int:
    try:
        with transaction():
            return cancel_in_booking(business, cancellation_id, booking_id, now=now)
    except Exception:
        log.exception("The tickets of booking %s stay to be cancelled with their class", booking_id)
        return 0
