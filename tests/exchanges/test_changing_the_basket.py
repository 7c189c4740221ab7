"""Change basket ends the payment and brings the lines back with a fresh hold, unless it was paid by then
(R7).
"""

import pytest
from flask import Flask

from portal.exchanges.checkout_sessions import StripeIsSilent, change_basket
from portal.gateways.stripe_objects import CheckoutSession
from portal.models.bookings import BookingStatus
from portal.operations.auditing import GUEST
from portal.operations.settling import Outcome, Settled
from tests.exchanges.counter import Counter
from tests.studio import ABooking
from tests.till import Till, holds_of, status_of


def test_the_lines_come_back_with_a_fresh_hold_and_the_page_is_dead(till: Till, counter: Counter) -> None:
    last_place = counter.a_class(capacity=1)
    booking = counter.check_out(last_place)
    url = till.page_for(booking)
    till.clock.let_pass(minutes=20)
    settled = _change(till, booking)
    assert settled is not None
    assert settled.outcome is Outcome.RELEASED
    assert holds_of(booking, till.clock.now()) == 1
    assert till.sessions()[0]["status"] == "expired"
    with pytest.raises(AssertionError, match="expired"):
        counter.pay(url)
    again = counter.again(booking)
    counter.pay(till.page_for(again))
    till.clock.let_pass(minutes=2)
    till.work()
    assert status_of(again) is BookingStatus.CONFIRMED


def test_what_was_paid_meanwhile_stays_booked(till: Till, counter: Counter) -> None:
    booking = counter.check_out(counter.a_class())
    counter.pay(till.page_for(booking))
    settled = _change(till, booking)
    assert settled is not None
    assert settled.outcome is Outcome.CONFIRMED
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_paid_between_our_look_and_our_word_to_stripe_stays_booked(
    till: Till, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = counter.check_out(counter.a_class(price=1200))
    url = till.page_for(booking)
    look = till.stripe.read_session

    def look_and_then_it_is_paid(session_id: str, stripe_account: str | None) -> CheckoutSession:
        seen = look(session_id, stripe_account)
        if seen.status == "open":
            counter.pay(url)
        return seen

    monkeypatch.setattr(till.stripe, "read_session", look_and_then_it_is_paid)
    settled = _change(till, booking)
    assert settled is not None
    assert settled.outcome is Outcome.CONFIRMED
    assert till.taken() == 1200


def test_the_places_are_kept_even_if_the_webhook_tells_of_the_end_first(
    app: Flask, till: Till, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe's webhook may overtake our own request, and must not give the places away."""
    till.receive_webhooks()
    booking = counter.check_out(counter.a_class(capacity=1))
    till.page_for(booking)
    end = till.stripe.expire_session

    def end_and_be_overtaken(session_id: str, stripe_account: str | None) -> CheckoutSession:
        ended = end(session_id, stripe_account)
        assert till.stand_in.webhooks_settle()
        assert status_of(booking) is BookingStatus.RELEASED
        return ended

    monkeypatch.setattr(till.stripe, "expire_session", end_and_be_overtaken)
    settled = _change(till, booking)
    assert settled is not None
    assert settled.outcome is Outcome.RELEASED
    assert holds_of(booking, till.clock.now()) == 1


def test_while_stripe_is_silent_nothing_is_let_go_of_and_paying_goes_on(till: Till, counter: Counter) -> None:
    booking = counter.check_out(counter.a_class())
    url = till.page_for(booking)
    till.stand_in.fault("connection_dropped", path="*/expire")
    with pytest.raises(StripeIsSilent):
        _change(till, booking)
    assert status_of(booking) is BookingStatus.PENDING
    assert till.continue_to(booking) == url
    till.clock.let_pass(minutes=36)
    till.work()
    assert holds_of(booking, till.clock.now()) == 0, "who went on paying and then walked away holds nothing"


def test_an_end_that_stripe_never_answered_for_still_brings_the_lines_back(
    till: Till, counter: Counter
) -> None:
    booking = counter.check_out(counter.a_class())
    till.page_for(booking)
    till.stand_in.fault("timeout_after_success", path="*/expire")
    with pytest.raises(StripeIsSilent):
        _change(till, booking)
    till.clock.let_pass(minutes=2)
    till.work()
    assert status_of(booking) is BookingStatus.RELEASED
    assert holds_of(booking, till.clock.now()) == 1


@pytest.mark.parametrize("minutes", [0, 2])
def test_a_payment_that_was_never_opened_is_ended_too(till: Till, counter: Counter, minutes: int) -> None:
    """Within a minute it is opened to be ended; later it is looked up in vain (M3)."""
    booking = counter.check_out(counter.a_class())
    till.clock.let_pass(minutes=minutes)
    _change(till, booking)
    assert status_of(booking) is BookingStatus.RELEASED
    assert holds_of(booking, till.clock.now()) == 1
    assert all(session["status"] == "expired" for session in till.sessions())


def test_there_is_nothing_to_end_once_it_is_booked(till: Till, counter: Counter) -> None:
    booking = counter.check_out(counter.a_class())
    url = till.page_for(booking)
    counter.pay(url)
    counter.hear_of(url)
    assert _change(till, booking) is None
    assert status_of(booking) is BookingStatus.CONFIRMED


def _change(till: Till, booking: ABooking) -> Settled | None:
    return change_basket(booking.business, booking.id, actor=GUEST, stripe=till.stripe, now=till.clock.now())
