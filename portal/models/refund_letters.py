"""Whom to tell that money is on its way back, and what was paid with it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from portal.models.accounts import AccountCheckout
from portal.models.bookings import Booking
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.joins import joined_if_there
from portal.models.payers import TO_PAYER
from portal.models.payments import Payment
from portal.models.people import Customer


@dataclass(frozen=True, slots=True)
class Payee:
    """Who paid; ``booking_id`` is None where it was an instalment, or what was owed."""

    name: str
    email: str
    booking_id: UUID | None


_PAYEE = (
    joined_if_there(
        select(
            func.coalesce(Booking.name, Customer.name),
            func.coalesce(Booking.email, Customer.email),
            Booking.id,
        ).select_from(Payment),
        *TO_PAYER,
    )
    .outerjoin(
        Customer,
        and_(
            Customer.business_id == Payment.business_id,
            or_(Customer.id == ClassPass.customer_id, Customer.id == AccountCheckout.customer_id),
        ),
    )
    .where(Payment.business_id == bindparam("business_id"), Payment.id == bindparam("payment_id"))
)


def payee_of(business_id: UUID, payment_id: UUID) -> Payee:
    """Who made a card payment: whoever booked, or the client whose card it was."""
    keys = {"business_id": business_id, "payment_id": payment_id}
    return Payee(*db.session.execute(_PAYEE, keys).one())
