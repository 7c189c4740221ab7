"""Opening, continuing, ending and settling the Checkout Session of a pending booking (R7, M2–M4)."""

from contextlib import suppress
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from portal.gateways.card_payments import CardPayments, NotAtStripe, StripeDidNotAnswer, StripeRefused
from portal.gateways.stripe_objects import CheckoutSession
from portal.models.bookings import BookingStatus
from portal.models.business import BusinessFacts
from portal.models.businesses import business_of
from portal.models.database import end_reading, transaction
from portal.operations.auditing import Actor
from portal.operations.payment_attempts import (
    Attempt,
    add_attempt,
    ask_for_change,
    attempt_by_id,
    attempt_by_session_id,
    attempt_of_session,
    attempts_to_ask_about,
    close_attempt,
    latest_attempt,
    record_asking,
    record_session,
    take_back_change,
)
from portal.operations.releasing import lock_booking
from portal.operations.saved_cards import forget_cards
from portal.operations.settling import Settled, give_up, settle
from portal.rules.sentences import Refusal

Found = TypeVar("Found")


class PaymentNotStarted(Refusal):
    """Stripe refused to open a payment: nothing was charged, and the basket is as it was."""

    def __init__(self) -> None:
        super().__init__(
            "The card payment could not be started, so nothing was booked. Your basket is as it was."
        )


class StripeIsSilent(Refusal):
    """Stripe did not answer: nothing is lost, and the customer may try again."""

    def __init__(self) -> None:
        super().__init__(
            "The card payment service did not answer just now. Nothing is lost: please try again in a moment."
        )


def open_payment(business: BusinessFacts, attempt_id: UUID, *, stripe: CardPayments, now: datetime) -> str:
    """Open the Checkout Session that an attempt intends, and return the address of Stripe's page.

    Raises PaymentNotStarted where Stripe says no (the claims are let go of, the basket keeps its places),
    StripeIsSilent where it does not answer (the attempt stays, to be continued).
    """
    attempt = _needed(attempt_by_id(business.id, attempt_id))
    end_reading()
    try:
        session = stripe.open_session(attempt.request())
    except StripeDidNotAnswer as silence:
        raise StripeIsSilent from silence
    except StripeRefused as no:
        with transaction():
            give_up(business, attempt, now=now, hold_anew=True, reason=f"Stripe refused: {no}"[:200])
            if isinstance(no, NotAtStripe) and attempt.stripe_customer is not None:
                forget_cards(business.id, attempt.stripe_customer, now=now)  # the next press makes another
        raise PaymentNotStarted from no
    with transaction():
        record_session(attempt, session, now=now)
    return _needed(session.url)


def continue_payment(
    business: BusinessFacts, booking_id: UUID, *, return_to: str, stripe: CardPayments, now: datetime
) -> str | None:
    """The address of Stripe's page for a pending booking; None where there is nothing to pay any more.

    An attempt that never got its answer is sent again with its key for a minute, then looked up (M3).
    """
    attempt = latest_attempt(business.id, booking_id)
    end_reading()
    if attempt is None or not attempt.is_open:
        return None
    try:
        session = _session_of(attempt, stripe=stripe, now=now)
    except StripeDidNotAnswer as silence:
        raise StripeIsSilent from silence
    if session is None:
        return _open_another(business, attempt, return_to=return_to, stripe=stripe, now=now)
    with transaction():
        lock_booking(business.id, attempt.booking_id)  # before the attempt, as whoever hears from Stripe does
        take_back_change(attempt)
        settle(business, attempt, session, stripe_account=attempt.stripe_account, now=now)
    return session.url if session.status == "open" else None


def change_basket(
    business: BusinessFacts, booking_id: UUID, *, actor: Actor, stripe: CardPayments, now: datetime
) -> Settled | None:
    """End the payment and bring the lines back with a fresh hold (R7). Returns what became of the booking,
    if there is one.

    Claims are let go of only once Stripe says that the session has expired; one that was paid meanwhile
    stays booked.
    """
    attempt = latest_attempt(business.id, booking_id)
    end_reading()
    if attempt is None or not attempt.is_open:
        return None
    with transaction():
        ask_for_change(attempt, now=now)
    try:
        session = _session_of(attempt, stripe=stripe, now=now)
        if session is not None and session.status == "open":
            session = stripe.expire_session(session.id, attempt.stripe_account)
    except StripeDidNotAnswer as silence:
        raise StripeIsSilent from silence
    with transaction():
        if session is None:
            give_up(
                business,
                attempt,
                now=now,
                actor=actor,
                hold_anew=True,
                reason="The customer changed the basket.",
            )
            return None
        return settle(business, attempt, session, stripe_account=attempt.stripe_account, now=now, actor=actor)


def settle_session(
    session_id: str, stripe_account: str | None, *, stripe: CardPayments, now: datetime
) -> Settled | None:
    """Read a session anew and apply it: for the webhook, whose account says where to read (M2, M7).

    None for a session that is not ours.
    """
    try:
        session = stripe.read_session(session_id, stripe_account)
    except NotAtStripe:
        return None
    attempt = attempt_of_session(session)
    end_reading()
    return _apply(attempt, session, stripe_account, now=now) if attempt else None


def settle_return(
    business: BusinessFacts, session_id: str, *, stripe: CardPayments, now: datetime
) -> Settled | None:
    """Apply the session that a customer came back from (M2); None where it is not this business's."""
    attempt = attempt_by_session_id(session_id)
    end_reading()
    if attempt is None or attempt.business_id != business.id:
        return None
    try:
        session = stripe.read_session(session_id, attempt.stripe_account)
    except StripeDidNotAnswer as silence:
        raise StripeIsSilent from silence
    return _apply(attempt, session, attempt.stripe_account, now=now)


def reconcile(*, stripe: CardPayments, now: datetime) -> int:
    """Ask Stripe about every open attempt that nobody has told us of for a minute; returns how many (M2, M3).

    A fault with one does not keep the others waiting: it is raised at the end.
    """
    due = attempts_to_ask_about(now=now)
    end_reading()
    faults: list[Exception] = []
    for attempt in due:
        try:
            _reconcile_one(attempt, stripe=stripe, now=now)
        except Exception as fault:  # noqa: BLE001  the others are not to wait for it
            faults.append(fault)
    if faults:
        raise ExceptionGroup("Payments that could not be reconciled", faults)
    return len(due)


def _reconcile_one(attempt: Attempt, *, stripe: CardPayments, now: datetime) -> None:
    with transaction():
        record_asking(attempt, now=now)
    session = _session_of(attempt, stripe=stripe, now=now)
    if session is not None:
        _apply(attempt, session, attempt.stripe_account, now=now)
        return
    business = business_of(attempt.business_id)
    with transaction():
        give_up(business, attempt, now=now, hold_anew=False, reason="No payment was opened at Stripe.")


def _apply(
    attempt: Attempt, session: CheckoutSession, stripe_account: str | None, *, now: datetime
) -> Settled:
    business = business_of(attempt.business_id)
    with transaction():
        return settle(business, attempt, session, stripe_account=stripe_account, now=now)


def _session_of(attempt: Attempt, *, stripe: CardPayments, now: datetime) -> CheckoutSession | None:
    """What an attempt opened: read, sent again with its key, or looked up; None where Stripe knows nothing
    of it (M3).

    A session that Stripe denies having opened is believed to be gone only once its time is over.
    """
    if attempt.session_id is not None:
        try:
            return stripe.read_session(attempt.session_id, attempt.stripe_account)
        except NotAtStripe:
            if now < attempt.expires_at:
                raise
            return None
    if attempt.may_be_sent_again(now):
        with suppress(StripeRefused):
            return stripe.open_session(attempt.request())
    return stripe.find_session(attempt.id, since=attempt.created_at, stripe_account=attempt.stripe_account)


def _open_another(
    business: BusinessFacts, attempt: Attempt, *, return_to: str, stripe: CardPayments, now: datetime
) -> str | None:
    """Close an attempt that opened nothing, and make one other, however often it is pressed."""
    with transaction():
        _, booking = lock_booking(business.id, attempt.booking_id)
        is_first = close_attempt(attempt, now=now)
        if booking.status is not BookingStatus.PENDING:
            return None
        another = add_attempt(business, booking, return_to=return_to, now=now) if is_first else None
    if another is None:
        return continue_payment(business, attempt.booking_id, return_to=return_to, stripe=stripe, now=now)
    return open_payment(business, another, stripe=stripe, now=now)


def _needed(found: Found | None) -> Found:
    """What must be there, since we wrote it down ourselves."""
    if found is None:
        raise LookupError("A row that was written down is not there.")
    return found
