"""Stripe does not answer, or wrongly: nothing is lost, nothing is opened twice (M3)."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.exchanges.checkout_sessions import PaymentNotStarted, StripeIsSilent, open_payment
from portal.models.bookings import BookingStatus
from portal.operations.settling import Outcome
from tests.exchanges.counter import Counter
from tests.studio import ABooking, a_business, a_class
from tests.till import Till, holds_of, status_of

SILENCES = (
    "connection_dropped",
    "timeout_after_success",
    "error_500",
    "error_500_after_success",
    "unavailable_503",
    "rate_limit_429",
)


@pytest.mark.parametrize("fault", SILENCES)
def test_after_a_silence_the_payment_goes_on_and_is_taken_once(
    till: Till, counter: Counter, fault: str
) -> None:
    booking = _opened_into(fault, till, counter)
    till.clock.let_pass(minutes=2)
    url = till.continue_to(booking)
    assert url is not None
    assert len(till.sessions()) == 1
    assert counter.pay(url) == "paid"
    assert counter.hear_of(url) is Outcome.CONFIRMED
    assert till.taken() == 1200


def test_an_answer_that_was_lost_is_given_again_within_a_minute(till: Till, counter: Counter) -> None:
    booking = _opened_into("timeout_after_success", till, counter)
    till.clock.let_pass(seconds=30)
    assert till.continue_to(booking) == till.sessions()[0]["url"]
    assert len(till.sessions()) == 1


def test_a_fault_that_stripe_remembers_is_silence_for_a_minute_more(till: Till, counter: Counter) -> None:
    booking = _opened_into("error_500", till, counter)
    with pytest.raises(StripeIsSilent):
        till.continue_to(booking)
    assert status_of(booking) is BookingStatus.PENDING
    assert till.sessions() == []


@pytest.mark.parametrize("fault", ["connection_dropped", "error_500"])
def test_a_payment_that_was_never_opened_lets_go_of_its_claims(
    till: Till, counter: Counter, fault: str
) -> None:
    booking = _opened_into(fault, till, counter)
    till.clock.let_pass(minutes=2)
    till.work()
    assert status_of(booking) is BookingStatus.RELEASED


@pytest.mark.parametrize("fault", ["timeout_after_success", "error_500_after_success"])
def test_a_payment_whose_opening_nobody_heard_of_is_adopted_by_the_worker(
    till: Till, counter: Counter, fault: str
) -> None:
    booking = _opened_into(fault, till, counter)
    till.clock.let_pass(minutes=2)
    till.work()
    assert status_of(booking) is BookingStatus.PENDING
    assert till.continue_to(booking) == till.sessions()[0]["url"]
    till.clock.let_pass(minutes=36)
    till.work()
    assert status_of(booking) is BookingStatus.RELEASED


def test_a_silent_stripe_is_asked_again_and_keeps_no_other_booking_waiting(
    till: Till, counter: Counter
) -> None:
    first, second = (counter.check_out(counter.a_class(), email=f"{nth}@example.com") for nth in "ab")
    for booking in (first, second):
        counter.pay(till.page_for(booking))
    till.clock.let_pass(minutes=2)
    till.stand_in.fault("unavailable_503", path="/v1/checkout/sessions/*")
    with pytest.raises(ExceptionGroup):
        till.work()
    assert {status_of(first), status_of(second)} == {BookingStatus.PENDING, BookingStatus.CONFIRMED}
    till.clock.let_pass(minutes=2)
    till.work()
    assert status_of(first) is status_of(second) is BookingStatus.CONFIRMED


def test_two_tabs_that_continue_after_a_silence_open_one_payment(till: Till, counter: Counter) -> None:
    """Both find that nothing was opened; the second to say so finds the first one's."""
    booking = _opened_into("connection_dropped", till, counter)
    till.clock.let_pass(minutes=2)
    lookup = till.stripe.find_session
    urls: list[str | None] = []

    def look_up_while_the_other_tab_is_faster(*args: object, **facts: object) -> object:
        found = lookup(*args, **facts)  # type: ignore[arg-type]
        till.stripe.find_session = lookup  # type: ignore[method-assign]
        urls.append(till.continue_to(booking))
        return found

    till.stripe.find_session = look_up_while_the_other_tab_is_faster  # type: ignore[method-assign,assignment]
    urls.append(till.continue_to(booking))
    assert urls[0] == urls[1]
    assert len(till.sessions()) == 1


def test_a_double_click_leads_both_times_to_the_same_page(till: Till, counter: Counter) -> None:
    """The second press comes while Stripe is still answering the first: it waits, and is told the same."""
    booking = counter.check_out(counter.a_class())
    till.stand_in.fault("slow", method="POST", path="/v1/checkout/sessions", seconds=1)

    def press() -> str:
        with till.site.app_context():
            return till.page_for(booking)

    with ThreadPoolExecutor(1) as another:
        first = another.submit(press)
        while till.stand_in.faults():  # until the first press has met it
            time.sleep(0.01)
        assert till.continue_to(booking) == first.result()
    assert len(till.sessions()) == 1


def test_a_session_that_turns_up_late_does_not_end_the_payment_that_took_its_place(
    till: Till, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe's list did not show it yet; when it expires, the booking is being paid by another."""
    booking = _opened_into("timeout_after_success", till, counter)
    till.clock.let_pass(minutes=10)
    with monkeypatch.context() as blind:
        blind.setattr(till.stripe, "find_session", lambda *_, **__: None)
        url = till.continue_to(booking)
    assert url is not None
    assert len(till.sessions()) == 2
    stray = till.sessions()[-1]
    till.clock.let_pass(minutes=26)
    assert counter.hear_of(str(stray["id"])) is Outcome.WAITING
    assert status_of(booking) is BookingStatus.PENDING
    assert counter.pay(url) == "paid"
    assert counter.hear_of(url) is Outcome.CONFIRMED


def test_where_stripe_refuses_nothing_is_booked_and_the_basket_keeps_its_places(till: Till) -> None:
    now = till.clock.now()
    studio = a_business(stripe_account="no-account-of-ours", now=now)
    counter = Counter(till, studio, till.clock.today())
    yoga = a_class(studio, on=counter.day.replace(year=counter.day.year + 1), capacity=1, now=now)
    booking = counter.check_out(yoga)
    assert booking.attempt_id is not None
    with pytest.raises(PaymentNotStarted):
        open_payment(studio, booking.attempt_id, stripe=till.stripe, now=now)
    assert status_of(booking) is BookingStatus.RELEASED
    assert holds_of(booking, now) == 1


def test_a_session_that_stripe_denies_is_believed_gone_once_its_time_is_over(
    till: Till, counter: Counter
) -> None:
    booking = counter.check_out(counter.a_class())
    till.page_for(booking)
    till.stand_in.reset()
    till.clock.let_pass(minutes=10)
    with pytest.raises(ExceptionGroup):
        till.work()
    assert status_of(booking) is BookingStatus.PENDING
    till.clock.let_pass(minutes=30)
    till.work()
    assert status_of(booking) is BookingStatus.RELEASED


def _opened_into(fault: str, till: Till, counter: Counter) -> ABooking:
    booking = counter.check_out(counter.a_class(price=1200))
    till.stand_in.fault(fault, method="POST", path="/v1/checkout/sessions")
    with pytest.raises(StripeIsSilent):
        till.page_for(booking)
    assert status_of(booking) is BookingStatus.PENDING
    return booking
