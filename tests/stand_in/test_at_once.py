"""Many at the same time: what happens once at Stripe happens once here."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import requests
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn

from .shop import a_payment, a_session, session_params

MANY = 24
Told = TypeVar("Told")


def at_once(act: Callable[[], Told]) -> list[Told]:
    with ThreadPoolExecutor(MANY) as pool:
        return [future.result() for future in [pool.submit(act) for _ in range(MANY)]]


def test_one_session_is_paid_once(client: stripe.StripeClient) -> None:
    session = a_session(client)

    def press_pay() -> int:
        card = {"number": "4242424242424242", "exp": "12/34", "cvc": "123"}
        return requests.post(str(session.url), data=card, timeout=10, allow_redirects=False).status_code

    assert sorted(at_once(press_pay)) == [200] * (MANY - 1) + [303]
    assert len(client.v1.charges.list().data) == 1


def test_one_payment_is_refunded_once(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    intent = a_payment(client)

    def refund() -> str | None:
        try:
            return stand_in.client().v1.refunds.create({"payment_intent": intent.id}).object
        except stripe.InvalidRequestError as error:
            return error.code

    told = at_once(refund)
    assert (told.count("refund"), told.count("charge_already_refunded")) == (1, MANY - 1)


def test_one_key_makes_one_session(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    def make() -> str:
        made = stand_in.client(max_network_retries=5)
        return made.v1.checkout.sessions.create(session_params(), {"idempotency_key": "k1"}).id

    assert len(set(at_once(make))) == 1
    assert len(client.v1.checkout.sessions.list().data) == 1
