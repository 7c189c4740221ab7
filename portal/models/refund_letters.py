"""Whom to tell that money is on its way back, and what was paid with it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from portal.models.accounts import AccountCheckout
from portal.models.bookings import Booking
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.instalments import Instalment, InstalmentAttempt
from portal.models.payments import Payment
from portal.models.people import Customer


@dataclass(frozen=True, slots=True)
class Payee:
    """Who paid; ``booking_id`` is None where it was an instalment, or what was owed."""

    name: str
    email: str
    booking_id: UUID | None


_PAYEE = (
    select(
        func.coalesce(Booking.name, Customer.name), func.coalesce(Booking.email, Customer.email), Booking.id
    )
    .select_from(Payment)
    .outerjoin(Booking, and_(Booking.business_id == Payment.business_id, Booking.id == Payment.booking_id))
    .outerjoin(
        InstalmentAttempt,
        and_(
            InstalmentAttempt.business_id == Payment.business_id,
            InstalmentAttempt.id == Payment.instalment_attempt_id,
        ),
    )
    .outerjoin(
        Instalment,
        and_(
            Instalment.business_id == InstalmentAttempt.business_id,
            Instalment.id == InstalmentAttempt.instalment_id,
        ),
    )
    .outerjoin(
        ClassPass,
        and_(ClassPass.business_id == Instalment.business_id, ClassPass.id == Instalment.class_pass_id),
    )
    .outerjoin(
        AccountCheckout,
        and_(
            AccountCheckout.business_id == Payment.business_id,
            AccountCheckout.id == Payment.account_checkout_id,
        ),
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
