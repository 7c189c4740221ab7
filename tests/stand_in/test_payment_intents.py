"""PaymentIntents, on and off session, through the SDK."""

from typing import Any

import pytest
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn

from .shop import Inbox, a_customer, a_payment, a_saved_card, a_session, a_setup_session


def off_session(
    client: stripe.StripeClient, customer: str, method: str, amount: int = 500
) -> stripe.PaymentIntent:
    return client.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": "gbp",
            "customer": customer,
            "payment_method": method,
            "off_session": True,
            "confirm": True,
        }
    )


def declined(client: stripe.StripeClient, customer: str, method: str) -> stripe.CardError:
    with pytest.raises(stripe.CardError) as caught:
        off_session(client, customer, method)
    assert caught.value.http_status == 402
    return caught.value


def set_up(stand_in: RunningStandIn, customer: str, card: str) -> str:
    """A card that was saved on Stripe's page, 3-D Secure passed where it was asked."""
    client = stand_in.client()
    stand_in.pay(a_setup_session(client, customer).id, card=card, authenticate=True)
    return client.v1.customers.payment_methods.list(customer).data[0].id


def test_a_saved_card_pays_while_its_holder_is_away(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    intent = off_session(client, customer, a_saved_card(client, customer).id)
    assert (intent.status, intent.amount_received) == ("succeeded", 500)


@pytest.mark.parametrize(
    ("token", "code", "decline_code", "message"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline", "Your card was declined."),
        (
            "pm_card_visa_chargeDeclinedInsufficientFunds",
            "card_declined",
            "insufficient_funds",
            "Your card has insufficient funds.",
        ),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card", "Your card was declined."),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card", "Your card has expired."),
        (
            "pm_card_chargeDeclinedIncorrectCvc",
            "incorrect_cvc",
            "incorrect_cvc",
            "Your card's security code is incorrect.",
        ),
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline", "Your card was declined."),
    ],
)
def test_a_decline_is_a_card_error_with_the_intent_inside(
    client: stripe.StripeClient, token: str, code: str, decline_code: str, message: str
) -> None:
    with pytest.raises(stripe.CardError) as caught:
        a_payment(client, token=token)
    error: Any = caught.value.json_body["error"]  # type: ignore[index]  # the SDK types it loosely
    assert (caught.value.code, error.get("decline_code"), caught.value.user_message) == (
        code,
        decline_code,
        message,
    )
    assert error["type"] == "card_error"
    assert error["payment_intent"]["status"] == "requires_payment_method"
    intent = client.v1.payment_intents.retrieve(error["payment_intent"]["id"])
    assert intent.last_payment_error is not None
    assert (intent.last_payment_error.code, intent.payment_method) == (code, None)
    assert client.v1.charges.retrieve(error["charge"]).status == "failed"


def test_the_card_that_can_be_saved_declines_each_charge(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    method = a_saved_card(client, customer, "pm_card_chargeCustomerFail").id
    assert declined(client, customer, method).code == "card_declined"


def test_a_bank_that_wants_the_holder_declines_while_the_holder_is_away(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    error = declined(client, customer, a_saved_card(client, customer, "pm_card_authenticationRequired").id)
    body: Any = error.json_body["error"]  # type: ignore[index]  # the SDK types it loosely
    assert (error.code, body["decline_code"]) == ("authentication_required", "authentication_required")
    assert body["payment_intent"]["status"] == "requires_payment_method"


def test_the_card_to_be_set_up_pays_away_once_it_was_set_up(stand_in: RunningStandIn) -> None:
    client = stand_in.client()
    customer = a_customer(client).id
    merely_attached = a_saved_card(client, customer, "pm_card_authenticationRequiredOnSetup").id
    assert declined(client, customer, merely_attached).code == "authentication_required"
    method = set_up(stand_in, customer, "4000002500003155")
    assert off_session(client, customer, method).status == "succeeded"


def test_a_payment_that_saves_its_card_also_sets_it_up(stand_in: RunningStandIn) -> None:
    client = stand_in.client()
    customer = a_customer(client).id
    session = a_session(
        client,
        customer=customer,
        customer_email=None,
        payment_intent_data={"setup_future_usage": "off_session"},
    )
    assert stand_in.pay(session.id, card="4000002500003155", authenticate=True)["outcome"] == "paid"
    method = client.v1.customers.payment_methods.list(customer).data[0].id
    assert off_session(client, customer, method).status == "succeeded"


@pytest.mark.parametrize("card", ["4000002760003184", "4000000000003220"])
def test_a_card_that_always_asks_asks_though_it_was_set_up(stand_in: RunningStandIn, card: str) -> None:
    client = stand_in.client()
    customer = a_customer(client).id
    assert declined(client, customer, set_up(stand_in, customer, card)).code == "authentication_required"


def test_a_card_set_up_without_funds_says_so(stand_in: RunningStandIn) -> None:
    client = stand_in.client()
    customer = a_customer(client).id
    error = declined(client, customer, set_up(stand_in, customer, "4000008260003178"))
    assert error.user_message == "Your card has insufficient funds."


@pytest.mark.parametrize(
    ("card", "passed", "outcome", "message"),
    [
        ("4000002500003155", True, "paid", None),
        ("4000002760003184", True, "paid", None),
        ("4000002760003184", False, "declined", "We are unable to authenticate your payment method."),
        ("4000008260003178", True, "declined", "Your card has insufficient funds."),
        ("4000008400001629", True, "declined", "Your card was declined."),
    ],
)
def test_3d_secure_on_the_page(
    stand_in: RunningStandIn,
    client: stripe.StripeClient,
    card: str,
    passed: bool,
    outcome: str,
    message: str | None,
) -> None:
    session = a_session(client)
    assert stand_in.pay(session.id, card=card)["outcome"] == "requires_action"
    told = stand_in.pay(session.id, card=card, authenticate=passed)
    assert told["outcome"] == outcome
    assert (message or "") in told.get("error", {}).get("message", "")


def test_while_the_holder_is_here_the_bank_is_asked_by_redirect(client: stripe.StripeClient) -> None:
    intent = a_payment(client, token="pm_card_authenticationRequired")
    assert intent.status == "requires_action"
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    assert intent.next_action.redirect_to_url.return_url == "http://shop.example/back"


def test_a_payment_that_must_not_ask_fails_instead(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as caught:
        client.v1.payment_intents.create(
            {
                "amount": 500,
                "currency": "gbp",
                "payment_method": "pm_card_authenticationRequired",
                "confirm": True,
                "error_on_requires_action": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )
    body: Any = caught.value.json_body
    assert (caught.value.code, body["error"]["decline_code"]) == (
        "authentication_required",
        "authentication_not_handled",
    )


def test_confirming_on_session_needs_a_way_back_unless_redirects_are_ruled_out(
    client: stripe.StripeClient,
) -> None:
    params: Any = {"amount": 500, "currency": "gbp", "payment_method": "pm_card_visa", "confirm": True}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create(params)
    assert caught.value.param == "return_url"
    assert client.v1.payment_intents.list().data == []
    assert (
        client.v1.payment_intents.create(params | {"allowed_payment_method_types": ["card"]}).status
        == "succeeded"
    )


def test_it_can_be_made_first_and_confirmed_later(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "gbp"})
    assert intent.status == "requires_payment_method"
    confirmed = client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa", "return_url": "http://shop.example/back"}
    )
    assert confirmed.status == "succeeded"


def test_a_paid_one_can_be_neither_confirmed_nor_cancelled(client: stripe.StripeClient) -> None:
    intent = a_payment(client)
    for again in (client.v1.payment_intents.confirm, client.v1.payment_intents.cancel):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            again(intent.id)
        assert caught.value.code == "payment_intent_unexpected_state"


def test_an_unpaid_one_can_be_cancelled(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "gbp"})
    cancelled = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")


def test_a_checkouts_own_is_not_cancelled_but_expired_with_its_session(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    session = a_session(client)
    intent = stand_in.pay(session.id, card="4000000000000002")["error"]["payment_intent"]["id"]
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        client.v1.payment_intents.cancel(intent)


def test_amounts_below_the_smallest_charge_are_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=r"Amount must be at least £0\.30 gbp") as caught:
        a_payment(client, amount=29)
    assert caught.value.code == "amount_too_small"


def test_another_customers_card_is_refused(client: stripe.StripeClient) -> None:
    ada, bob = a_customer(client).id, a_customer(client, "bob@example.com").id
    with pytest.raises(stripe.InvalidRequestError, match="belongs to a Customer"):
        off_session(client, bob, a_saved_card(client, ada).id)


def test_a_card_that_paid_once_and_was_not_saved_pays_no_more(client: stripe.StripeClient) -> None:
    method = a_payment(client).payment_method
    assert isinstance(method, str)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        a_payment(client, token=method)


def test_off_session_goes_only_with_confirm(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create({"amount": 500, "currency": "gbp", "off_session": True})
    assert caught.value.param == "off_session"


def test_they_are_listed_by_customer_and_time(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    a_payment(client)
    mine = off_session(client, customer, a_saved_card(client, customer).id)
    listed = client.v1.payment_intents.list
    assert [
        intent.id for intent in listed({"customer": customer, "created": {"gte": mine.created}}).data
    ] == [mine.id]
    assert listed({"customer": customer, "created": {"gt": mine.created}}).data == []


def test_metadata_and_amount_can_be_changed_before_it_is_paid(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 500, "currency": "gbp", "metadata": {"a": "1", "b": "2"}}
    )
    changed = client.v1.payment_intents.update(intent.id, {"amount": 700, "metadata": {"a": "", "c": "3"}})
    assert (changed.amount, dict(changed.metadata.to_dict())) == (700, {"b": "2", "c": "3"})


def test_a_paid_ones_amount_cannot_be_changed(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="could not be updated"):
        client.v1.payment_intents.update(a_payment(client).id, {"amount": 700})


def test_success_and_failure_are_told(
    stand_in: RunningStandIn, client: stripe.StripeClient, inbox: Inbox
) -> None:
    a_payment(client)
    with pytest.raises(stripe.CardError):
        a_payment(client, token="pm_card_chargeDeclined")
    assert stand_in.webhooks_settle()
    assert inbox.types() == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.failed",
        "payment_intent.payment_failed",
    ]
