"""Money that Stripe took is written down, and goes back whole where nothing can be had for it (M2, M4)."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from portal.models.bookings import Booking
from portal.models.database import db, new_id
from portal.models.letters import LetterKind
from portal.models.payments import Payment, Refund, RefundStatus
from portal.operations.auditing import SYSTEM, write_audit
from portal.operations.letters import write_letter


class Asked(Protocol):
    """What Stripe was asked for, as it was written down before (M3)."""

    @property
    def business_id(self) -> UUID:
        """Whose money it is."""

    @property
    def amount(self) -> int:
        """How much, in minor units."""

    @property
    def currency(self) -> str:
        """Of which currency."""

    @property
    def stripe_account(self) -> str | None:
        """Into which account at Stripe (M7)."""


def write_payment(asked: Asked, payment_intent: str, *, now: datetime, **origin: UUID) -> Payment:
    """Money that came, for the one row that ``origin`` names: ``booking_id``, ``account_checkout_id`` or
    ``instalment_attempt_id``.
    """
    payment = Payment(
        business_id=asked.business_id,
        id=new_id(),
        payment_intent=payment_intent,
        amount=asked.amount,
        currency=asked.currency,
        stripe_account=asked.stripe_account,
        received_at=now,
        **origin,
    )
    db.session.add(payment)
    db.session.flush()
    return payment


def refund_whole(booking: Booking, payment: Payment, *, reason: str, now: datetime, **told: bool) -> None:
    """Write down that all of it goes back, and tell the customer; the worker carries it out (M3, M4).

    ``told`` are the letter's own facts.
    """
    refund = Refund(
        business_id=payment.business_id,
        id=new_id(),
        payment_id=payment.id,
        amount=payment.amount,
        reason=reason,
        ours=True,
        status=RefundStatus.PENDING,
        created_at=now,
        asked_at=now,
    )
    db.session.add(refund)
    write_letter(
        booking.business_id,
        LetterKind.BOOKING_REFUNDED,
        to_email=booking.email,
        to_name=booking.name,
        facts={"booking_id": str(booking.id), "amount": payment.amount, **told},
        now=now,
    )
    write_audit(SYSTEM, "payment.refunded", payment, now=now, after={"amount": payment.amount}, reason=reason)
    db.session.flush()
