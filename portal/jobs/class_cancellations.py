"""Go on with classes that the studio cancelled, until none of their tickets counts (C6)."""

from datetime import datetime

from portal.exchanges.class_cancellations import go_on_cancelling
from portal.models.businesses import business_of
from portal.models.class_cancelling_facts import unfinished_cancellations
from portal.models.database import end_reading


def cancel_due_tickets(*, now: datetime) -> int:
    """Every unfinished cancellation of a class, the oldest first; how many tickets were cancelled."""
    due = unfinished_cancellations()
    end_reading()
    return sum(
        go_on_cancelling(business_of(business_id), cancellation_id, now=now)
        for business_id, cancellation_id in due
    )
