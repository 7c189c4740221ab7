"""Money that came and could not be kept goes back whole; by which reasons it is known (M4)."""

from sqlalchemy import and_, exists

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.payments import Payment, Refund

PAID_TOO_LATE = "The payment came after the places were let go of."
PAID_TWICE = "The booking had been paid for already."
MOVED_TOO_LATE = "The difference came after the place in the other class was let go of."

WHOLE = frozenset({PAID_TOO_LATE, PAID_TWICE, MOVED_TOO_LATE})

GOES_BACK_WHOLE = and_(
    exists()
    .where(
        Refund.business_id == Payment.business_id, Refund.payment_id == Payment.id, Refund.reason.in_(WHOLE)
    )
    .correlate(Payment),
    ~exists()
    .where(
        AccountEntry.business_id == Payment.business_id,
        AccountEntry.payment_id == Payment.id,
        AccountEntry.kind == EntryKind.PAYMENT,
    )
    .correlate(Payment),
)
"""Whether a payment goes back whole, or is to, and was not put on the client's account instead; for
statements over ``payment``.
"""
