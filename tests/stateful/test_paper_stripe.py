"""Stripe on paper keeps the promises of the real gateway, which speaks to the stand-in over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol, cast
from uuid import UUID

import pytest

from e2e.stripe_stand_in.testing import RunningStandIn, running_stand_in
from portal.gateways.card_payments import CardPayments, StripeRefused
from portal.gateways.stripe_requests import ChargedLine, PaymentRequest, Purpose
from portal.models.database import new_id
from tests.databases import WEBHOOK_SECRET
from tests.stateful.paper_stripe import PaperStripe


class Payer(Protocol):
    """Whoever can pay a session without a browser."""

    def __call__(self, session_id: str) -> None: ...


@pytest.fixture(params=["paper", "stand-in"])
def stripe_and_payer(request: pytest.FixtureRequest) -> Iterator[tuple[CardPayments, Payer]]:
    if request.param == "paper":
        paper = PaperStripe(datetime.now(UTC))
        yield cast("CardPayments", paper), lambda session_id: paid(paper, session_id)
        return
    with running_stand_in(webhook_secret=WEBHOOK_SECRET) as stand_in:
        gateway = CardPayments(
            secret_key="sk_test_of_the_tests", webhook_secret=WEBHOOK_SECRET, api_base=stand_in.url
        )
        yield gateway, lambda session_id: paid_at(stand_in, session_id)


def paid(paper: PaperStripe, session_id: str) -> None:
    assert paper.pay(session_id)


def paid_at(stand_in: RunningStandIn, session_id: str) -> None:
    assert stand_in.pay(session_id)["outcome"] == "paid"


def a_request() -> PaymentRequest:
    return PaymentRequest(
        attempt_id=new_id(),
        business_id=new_id(),
        purpose=Purpose.BOOKING,
        subject_id=new_id(),
        reference="ABCD2345",
        description="Riverside Studio, booking ABCD2345",
        lines=(ChargedLine("Riverside Studio, booking ABCD2345", 1200),),
        currency="GBP",
        email="ada@example.com",
        expires_at=datetime.now(UTC) + timedelta(minutes=35),
        success_url="https://riverside.example/checkout/return?session_id={CHECKOUT_SESSION_ID}",
        cancel_url="https://riverside.example/basket",
        stripe_account=None,
    )


def test_an_attempt_opens_one_session_however_often_it_is_sent(
    stripe_and_payer: tuple[CardPayments, Payer],
) -> None:
    stripe, _ = stripe_and_payer
    request = a_request()
    first, again = stripe.open_session(request), stripe.open_session(request)
    assert first.id == again.id
    assert (first.status, first.paid, first.amount, first.currency) == ("open", False, 1200, "GBP")
    assert (first.attempt_id, first.business_id) == (request.attempt_id, request.business_id)


def test_a_session_is_found_by_its_attempt(stripe_and_payer: tuple[CardPayments, Payer]) -> None:
    stripe, _ = stripe_and_payer
    request = a_request()
    since = datetime.now(UTC) - timedelta(minutes=1)
    opened = stripe.open_session(request)
    found = stripe.find_session(request.attempt_id, since=since, stripe_account=None)
    assert found is not None
    assert found.id == opened.id
    assert stripe.find_session(new_id(), since=since, stripe_account=None) is None


def test_an_ended_session_cannot_be_paid_and_a_paid_one_cannot_be_ended(
    stripe_and_payer: tuple[CardPayments, Payer],
) -> None:
    stripe, pay = stripe_and_payer
    ended = stripe.open_session(a_request())
    assert stripe.expire_session(ended.id, None).status == "expired"
    assert stripe.read_session(ended.id, None).status == "expired"
    with pytest.raises(AssertionError):
        pay(ended.id)
    bought = stripe.open_session(a_request())
    pay(bought.id)
    told = stripe.expire_session(bought.id, None)
    assert (told.status, told.paid) == ("complete", True)
    assert told.payment_intent is not None


def test_a_refund_is_made_once_and_never_beyond_what_came(
    stripe_and_payer: tuple[CardPayments, Payer],
) -> None:
    stripe, pay = stripe_and_payer
    session = stripe.open_session(a_request())
    pay(session.id)
    intent = stripe.read_session(session.id, None).payment_intent
    assert intent is not None
    refund_id = new_id()
    first = give_back(stripe, refund_id, intent, 1200)
    assert give_back(stripe, refund_id, intent, 1200) == first
    assert stripe.refunds_of(intent, None) == [first]
    with pytest.raises(StripeRefused):
        give_back(stripe, new_id(), intent, 1)


def give_back(stripe: CardPayments, refund_id: UUID, intent: str, amount: int) -> object:
    return stripe.refund(refund_id, payment_intent=intent, amount=amount, stripe_account=None)
