"""The gateway against the running stand-in: cards that are kept, charged while their holder is away, and
looked up.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from e2e.stripe_stand_in.testing import RunningStandIn, running_stand_in
from portal.gateways.card_payments import CardPayments, NotAtStripe, StripeDidNotAnswer, StripeRefused
from portal.gateways.stripe_objects import KeptCard
from portal.gateways.stripe_requests import (
    CardRequest,
    ChargedLine,
    ChargeRequest,
    PaymentRequest,
    Purpose,
)
from portal.models.database import new_id
from tests.databases import WEBHOOK_SECRET

HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def stand_in() -> Iterator[RunningStandIn]:
    with running_stand_in(webhook_secret=WEBHOOK_SECRET) as running:
        yield running


@pytest.fixture
def stripe(stand_in: RunningStandIn) -> CardPayments:
    return CardPayments(
        secret_key="sk_test_of_the_tests", webhook_secret=WEBHOOK_SECRET, api_base=stand_in.url
    )


def a_booking_that_keeps_its_card(*, stripe_customer: str | None = None) -> PaymentRequest:
    return PaymentRequest(
        attempt_id=new_id(),
        business_id=new_id(),
        purpose=Purpose.BOOKING,
        subject_id=new_id(),
        reference="ABCD2345",
        description="Riverside Studio, booking ABCD2345",
        lines=(ChargedLine("Riverside Studio, booking ABCD2345", 3000),),
        currency="GBP",
        email="ada@example.com",
        expires_at=datetime.now(UTC) + timedelta(minutes=35),
        success_url="https://riverside.example/checkout/return?session_id={CHECKOUT_SESSION_ID}",
        cancel_url="https://riverside.example/basket",
        stripe_account=None,
        stripe_customer=stripe_customer,
        saves_card=True,
    )


def dues_of(*lines: ChargedLine) -> PaymentRequest:
    return PaymentRequest(
        attempt_id=new_id(),
        business_id=new_id(),
        purpose=Purpose.DUES,
        subject_id=new_id(),
        reference="a client",
        description="Riverside Studio, amounts due",
        lines=lines,
        currency="GBP",
        email="ada@example.com",
        expires_at=datetime.now(UTC) + timedelta(minutes=35),
        success_url="https://riverside.example/account/balance/return?session_id={CHECKOUT_SESSION_ID}",
        cancel_url="https://riverside.example/account/balance",
        stripe_account=None,
    )


def another_card(*, stripe_customer: str | None) -> CardRequest:
    return CardRequest(
        attempt_id=new_id(),
        business_id=new_id(),
        customer_id=new_id(),
        currency="GBP",
        email="ada@example.com",
        expires_at=datetime.now(UTC) + timedelta(minutes=35),
        success_url="https://riverside.example/account/balance/return?session_id={CHECKOUT_SESSION_ID}",
        cancel_url="https://riverside.example/account/balance",
        stripe_account=None,
        stripe_customer=stripe_customer,
    )


def an_instalment(card: KeptCard, *, attempt_id: UUID | None = None) -> ChargeRequest:
    return ChargeRequest(
        attempt_id=attempt_id or new_id(),
        business_id=new_id(),
        stripe_customer=card.stripe_customer,
        payment_method=card.payment_method,
        amount=3000,
        currency="GBP",
        description="10-class pass, instalment 2",
        stripe_account=None,
    )


def kept_card(stripe: CardPayments, stand_in: RunningStandIn, number: str = "4242424242424242") -> KeptCard:
    opened = stripe.open_session(a_booking_that_keeps_its_card())
    assert stand_in.pay(opened.id, number)["outcome"] == "paid"
    card = stripe.read_session(opened.id, None).card
    assert card is not None
    return card


def test_a_purchase_in_instalments_keeps_its_card_and_an_open_or_plain_session_has_none(
    stripe: CardPayments, stand_in: RunningStandIn
) -> None:
    request = a_booking_that_keeps_its_card()
    opened = stripe.open_session(request)
    assert (opened.card, opened.purpose) == (None, "booking")
    assert stand_in.pay(opened.id)["outcome"] == "paid"
    card = stripe.read_session(opened.id, None).card
    assert card is not None
    assert (card.brand, card.last4, card.exp_month) == ("visa", "4242", 12)
    found = stripe.find_session(request.attempt_id, since=HOUR_AGO, stripe_account=None)
    assert found is not None
    assert found.card == card
    plain = stripe.open_session(dues_of(ChargedLine("Account balance", 500)))
    assert stand_in.pay(plain.id)["outcome"] == "paid"
    assert stripe.read_session(plain.id, None).card is None


def test_a_second_purchase_keeps_its_card_for_the_same_customer_of_stripes(
    stripe: CardPayments, stand_in: RunningStandIn
) -> None:
    first = kept_card(stripe, stand_in)
    again = stripe.open_session(a_booking_that_keeps_its_card(stripe_customer=first.stripe_customer))
    assert stand_in.pay(again.id, "5555555555554444")["outcome"] == "paid"
    second = stripe.read_session(again.id, None).card
    assert second is not None
    assert (second.stripe_customer, second.last4) == (first.stripe_customer, "4444")


def test_dues_name_each_line_and_come_to_their_sum(stripe: CardPayments, stand_in: RunningStandIn) -> None:
    lines = (ChargedLine("10-class pass, instalment 2", 3000), ChargedLine("Account balance", 250))
    request = dues_of(*lines)
    opened = stripe.open_session(request)
    assert (opened.amount, opened.purpose, opened.attempt_id) == (3250, "dues", request.attempt_id)
    shown = stand_in.client().v1.checkout.sessions.line_items.list(opened.id).data
    assert [(line.description, line.amount_total) for line in shown] == [
        (line.name, line.amount) for line in lines
    ]


@pytest.mark.parametrize("has_one", [True, False])
def test_another_card_is_kept_without_money(
    stripe: CardPayments, stand_in: RunningStandIn, has_one: bool
) -> None:
    before = kept_card(stripe, stand_in).stripe_customer if has_one else None
    opened = stripe.open_card_session(another_card(stripe_customer=before))
    assert (opened.amount, opened.purpose, opened.card) == (0, "card", None)
    assert stand_in.pay(opened.id, "5555555555554444")["outcome"] == "paid"
    read = stripe.read_session(opened.id, None)
    assert (read.status, read.paid) == ("complete", False)
    assert read.card is not None
    assert read.card.last4 == "4444"
    assert before in {None, read.card.stripe_customer}
    assert stripe.read_charge(stripe.charge_card(an_instalment(read.card)), None).succeeded


def test_a_kept_card_is_charged_once_per_attempt_and_found_by_it(
    stripe: CardPayments, stand_in: RunningStandIn
) -> None:
    card = kept_card(stripe, stand_in)
    request = an_instalment(card)
    first, again = stripe.charge_card(request), stripe.charge_card(request)
    assert first == again
    charge = stripe.read_charge(first, None)
    assert charge.succeeded
    assert (charge.amount, charge.currency, charge.attempt_id) == (3000, "GBP", request.attempt_id)
    assert charge.business_id == request.business_id
    assert charge == stripe.find_charge(
        request.attempt_id, stripe_customer=card.stripe_customer, since=HOUR_AGO, stripe_account=None
    )


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4000000000000341", "generic_decline"),
        ("4000002760003184", "authentication_required"),
        ("4000008260003178", "insufficient_funds"),
    ],
)
def test_a_decline_is_a_payment_that_says_why(
    stripe: CardPayments, stand_in: RunningStandIn, number: str, code: str
) -> None:
    opened = stripe.open_card_session(another_card(stripe_customer=None))
    stand_in.pay(opened.id, number, authenticate=True)
    card = stripe.read_session(opened.id, None).card
    assert card is not None
    charge = stripe.read_charge(stripe.charge_card(an_instalment(card)), None)
    assert not charge.succeeded
    assert charge.decline_code == code


def test_a_silent_stripe_has_charged_all_the_same_and_is_found_later(
    stripe: CardPayments, stand_in: RunningStandIn
) -> None:
    card = kept_card(stripe, stand_in)
    request = an_instalment(card)
    stand_in.fault("error_500_after_success", method="POST", path="/v1/payment_intents")
    for _ in range(2):  # the key repeats the 500 for its day
        with pytest.raises(StripeDidNotAnswer):
            stripe.charge_card(request)
    found = stripe.find_charge(
        request.attempt_id, stripe_customer=card.stripe_customer, since=HOUR_AGO, stripe_account=None
    )
    assert found is not None
    assert found.succeeded


def test_a_card_that_stripe_no_longer_has_is_refused_for_good(
    stripe: CardPayments, stand_in: RunningStandIn
) -> None:
    card = kept_card(stripe, stand_in)
    stand_in.client().v1.payment_methods.detach(card.payment_method)
    with pytest.raises(StripeRefused):
        stripe.charge_card(an_instalment(card))
    gone = KeptCard("cus_gone", "pm_gone", "visa", "4242", 12, 2034)
    with pytest.raises(NotAtStripe):
        stripe.charge_card(an_instalment(gone))
