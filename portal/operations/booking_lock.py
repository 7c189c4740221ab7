"""A booking's row, locked by itself: for what leaves its basket alone."""

from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.bookings import Booking
from portal.models.database import db

_LOCK = (
    select(Booking)
    .where(Booking.business_id == bindparam("business_id"), Booking.id == bindparam("booking_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def lock_booking_alone(business_id: UUID, booking_id: UUID) -> Booking:
    """The booking, locked and read anew; first in the order of locks, as a basket is."""
    return db.session.scalars(_LOCK, {"business_id": business_id, "booking_id": booking_id}).one()
