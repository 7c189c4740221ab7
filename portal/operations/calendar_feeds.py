"""Make a customer's calendar address, or another in its place."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from portal.models.calendar_feeds import CalendarFeed
from portal.models.database import insert_if_absent, new_id, rows_changed


def renew_calendar_feed(business_id: UUID, customer_id: UUID, *, now: datetime) -> UUID:
    """The new key; from now on the address of the one before leads nowhere."""
    key = new_id()
    renewed = (
        update(CalendarFeed)
        .where(CalendarFeed.business_id == business_id, CalendarFeed.customer_id == customer_id)
        .values(key=key, renewed_at=now)
    )
    if not rows_changed(renewed):
        insert_if_absent(
            CalendarFeed,
            business_id=business_id,
            id=new_id(),
            customer_id=customer_id,
            key=key,
            renewed_at=now,
        )
        rows_changed(renewed)
    return key
