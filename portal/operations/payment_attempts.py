"""Attempts to open a Checkout Session: the intent that was written down before Stripe was called (M3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.gateways.stripe_objects import CheckoutSession
from portal.gateways.stripe_requests import ChargedLine, PaymentRequest, Purpose
from portal.models.bookings import Booking
from portal.models.business import Business, BusinessFacts
from portal.models.database import db, new_id, rows_changed
from portal.models.payments import CheckoutAttempt
from portal.operations.saved_cards import live_card

SESSION_MINUTES = 35
"""How long a pending booking claims: Stripe wants at least 30 minutes by its own clock (R7)."""

SAME_KEY_FOR = timedelta(minutes=1)
"""How long an unresolved attempt is sent again with its key; its end is relative to now, so later it is only
looked up (M3)."""

ASK_EVERY = timedelta(minutes=1)
"""How often Stripe is asked about a session that nobody has told us of."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as a door needs it to talk to Stripe."""

    id: UUID
    business_id: UUID
    booking_id: UUID
    reference: str
    business_name: str
    email: str
    amount: int
    currency: str
    stripe_account: str | None
    stripe_customer: str | None
    saves_card: bool
    return_to: str
    created_at: datetime
    expires_at: datetime
    session_id: str | None
    url: str | None
    is_open: bool

    def may_be_sent_again(self, now: datetime) -> bool:
        """Whether the same key may still be sent (M3)."""
        return now < self.created_at + SAME_KEY_FOR

    def request(self) -> PaymentRequest:
        """What Stripe is asked: the same words each time, since all of them were written down.

        The booking is one line: what it is made of stands in the shop.
        """
        description = f"{self.business_name}, booking {self.reference}"
        return PaymentRequest(
            attempt_id=self.id,
            business_id=self.business_id,
            purpose=Purpose.BOOKING,
            subject_id=self.booking_id,
            reference=self.reference,
            description=description,
            lines=(ChargedLine(description, self.amount),),
            currency=self.currency,
            email=self.email,
            expires_at=self.expires_at,
            success_url=self.return_to + "/checkout/return?session_id={CHECKOUT_SESSION_ID}",
            cancel_url=self.return_to + "/basket",
            stripe_account=self.stripe_account,
            stripe_customer=self.stripe_customer,
            saves_card=self.saves_card,
        )


_ATTEMPT = (
    select(
        CheckoutAttempt.id,
        CheckoutAttempt.business_id,
        CheckoutAttempt.booking_id,
        Booking.reference,
        Business.name,
        Booking.email,
        CheckoutAttempt.amount,
        CheckoutAttempt.currency,
        CheckoutAttempt.stripe_account,
        CheckoutAttempt.stripe_customer,
        Booking.later_total > 0,
        CheckoutAttempt.return_to,
        CheckoutAttempt.created_at,
        CheckoutAttempt.expires_at,
        CheckoutAttempt.session_id,
        CheckoutAttempt.url,
        CheckoutAttempt.closed_at.is_(None),
    )
    .join(
        Booking,
        (Booking.business_id == CheckoutAttempt.business_id) & (Booking.id == CheckoutAttempt.booking_id),
    )
    .join(Business, Business.id == CheckoutAttempt.business_id)
)

_BY_ID = _ATTEMPT.where(
    CheckoutAttempt.business_id == bindparam("business_id"), CheckoutAttempt.id == bindparam("attempt_id")
)
_BY_SESSION = _ATTEMPT.where(CheckoutAttempt.session_id == bindparam("session_id"))
_LATEST = (
    _ATTEMPT.where(
        CheckoutAttempt.business_id == bindparam("business_id"),
        CheckoutAttempt.booking_id == bindparam("booking_id"),
    )
    .order_by(CheckoutAttempt.created_at.desc(), CheckoutAttempt.id.desc())
    .limit(1)
)
_DUE = (
    _ATTEMPT.where(CheckoutAttempt.closed_at.is_(None), CheckoutAttempt.asked_at <= bindparam("asked_before"))
    .order_by(CheckoutAttempt.asked_at)
    .limit(bindparam("most"))
)

_CHANGE_ASKED = select(CheckoutAttempt.change_asked_at).where(
    CheckoutAttempt.business_id == bindparam("business_id"), CheckoutAttempt.id == bindparam("attempt_id")
)
_ANOTHER_OPEN = select(CheckoutAttempt.id).where(
    CheckoutAttempt.business_id == bindparam("business_id"),
    CheckoutAttempt.booking_id == bindparam("booking_id"),
    CheckoutAttempt.id != bindparam("attempt_id"),
    CheckoutAttempt.closed_at.is_(None),
)
_CLOSE = (
    update(CheckoutAttempt)
    .where(
        CheckoutAttempt.business_id == bindparam("of_business"),
        CheckoutAttempt.id == bindparam("attempt_id"),
        CheckoutAttempt.closed_at.is_(None),
    )
    .values(closed_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)


def _attempt(row: Any) -> Attempt:
    return Attempt(*row)


def add_attempt(business: BusinessFacts, booking: Booking, *, return_to: str, now: datetime) -> UUID:
    """Write down the intent to open a Checkout Session, before Stripe is called (M3); returns its id."""
    attempt = CheckoutAttempt(
        business_id=business.id,
        id=new_id(),
        booking_id=booking.id,
        amount=booking.to_pay,
        currency=booking.currency,
        stripe_account=business.stripe_account,
        stripe_customer=_known_at_stripe(business, booking),
        created_at=now,
        expires_at=now + timedelta(minutes=SESSION_MINUTES),
        return_to=return_to,
        asked_at=now,
    )
    booking.claimed_until = attempt.expires_at
    db.session.add(attempt)
    return attempt.id


def _known_at_stripe(business: BusinessFacts, booking: Booking) -> str | None:
    """For whom Stripe keeps the card of instalments: the customer of the card on file, if there is one."""
    if not booking.later_total or booking.customer_id is None:
        return None
    card = live_card(business, booking.customer_id)
    return card.stripe_customer if card else None


def attempt_by_id(business_id: UUID, attempt_id: UUID) -> Attempt | None:
    """One attempt of a business."""
    row = db.session.execute(_BY_ID, {"business_id": business_id, "attempt_id": attempt_id}).first()
    return _attempt(row) if row else None


def attempt_of_session(session: CheckoutSession) -> Attempt | None:
    """The attempt behind a session: by its id, or by our names on it (killed before we recorded the id)."""
    row = db.session.execute(_BY_SESSION, {"session_id": session.id}).first()
    if row is None and session.business_id is not None and session.attempt_id is not None:
        return attempt_by_id(session.business_id, session.attempt_id)
    return _attempt(row) if row else None


def attempt_by_session_id(session_id: str) -> Attempt | None:
    """The attempt that opened a session, if it was recorded."""
    row = db.session.execute(_BY_SESSION, {"session_id": session_id}).first()
    return _attempt(row) if row else None


def latest_attempt(business_id: UUID, booking_id: UUID) -> Attempt | None:
    """The attempt through which a booking is being paid."""
    row = db.session.execute(_LATEST, {"business_id": business_id, "booking_id": booking_id}).first()
    return _attempt(row) if row else None


def attempts_to_ask_about(*, now: datetime, most: int = 50) -> list[Attempt]:
    """Open attempts that nobody has told us of for a while, of every business: for the reconciler (M2)."""
    rows = db.session.execute(_DUE, {"asked_before": now - ASK_EVERY, "most": most})
    return [_attempt(row) for row in rows]


def record_session(attempt: Attempt, session: CheckoutSession, *, now: datetime) -> None:
    """Write down what Stripe answered: the session that the attempt opened (M3)."""
    _change(attempt, session_id=session.id, url=session.url, asked_at=now)


def record_asking(attempt: Attempt, *, now: datetime) -> None:
    """Write down that Stripe is being asked, so that the next round takes the others first."""
    _change(attempt, asked_at=now)


def ask_for_change(attempt: Attempt, *, now: datetime) -> None:
    """Write down that the customer wants the basket back, before Stripe is told to end the session (M3).

    Whoever hears first that it has ended, this request or the webhook, then holds the lines anew (R7).
    """
    _change(attempt, change_asked_at=now)


def take_back_change(attempt: Attempt) -> None:
    """The customer goes on paying after all."""
    _change(attempt, change_asked_at=None)


def change_was_asked(attempt: Attempt) -> bool:
    """Whether the customer wants the basket back, read anew."""
    keys = {"business_id": attempt.business_id, "attempt_id": attempt.id}
    return db.session.scalar(_CHANGE_ASKED, keys) is not None


def another_is_open(attempt: Attempt) -> bool:
    """Whether the booking is being paid through another attempt: one that was looked up in vain may yet
    turn out to have opened a session (M3).
    """
    keys = {"business_id": attempt.business_id, "booking_id": attempt.booking_id, "attempt_id": attempt.id}
    return db.session.scalar(_ANOTHER_OPEN, keys) is not None


def close_attempt(attempt: Attempt, *, now: datetime) -> bool:
    """The attempt is over: paid, expired, refused, or never made at Stripe. False if it was before."""
    keys = {"of_business": attempt.business_id, "attempt_id": attempt.id}
    return rows_changed(_CLOSE, keys | {"now": now}) > 0


def _change(attempt: Attempt, **values: object) -> None:
    db.session.execute(
        update(CheckoutAttempt)
        .where(CheckoutAttempt.business_id == attempt.business_id, CheckoutAttempt.id == attempt.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
