"""What Stripe tells of its objects, as frozen values, and how they are read from its SDK's (M2)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """A Checkout Session: ``status`` is open, complete or expired; ``amount`` is in minor units."""

    id: str
    url: str | None
    status: str
    paid: bool
    amount: int
    currency: str
    payment_intent: str | None
    attempt_id: UUID | None
    business_id: UUID | None


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
    return SignedEvent(
        type=found.type,
        object_id=_get(thing, "id") or "",  # a balance has none
        payment_intent=_id_of(_get(thing, "payment_intent")),
        stripe_account=_get(found, "account"),
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
