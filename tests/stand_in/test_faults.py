"""Faults of requests, and how the SDK meets them."""

import time

import pytest
import requests
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn

from .shop import ELSEWHERE, a_customer, a_session, session_params

SESSIONS = "/v1/checkout/sessions"


def test_a_timeout_after_success_leaves_a_session_that_the_same_key_finds(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    stand_in.fault("timeout_after_success", method="POST", path=SESSIONS)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "k1"})
    found = client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "k1"})
    assert [session.id for session in client.v1.checkout.sessions.list().data] == [found.id]


def test_a_timeout_can_take_its_time(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    stand_in.fault("timeout_after_success", path=SESSIONS, seconds=0.3)
    begun = time.monotonic()
    with pytest.raises(stripe.APIConnectionError):
        a_session(client)
    assert time.monotonic() - begun >= 0.3


def test_a_dropped_connection_leaves_nothing(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    stand_in.fault("connection_dropped", path=SESSIONS)
    with pytest.raises(stripe.APIConnectionError):
        a_session(client)
    assert client.v1.checkout.sessions.list().data == []


@pytest.mark.parametrize(
    ("fault", "error", "status"),
    [
        ("rate_limit_429", stripe.RateLimitError, 429),
        ("unavailable_503", stripe.APIError, 503),
        ("error_500", stripe.APIError, 500),
    ],
)
def test_an_error_leaves_nothing(
    stand_in: RunningStandIn,
    client: stripe.StripeClient,
    fault: str,
    error: type[stripe.StripeError],
    status: int,
) -> None:
    stand_in.fault(fault, method="POST", path=SESSIONS)
    with pytest.raises(error) as caught:
        a_session(client)
    assert caught.value.http_status == status
    assert client.v1.checkout.sessions.list().data == []


def test_an_error_after_success_leaves_what_was_made(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    stand_in.fault("error_500_after_success", path=SESSIONS)
    with pytest.raises(stripe.APIError):
        a_session(client)
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_fault_meets_as_many_as_it_says_after_those_it_skips(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    stand_in.fault("unavailable_503", path="/v1/customers", times=2, skip=1)
    answers = []
    for _ in range(4):
        try:
            a_customer(client)
            answers.append(200)
        except stripe.APIError as error:
            answers.append(error.http_status or 0)
    assert answers == [200, 503, 503, 200]
    assert stand_in.faults() == []


def test_a_fault_may_last_until_it_is_cleared(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    stand_in.fault("unavailable_503", times="forever")
    for _ in range(3):
        with pytest.raises(stripe.APIError):
            a_customer(client)
    stand_in.clear_faults()
    assert a_customer(client).email == "ada@example.com"


def test_a_fault_meets_only_what_it_names(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    stand_in.fault("error_500", method="POST", path="/v1/checkout/sessions/*/expire", account=ELSEWHERE)
    connected = stand_in.client(account=ELSEWHERE)
    session = a_session(connected)
    client.v1.checkout.sessions.expire(a_session(client).id)
    with pytest.raises(stripe.APIError):
        connected.v1.checkout.sessions.expire(session.id)


def test_faults_can_be_switched_on_by_a_form(stand_in: RunningStandIn) -> None:
    made = requests.post(
        f"{stand_in.url}/_faults", data={"fault": "slow", "seconds": "1.5", "times": "2"}, timeout=5
    )
    assert (made.status_code, made.json()["seconds"], made.json()["times"]) == (201, 1.5, 2)


@pytest.mark.parametrize(
    "settings",
    [{"fault": "gremlins"}, {"fault": "slow", "colour": "blue"}, {"fault": "slow", "times": "some"}],
)
def test_an_unknown_fault_or_setting_is_refused(stand_in: RunningStandIn, settings: dict[str, str]) -> None:
    assert requests.post(f"{stand_in.url}/_faults", json=settings, timeout=5).status_code == 400


def test_the_sdk_tries_again_by_itself_where_it_is_told_to(stand_in: RunningStandIn) -> None:
    stand_in.fault("connection_dropped", path=SESSIONS)
    assert a_session(stand_in.client(max_network_retries=1)).status == "open"


def test_the_sdk_does_not_try_a_remembered_500_again(stand_in: RunningStandIn) -> None:
    stand_in.fault("error_500", path=SESSIONS, times=3)
    with pytest.raises(stripe.APIError):
        a_session(stand_in.client(max_network_retries=2))
    (left,) = stand_in.faults()
    assert left["times"] == 2
