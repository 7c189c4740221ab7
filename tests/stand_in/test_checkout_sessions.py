"""Checkout Sessions through the SDK."""

import time
from pathlib import Path
from typing import Any

import pytest
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn, running_stand_in

from .shop import YOGA, Inbox, a_customer, a_session, a_setup_session


def refused(client: stripe.StripeClient, **changes: Any) -> stripe.InvalidRequestError:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        a_session(client, **changes)
    return caught.value


def test_a_new_session_is_open_and_unpaid_and_has_a_page(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    session = a_session(client, client_reference_id="RS-1", metadata={"attempt": "a1"})
    assert (session.status, session.payment_status, session.mode) == ("open", "unpaid", "payment")
    assert (session.amount_total, session.currency) == (1200, "gbp")
    assert session.url == f"{stand_in.url}/c/pay/{session.id}"
    assert session.payment_intent is None
    assert session.client_reference_id == "RS-1"


def test_its_total_is_the_sum_of_its_lines(client: stripe.StripeClient) -> None:
    session = a_session(client, line_items=[YOGA, YOGA | {"quantity": 2}], expand=["line_items"])
    assert session.amount_total == 3600
    assert session.line_items is not None
    assert [line.amount_total for line in session.line_items.data] == [1200, 2400]


def test_its_lines_can_be_listed(client: stripe.StripeClient) -> None:
    lines = client.v1.checkout.sessions.line_items.list(a_session(client).id)
    assert [(line.description, line.quantity) for line in lines.data] == [("Morning Yoga", 1)]


def test_without_a_time_it_lasts_a_day(client: stripe.StripeClient) -> None:
    session = a_session(client)
    assert session.expires_at == session.created + 24 * 60 * 60


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (29 * 60, "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."),
        (25 * 3600, "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."),
    ],
)
def test_it_lasts_between_half_an_hour_and_a_day(
    client: stripe.StripeClient, seconds: int, message: str
) -> None:
    error = refused(client, expires_at=int(time.time()) + seconds)
    assert (error.user_message, error.param) == (message, "expires_at")


def test_a_total_below_stripes_smallest_charge_is_refused(client: stripe.StripeClient) -> None:
    tiny = YOGA | {"price_data": YOGA["price_data"] | {"unit_amount": 29}}
    error = refused(client, line_items=[tiny])
    assert error.code == "amount_too_small"
    assert error.user_message == "The Checkout Session's total amount due must be at least £0.30 gbp"


def test_the_smallest_charge_itself_is_taken(client: stripe.StripeClient) -> None:
    smallest = YOGA | {"price_data": YOGA["price_data"] | {"unit_amount": 30}}
    assert a_session(client, line_items=[smallest]).amount_total == 30


def test_a_currency_that_stripe_has_not_is_refused(client: stripe.StripeClient) -> None:
    shells = YOGA | {"price_data": YOGA["price_data"] | {"currency": "xsh"}}
    assert "Invalid currency: xsh" in str(refused(client, line_items=[shells]))


def test_lines_of_two_currencies_are_refused(client: stripe.StripeClient) -> None:
    euro = YOGA | {"price_data": YOGA["price_data"] | {"currency": "eur"}}
    assert refused(client, line_items=[YOGA, euro]).param == "line_items"


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"success_url": None}, "success_url"),
        ({"success_url": "done"}, "success_url"),
        ({"cancel_url": "javascript:alert(1)"}, "cancel_url"),
        ({"line_items": None}, "line_items"),
        ({"mode": None}, "mode"),
        ({"mode": "subscription"}, "mode"),
        ({"ui_mode": "elements"}, "ui_mode"),
        ({"customer_email": "nobody"}, "customer_email"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price_data]"),
        ({"line_items": [{"price_data": YOGA["price_data"]}]}, "line_items[0][quantity]"),
        ({"automatic_tax": {"enabled": True}}, "automatic_tax"),
        ({"setup_intent_data": {"description": "x"}}, "setup_intent_data"),
    ],
)
def test_what_it_cannot_be_made_from_is_refused(
    client: stripe.StripeClient, changes: dict[str, Any], param: str
) -> None:
    assert refused(client, **changes).param == param


def test_an_unknown_customer_is_refused_as_a_parameter(client: stripe.StripeClient) -> None:
    error = refused(client, customer="cus_nobody", customer_email=None)
    assert (error.code, error.param, error.http_status) == ("resource_missing", "customer", 400)


def test_customer_and_customer_email_exclude_each_other(client: stripe.StripeClient) -> None:
    assert "only specify one" in str(refused(client, customer=a_customer(client).id))


def test_an_unknown_session_is_not_found(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.retrieve("cs_test_nothing")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")


def test_paying_completes_it_and_makes_one_intent_and_charge(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    session = a_session(client, payment_intent_data={"metadata": {"attempt": "a1"}, "description": "RS-1"})
    told = stand_in.pay(session.id)
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    intent = paid.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert told["outcome"] == "paid"
    assert told["next"] == f"http://shop.example/done?session={session.id}"
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount_received, intent.metadata["attempt"]) == ("succeeded", 1200, "a1")
    assert (intent.latest_charge.paid, intent.latest_charge.amount_captured) == (True, 1200)
    assert paid.customer_details is not None
    assert paid.customer_details.email == "ada@example.com"


def test_a_declined_card_leaves_it_open_for_another(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    session = a_session(client)
    assert stand_in.pay(session.id, card="4000000000000002")["outcome"] == "declined"
    declined = client.v1.checkout.sessions.retrieve(session.id)
    assert (declined.status, declined.payment_status) == ("open", "unpaid")
    assert stand_in.pay(session.id)["outcome"] == "paid"
    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert paid.payment_intent == declined.payment_intent


def test_a_paid_session_cannot_be_paid_again(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    session = a_session(client)
    stand_in.pay(session.id)
    with pytest.raises(AssertionError, match="409"):
        stand_in.pay(session.id)
    assert len(client.v1.charges.list().data) == 1


def test_expiring_an_open_session_ends_it(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.expire(a_session(client).id)
    assert (session.status, session.url) == ("expired", None)
    with pytest.raises(AssertionError, match="expired"):
        stand_in.pay(session.id)


def test_expiring_cancels_the_intent_that_a_try_left(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    session = a_session(client)
    stand_in.pay(session.id, card="4000000000000002")
    expired = client.v1.checkout.sessions.expire(session.id, {"expand": ["payment_intent"]})
    assert isinstance(expired.payment_intent, stripe.PaymentIntent)
    assert expired.payment_intent.status == "canceled"


def test_a_session_that_is_not_open_cannot_be_expired(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    session = a_session(client)
    stand_in.pay(session.id)
    with pytest.raises(stripe.InvalidRequestError, match="has a status of `complete`"):
        client.v1.checkout.sessions.expire(session.id)


def test_it_expires_by_itself_when_its_time_comes(tmp_path: Path) -> None:
    clock, inbox = tmp_path / "clock", Inbox()
    with running_stand_in(clock_file=clock, receiver=inbox) as stand_in:
        client = stand_in.client()
        session = a_session(client, expires_at=int(time.time()) + 35 * 60)
        clock.write_text("+34m")
        assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
        clock.write_text("+36m")
        assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
        assert inbox.wait_for("checkout.session.expired").data.object["id"] == session.id


def test_its_expiry_is_noticed_though_nobody_asks(tmp_path: Path) -> None:
    clock, inbox = tmp_path / "clock", Inbox()
    with running_stand_in(clock_file=clock, receiver=inbox) as stand_in:
        a_session(stand_in.client())
        clock.write_text("+25h")
        inbox.wait_for("checkout.session.expired")


def test_money_can_be_made_to_arrive_after_it_expired(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    session = client.v1.checkout.sessions.expire(a_session(client).id)
    assert stand_in.pay(session.id, even_if_expired=True)["outcome"] == "paid"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_sessions_are_listed_by_time_customer_intent_and_status(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    customer = a_customer(client).id
    mine = a_session(client, customer=customer, customer_email=None)
    other = a_session(client)
    stand_in.pay(other.id)
    intent = client.v1.checkout.sessions.retrieve(other.id).payment_intent
    assert isinstance(intent, str)
    listed = client.v1.checkout.sessions.list
    assert [found.id for found in listed({"customer": customer}).data] == [mine.id]
    assert [found.id for found in listed({"payment_intent": intent}).data] == [other.id]
    assert [found.id for found in listed({"status": "open"}).data] == [mine.id]
    assert [found.id for found in listed({"created": {"gte": mine.created}}).data] == [other.id, mine.id]
    assert listed({"created": {"gt": other.created}}).data == []


def test_a_setup_session_saves_a_card_for_later(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    customer = a_customer(client).id
    session = a_setup_session(client, customer, setup_intent_data={"metadata": {"pass": "p1"}})
    assert (session.payment_status, session.amount_total) == ("no_payment_required", None)
    assert stand_in.pay(session.id)["outcome"] == "paid"
    saved = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    assert isinstance(saved.setup_intent, stripe.SetupIntent)
    assert (
        saved.setup_intent.status,
        saved.setup_intent.metadata and saved.setup_intent.metadata["pass"],
    ) == (
        "succeeded",
        "p1",
    )
    assert [card.id for card in client.v1.customers.payment_methods.list(customer).data] == [
        saved.setup_intent.payment_method
    ]


def test_a_setup_session_needs_a_currency(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        a_setup_session(client, a_customer(client).id, currency=None)
    assert caught.value.param == "currency"


def test_a_payment_can_save_its_card(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    session = a_session(
        client,
        customer=customer,
        customer_email=None,
        payment_intent_data={"setup_future_usage": "off_session"},
    )
    stand_in.pay(session.id)
    assert len(client.v1.customers.payment_methods.list(customer).data) == 1


def test_a_payment_saves_no_card_unasked(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    stand_in.pay(a_session(client, customer=customer, customer_email=None).id)
    assert client.v1.customers.payment_methods.list(customer).data == []


def test_it_makes_a_customer_where_it_shall(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    session = a_session(client, customer_creation="always")
    stand_in.pay(session.id)
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["customer"]})
    assert isinstance(paid.customer, stripe.Customer)
    assert paid.customer.email == "ada@example.com"
