"""Saved cards."""

from typing import Any

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


def test_a_card_can_be_made_from_a_token(client: stripe.StripeClient) -> None:
    card = client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_amex"}})
    assert card.card is not None
    assert (card.customer, card.card.brand, card.card.last4) == (None, "amex", "0005")


def test_a_raw_number_is_refused(client: stripe.StripeClient) -> None:
    raw: Any = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    with pytest.raises(stripe.CardError, match="generally unsafe") as caught:
        client.v1.payment_methods.create({"type": "card", "card": raw})
    assert caught.value.http_status == 402


def test_without_a_customer_nobodys_cards_are_listed(client: stripe.StripeClient) -> None:
    a_saved_card(client, a_customer(client).id)
    assert client.v1.payment_methods.list().data == []


@pytest.mark.parametrize("id_", ["pm_nothing", "pm_card_nothing"])
def test_an_unknown_card_is_refused(client: stripe.StripeClient, id_: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such PaymentMethod"):
        client.v1.payment_methods.attach(id_, {"customer": a_customer(client).id})
