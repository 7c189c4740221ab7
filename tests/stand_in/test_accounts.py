"""Who may call, and for which account (M7)."""

from typing import Any

import pytest
import requests
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn

from .shop import ELSEWHERE, Inbox, a_customer, a_session, session_params


def test_without_a_key_nobody_is_answered(stand_in: RunningStandIn) -> None:
    answer = requests.get(f"{stand_in.url}/v1/customers", timeout=5)
    assert answer.status_code == 401
    assert "You did not provide an API key" in answer.json()["error"]["message"]


@pytest.mark.parametrize("key", ["sk_live_real", "pk_test_public", "nonsense"])
def test_a_key_that_is_no_secret_test_key_is_refused(stand_in: RunningStandIn, key: str) -> None:
    with pytest.raises(stripe.AuthenticationError) as caught:
        stand_in.client(key).v1.customers.list()
    assert caught.value.http_status == 401
    assert key not in str(caught.value)


def test_a_key_may_come_as_a_user_name(stand_in: RunningStandIn) -> None:
    answer = requests.get(f"{stand_in.url}/v1/customers", auth=("sk_test_curl", ""), timeout=5)
    assert answer.status_code == 200


def test_objects_live_in_their_account(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    connected = stand_in.client(account=ELSEWHERE)
    session = a_session(connected)
    assert connected.v1.checkout.sessions.retrieve(session.id).id == session.id
    for stranger in (client, stand_in.client(account="acct_1Other")):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            stranger.v1.checkout.sessions.retrieve(session.id)
        assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
        assert stranger.v1.checkout.sessions.list().data == []


def test_another_accounts_customer_is_no_customer(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    customer = a_customer(stand_in.client(account=ELSEWHERE)).id
    with pytest.raises(stripe.InvalidRequestError) as caught:
        a_session(client, customer=customer, customer_email=None)
    assert caught.value.code == "resource_missing"


def test_events_of_a_connected_account_name_it(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    stand_in.pay(a_session(stand_in.client(account=ELSEWHERE)).id)
    assert inbox.wait_for("checkout.session.completed").account == ELSEWHERE
    stand_in.pay(a_session(client).id)
    assert stand_in.webhooks_settle()
    own = inbox.of_type("checkout.session.completed")[1]
    assert "account" not in own.to_dict()


def test_an_account_that_is_none_is_refused(stand_in: RunningStandIn) -> None:
    with pytest.raises(stripe.PermissionError):
        stand_in.client(account="studio").v1.customers.list()


def test_idempotency_keys_belong_to_their_account(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    options: Any = {"idempotency_key": "k1"}
    here = client.v1.checkout.sessions.create(session_params(), options)
    there = stand_in.client(account=ELSEWHERE).v1.checkout.sessions.create(session_params(), options)
    assert here.id != there.id
