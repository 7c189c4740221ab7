"""Refunds, asked for and made in the dashboard."""

from pathlib import Path
from typing import Any

import pytest
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn, running_stand_in

from .shop import Inbox, a_payment, a_session


def refused(client: stripe.StripeClient, **params: Any) -> stripe.InvalidRequestError:
    wanted: Any = params
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create(wanted)
    return caught.value


def charge_of(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> stripe.Charge:
    assert isinstance(intent.latest_charge, str)
    return client.v1.charges.retrieve(intent.latest_charge)


def test_a_part_and_then_the_rest_can_be_refunded(client: stripe.StripeClient) -> None:
    intent = a_payment(client)
    part = client.v1.refunds.create(
        {"payment_intent": intent.id, "amount": 500, "metadata": {"ticket": "t1"}}
    )
    assert (part.amount, part.status, part.charge) == (500, "succeeded", intent.latest_charge)
    assert (charge_of(client, intent).amount_refunded, charge_of(client, intent).refunded) == (500, False)
    rest = client.v1.refunds.create({"payment_intent": intent.id})
    assert rest.amount == 700
    assert (charge_of(client, intent).amount_refunded, charge_of(client, intent).refunded) == (1200, True)


def test_a_refund_may_name_the_charge(client: stripe.StripeClient) -> None:
    intent = a_payment(client)
    assert isinstance(intent.latest_charge, str)
    assert client.v1.refunds.create({"charge": intent.latest_charge}).payment_intent == intent.id


def test_more_than_was_paid_is_refused(client: stripe.StripeClient) -> None:
    error = refused(client, payment_intent=a_payment(client).id, amount=1201)
    assert error.user_message == "Refund amount (£12.01) is greater than charge amount (£12.00)"
    assert (error.code, error.param) == (None, "amount")


def test_more_than_is_left_is_refused(client: stripe.StripeClient) -> None:
    intent = a_payment(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 500})
    error = refused(client, payment_intent=intent.id, amount=701)
    assert error.user_message == "Refund amount (£7.01) is greater than unrefunded amount on charge (£7.00)"
    assert charge_of(client, intent).amount_refunded == 500


def test_what_is_wholly_refunded_cannot_be_refunded_again(client: stripe.StripeClient) -> None:
    intent = a_payment(client)
    client.v1.refunds.create({"payment_intent": intent.id})
    assert refused(client, payment_intent=intent.id).code == "charge_already_refunded"


def test_what_was_never_paid_cannot_be_refunded(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "gbp"})
    assert "does not have a successful charge" in str(refused(client, payment_intent=intent.id))


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_and_less_cannot_be_refunded(client: stripe.StripeClient, amount: int) -> None:
    assert refused(client, payment_intent=a_payment(client).id, amount=amount).param == "amount"


def test_a_refund_needs_to_know_of_what(client: stripe.StripeClient) -> None:
    assert refused(client, amount=5).code == "parameter_missing"
    assert refused(client, payment_intent="pi_nothing").code == "resource_missing"


def test_refunds_are_read_and_listed(client: stripe.StripeClient) -> None:
    intent = a_payment(client)
    a_payment(client)
    refund = client.v1.refunds.create(
        {"payment_intent": intent.id, "amount": 100, "reason": "requested_by_customer"}
    )
    assert client.v1.refunds.retrieve(refund.id).reason == "requested_by_customer"
    assert [found.id for found in client.v1.refunds.list({"payment_intent": intent.id}).data] == [refund.id]
    assert client.v1.refunds.list({"created": {"gt": refund.created}}).data == []


def test_a_charge_shows_its_refunds_only_when_asked(client: stripe.StripeClient) -> None:
    intent = a_payment(client)
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert isinstance(intent.latest_charge, str)
    assert client.v1.charges.retrieve(intent.latest_charge).refunds is None
    charge = client.v1.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})
    assert charge.refunds is not None
    assert [found.id for found in charge.refunds.data] == [refund.id]


def test_a_refund_in_the_dashboard_is_a_refund_like_others(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    session = a_session(client)
    stand_in.pay(session.id)
    made = stand_in.refund_in_dashboard(session.id, 300)
    assert client.v1.refunds.retrieve(made["id"]).amount == 300
    told = inbox.wait_for("charge.refunded").data.object
    assert told["amount_refunded"] == 300
    assert inbox.wait_for("refund.created").data.object["id"] == made["id"]


def test_nothing_can_be_refunded_in_the_dashboard_that_was_not_paid(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    with pytest.raises(AssertionError, match="Nothing was charged"):
        stand_in.refund_in_dashboard(a_session(client).id)


@pytest.mark.parametrize(
    ("token", "at_first", "later", "refunded"),
    [
        ("pm_card_refundFail", "succeeded", "failed", 0),
        ("pm_card_pendingRefund", "pending", "succeeded", 1200),
    ],
)
def test_some_refunds_change_later(
    tmp_path: Path, token: str, at_first: str, later: str, refunded: int
) -> None:
    clock, inbox = tmp_path / "clock", Inbox()
    with running_stand_in(clock_file=clock, receiver=inbox) as stand_in:
        client = stand_in.client()
        intent = a_payment(client, token=token)
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        assert refund.status == at_first
        clock.write_text("+2m")
        assert client.v1.refunds.retrieve(refund.id).status == later
        assert charge_of(client, intent).amount_refunded == refunded
        assert inbox.wait_for("refund.updated").data.object["status"] == later
