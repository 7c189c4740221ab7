"""What Stripe tells twice at once is applied once, and what people do meanwhile loses nothing (M2, R5)."""

from collections import Counter
from contextlib import nullcontext
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.jobs.tidying import tidy_up
from portal.models.baskets import BasketLine
from portal.models.bookings import Booking
from portal.models.database import db, end_reading
from portal.models.payments import Payment, Refund
from portal.operations.checkout import Buyer
from tests.races.crowd import PROCESSES_AT_ONCE, Crowd, Gap, all_at_once
from tests.races.late_money import paid_after_all
from tests.races.shoppers import Adder, Presser, Signer, act, hear, press, presser
from tests.races.unguarded import without_guard_of_places, without_locks_and_meet_after
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ABooking,
    a_basket,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_purchase_option,
    check_out,
    stripe_tells,
)

pytestmark = pytest.mark.slow

without_locks_on_bookings = partial(without_locks_and_meet_after, "settling.lock_booking")
without_locks_on_presses = partial(without_locks_and_meet_after, "checkout.quoted_basket")
without_locks_on_baskets = partial(
    without_locks_and_meet_after, "basket_joining._locked", last=["basket_lines.lock_open_basket"]
)
"""No lock, and who adds has found the guest's basket, and adds to it once its owner has signed in."""
without_locks_on_joining = partial(
    without_locks_and_meet_after, "basket_joining._locked", last=["settling.lock_booking"]
)
"""No lock, and the webhook has found the guest's basket, and goes on once its owner has signed in."""

SOON = NOW + timedelta(minutes=2)
ROUNDS = 8
MANY = PROCESSES_AT_ONCE


def test_a_webhook_that_comes_16_times_at_once_confirms_once(app: Flask, crowd: Crowd) -> None:
    booking = _waiting_for_payment()
    assert booking.attempt_id is not None
    told = paid_after_all(booking, booking.attempt_id, now=SOON)
    assert all_at_once(crowd, app, hear, [told] * 16) == {"confirmed": 16}
    assert _count(Payment) == 1
    assert _count(Refund) == 0
    assert_sound()


def test_without_locks_some_are_told_wrongly(app: Flask, crowd: Crowd) -> None:
    booking = _waiting_for_payment()
    assert booking.attempt_id is not None
    told = paid_after_all(booking, booking.attempt_id, now=SOON)
    outcomes = all_at_once(crowd, app, hear, [told] * MANY, without=without_locks_on_bookings)
    assert outcomes != {"confirmed": MANY}


def test_a_button_that_is_pressed_16_times_at_once_makes_one_booking(app: Flask, crowd: Crowd) -> None:
    assert all_at_once(crowd, app, press, _presses(16)) == {"confirmed": 16}
    assert _count(Booking) == 1
    assert_sound()


def test_without_locks_a_button_that_is_pressed_twice_goes_wrong(app: Flask, crowd: Crowd) -> None:
    outcomes = all_at_once(crowd, app, press, _presses(2), without=without_locks_on_presses)
    assert outcomes["fault: IntegrityError"] > 0 or _count(Booking) > 1


def test_late_money_meets_another_buyer_of_the_last_place(app: Flask, crowd: Crowd) -> None:
    """Late money and somebody whose hold has ended race for one place: one has it, and nobody pays for
    nothing.
    """
    outcomes = _late_money_meets_a_buyer(ROUNDS, app, crowd)
    assert outcomes["confirmed"] + outcomes["pending"] == ROUNDS
    assert outcomes["refunded"] + outcomes["QuoteChanged"] == ROUNDS
    assert_sound()


def test_without_the_guard_both_have_the_last_place(app: Flask, crowd: Crowd) -> None:
    outcomes = _late_money_meets_a_buyer(1, app, crowd, tidied=True, without=without_guard_of_places)
    assert outcomes == {"confirmed": 1, "pending": 1}
    with pytest.raises(AssertionError, match="No class has more tickets and holds than places"):
        assert_sound()


def test_signing_in_while_another_tab_adds_loses_no_line_and_no_place(app: Flask, crowd: Crowd) -> None:
    outcomes = all_at_once(crowd, app, act, _signing_in_meets_adding(*[True, False] * (ROUNDS // 2)))
    assert outcomes["joined"] == ROUNDS
    assert outcomes["added"] + outcomes["NotInBasket"] == ROUNDS
    assert _count(BasketLine) == ROUNDS + outcomes["added"]
    assert_sound()


def test_without_locks_it_is_added_to_a_basket_that_is_gone(app: Flask, crowd: Crowd) -> None:
    """That a line refers to its basket is then all that stands between the line and nowhere."""
    people = _signing_in_meets_adding(True)
    outcomes = all_at_once(crowd, app, act, people, without=without_locks_on_baskets)
    assert outcomes["joined"] == 1
    assert any(word.startswith("fault") for word in outcomes)


def test_signing_in_while_the_guests_payment_is_told_of_late(app: Flask, crowd: Crowd) -> None:
    """The basket that a booking came from joins another one while Stripe tells of the booking."""
    people = _signing_in_meets_late_money(*[True, False] * (ROUNDS // 2))
    assert all_at_once(crowd, app, act, people) == {"joined": ROUNDS, "confirmed": ROUNDS}
    assert _count(BasketLine) == 0
    assert_sound()


def test_without_locks_the_basket_keeps_what_is_booked(app: Flask, crowd: Crowd) -> None:
    people = _signing_in_meets_late_money(True)
    outcomes = all_at_once(crowd, app, act, people, without=without_locks_on_joining)
    assert any(word.startswith("fault") for word in outcomes) or _count(BasketLine) > 0


def _presses(count: int) -> list[Presser]:
    """The same button, pressed again and again."""
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada, uses=3)
    basket_id = a_basket(ada, a_class(studio))
    return [presser(studio, basket_id, Buyer(ada.id, ada.name, ada.email), now=SOON)] * count


def _late_money_meets_a_buyer(
    count: int, app: Flask, crowd: Crowd, *, tidied: bool = False, without: Gap = nullcontext
) -> Counter[str]:
    """In each studio the last place is wanted by two; the hold that has ended is let go of by the first of
    them, unless the worker has ``tidied`` (see test_places).
    """
    later = NOW + timedelta(minutes=60)
    people: list[object] = []
    for _ in range(count):
        studio = a_business()
        last_place = a_class(studio, capacity=1)
        walked_away = check_out(studio, a_basket(studio, last_place))
        assert walked_away.attempt_id is not None
        stripe_tells(walked_away, paid=False, now=NOW + timedelta(minutes=36))
        basket_id = a_basket(studio, last_place, now=NOW + timedelta(minutes=40))
        people.append(paid_after_all(walked_away, walked_away.attempt_id, now=later))
        people.append(presser(studio, basket_id, Buyer(None, "Gil", "gil@example.com"), now=later))
    if tidied:
        tidy_up(now=later)
    return all_at_once(crowd, app, act, people, without=without)


def _signing_in_meets_adding(*has_basket: bool) -> list[object]:
    """For each: somebody signs in, who has a basket already or not, while another tab adds to the guest's."""
    people: list[object] = []
    for has_one in has_basket:
        studio = a_business()
        first, second = a_class(studio), a_class(studio)
        ada = a_customer(studio)
        if has_one:
            a_basket(ada)
        guest_basket = a_basket(studio, first)
        people.append(Signer(studio, guest_basket, ada.id, SOON))
        people.append(Adder(guest_basket, second, SOON))
    return people


def _signing_in_meets_late_money(*has_basket: bool) -> list[object]:
    """For each: the basket of a booking that was let go of joins another, or becomes its customer's."""
    people: list[object] = []
    for has_one in has_basket:
        studio = a_business()
        ada = a_customer(studio)
        if has_one:
            a_basket(ada)
        booking = check_out(studio, a_basket(studio, a_class(studio)))
        assert booking.attempt_id is not None
        stripe_tells(booking, paid=False, now=NOW + timedelta(minutes=36))
        people.append(Signer(studio, booking.basket_id, ada.id, NOW + timedelta(minutes=40)))
        people.append(paid_after_all(booking, booking.attempt_id, now=NOW + timedelta(minutes=40)))
    return people


def _waiting_for_payment() -> ABooking:
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada, uses=2)
    option = a_purchase_option(studio, "5-class pass", uses=5)
    return check_out(ada, a_basket(ada, a_class(studio), a_class(studio), option))


def _count(model: type) -> int:
    found = db.session.scalar(select(func.count()).select_from(model))
    end_reading()
    return found or 0
