"""A guest's bookings become a customer's, once the address they were made under is known as theirs (R5)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from portal.models.audit import ActorKind
from portal.models.bookings import Booking
from portal.models.database import db
from portal.models.people import Customer
from portal.operations.auditing import Actor, write_audit


def claim_bookings(business_id: UUID, customer_id: UUID, *, now: datetime) -> int:
    """Attach what guests booked under a customer's confirmed address; how many bookings that were.

    An address that was never confirmed claims nothing (R5). Bookings are locked in the order of their ids.
    """
    bookings = db.session.scalars(
        select(Booking)
        .join(
            Customer,
            and_(Customer.business_id == Booking.business_id, Customer.email_key == Booking.email_key),
        )
        .where(
            Customer.business_id == business_id,
            Customer.id == customer_id,
            Customer.email_confirmed_at.is_not(None),
            Booking.customer_id.is_(None),
        )
        .order_by(Booking.id)
        .with_for_update(of=Booking)
    ).all()
    for booking in bookings:
        booking.customer_id = customer_id
        write_audit(
            Actor(ActorKind.CUSTOMER, customer_id),
            "booking.claimed",
            booking,
            now=now,
            before={"customer_id": None},
            after={"customer_id": str(customer_id)},
        )
    db.session.flush()
    return len(bookings)
