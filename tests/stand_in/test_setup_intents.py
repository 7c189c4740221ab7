"""SetupIntents: a card saved without a payment."""

import pytest
import stripe
from stripe import SetupIntent

from .shop import a_customer

BACK = "http://shop.example/back"


def saved(client: stripe.StripeClient, customer: str, token: str) -> SetupIntent:
    return client.v1.setup_intents.create(
        {"customer": customer, "payment_method": token, "confirm": True, "return_url": BACK}
    )


def test_it_saves_the_card_with_its_customer(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    intent = saved(client, customer, "pm_card_visa")
    assert (intent.status, intent.usage) == ("succeeded", "off_session")
    assert [card.id for card in client.v1.customers.payment_methods.list(customer).data] == [
        intent.payment_method
    ]


def test_it_asks_the_bank_where_the_card_wants_that(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    intent = saved(client, customer, "pm_card_authenticationRequiredOnSetup")
    assert intent.status == "requires_action"
    assert client.v1.customers.payment_methods.list(customer).data == []


def test_a_card_that_is_declined_at_once_is_not_saved(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    with pytest.raises(stripe.CardError) as caught:
        saved(client, customer, "pm_card_chargeDeclined")
    assert caught.value.code == "card_declined"
    (intent,) = client.v1.setup_intents.list({"customer": customer}).data
    assert intent.status == "requires_payment_method"
    assert intent.last_setup_error is not None


def test_it_can_be_made_first_and_confirmed_or_cancelled_later(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    first = client.v1.setup_intents.create({"customer": customer})
    second = client.v1.setup_intents.create({"customer": customer})
    confirmed = client.v1.setup_intents.confirm(
        first.id, {"payment_method": "pm_card_visa", "return_url": BACK}
    )
    assert confirmed.status == "succeeded"
    assert client.v1.setup_intents.cancel(second.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.setup_intents.cancel(first.id)
    assert caught.value.code == "setup_intent_unexpected_state"


def test_confirming_without_a_card_is_refused(client: stripe.StripeClient) -> None:
    intent = client.v1.setup_intents.create({"customer": a_customer(client).id})
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
        client.v1.setup_intents.confirm(intent.id, {"return_url": BACK})
