"""The intent to take the difference of a transfer, written down before Stripe is asked (C7, M3)."""

from datetime import datetime, timedelta

from portal.models.accounts import AccountCheckout, AccountCheckoutPurpose
from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.database import db, new_id
from portal.operations.account_checkouts import SESSION_MINUTES
from portal.operations.transferred_tickets import Moved


def intend_to_take_difference(
    business: BusinessFacts, booking: Booking, moved: Moved, *, return_to: str, now: datetime
) -> AccountCheckout:
    """An account checkout for a transfer that waits; its id is the idempotency key. The booking is locked by
    the caller.
    """
    checkout = AccountCheckout(
        business_id=business.id,
        id=new_id(),
        customer_id=booking.customer_id,
        ticket_transfer_id=moved.transfer_id,
        purpose=AccountCheckoutPurpose.TRANSFER,
        amount=moved.forecast.to_pay,
        currency=booking.currency,
        stripe_account=business.stripe_account,
        stripe_customer=None,
        created_at=now,
        expires_at=now + timedelta(minutes=SESSION_MINUTES),
        return_to=return_to,
        asked_at=now,
    )
    db.session.add(checkout)
    db.session.flush()
    return checkout
