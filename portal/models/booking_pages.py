"""A booking as its page shows it: who may see it, how it stands, and what is in it (R5, R7)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.booking_letters import ToldBooking, told_booking
from portal.models.bookings import Booking, BookingStatus
from portal.models.database import db, table_of


@dataclass(frozen=True, slots=True)
class FoundBooking:
    """A booking found by its reference. ``secret`` opens a guest's, whose ``customer_id`` is None (R5)."""

    id: UUID
    reference: str
    secret: str
    customer_id: UUID | None
    basket_id: UUID
    name: str
    email: str
    status: BookingStatus
    created_at: datetime
    confirmed_at: datetime | None
    claimed_until: datetime | None

    @property
    def is_pending(self) -> bool:
        """Whether its money is still awaited (R7)."""
        return self.status is BookingStatus.PENDING

    @property
    def is_confirmed(self) -> bool:
        """Whether it is made."""
        return self.status is BookingStatus.CONFIRMED

    @property
    def address(self) -> str:
        """Its page; a guest's with its secret."""
        return self.part("")

    def part(self, ending: str) -> str:
        """An address below its page, such as ".ics" or "/receipt"; a guest's with its secret."""
        path = f"/bookings/{self.reference}{ending}"
        return path if self.customer_id else f"{path}?secret={self.secret}"


_booking = table_of(Booking)

_FOUND = select(
    _booking.c.id,
    _booking.c.reference,
    _booking.c.secret,
    _booking.c.customer_id,
    _booking.c.basket_id,
    _booking.c.name,
    _booking.c.email,
    _booking.c.status,
    _booking.c.created_at,
    _booking.c.confirmed_at,
    _booking.c.claimed_until,
).where(_booking.c.business_id == bindparam("business_id"), _booking.c.reference == bindparam("reference"))


def found_booking(business_id: UUID, reference: str) -> FoundBooking | None:
    """The booking of this business that has a reference; who may see it is for the door to ask."""
    row = db.session.execute(_FOUND, {"business_id": business_id, "reference": reference}).first()
    return FoundBooking(*tuple(row)) if row is not None else None


def contents_of(business_id: UUID, booking: FoundBooking) -> ToldBooking:
    """Its tickets, passes and totals, as the letter about it tells them."""
    return told_booking(business_id, booking.id)
