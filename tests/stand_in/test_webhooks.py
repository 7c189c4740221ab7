"""Webhooks: signed, sent again until they are taken, and what can go wrong with them."""

import json
import time

import pytest
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn
from e2e.stripe_stand_in.webhooks import WAIT_FOR_OTHERS, signature

from .shop import SECRET, Inbox, a_payment, a_session

COMPLETED = "checkout.session.completed"


def paid(stand_in: RunningStandIn, client: stripe.StripeClient) -> str:
    session = a_session(client)
    stand_in.pay(session.id)
    return session.id


def test_the_sdk_takes_the_signature_and_only_with_the_secret(client: stripe.StripeClient) -> None:
    body = json.dumps({"id": "evt_1", "object": "event", "data": {"object": {}}, "type": "x"}).encode()
    signed = signature(body, SECRET, int(time.time()))
    assert client.construct_event(body, signed, SECRET).id == "evt_1"
    for wrong_body, wrong_secret in ((body + b" ", SECRET), (body, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(wrong_body, signed, wrong_secret)


def test_an_old_signature_is_stale(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        client.construct_event(b"{}", signature(b"{}", SECRET, int(time.time()) - 301), SECRET)


def test_paying_tells_of_charge_intent_and_session(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    session = paid(stand_in, client)
    assert stand_in.webhooks_settle()
    assert inbox.types() == ["charge.succeeded", "payment_intent.succeeded", COMPLETED]
    told = inbox.events[-1].data.object
    assert (told["id"], told["payment_status"], told["amount_total"]) == (session, "paid", 1200)


def test_an_event_shows_the_object_as_it_was_then(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    intent = a_payment(client)
    client.v1.refunds.create({"payment_intent": intent.id})
    assert stand_in.webhooks_settle()
    assert inbox.of_type("charge.succeeded")[0].data.object["amount_refunded"] == 0
    assert inbox.of_type("charge.refunded")[0].data.object["amount_refunded"] == 1200


def test_events_can_be_read_and_listed(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    paid(stand_in, client)
    told = inbox.wait_for(COMPLETED)
    assert stand_in.webhooks_settle()
    read = client.v1.events.retrieve(told.id)
    assert (read.type, read.pending_webhooks, read.api_version) == (COMPLETED, 0, "2026-10-28.endive")
    listed = client.v1.events.list
    assert [event.id for event in listed({"type": "checkout.session.*"}).data] == [told.id]
    assert [event.id for event in listed({"types": [COMPLETED], "created": {"gte": told.created}}).data] == [
        told.id
    ]
    assert listed({"type": COMPLETED, "delivery_success": False}).data == []


def test_an_event_names_the_request_that_made_it(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    client.v1.checkout.sessions.expire(a_session(client).id, None, {"idempotency_key": "k1"})
    request = inbox.wait_for("checkout.session.expired").request
    assert request is not None
    assert request.idempotency_key == "k1"


def test_what_is_not_taken_is_sent_again(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    inbox.answers = [500, 302]
    client.v1.checkout.sessions.expire(a_session(client).id)
    inbox.wait_for("checkout.session.expired")
    assert stand_in.webhooks_settle()
    (delivery,) = stand_in.deliveries()
    assert ([try_["status"] for try_ in delivery["tries"]], delivery["state"]) == (
        [500, 302, 200],
        "delivered",
    )


def test_one_that_is_not_taken_does_not_hold_up_the_others(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    inbox.answers = [500]
    paid(stand_in, client)
    assert stand_in.webhooks_settle()
    assert inbox.types() == ["payment_intent.succeeded", COMPLETED, "charge.succeeded"]


def test_a_receiver_that_is_not_there_is_tried_until_it_is(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    stand_in.send_webhooks_to("http://127.0.0.1:9/stripe/webhook")
    client.v1.checkout.sessions.expire(a_session(client).id)
    while not stand_in.deliveries()[0]["tries"]:
        time.sleep(0.01)
    assert stand_in.deliveries()[0]["tries"][0]["status"] == 0
    stand_in.receive_webhooks(inbox)
    inbox.wait_for("checkout.session.expired")


def test_a_lost_one_is_never_sent_unless_asked_for(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    stand_in.fault("webhook_lost", type=COMPLETED)
    paid(stand_in, client)
    assert stand_in.webhooks_settle()
    assert inbox.of_type(COMPLETED) == []
    (lost,) = stand_in.deliveries(COMPLETED)
    assert lost["state"] == "lost"
    stand_in.redeliver(lost["event"])
    assert inbox.wait_for(COMPLETED).id == lost["event"]


def test_a_doubled_one_comes_twice_with_the_same_id(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    stand_in.fault("webhook_doubled", type=COMPLETED)
    paid(stand_in, client)
    assert stand_in.webhooks_settle()
    first, second = inbox.of_type(COMPLETED)
    assert first.id == second.id


def test_a_late_one_waits_for_its_seconds(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    stand_in.fault("webhook_late", type="charge.succeeded", seconds=0.3)
    begun = time.monotonic()
    paid(stand_in, client)
    inbox.wait_for(COMPLETED)
    assert inbox.of_type("charge.succeeded") == []
    inbox.wait_for("charge.succeeded")
    assert time.monotonic() - begun >= 0.3


def test_a_held_one_waits_until_it_is_released(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    stand_in.fault("webhook_late", type=COMPLETED)
    paid(stand_in, client)
    assert stand_in.webhooks_settle()
    assert inbox.of_type(COMPLETED) == []
    assert stand_in.release_webhooks() == 1
    inbox.wait_for(COMPLETED)


def test_some_can_come_in_reverse_order(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    stand_in.fault("webhook_out_of_order", times=3)
    paid(stand_in, client)
    assert stand_in.webhooks_settle()
    assert inbox.types() == [COMPLETED, "payment_intent.succeeded", "charge.succeeded"]


def test_what_waits_to_be_reversed_can_be_released(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    stand_in.fault("webhook_out_of_order", type=COMPLETED, times=2)
    paid(stand_in, client)
    begun = time.monotonic()
    stand_in.release_webhooks()
    inbox.wait_for(COMPLETED)
    assert time.monotonic() - begun < WAIT_FOR_OTHERS


def test_without_a_receiver_events_are_kept_and_nothing_is_sent(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    stand_in.receive_webhooks(None)
    paid(stand_in, client)
    assert stand_in.deliveries() == []
    assert len(client.v1.events.list({"type": COMPLETED}).data) == 1


def test_reset_forgets_everything(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    session = paid(stand_in, client)
    stand_in.fault("error_500", path="/v1/refunds")
    stand_in.reset()
    assert (stand_in.deliveries(), stand_in.faults()) == ([], [])
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.retrieve(session)
