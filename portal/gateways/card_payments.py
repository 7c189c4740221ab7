"""Stripe, behind its SDK: frozen values in, frozen values out; nothing beyond the gateways says its names."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from time import sleep
from typing import Any, TypeVar
from uuid import UUID

import stripe

from portal.gateways.stripe_objects import (
    CardCharge,
    CheckoutSession,
    SignedEvent,
    StripeDispute,
    StripeRefund,
    charge_of,
    dispute_of,
    event_of,
    refund_of,
    session_of,
)
from portal.gateways.stripe_requests import (
    CardRequest,
    ChargeRequest,
    PaymentRequest,
    card_params,
    charge_params,
    payment_params,
)

CLOCK_SKEW = timedelta(minutes=5)
"""How far Stripe's clock and ours may differ when we list what Stripe made since a moment of ours."""


IN_USE_WAITS = (0.2, 0.4, 0.8, 1.6)
"""Seconds to wait for the first press of a double click to be answered; then the second is told the same."""


CARDS = ("payment_intent.payment_method", "setup_intent.payment_method")
"""Where a session that keeps a card has it; else only the card's id is told."""


class StripeRefused(Exception):  # noqa: N818  it is Stripe's answer
    """Stripe answered no, for good: sending the same again changes nothing. ``code`` is its word for why."""

    def __init__(self, told: str, *, code: str | None = None) -> None:
        super().__init__(told)
        self.code = code


class KeyRefused(StripeRefused):
    """Stripe does not let our key do this: it is the portal's setting that is wrong, not what was asked."""


class NotAtStripe(StripeRefused):
    """Stripe has no such object in that account."""


class StripeDidNotAnswer(Exception):  # noqa: N818  it is the lack of an answer
    """No answer, or a fault of Stripe's: it may have happened; the key is sent again, or looked up (M3)."""


class KeyInUse(StripeDidNotAnswer):
    """Stripe is still answering the first use of this key."""


class ForgedEvent(Exception):  # noqa: N818  it is what arrived
    """A webhook without a fresh and true signature."""


Answer = TypeVar("Answer")


stripe.enable_telemetry = False  # it would write a machine's name to the home folder


class CardPayments:
    """Stripe, for one key. Every call names the connected account where the business has one (M7)."""

    def __init__(self, *, secret_key: str, webhook_secret: str, api_base: str | None = None) -> None:
        self._webhook_secret = webhook_secret
        addresses: Any = {"api": api_base} if api_base else {}
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses=addresses,
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=20),
        )

    def open_session(self, request: PaymentRequest) -> CheckoutSession:
        """Open a Checkout Session that takes money, or find the one that the same attempt opened before
        (M3).
        """
        return self._open(request, payment_params(request))

    def open_card_session(self, request: CardRequest) -> CheckoutSession:
        """Open a Checkout Session that keeps a card and takes no money, or find this attempt's (M3)."""
        return self._open(request, card_params(request))

    def read_session(self, session_id: str, stripe_account: str | None) -> CheckoutSession:
        """Read a Checkout Session anew: Stripe's word is final (M2)."""
        return session_of(
            self._ask(
                lambda: self._client.v1.checkout.sessions.retrieve(
                    session_id, params={"expand": [*CARDS]}, options=_options(stripe_account)
                )
            )
        )

    def expire_session(self, session_id: str, stripe_account: str | None) -> CheckoutSession:
        """End an open Checkout Session; one that is paid or over already is told as it is (R7)."""
        try:
            return session_of(
                self._ask(
                    lambda: self._client.v1.checkout.sessions.expire(
                        session_id, options=_options(stripe_account)
                    )
                )
            )
        except StripeRefused:
            return self.read_session(session_id, stripe_account)

    def session_of_payment(self, payment_intent: str, stripe_account: str | None) -> CheckoutSession | None:
        """The session that a payment came of; None for money that came some other way."""
        try:
            sessions = self._all(
                lambda: self._client.v1.checkout.sessions.list(
                    params={"payment_intent": payment_intent, "limit": 1}, options=_options(stripe_account)
                )
            )
            return next(map(session_of, sessions), None)
        except NotAtStripe:
            return None

    def find_session(
        self, attempt_id: UUID, *, since: datetime, stripe_account: str | None
    ) -> CheckoutSession | None:
        """The session that an attempt opened, looked up among those made since then (M3)."""
        sessions = self._all(
            lambda: self._client.v1.checkout.sessions.list(
                params={
                    "created": {"gte": _stamp(since)},
                    "limit": 100,
                    "expand": [f"data.{card}" for card in CARDS],
                },
                options=_options(stripe_account),
            )
        )
        return next((found for found in map(session_of, sessions) if found.attempt_id == attempt_id), None)

    def charge_card(self, request: ChargeRequest) -> str:
        """Charge a saved card while the customer is away; the id of the payment, taken or declined (M1).

        Once per attempt (M3). Raises StripeRefused where no payment was made of it.
        """
        return self._ask_in_turn(lambda: self._charged(request))

    def read_charge(self, payment_intent: str, stripe_account: str | None) -> CardCharge:
        """Read a payment anew: Stripe's word is final (M2)."""
        return charge_of(
            self._ask(
                lambda: self._client.v1.payment_intents.retrieve(
                    payment_intent, options=_options(stripe_account)
                )
            )
        )

    def find_charge(
        self, attempt_id: UUID, *, stripe_customer: str, since: datetime, stripe_account: str | None
    ) -> CardCharge | None:
        """The payment that an attempt made, looked up among that customer's since then (M3)."""
        charges = self._all(
            lambda: self._client.v1.payment_intents.list(
                params={"customer": stripe_customer, "created": {"gte": _stamp(since)}, "limit": 100},
                options=_options(stripe_account),
            )
        )
        return next((found for found in map(charge_of, charges) if found.attempt_id == attempt_id), None)

    def refund(
        self, refund_id: UUID, *, payment_intent: str, amount: int, stripe_account: str | None
    ) -> StripeRefund:
        """Send money back to the card; the refund's own id is the idempotency key (M3)."""
        return refund_of(
            self._ask(
                lambda: self._client.v1.refunds.create(
                    params={
                        "payment_intent": payment_intent,
                        "amount": amount,
                        "metadata": {"attempt": str(refund_id)},
                    },
                    options=_options(stripe_account, key=refund_id),
                )
            )
        )

    def refunds_of(self, payment_intent: str, stripe_account: str | None) -> list[StripeRefund]:
        """Every refund of a payment, whoever made it (M2)."""
        refunds = self._all(
            lambda: self._client.v1.refunds.list(
                params={"payment_intent": payment_intent, "limit": 100}, options=_options(stripe_account)
            )
        )
        return [refund_of(found) for found in refunds]

    def read_dispute(self, dispute_id: str, stripe_account: str | None) -> StripeDispute:
        """Read a dispute anew."""
        found = self._ask(
            lambda: self._client.v1.disputes.retrieve(dispute_id, options=_options(stripe_account))
        )
        return dispute_of(found)

    def signed_event(self, body: bytes, signature: str) -> SignedEvent:
        """The event in a webhook's body; raises ForgedEvent for a missing, stale or false signature (M2)."""
        if not signature.isascii():
            raise ForgedEvent("The signature has characters that no signature has.")  # it cannot be compared
        try:
            event = self._client.construct_event(body, signature, self._webhook_secret)
        except (ValueError, stripe.SignatureVerificationError) as fault:
            raise ForgedEvent(str(fault)) from fault
        return event_of(event)

    def _open(self, request: PaymentRequest | CardRequest, params: Any) -> CheckoutSession:
        options = _options(request.stripe_account, key=request.attempt_id)
        return session_of(
            self._ask_in_turn(
                lambda: self._client.v1.checkout.sessions.create(params=params, options=options)
            )
        )

    def _charged(self, request: ChargeRequest) -> str:
        """The payment's id; the SDK raises a decline, with the payment inside."""
        options = _options(request.stripe_account, key=request.attempt_id)
        try:
            return self._client.v1.payment_intents.create(params=charge_params(request), options=options).id
        except stripe.CardError as declined:
            made = declined.error.payment_intent if declined.error else None
            if made is None:
                raise
            return made.id

    def _ask_in_turn(self, call: Callable[[], Answer]) -> Answer:
        """One call under a key that another press may be using just now."""
        for wait in IN_USE_WAITS:
            try:
                return self._ask(call)
            except KeyInUse:
                sleep(wait)
        return self._ask(call)

    @staticmethod
    def _ask(call: Callable[[], Answer]) -> Answer:
        """One call; its errors sorted into an answer for good and none yet."""
        try:
            return call()
        except (stripe.APIConnectionError, stripe.RateLimitError) as fault:
            raise StripeDidNotAnswer(str(fault)) from fault
        except (stripe.AuthenticationError, stripe.PermissionError) as fault:
            raise KeyRefused(str(fault)) from fault
        except stripe.StripeError as fault:
            if fault.http_status == HTTPStatus.CONFLICT:
                raise KeyInUse(str(fault)) from fault
            if fault.http_status is None or fault.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise StripeDidNotAnswer(str(fault)) from fault
            if fault.code == "resource_missing":
                raise NotAtStripe(str(fault), code=fault.code) from fault
            raise StripeRefused(str(fault), code=fault.code) from fault

    def _all(self, first_page: Callable[[], Any]) -> Iterator[Any]:
        """Every object of a list, page by page."""
        page = self._ask(first_page)
        yield from self._ask(lambda: list(page.auto_paging_iter()))


def _stamp(since: datetime) -> int:
    return int((since - CLOCK_SKEW).timestamp())


def _options(stripe_account: str | None, *, key: UUID | None = None) -> Any:
    options: dict[str, str] = {}
    if stripe_account:
        options["stripe_account"] = stripe_account
    if key:
        options["idempotency_key"] = str(key)
    return options
