"""The controls, used wrongly and rightly."""

from typing import Any

import pytest
import requests
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn

from .shop import a_session


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/_pay", {"session": "cs_test_nothing"}),
        ("/_pay", {}),
        ("/_dashboard/refund", {"payment_intent": "pi_nothing"}),
        ("/_dashboard/dispute/close", {"dispute": "du_nothing"}),
        ("/_webhooks/evt_nothing/redeliver", {}),
    ],
)
def test_what_is_not_there_is_not_found(stand_in: RunningStandIn, path: str, given: dict[str, Any]) -> None:
    answer = requests.post(stand_in.url + path, json=given, timeout=5)
    assert (answer.status_code, "error" in answer.json()) == (404, True)


def test_a_card_that_cannot_be_typed_is_refused(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    given = {"session": a_session(client).id, "card": "1234"}
    answer = requests.post(f"{stand_in.url}/_pay", data=given, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (400, "Your card number is incomplete.")


def test_a_session_may_be_named_by_its_page(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    assert stand_in.pay(str(a_session(client).url), card="378282246310005")["outcome"] == "paid"


def test_it_tells_its_time(stand_in: RunningStandIn) -> None:
    assert requests.get(f"{stand_in.url}/_health", timeout=5).json()["now"] > 0
