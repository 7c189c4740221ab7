"""Customers."""

import pytest
import stripe

from .shop import a_customer


def test_what_was_written_is_read_back(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create({"email": "ada@example.com", "name": "Ada", "metadata": {"id": "c1"}})
    read = client.v1.customers.retrieve(made.id)
    assert read.metadata is not None
    assert (read.email, read.name, read.metadata["id"]) == ("ada@example.com", "Ada", "c1")


def test_a_change_changes_what_it_names_only(client: stripe.StripeClient) -> None:
    made = a_customer(client)
    changed = client.v1.customers.update(made.id, {"name": "Ada Lovelace"})
    assert (changed.email, changed.name) == ("ada@example.com", "Ada Lovelace")


def test_an_empty_text_unsets(client: stripe.StripeClient) -> None:
    assert client.v1.customers.update(a_customer(client).id, {"name": ""}).name is None


def test_they_are_found_by_email(client: stripe.StripeClient) -> None:
    ada = a_customer(client)
    a_customer(client, "bob@example.com")
    assert [found.id for found in client.v1.customers.list({"email": "ada@example.com"}).data] == [ada.id]


def test_an_impossible_address_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        a_customer(client, "ada")
    assert caught.value.code == "email_invalid"


def test_an_unknown_customer_is_not_found(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such customer: 'cus_nobody'") as caught:
        client.v1.customers.retrieve("cus_nobody")
    assert caught.value.http_status == 404
