"""Money that comes after the claims were let go of claims everything again, or goes back in full (M4)."""

from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from portal.models.baskets import BasketLine
from portal.models.bookings import BookingStatus
from portal.models.business import Plan
from portal.models.database import db, end_reading, transaction
from portal.models.payments import CheckoutAttempt
from portal.models.whole_refunds import PAID_TOO_LATE, PAID_TWICE
from portal.operations.auditing import SYSTEM
from portal.operations.basket_joining import join_guest_basket
from portal.operations.basket_lines import add_ticket, keep_places, lock_basket, remove_line
from portal.operations.businesses import set_plan
from portal.operations.settling import Outcome
from portal.operations.tidying import BASKET_LEFT_BEHIND_AFTER
from tests.exchanges.counter import Counter
from tests.soundness import assert_sound
from tests.studio import (
    ABooking,
    AClass,
    a_basket,
    a_booking,
    a_code,
    a_customer,
    a_pass_of,
    a_purchase_option,
    check_out,
)
from tests.till import Till, holds_of, status_of


def test_late_money_books_while_everything_is_free(till: Till, counter: Counter) -> None:
    booking, url = _walked_away(till, counter)
    assert _pay_late(counter, url) is Outcome.CONFIRMED
    assert status_of(booking) is BookingStatus.CONFIRMED
    assert till.taken() == 1200
    assert counter.letters() == ["booking_confirmed"]


def test_late_money_for_a_place_that_is_gone_goes_back_in_full(till: Till, counter: Counter) -> None:
    last_place = counter.a_class(capacity=1)
    booking, url = _walked_away(till, counter, last_place)
    a_booking(a_customer(counter.studio, now=till.clock.now()), last_place, now=till.clock.now())
    assert _pay_late(counter, url) is Outcome.REFUNDED
    assert till.taken() == 1200, "the refund is written down before Stripe is asked"
    till.work()
    assert till.taken() == 0
    assert status_of(booking) is BookingStatus.RELEASED
    assert [refund.reason for refund in counter.refunds()] == [PAID_TOO_LATE]
    assert counter.letters()[-1] == "booking_refunded"


def test_hearing_of_late_money_again_changes_nothing(till: Till, counter: Counter) -> None:
    last_place = counter.a_class(capacity=1)
    _, url = _walked_away(till, counter, last_place)
    a_booking(a_customer(counter.studio, now=till.clock.now()), last_place, now=till.clock.now())
    assert [_pay_late(counter, url), counter.hear_of(url), counter.hear_of(url)] == [Outcome.REFUNDED] * 3
    till.work()
    till.work()
    assert (len(counter.refunds()), till.taken()) == (1, 0)


def test_late_money_takes_the_places_that_the_basket_keeps_itself(till: Till, counter: Counter) -> None:
    """The last place is held by the very lines that are being paid for."""
    booking, url = _walked_away(till, counter, counter.a_class(capacity=1))
    with transaction():
        keep_places(counter.studio, basket_id=booking.basket_id, now=till.clock.now())
    assert _pay_late(counter, url) is Outcome.CONFIRMED
    assert holds_of(booking, till.clock.now()) == 0


@pytest.mark.parametrize("has_a_basket", [True, False], ids=["merged", "adopted"])
def test_late_money_finds_the_lines_in_the_basket_that_they_joined(
    till: Till, counter: Counter, has_a_basket: bool
) -> None:
    booking, url = _walked_away(till, counter, counter.a_class(capacity=1))
    ada = a_customer(counter.studio, now=till.clock.now())
    if has_a_basket:
        a_basket(ada, now=till.clock.now())
    with transaction():
        join_guest_basket(
            counter.studio, guest_basket_id=booking.basket_id, customer_id=ada.id, now=till.clock.now()
        )
    assert _pay_late(counter, url) is Outcome.CONFIRMED
    assert _count_lines() == 0


def test_late_money_for_a_basket_that_was_forgotten_still_books(till: Till, counter: Counter) -> None:
    booking, url = _walked_away(till, counter)
    with transaction():
        lock_basket(counter.studio.id, booking.basket_id).changed_at -= BASKET_LEFT_BEHIND_AFTER * 2
    till.work()
    assert _pay_late(counter, url) is Outcome.CONFIRMED


def test_late_money_for_a_pass_goes_back_once_the_plan_has_no_passes_b2(till: Till, counter: Counter) -> None:
    """The sale had been let go of, so it is a new one, and none can be made any more."""
    ada = a_customer(counter.studio, now=till.clock.now())
    ten_classes = a_purchase_option(counter.studio, now=till.clock.now())
    booking = counter.check_out(ten_classes, by=ada)
    url = till.page_for(booking)
    till.clock.let_pass(minutes=36)
    till.work()
    with transaction():
        set_plan(counter.studio, plan=Plan.FREE, actor=SYSTEM, now=till.clock.now())
    assert _pay_late(counter, url) is Outcome.REFUNDED


def test_a_pass_whose_sale_is_claimed_is_sold_on_a_plan_without_passes_b2(
    till: Till, counter: Counter
) -> None:
    ada = a_customer(counter.studio, now=till.clock.now())
    booking = counter.check_out(a_purchase_option(counter.studio, now=till.clock.now()), by=ada)
    url = till.page_for(booking)
    with transaction():
        set_plan(counter.studio, plan=Plan.FREE, actor=SYSTEM, now=till.clock.now())
    counter.pay(url)
    assert counter.hear_of(url) is Outcome.CONFIRMED


def test_late_money_leaves_another_payment_of_the_same_basket_alone(till: Till, counter: Counter) -> None:
    first, url = _walked_away(till, counter)
    now = till.clock.now()
    (line,) = _lines(first)
    other = counter.a_class()
    with transaction():
        remove_line(counter.studio, basket_id=first.basket_id, line_id=line, now=now)
        add_ticket(
            counter.studio,
            basket_id=first.basket_id,
            class_session_id=other.id,
            ticket_type_id=other.ticket_type_id,
            now=now,
        )
    second = counter.again(first)
    second_url = till.page_for(second)
    assert _pay_late(counter, url) is Outcome.CONFIRMED
    assert status_of(second) is BookingStatus.PENDING
    assert_sound()  # the basket still waits for it
    assert counter.pay(second_url) == "paid"
    assert counter.hear_of(second_url) is Outcome.CONFIRMED
    assert till.taken() == 2400


def test_the_same_lines_paid_by_two_payments_are_booked_once(till: Till, counter: Counter) -> None:
    first, first_url = _walked_away(till, counter)
    second = counter.again(first)
    second_url = till.page_for(second)
    assert _pay_late(counter, first_url) is Outcome.REFUNDED, "another payment is under way for them"
    assert counter.pay(second_url) == "paid"
    assert counter.hear_of(second_url) is Outcome.CONFIRMED
    till.work()
    assert till.taken() == 1200


def test_a_booking_that_is_paid_twice_gives_the_second_payment_back(
    till: Till, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = counter.check_out(counter.a_class(price=1200))
    stray = till.page_for(booking)
    till.clock.let_pass(minutes=5)
    _forget_session(booking)
    with monkeypatch.context() as blind:  # Stripe's list does not show it yet
        blind.setattr(till.stripe, "find_session", lambda *_, **__: None)
        url = till.continue_to(booking)
    assert url is not None
    assert url != stray
    assert counter.pay(stray) == counter.pay(url) == "paid"
    assert counter.hear_of(url) is Outcome.CONFIRMED
    assert counter.hear_of(stray) is Outcome.REFUNDED
    till.work()
    assert till.taken() == 1200
    assert [refund.reason for refund in counter.refunds()] == [PAID_TWICE]
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_late_money_for_a_class_that_has_begun_goes_back(till: Till, counter: Counter) -> None:
    _, url = _walked_away(till, counter)
    till.clock.let_pass(days=12)
    assert _pay_late(counter, url) is Outcome.REFUNDED


def test_late_money_for_a_pass_use_that_is_spent_goes_back(till: Till, counter: Counter) -> None:
    now = till.clock.now()
    ada = a_customer(counter.studio, now=now)
    a_pass_of(ada, uses=1, now=now)
    yoga = counter.a_class()
    booking = counter.check_out(yoga, yoga, by=ada)
    url = till.page_for(booking)
    till.clock.let_pass(minutes=36)
    till.work()
    for line in _lines(booking):
        with transaction():
            remove_line(counter.studio, basket_id=booking.basket_id, line_id=line, now=till.clock.now())
    a_booking(ada, counter.a_class(), now=till.clock.now())
    assert _pay_late(counter, url) is Outcome.REFUNDED
    till.work()
    assert till.taken() == 0


def test_late_money_for_a_last_redemption_that_is_gone_goes_back(till: Till, counter: Counter) -> None:
    now = till.clock.now()
    a_code(counter.studio, "LAST", percent=50, bookings_limit=1, now=now)
    yoga = counter.a_class()
    booking = check_out(counter.studio, _basket_with_code(counter, yoga), now=now)
    url = till.page_for(booking)
    till.clock.let_pass(minutes=36)
    till.work()
    others = _basket_with_code(counter, yoga)
    assert check_out(counter.studio, others, email="second@example.com", now=till.clock.now()).attempt_id
    assert _pay_late(counter, url) is Outcome.REFUNDED


def _walked_away(till: Till, counter: Counter, *wants: AClass) -> tuple[ABooking, str]:
    """A guest checked out, saw Stripe's page, and never paid: the claims are let go of."""
    booking = counter.check_out(*(wants or (counter.a_class(price=1200),)))
    url = till.page_for(booking)
    till.clock.let_pass(minutes=36)
    till.work()
    assert status_of(booking) is BookingStatus.RELEASED
    return booking, url


def _pay_late(counter: Counter, url: str) -> Outcome | None:
    assert counter.pay(url, even_if_expired=True) == "paid"
    return counter.hear_of(url)


def _basket_with_code(counter: Counter, yoga: AClass) -> UUID:
    return a_basket(counter.studio, yoga, code="LAST", now=counter.till.clock.now())


def _lines(booking: ABooking) -> list[UUID]:
    found = list(db.session.scalars(select(BasketLine.id).where(BasketLine.basket_id == booking.basket_id)))
    end_reading()
    return found


def _count_lines() -> int:
    found = db.session.scalar(select(func.count()).select_from(BasketLine))
    end_reading()
    return found or 0


def _forget_session(booking: ABooking) -> None:
    """The answer of Stripe was never written down."""
    with transaction():
        db.session.execute(
            update(CheckoutAttempt).where(CheckoutAttempt.id == booking.attempt_id).values(session_id=None)
        )
