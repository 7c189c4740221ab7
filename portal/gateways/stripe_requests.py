"""What Stripe is asked for, as frozen values, and how it is said in its API's words (M3, M7).

The same values are the same words each time: under an idempotency key Stripe refuses others.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID


class Purpose(Enum):
    """What an object at Stripe was made for; it stands in its metadata."""

    BOOKING = "booking"
    INSTALMENT = "instalment"
    DUES = "dues"
    CARD = "card"
    TRANSFER = "transfer"


_SUBJECTS = {
    Purpose.BOOKING: "booking",
    Purpose.DUES: "customer",
    Purpose.CARD: "customer",
    Purpose.TRANSFER: "transfer",
}
"""Under which name the metadata say what it was made for."""


@dataclass(frozen=True, slots=True)
class ChargedLine:
    """One line on Stripe's page: its name, and what it costs in minor units."""

    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What a Checkout Session that takes money is asked for: for a booking, for what a client owes, or for
    the difference of a transfer, whose id is ``subject_id``. ``attempt_id`` is also the idempotency key (M3).

    With ``saves_card`` the card is kept for the instalments (M1): for ``stripe_customer`` where Stripe knows
    one of ours, else for one that Stripe makes.
    """

    attempt_id: UUID
    business_id: UUID
    purpose: Purpose
    subject_id: UUID
    reference: str
    description: str
    lines: tuple[ChargedLine, ...]
    currency: str
    email: str
    expires_at: datetime
    success_url: str
    cancel_url: str
    stripe_account: str | None
    stripe_customer: str | None = None
    saves_card: bool = False

    @property
    def amount(self) -> int:
        """What all lines come to."""
        return sum(line.amount for line in self.lines)

    @property
    def names(self) -> dict[str, str]:
        """Our names on the session and its payment."""
        return _names(self) | {_SUBJECTS[self.purpose]: str(self.subject_id)}


@dataclass(frozen=True, slots=True)
class CardRequest:
    """What the Checkout Session that saves another card, and takes no money, is asked for (M1, M3)."""

    attempt_id: UUID
    business_id: UUID
    customer_id: UUID
    currency: str
    email: str
    expires_at: datetime
    success_url: str
    cancel_url: str
    stripe_account: str | None
    stripe_customer: str | None

    @property
    def purpose(self) -> Purpose:
        """A card."""
        return Purpose.CARD

    @property
    def names(self) -> dict[str, str]:
        """Our names on the session and its setup intent."""
        return _names(self) | {_SUBJECTS[self.purpose]: str(self.customer_id)}


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """A charge of a saved card while the customer is away; ``attempt_id`` is also the idempotency key
    (M1, M3).
    """

    attempt_id: UUID
    business_id: UUID
    stripe_customer: str
    payment_method: str
    amount: int
    currency: str
    description: str
    stripe_account: str | None

    @property
    def purpose(self) -> Purpose:
        """An instalment."""
        return Purpose.INSTALMENT

    @property
    def names(self) -> dict[str, str]:
        """Our names on the payment."""
        return _names(self)


Request = PaymentRequest | CardRequest | ChargeRequest


def payment_params(request: PaymentRequest) -> Any:
    """A Checkout Session that takes money, and keeps the card where it is asked to."""
    intent = {"metadata": request.names, "description": request.description}
    if request.saves_card:
        intent["setup_future_usage"] = "off_session"
    return (
        {
            "mode": "payment",
            "adaptive_pricing": {"enabled": False},
            "line_items": [_line(line, request.currency) for line in request.lines],
            "client_reference_id": request.reference,
            "payment_intent_data": intent,
        }
        | _page(request)
        | _payer(request, makes_one=request.saves_card)
    )


def card_params(request: CardRequest) -> Any:
    """A Checkout Session that keeps a card and takes no money."""
    return (
        {
            "mode": "setup",
            "currency": request.currency.lower(),
            "setup_intent_data": {"metadata": request.names},
        }
        | _page(request)
        | _payer(request, makes_one=True)
    )


def charge_params(request: ChargeRequest) -> Any:
    """A payment of a saved card, confirmed at once, the customer being away."""
    return {
        "amount": request.amount,
        "currency": request.currency.lower(),
        "customer": request.stripe_customer,
        "payment_method": request.payment_method,
        "allowed_payment_method_types": ["card"],  # what confirms at once (M7)
        "confirm": True,
        "off_session": True,
        "description": request.description,
        "metadata": request.names,
    }


def _names(request: Request) -> dict[str, str]:
    return {
        "attempt": str(request.attempt_id),
        "business": str(request.business_id),
        "purpose": request.purpose.value,
    }


def _line(line: ChargedLine, currency: str) -> dict[str, object]:
    price = {
        "currency": currency.lower(),
        "unit_amount": line.amount,
        "product_data": {"name": line.name},
    }
    return {"quantity": 1, "price_data": price}


def _page(request: PaymentRequest | CardRequest) -> dict[str, object]:
    return {
        "allowed_payment_method_types": ["card"],  # what confirms at once (M7)
        "metadata": request.names,
        "expires_at": int(request.expires_at.timestamp()),
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
    }


def _payer(request: PaymentRequest | CardRequest, *, makes_one: bool) -> dict[str, object]:
    """Who pays: a customer that Stripe knows, or an address, of which it makes one where a card is kept."""
    if request.stripe_customer is not None:
        return {"customer": request.stripe_customer}
    made = {"customer_creation": "always"} if makes_one else {}
    return {"customer_email": request.email, **made}
