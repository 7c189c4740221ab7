"""Make the weekly classes of the coming weeks."""

from datetime import datetime

from portal.models.businesses import business_of
from portal.models.database import end_reading, transaction
from portal.operations.schedules import due_series, top_up_series


def make_coming_classes(*, now: datetime) -> int:
    """Each series in a transaction of its own; how many classes were made. They are there weeks before they
    are needed, so nobody notices a worker who is late.
    """
    due = due_series(now=now)
    end_reading()
    made = 0
    for business_id, series_id in due:
        business = business_of(business_id)
        end_reading()
        with transaction():
            made += top_up_series(business, series_id, now=now)
    return made
