"""Money back: sent once, however often Stripe is silent; and what was moved at Stripe itself (M2, M3)."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.exchanges.refunds import learn_dispute, learn_refunds
from portal.gateways.card_payments import CardPayments
from portal.gateways.stripe_objects import StripeRefund
from portal.jobs.payments import carry_out_due_refunds
from portal.models.bookings import BookingStatus
from portal.models.database import db, end_reading, transaction
from portal.models.payments import Dispute, RefundStatus
from portal.operations.refunding import due_refunds, fail_refund, payment_of_intent, record_refunds
from tests.exchanges.counter import Counter
from tests.soundness import assert_sound
from tests.studio import ABooking, a_booking, a_business, a_customer
from tests.till import Till, a_till, status_of


@pytest.mark.parametrize(
    "fault", ["connection_dropped", "timeout_after_success", "unavailable_503", "rate_limit_429"]
)
def test_a_refund_that_stripe_did_not_answer_for_is_made_once(
    till: Till, counter: Counter, fault: str
) -> None:
    _owed_back(till, counter)
    till.stand_in.fault(fault, method="POST", path="/v1/refunds")
    till.work()
    till.work()
    assert [refund.status for refund in counter.refunds()] == [RefundStatus.PENDING], (
        "not asked again at once"
    )
    till.clock.let_pass(minutes=2)
    till.work()
    assert [refund.status for refund in counter.refunds()] == [RefundStatus.SUCCEEDED]
    assert till.taken() == 0
    assert _made_at_stripe(till) == 1


def test_a_refund_that_was_made_is_found_after_its_key_is_too_old(till: Till, counter: Counter) -> None:
    _owed_back(till, counter)
    till.stand_in.fault("timeout_after_success", method="POST", path="/v1/refunds")
    till.work()
    till.clock.let_pass(hours=25)
    till.work()
    assert [refund.status for refund in counter.refunds()] == [RefundStatus.SUCCEEDED]
    assert _made_at_stripe(till) == 1


def test_a_worker_that_comes_three_days_late_still_pays_back(till: Till, counter: Counter) -> None:
    _owed_back(till, counter)
    till.clock.let_pass(days=3)
    till.work()
    till.work()
    assert [refund.status for refund in counter.refunds()] == [RefundStatus.FAILED, RefundStatus.SUCCEEDED]
    assert till.taken() == 0
    assert _made_at_stripe(till) == 1


def test_a_fault_that_stripe_remembers_is_paid_back_under_a_new_key(till: Till, counter: Counter) -> None:
    _owed_back(till, counter)
    till.stand_in.fault("error_500", method="POST", path="/v1/refunds")
    for _ in range(3):
        till.work()
        till.clock.let_pass(hours=8)
    assert till.taken() == 1200
    till.work()
    till.work()
    assert till.taken() == 0
    assert _made_at_stripe(till) == 1


def test_a_refund_that_was_made_in_the_dashboard_before_ours_is_not_made_twice(
    till: Till, counter: Counter
) -> None:
    url = _owed_back(till, counter)
    till.stand_in.refund_in_dashboard(_session(url))
    till.work()
    assert till.taken() == 0
    assert sorted((refund.ours, refund.status) for refund in counter.refunds()) == [
        (False, RefundStatus.SUCCEEDED),
        (True, RefundStatus.FAILED),
    ]


def test_a_key_that_stripe_does_not_know_leaves_the_money_owed(till: Till, counter: Counter) -> None:
    _owed_back(till, counter)
    wrong = CardPayments(secret_key="mistyped", webhook_secret="", api_base=till.stand_in.url)
    with pytest.raises(ExceptionGroup, match="Refunds that could not be carried out"):
        carry_out_due_refunds(wrong, now=till.clock.now())
    assert [refund.status for refund in counter.refunds()] == [RefundStatus.PENDING]
    till.clock.let_pass(minutes=2)
    till.work()
    assert till.taken() == 0


def test_a_refund_that_is_under_way_at_stripe_is_not_shown_as_failed(till: Till, counter: Counter) -> None:
    _owed_back(till, counter)
    (due,) = due_refunds(now=till.clock.now())
    payment = payment_of_intent(due.payment_intent)
    assert payment is not None
    end_reading()
    under_way = StripeRefund(id="re_1", status="pending", amount=due.amount, attempt_id=due.id)
    with transaction():
        record_refunds(payment, [under_way], now=till.clock.now())
    with transaction():
        fail_refund(due, reason="The charge has been refunded.", now=till.clock.now())
    assert [refund.status for refund in counter.refunds()] == [RefundStatus.PENDING]


def test_a_refund_that_the_bank_refuses_later_is_shown_as_failed_and_as_money_owed(
    app: Flask, tmp_path: Path
) -> None:
    with a_till(app, tmp_path) as till:
        till.receive_webhooks()
        counter = Counter(till, a_business(now=till.clock.now()), till.clock.today() + timedelta(days=9))
        _owed_back(till, counter, card="4000000000005126")
        till.work()
        assert [refund.status for refund in counter.refunds()] == [RefundStatus.SUCCEEDED]
        till.clock.let_pass(days=1)
        till.stand_in.inside.let_time_pass()
        assert till.stand_in.webhooks_settle()
        assert [refund.status for refund in counter.refunds()] == [RefundStatus.FAILED]
    with pytest.raises(AssertionError, match="A released booking keeps no money"):
        assert_sound()


def test_a_refund_in_the_dashboard_becomes_a_fact_once(till: Till, counter: Counter) -> None:
    till.receive_webhooks()
    booking = _paid(till, counter)
    till.stand_in.fault("webhook_doubled", type="*refund*", times=None)
    till.stand_in.refund_in_dashboard(str(till.sessions()[0]["id"]), 500)
    assert till.stand_in.webhooks_settle()
    (refund,) = counter.refunds()
    assert (refund.amount, refund.ours, refund.status) == (500, False, RefundStatus.SUCCEEDED)
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_a_refund_that_is_told_of_before_its_payment_is_not_lost(till: Till, counter: Counter) -> None:
    """The portal was down, and Stripe's events come in the wrong order (M2)."""
    till.stand_in.fault("webhook_lost", type="checkout.session.*", times=None)
    till.receive_webhooks()
    booking = counter.check_out(counter.a_class(price=1200))
    counter.pay(till.page_for(booking))
    till.stand_in.refund_in_dashboard(str(till.sessions()[0]["id"]), 500)
    assert till.stand_in.webhooks_settle()
    assert status_of(booking) is BookingStatus.CONFIRMED
    assert [(refund.amount, refund.ours) for refund in counter.refunds()] == [(500, False)]


@pytest.mark.parametrize(("won", "ends"), [(True, "won"), (False, "lost")])
def test_a_dispute_is_recorded_once_and_followed(till: Till, counter: Counter, won: bool, ends: str) -> None:
    till.receive_webhooks()
    booking = _paid(till, counter)
    dispute = till.stand_in.dispute(str(till.sessions()[0]["id"]))
    assert till.stand_in.webhooks_settle()
    assert [(it.amount, it.status) for it in _disputes()] == [(1200, "needs_response")]
    till.stand_in.close_dispute(str(dispute["id"]), won=won)
    assert till.stand_in.webhooks_settle()
    assert [it.status for it in _disputes()] == [ends]
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_refunds_and_disputes_of_others_are_let_pass(till: Till, counter: Counter) -> None:
    now = till.clock.now()
    assert not learn_refunds("pi_of_nobody", None, stripe=till.stripe, now=now)
    assert not learn_dispute("du_of_nobody", None, stripe=till.stripe, now=now)


def _owed_back(till: Till, counter: Counter, card: str = "4242424242424242") -> str:
    """Late money for a place that is gone: £12.00 that must go back. The address of its page."""
    last_place = counter.a_class(capacity=1, price=1200)
    url = till.page_for(counter.check_out(last_place))
    till.clock.let_pass(minutes=36)
    till.work()
    a_booking(a_customer(counter.studio, now=till.clock.now()), last_place, now=till.clock.now())
    counter.pay(url, card, even_if_expired=True)
    counter.hear_of(url)
    assert till.taken() == 1200
    return url


def _paid(till: Till, counter: Counter) -> ABooking:
    booking = counter.check_out(counter.a_class(price=1200))
    counter.pay(till.page_for(booking))
    assert till.stand_in.webhooks_settle()
    assert status_of(booking) is BookingStatus.CONFIRMED
    return booking


def _session(url: str) -> str:
    return url.rsplit("/", 1)[-1]


def _made_at_stripe(till: Till) -> int:
    return len(till.stand_in.inside.store.books(None).newest_first("refund"))


def _disputes() -> list[Dispute]:
    found = list(db.session.scalars(select(Dispute)))
    end_reading()
    return found
