"""Saved cards."""

import pytest
import stripe

from .shop import a_customer, a_saved_card


def test_a_token_becomes_a_card_of_the_customer(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    card = a_saved_card(client, customer, "pm_card_mastercard")
    assert card.card is not None
    assert (card.customer, card.card.brand, card.card.last4) == (customer, "mastercard", "4444")
    assert client.v1.payment_methods.retrieve(card.id).customer == customer
    assert client.v1.customers.payment_methods.retrieve(customer, card.id).id == card.id


def test_cards_are_listed_for_their_own_customer(client: stripe.StripeClient) -> None:
    ada, bob = a_customer(client).id, a_customer(client, "bob@example.com").id
    card = a_saved_card(client, ada)
    assert [found.id for found in client.v1.payment_methods.list({"customer": ada, "type": "card"}).data] == [
        card.id
    ]
    assert client.v1.customers.payment_methods.list(bob).data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.payment_methods.retrieve(bob, card.id)


def test_a_declined_card_cannot_be_saved(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError, match="Your card was declined"):
        a_saved_card(client, a_customer(client).id, "pm_card_chargeDeclined")


def test_a_card_belongs_to_one_customer(client: stripe.StripeClient) -> None:
    ada, bob = a_customer(client).id, a_customer(client, "bob@example.com").id
    card = a_saved_card(client, ada)
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        client.v1.payment_methods.attach(card.id, {"customer": bob})


def test_a_detached_card_is_gone_for_good(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    card = a_saved_card(client, customer)
    assert client.v1.payment_methods.detach(card.id).customer is None
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        client.v1.payment_methods.attach(card.id, {"customer": customer})
    with pytest.raises(stripe.InvalidRequestError, match="not attached"):
        client.v1.payment_methods.detach(card.id)


def test_a_card_can_be_made_from_a_number(client: stripe.StripeClient) -> None:
    card = client.v1.payment_methods.create(
        {
            "type": "card",
            "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"},
        }
    )
    assert card.card is not None
    assert (card.card.last4, card.card.exp_year) == ("4242", 2034)


def test_a_card_with_a_past_expiry_cannot(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as caught:
        client.v1.payment_methods.create(
            {
                "type": "card",
                "card": {"number": "4242424242424242", "exp_month": 1, "exp_year": 2020, "cvc": "123"},
            }
        )
    assert caught.value.code == "invalid_expiry_year"


@pytest.mark.parametrize("id_", ["pm_nothing", "pm_card_nothing"])
def test_an_unknown_card_is_refused(client: stripe.StripeClient, id_: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such PaymentMethod"):
        client.v1.payment_methods.attach(id_, {"customer": a_customer(client).id})
