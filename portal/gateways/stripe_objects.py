"""What Stripe tells of its objects, as frozen values, and how they are read from its SDK's (M2)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A card that Stripe keeps for charges while its customer is away."""

    stripe_customer: str
    payment_method: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """A Checkout Session: ``status`` is open, complete or expired; ``amount`` is in minor units, 0 where it
    saves a card only. ``card`` is the card that it saved, if it was read anew.
    """

    id: str
    url: str | None
    status: str
    paid: bool
    amount: int
    currency: str
    payment_intent: str | None
    attempt_id: UUID | None
    business_id: UUID | None
    purpose: str | None = None
    card: KeptCard | None = None


@dataclass(frozen=True, slots=True)
class CardCharge:
    """A payment of a saved card as Stripe tells it now; ``decline_code`` is why the last try was declined."""

    id: str
    status: str
    amount: int
    currency: str
    decline_code: str | None
    attempt_id: UUID | None
    business_id: UUID | None

    @property
    def succeeded(self) -> bool:
        """Whether the money was taken."""
        return self.status == "succeeded"

    @property
    def is_under_way(self) -> bool:
        """Whether the bank has not answered yet."""
        return self.status == "processing"


@dataclass(frozen=True, slots=True)
class StripeRefund:
    """A refund as Stripe tells it now; ``attempt_id`` is ours, if we asked for it."""

    id: str
    status: str
    amount: int
    attempt_id: UUID | None


@dataclass(frozen=True, slots=True)
class StripeDispute:
    """A dispute as Stripe tells it now."""

    id: str
    amount: int
    status: str
    payment_intent: str | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """A webhook whose signature is true: what kind of thing, which object, whose account."""

    type: str
    object_id: str
    payment_intent: str | None
    stripe_account: str | None
    purpose: str | None


def session_of(found: Any) -> CheckoutSession:
    """A Checkout Session; one of another's making has none of our names."""
    return CheckoutSession(
        id=found.id,
        url=found.url,
        status=found.status or "open",
        paid=found.payment_status == "paid",
        amount=found.amount_total or 0,
        currency=(found.currency or "").upper(),
        payment_intent=_id_of(found.payment_intent),
        attempt_id=_uuid(found.metadata, "attempt"),
        business_id=_uuid(found.metadata, "business"),
        purpose=_get(found.metadata, "purpose") if found.metadata else None,
        card=_kept_card(_get(found, "payment_intent")) or _kept_card(_get(found, "setup_intent")),
    )


def charge_of(found: Any) -> CardCharge:
    """A payment; one that waits for its holder is told as declined, since the holder is away (M1)."""
    fault = found.last_payment_error
    code = (_get(fault, "decline_code") or _get(fault, "code")) if fault else None
    return CardCharge(
        id=found.id,
        status=found.status,
        amount=found.amount,
        currency=found.currency.upper(),
        decline_code=code,
        attempt_id=_uuid(found.metadata, "attempt"),
        business_id=_uuid(found.metadata, "business"),
    )


def refund_of(found: Any) -> StripeRefund:
    """A refund, ours or the dashboard's."""
    return StripeRefund(
        id=found.id,
        status=found.status or "pending",
        amount=found.amount,
        attempt_id=_uuid(found.metadata, "attempt"),
    )


def dispute_of(found: Any) -> StripeDispute:
    """A dispute."""
    return StripeDispute(
        id=found.id,
        amount=found.amount,
        status=found.status,
        payment_intent=_id_of(found.payment_intent),
        opened_at=datetime.fromtimestamp(found.created, UTC),
    )


def event_of(found: Any) -> SignedEvent:
    """An event whose signature was found true."""
    thing = found.data.object
    metadata = _get(thing, "metadata")
    return SignedEvent(
        type=found.type,
        object_id=_get(thing, "id") or "",  # a balance has none
        payment_intent=_id_of(_get(thing, "payment_intent")),
        stripe_account=_get(found, "account"),
        purpose=_get(metadata, "purpose") if metadata else None,
    )


def _kept_card(intent: Any) -> KeptCard | None:
    """The card that an intent kept for later: one that was read with its card, and was to keep it."""
    if intent is None or isinstance(intent, str) or intent.status != "succeeded" or not intent.customer:
        return None
    usage = _get(intent, "setup_future_usage") or _get(intent, "usage")
    method = intent.payment_method
    if usage != "off_session" or method is None or isinstance(method, str) or _get(method, "card") is None:
        return None
    return KeptCard(
        stripe_customer=str(_id_of(intent.customer)),
        payment_method=method.id,
        brand=method.card.brand,
        last4=method.card.last4,
        exp_month=method.card.exp_month,
        exp_year=method.card.exp_year,
    )


def _get(thing: Any, name: str) -> Any:
    """A field that Stripe may leave out (a StripeObject is no dict)."""
    return thing[name] if name in thing else None  # noqa: SIM401  it has no .get


def _id_of(reference: Any) -> str | None:
    """The id of a reference, expanded or not."""
    if reference is None or isinstance(reference, str):
        return reference
    return str(reference["id"])


def _uuid(metadata: Any, name: str) -> UUID | None:
    text = _get(metadata, name) if metadata else None
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
