"""Lists come newest first, a page at a time."""

import pytest
import stripe

from .shop import a_customer


def test_pages_follow_each_other_until_the_end(client: stripe.StripeClient) -> None:
    made = [a_customer(client, f"c{number}@example.com").id for number in range(5)]
    first = client.v1.customers.list({"limit": 2})
    assert ([found.id for found in first.data], first.has_more) == ([made[4], made[3]], True)
    last = client.v1.customers.list({"limit": 2, "starting_after": made[1]})
    assert ([found.id for found in last.data], last.has_more) == ([made[0]], False)
    assert [found.id for found in client.v1.customers.list({"limit": 2}).auto_paging_iter()] == made[::-1]


def test_a_page_can_end_before_an_object(client: stripe.StripeClient) -> None:
    made = [a_customer(client, f"c{number}@example.com").id for number in range(4)]
    page = client.v1.customers.list({"limit": 2, "ending_before": made[0]})
    assert ([found.id for found in page.data], page.has_more) == ([made[2], made[1]], True)


def test_ten_come_where_nobody_says_how_many(client: stripe.StripeClient) -> None:
    for number in range(11):
        a_customer(client, f"c{number}@example.com")
    page = client.v1.customers.list()
    assert (len(page.data), page.has_more) == (10, True)


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_one_to_a_hundred(client: stripe.StripeClient, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.customers.list({"limit": limit})
    assert caught.value.param == "limit"


def test_what_cannot_be_expanded_is_refused(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    for path in ("email", "nothing", "data.email"):
        with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
            client.v1.customers.retrieve(customer, {"expand": [path]})


def test_a_lists_entries_can_be_expanded(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 500, "currency": "gbp", "customer": a_customer(client).id}
    )
    (found,) = client.v1.payment_intents.list({"expand": ["data.customer"]}).data
    assert found.id == intent.id
    assert isinstance(found.customer, stripe.Customer)
