"""What a shop asks of Stripe: sessions, customers, saved cards, each by one call; and its webhooks' inbox."""

import threading
import time
from typing import Any

import stripe
from stripe import Customer, PaymentMethod
from stripe.checkout import Session

SECRET = "whsec_stand_in"
ELSEWHERE = "acct_1Studio"
YOGA: dict[str, Any] = {
    "quantity": 1,
    "price_data": {"currency": "gbp", "unit_amount": 1200, "product_data": {"name": "Morning Yoga"}},
}


def session_params(**changes: Any) -> Any:
    """What a check-out for one £12.00 ticket sends, with changes; None leaves a parameter out."""
    params = {
        "mode": "payment",
        "line_items": [YOGA],
        "customer_email": "ada@example.com",
        "success_url": "http://shop.example/done?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop.example/basket",
    } | changes
    return {name: value for name, value in params.items() if value is not None}


def a_session(client: stripe.StripeClient, **changes: Any) -> Session:
    return client.v1.checkout.sessions.create(session_params(**changes))


def a_setup_session(client: stripe.StripeClient, customer: str, **changes: Any) -> Session:
    setup = {
        "mode": "setup",
        "line_items": None,
        "customer_email": None,
        "customer": customer,
        "currency": "gbp",
    }
    return a_session(client, **setup | changes)


def a_customer(client: stripe.StripeClient, email: str = "ada@example.com") -> Customer:
    return client.v1.customers.create({"email": email, "name": "Ada"})


def a_saved_card(client: stripe.StripeClient, customer: str, token: str = "pm_card_visa") -> PaymentMethod:
    return client.v1.payment_methods.attach(token, {"customer": customer})


def a_payment(
    client: stripe.StripeClient, amount: int = 1200, token: str = "pm_card_visa"
) -> stripe.PaymentIntent:
    return client.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": "gbp",
            "payment_method": token,
            "confirm": True,
            "return_url": "http://shop.example/back",
        }
    )


class Inbox:
    """Takes webhooks as a shop does: checks the signature with the SDK, keeps the event, and says 200."""

    def __init__(self) -> None:
        self.events: list[stripe.Event] = []
        self.answers: list[int] = []
        self._lock = threading.Lock()

    def __call__(self, body: bytes, headers: dict[str, str]) -> int:
        event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)
        with self._lock:
            status = self.answers.pop(0) if self.answers else 200
            if status == 200:
                self.events.append(event)
        return status

    def types(self) -> list[str]:
        return [event.type for event in self.events]

    def of_type(self, type_: str) -> list[stripe.Event]:
        return [event for event in self.events if event.type == type_]

    def wait_for(self, type_: str, seconds: float = 5) -> stripe.Event:
        """The first event of that type, as soon as it is here."""
        end = time.monotonic() + seconds
        while not self.of_type(type_):
            assert time.monotonic() < end, f"no {type_} among {self.types()}"
            time.sleep(0.01)
        return self.of_type(type_)[0]
