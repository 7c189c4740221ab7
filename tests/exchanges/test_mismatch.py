"""A session that says something else than what was written down changes nothing (M2)."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from portal.exchanges.checkout_sessions import settle_session
from portal.gateways.stripe_objects import CheckoutSession
from portal.models.bookings import BookingStatus
from portal.operations.settling import PaymentMismatch
from tests.exchanges.counter import Counter
from tests.till import Till, status_of

LIES: dict[str, Callable[[CheckoutSession], CheckoutSession]] = {
    "a penny less": lambda told: replace(told, amount=told.amount - 1),
    "another currency": lambda told: replace(told, currency="EUR"),
    "another attempt": lambda told: replace(told, attempt_id=uuid4()),
    "no attempt": lambda told: replace(told, attempt_id=None),
}


@pytest.mark.parametrize("lie", LIES)
def test_nothing_is_applied_that_does_not_match(
    till: Till, counter: Counter, monkeypatch: pytest.MonkeyPatch, lie: str
) -> None:
    booking = counter.check_out(counter.a_class())
    url = till.page_for(booking)
    counter.pay(url)
    look = till.stripe.read_session
    monkeypatch.setattr(till.stripe, "read_session", lambda *asked: LIES[lie](look(*asked)))
    with pytest.raises(PaymentMismatch):
        counter.hear_of(url)
    assert status_of(booking) is BookingStatus.PENDING
    assert counter.payments() == []


def test_the_right_session_told_of_another_account_is_not_believed(
    till: Till, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = counter.check_out(counter.a_class())
    url = till.page_for(booking)
    counter.pay(url)
    look = till.stripe.read_session
    monkeypatch.setattr(till.stripe, "read_session", lambda session_id, _account: look(session_id, None))
    with pytest.raises(PaymentMismatch):
        counter.hear_of(url, "acct_of_somebody")
    assert counter.payments() == []


def test_one_that_does_not_match_keeps_no_other_waiting(
    till: Till, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong, right = (counter.check_out(counter.a_class(), email=f"{nth}@example.com") for nth in "ab")
    for booking in (wrong, right):
        counter.pay(till.page_for(booking))
    look = till.stripe.read_session

    def lie_about_the_first(session_id: str, stripe_account: str | None) -> CheckoutSession:
        told = look(session_id, stripe_account)
        return replace(told, amount=1) if told.attempt_id == wrong.attempt_id else told

    monkeypatch.setattr(till.stripe, "read_session", lie_about_the_first)
    till.clock.let_pass(minutes=2)
    with pytest.raises(ExceptionGroup) as faults:
        till.work()
    assert [type(fault) for fault in faults.value.exceptions] == [PaymentMismatch]
    assert (status_of(wrong), status_of(right)) == (BookingStatus.PENDING, BookingStatus.CONFIRMED)


def test_a_session_of_ours_that_another_account_names_is_not_there(till: Till, counter: Counter) -> None:
    url = till.page_for(counter.check_out(counter.a_class()))
    session_id = url.rsplit("/", 1)[-1]
    assert settle_session(session_id, "acct_of_somebody", stripe=till.stripe, now=till.clock.now()) is None
