"""Idempotency keys (https://docs.stripe.com/api/idempotent_requests)."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import stripe
from stripe.checkout import Session

from e2e.stripe_stand_in.testing import RunningStandIn, running_stand_in

from .shop import a_session, session_params

SESSIONS = "/v1/checkout/sessions"


def made(client: stripe.StripeClient, key: str = "k1", **changes: Any) -> Session:
    return client.v1.checkout.sessions.create(session_params(**changes), {"idempotency_key": key})


def headers(obj: Session) -> Any:
    assert obj.last_response is not None
    return obj.last_response.headers


def test_the_same_key_gets_the_first_answer(client: stripe.StripeClient) -> None:
    first, second = made(client), made(client)
    assert first.id == second.id
    assert "Idempotent-Replayed" not in headers(first)
    assert headers(second)["Idempotent-Replayed"] == "true"
    for answered in (first, second):
        assert headers(answered)["Original-Request"] == headers(first)["Request-Id"]
    assert headers(second)["Request-Id"] != headers(first)["Request-Id"]
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_the_first_answer_stays_though_the_object_changed(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    stand_in.pay(made(client).id)
    assert made(client).status == "open"


def test_changed_parameters_are_refused(client: stripe.StripeClient) -> None:
    made(client)
    with pytest.raises(stripe.IdempotencyError, match="same parameters they were first used with") as caught:
        made(client, metadata={"attempt": "a2"})
    assert caught.value.http_status == 400


def test_another_endpoint_is_refused(client: stripe.StripeClient) -> None:
    made(client)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.customers.create({}, {"idempotency_key": "k1"})


def test_a_key_whose_first_request_is_under_way_is_a_conflict(stand_in: RunningStandIn) -> None:
    stand_in.fault("slow", path=SESSIONS, seconds=0.7)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(made, stand_in.client())
        while stand_in.faults():
            time.sleep(0.01)
        with pytest.raises(stripe.APIError) as caught:
            made(stand_in.client())
    # The SDK sorts by status before it looks at the type, so this is no IdempotencyError, and has no code.
    body: Any = caught.value.json_body
    assert (type(caught.value), caught.value.http_status) == (stripe.APIError, 409)
    assert body["error"]["code"] == "idempotency_key_in_use"
    assert first.result().status == "open"


def test_the_sdk_itself_waits_out_a_conflict(stand_in: RunningStandIn) -> None:
    stand_in.fault("slow", path=SESSIONS, seconds=0.3)
    with ThreadPoolExecutor(2) as pool:
        attempts = [pool.submit(made, stand_in.client(max_network_retries=3)) for _ in range(2)]
    assert len({attempt.result().id for attempt in attempts}) == 1


@pytest.mark.parametrize(("fault", "sessions"), [("error_500", 0), ("error_500_after_success", 1)])
def test_a_500_is_repeated_too(
    stand_in: RunningStandIn, client: stripe.StripeClient, fault: str, sessions: int
) -> None:
    stand_in.fault(fault, path=SESSIONS, method="POST")
    for replayed in (None, "true"):
        with pytest.raises(stripe.APIError) as caught:
            made(client)
        assert caught.value.http_status == 500
        assert (caught.value.headers or {}).get("Idempotent-Replayed") == replayed
    assert len(client.v1.checkout.sessions.list().data) == sessions
    assert made(client, key="k2").status == "open"


def test_a_refusal_by_an_object_is_repeated(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    expired = client.v1.checkout.sessions.expire(a_session(client).id)
    for replayed in (None, "true"):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            client.v1.checkout.sessions.expire(expired.id, None, {"idempotency_key": "k1"})
        assert (caught.value.headers or {}).get("Idempotent-Replayed") == replayed


@pytest.mark.parametrize("fault", ["rate_limit_429", "unavailable_503", "connection_dropped"])
def test_what_failed_at_the_door_can_be_tried_again(
    stand_in: RunningStandIn, client: stripe.StripeClient, fault: str
) -> None:
    stand_in.fault(fault, path=SESSIONS)
    with pytest.raises(stripe.StripeError):
        made(client)
    assert made(client).status == "open"


def test_a_refused_parameter_does_not_use_the_key_up(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        made(client, mode="gift")
    assert made(client).status == "open"


def test_a_key_is_forgotten_after_a_day(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    with running_stand_in(clock_file=clock) as stand_in:
        client = stand_in.client()
        first = made(client)
        clock.write_text("+23h")
        assert made(client).id == first.id
        clock.write_text("+25h")
        assert made(client).id != first.id


def test_a_key_has_255_characters_at_most(client: stripe.StripeClient) -> None:
    assert made(client, key="k" * 255).status == "open"
    with pytest.raises(stripe.IdempotencyError, match="255"):
        made(client, key="k" * 256)
