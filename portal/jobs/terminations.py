"""Carry out what staff decided about a balance for the day on which a pass ends (S5, S6)."""

from datetime import datetime

from portal.models.businesses import business_of
from portal.models.database import end_reading, transaction
from portal.models.due_terminations import due_terminations
from portal.operations.deactivating import settle_due_termination


def settle_due_terminations(*, now: datetime) -> int:
    """Each pass in a transaction of its own; how many. The pass itself ended by its date, without this."""
    settled = 0
    due = due_terminations(now=now)
    end_reading()
    for business_id, pass_id in due:
        with transaction():
            settled += settle_due_termination(business_of(business_id), pass_id=pass_id, now=now)
    return settled
