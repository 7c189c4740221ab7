"""Who paid by card: whoever booked, or the client whose instalment or debt it was."""

from portal.models.accounts import AccountCheckout
from portal.models.bookings import Booking
from portal.models.class_passes import ClassPass
from portal.models.instalments import Instalment, InstalmentAttempt
from portal.models.payments import Payment

TO_PAYER = (
    (Payment.booking_id, Booking.id),
    (Payment.account_checkout_id, AccountCheckout.id),
    (Payment.instalment_attempt_id, InstalmentAttempt.id),
    (InstalmentAttempt.instalment_id, Instalment.id),
    (Instalment.class_pass_id, ClassPass.id),
)
"""The way from a payment to the three tables of which one names the client; steps of ``joined_if_there``."""
