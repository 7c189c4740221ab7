"""What Stripe tells twice at once is applied once, and what people do meanwhile loses nothing (M2, R5)."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.models.baskets import BasketLine
from portal.models.bookings import Booking
from portal.models.database import db, end_reading
from portal.models.payments import Payment, Refund
from portal.operations.checkout import Buyer
from tests.races.crowd import PROCESSES_AT_ONCE, Crowd, all_at_once
from tests.races.late_money import paid_after_all
from tests.races.shoppers import Adder, Signer, act, hear, press, presser
from tests.races.unguarded import without_locks_and_meet_after
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
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada, uses=3)
    basket_id = a_basket(ada, a_class(studio))
    presses = [presser(studio, basket_id, Buyer(ada.id, ada.name, ada.email), now=SOON)] * 16
    assert all_at_once(crowd, app, press, presses) == {"confirmed": 16}
    assert _count(Booking) == 1
    assert_sound()


def test_late_money_meets_another_buyer_of_the_last_place(app: Flask, crowd: Crowd) -> None:
    """Late money and somebody whose hold has ended race for one place: one has it, and nobody pays for
    nothing.
    """
    people: list[object] = []
    for _ in range(ROUNDS):
        studio = a_business()
        last_place = a_class(studio, capacity=1)
        walked_away = check_out(studio, a_basket(studio, last_place))
        assert walked_away.attempt_id is not None
        stripe_tells(walked_away, paid=False, now=NOW + timedelta(minutes=36))
        later = NOW + timedelta(minutes=60)
        basket_id = a_basket(studio, last_place, now=NOW + timedelta(minutes=40))
        people.append(paid_after_all(walked_away, walked_away.attempt_id, now=later))
        people.append(presser(studio, basket_id, Buyer(None, "Gil", "gil@example.com"), now=later))
    outcomes = all_at_once(crowd, app, act, people)
    assert outcomes["confirmed"] + outcomes["pending"] == ROUNDS
    assert outcomes["refunded"] + outcomes["QuoteChanged"] == ROUNDS
    assert_sound()


def test_signing_in_while_another_tab_adds_loses_no_line_and_no_place(app: Flask, crowd: Crowd) -> None:
    people: list[object] = []
    for nth in range(ROUNDS):
        studio = a_business()
        first, second = a_class(studio), a_class(studio)
        ada = a_customer(studio)
        if nth % 2:
            a_basket(ada)
        guest_basket = a_basket(studio, first)
        people.append(Signer(studio, guest_basket, ada.id, SOON))
        people.append(Adder(guest_basket, second, SOON))
    outcomes = all_at_once(crowd, app, act, people)
    assert outcomes["joined"] == ROUNDS
    assert outcomes["added"] + outcomes["NotInBasket"] == ROUNDS
    assert _count(BasketLine) == ROUNDS + outcomes["added"]
    assert_sound()


def test_signing_in_while_the_guests_payment_is_told_of_late(app: Flask, crowd: Crowd) -> None:
    """The basket that a booking came from joins another one while Stripe tells of the booking."""
    people: list[object] = []
    for nth in range(ROUNDS):
        studio = a_business()
        ada = a_customer(studio)
        if nth % 2:
            a_basket(ada)  # which the guest's merges into; else it becomes hers as it is
        booking = check_out(studio, a_basket(studio, a_class(studio)))
        assert booking.attempt_id is not None
        stripe_tells(booking, paid=False, now=NOW + timedelta(minutes=36))
        people.append(Signer(studio, booking.basket_id, ada.id, NOW + timedelta(minutes=40)))
        people.append(paid_after_all(booking, booking.attempt_id, now=NOW + timedelta(minutes=40)))
    assert all_at_once(crowd, app, act, people) == {"joined": ROUNDS, "confirmed": ROUNDS}
    assert _count(BasketLine) == 0
    assert_sound()


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
