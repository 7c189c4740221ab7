"""Disputes."""

import pytest
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn

from .shop import Inbox, a_payment, a_session


def test_the_disputed_card_pays_and_is_disputed(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    assert stand_in.pay(a_session(client).id, card="4000000000000259")["outcome"] == "paid"
    told = inbox.wait_for("charge.dispute.created").data.object
    dispute = client.v1.disputes.retrieve(told["id"], {"expand": ["charge"]})
    assert (dispute.amount, dispute.reason, dispute.status) == (1200, "fraudulent", "needs_response")
    assert isinstance(dispute.charge, stripe.Charge)
    assert (dispute.charge.disputed, dispute.charge.payment_intent) == (True, dispute.payment_intent)


def test_a_disputed_charge_cannot_be_refunded(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    intent = a_payment(client)
    stand_in.dispute(intent.id)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_disputed"


@pytest.mark.parametrize(("won", "status"), [(True, "won"), (False, "lost")])
def test_the_bank_decides_it(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox, won: bool, status: str
) -> None:
    intent = a_payment(client)
    dispute = stand_in.dispute(intent.id)["id"]
    stand_in.close_dispute(dispute, won=won)
    assert client.v1.disputes.retrieve(dispute).status == status
    assert stand_in.webhooks_settle()
    assert ("charge.dispute.funds_reinstated" in inbox.types()) is won
    assert [found.id for found in client.v1.disputes.list({"payment_intent": intent.id}).data] == [dispute]


def test_one_charge_is_disputed_once(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    intent = a_payment(client)
    stand_in.dispute(intent.id)
    with pytest.raises(AssertionError, match="disputed already"):
        stand_in.dispute(intent.id)
