"""Stripe's word is final: what a session says is applied here, once, however often it comes (M2, M4)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import select

from portal.gateways.stripe_objects import CheckoutSession
from portal.models.baskets import Basket
from portal.models.bookings import Booking, BookingStatus
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.payments import Payment, Refund
from portal.models.whole_refunds import PAID_TOO_LATE, PAID_TWICE
from portal.operations.auditing import SYSTEM, Actor
from portal.operations.confirming import confirm
from portal.operations.money_that_came import refund_whole, write_payment
from portal.operations.payment_attempts import (
    Attempt,
    another_is_open,
    change_was_asked,
    close_attempt,
    record_session,
)
from portal.operations.reclaiming import reclaim
from portal.operations.releasing import lock_booking, release
from portal.operations.saved_cards import keep_card_of_booking
from portal.rules.sentences import Refusal


class PaymentMismatch(Exception):  # noqa: N818  it is what Stripe said against what we wrote down
    """A session that is not what the attempt wrote down: nothing is applied, people look at it (M2)."""


class Outcome(Enum):
    """What has become of the booking."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Settled:
    """A booking after Stripe's word was applied."""

    reference: str
    secret: str
    outcome: Outcome


def settle(
    business: BusinessFacts,
    attempt: Attempt,
    session: CheckoutSession,
    *,
    stripe_account: str | None,
    now: datetime,
    actor: Actor = SYSTEM,
) -> Settled:
    """Apply a session as Stripe tells it now: confirm, release, refund, or wait. Idempotent, in any order
    (M2).

    Checks account, attempt, amount and currency first and raises PaymentMismatch. Where the session has
    expired because the customer wanted the basket back, the basket keeps its places (Change basket, R7).
    """
    _refuse_mismatch(attempt, session, stripe_account)
    basket, booking = lock_booking(business.id, attempt.booking_id)
    if attempt.session_id is None:
        record_session(attempt, session, now=now)
    if session.status == "complete" and session.paid:
        close_attempt(attempt, now=now)
        outcome = _settle_paid(business, basket, booking, attempt, session, now)
    elif session.status == "expired":
        close_attempt(attempt, now=now)
        outcome = _settle_expired(business, basket, booking, attempt, actor=actor, now=now)
    else:
        outcome = Outcome.WAITING
    return Settled(booking.reference, booking.secret, outcome)


def give_up(
    business: BusinessFacts,
    attempt: Attempt,
    *,
    now: datetime,
    actor: Actor = SYSTEM,
    hold_anew: bool,
    reason: str,
) -> None:
    """Close an attempt that opened nothing at Stripe, and let go of the claims unless another one is open."""
    basket, booking = lock_booking(business.id, attempt.booking_id)
    close_attempt(attempt, now=now)
    hold_anew = hold_anew or change_was_asked(attempt)
    if booking.status is BookingStatus.PENDING and not another_is_open(attempt):
        release(business, booking, basket, actor=actor, now=now, hold_anew=hold_anew, reason=reason)


def _refuse_mismatch(attempt: Attempt, session: CheckoutSession, stripe_account: str | None) -> None:
    said = (stripe_account, session.attempt_id, session.amount, session.currency)
    written = (attempt.stripe_account, attempt.id, attempt.amount, attempt.currency)
    if said != written:
        raise PaymentMismatch(f"Session {session.id} says {said}, attempt {attempt.id} was {written}.")


def _settle_expired(
    business: BusinessFacts,
    basket: Basket | None,
    booking: Booking,
    attempt: Attempt,
    *,
    actor: Actor,
    now: datetime,
) -> Outcome:
    if booking.status is BookingStatus.PENDING and another_is_open(attempt):
        return Outcome.WAITING
    if booking.status is BookingStatus.PENDING:
        hold_anew = change_was_asked(attempt)
        reason = "The customer changed the basket." if hold_anew else "The payment's time ran out."
        release(business, booking, basket, actor=actor, now=now, hold_anew=hold_anew, reason=reason)
    return Outcome.CONFIRMED if booking.status is BookingStatus.CONFIRMED else Outcome.RELEASED


def _settle_paid(
    business: BusinessFacts,
    basket: Basket | None,
    booking: Booking,
    attempt: Attempt,
    session: CheckoutSession,
    now: datetime,
) -> Outcome:
    payment_intent = session.payment_intent or session.id
    known = db.session.scalars(select(Payment).where(Payment.payment_intent == payment_intent)).first()
    if known is not None:
        return _outcome_of(booking, known)
    payment = write_payment(attempt, payment_intent, now=now, booking_id=booking.id)
    if booking.status is BookingStatus.PENDING:
        confirm(business, booking, basket, actor=SYSTEM, now=now)
        keep_card_of_booking(booking, session, stripe_account=attempt.stripe_account, now=now)
        return Outcome.CONFIRMED
    if booking.status is BookingStatus.RELEASED and _claims_again(business, basket, booking, now):
        keep_card_of_booking(booking, session, stripe_account=attempt.stripe_account, now=now)
        return Outcome.CONFIRMED
    paid_twice = booking.status is BookingStatus.CONFIRMED
    reason = PAID_TWICE if paid_twice else PAID_TOO_LATE
    refund_whole(booking, payment, reason=reason, now=now, paid_twice=paid_twice)
    return Outcome.REFUNDED


def _outcome_of(booking: Booking, payment: Payment) -> Outcome:
    refunded = db.session.scalars(
        select(Refund).where(
            Refund.business_id == payment.business_id,
            Refund.payment_id == payment.id,
            Refund.reason.in_((PAID_TOO_LATE, PAID_TWICE)),
        )
    ).first()
    if refunded is not None:
        return Outcome.REFUNDED
    return Outcome.CONFIRMED if booking.status is BookingStatus.CONFIRMED else Outcome.RELEASED


def _claims_again(business: BusinessFacts, basket: Basket | None, booking: Booking, now: datetime) -> bool:
    """M4: money came after the claims were let go of; all of it is claimed again, or none."""
    try:
        with db.session.begin_nested():
            reclaim(business, booking, basket, now=now)
    except Refusal:
        return False
    confirm(business, booking, basket, actor=SYSTEM, now=now)
    return True
