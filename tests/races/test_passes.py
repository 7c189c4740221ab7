"""A pass pays for what it can pay for, and for nothing more, however many bookings want it (P5, P9)."""

from collections import Counter
from contextlib import nullcontext
from datetime import date, time, timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.models.bookings import Ticket
from portal.models.database import db, end_reading, transaction
from portal.operations.basket_lines import choose_payment, remove_line
from portal.operations.checkout import Buyer
from portal.operations.quoting import quoted_basket
from portal.rules.facts import PayWithMoney
from tests.races.crowd import PROCESSES_AT_ONCE, Crowd, Gap, all_at_once
from tests.races.late_money import more_like, paid_after_all
from tests.races.shoppers import Told, act, hear, presser
from tests.races.unguarded import without_guard_of_passes, without_locks_and_meet_after
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ABooking,
    AClass,
    APass,
    APerson,
    a_basket,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_series,
    check_out,
    stripe_tells,
)

pytestmark = pytest.mark.slow

without_locks_on_passes = partial(
    without_locks_and_meet_after, "reclaiming._locked_passes", "checkout.quoted_basket"
)
"""No lock, and everybody has seen what the pass pays for before it pays for anything more."""

LATER = NOW + timedelta(minutes=40)
ROUNDS = 8


def test_50_requests_for_the_last_use_take_1(app: Flask, crowd: Crowd) -> None:
    last_use, requests = _requests_for_the_last_use(50)
    assert all_at_once(crowd, app, hear, requests) == {"confirmed": 1, "refunded": 49}
    assert _paid_by(last_use) == 1
    assert_sound()


def test_without_the_guard_the_last_use_is_taken_more_than_once(app: Flask, crowd: Crowd) -> None:
    """The database's own CHECK is then all that stands between a pass and uses below zero."""

    last_use, requests = _requests_for_the_last_use(PROCESSES_AT_ONCE)
    outcomes = all_at_once(crowd, app, hear, requests, without=without_guard_of_passes)
    assert outcomes["fault: IntegrityError"] > 0 or _paid_by(last_use) > 1


def test_of_two_bookings_that_fit_a_pass_alone_but_not_together_one_gets_it(app: Flask, crowd: Crowd) -> None:
    outcomes = _two_late_payments_for_each_pass(ROUNDS, app, crowd)
    assert outcomes == {"confirmed": ROUNDS, "refunded": ROUNDS}
    assert_sound()


def test_without_the_lock_both_get_it(app: Flask, crowd: Crowd) -> None:
    outcomes = _two_late_payments_for_each_pass(1, app, crowd, without=without_locks_on_passes)
    assert outcomes == {"confirmed": 2}
    with pytest.raises(AssertionError, match="lies within its validity"):
        assert_sound()


def test_late_money_and_book_now_for_what_a_pass_covers_once_make_one_booking(
    app: Flask, crowd: Crowd
) -> None:
    outcomes = _late_money_meets_book_now(ROUNDS, app, crowd)
    assert outcomes["confirmed"] == ROUNDS
    assert outcomes["refunded"] + outcomes["QuoteChanged"] == ROUNDS
    assert_sound()


def test_without_the_lock_they_make_two(app: Flask, crowd: Crowd) -> None:
    assert _late_money_meets_book_now(1, app, crowd, without=without_locks_on_passes) == {"confirmed": 2}
    with pytest.raises(AssertionError, match="lies within its validity"):
        assert_sound()


def _requests_for_the_last_use(count: int) -> tuple[APass, list[Told]]:
    """One customer walked away from Stripe's page again and again: all that money comes at once (M4)."""
    studio = a_business()
    ada = a_customer(studio)
    last_use = a_pass_of(ada, uses=1)
    series = a_series(studio)
    first, *others = [
        a_class(series, on=date(2026, 12, 10) + timedelta(days=nth // 10), at=time(9 + nth % 10))
        for nth in range(count)
    ]
    booking = _walked_away(ada, first)
    assert booking.attempt_id is not None
    attempts = [booking.attempt_id, *more_like(booking, others)]
    return last_use, [paid_after_all(booking, attempt, now=LATER) for attempt in attempts]


def _two_late_payments_for_each_pass(
    count: int, app: Flask, crowd: Crowd, *, without: Gap = nullcontext
) -> Counter[str]:
    """For each pass of 14 days two walks away from Stripe's page: from a class on the 10th, from one on the
    27th.
    """
    requests: list[Told] = []
    for _ in range(count):
        ada, early, late = _a_fortnight()
        for yoga in (early, late):
            booking = _walked_away(ada, yoga)
            assert booking.attempt_id is not None
            requests.append(paid_after_all(booking, booking.attempt_id, now=LATER))
    return all_at_once(crowd, app, hear, requests, without=without)


def _late_money_meets_book_now(
    count: int, app: Flask, crowd: Crowd, *, without: Gap = nullcontext
) -> Counter[str]:
    """The money for the 10th comes while the same customer presses Book now for the 27th."""
    people: list[object] = []
    for _ in range(count):
        ada, early, late = _a_fortnight()
        booking = _walked_away(ada, early)
        assert booking.attempt_id is not None
        basket_id = a_basket(ada, late, now=LATER)
        people.append(paid_after_all(booking, booking.attempt_id, now=LATER))
        people.append(presser(ada.business, basket_id, Buyer(ada.id, ada.name, ada.email), now=LATER))
    return all_at_once(crowd, app, act, people, without=without)


def _a_fortnight() -> tuple[APerson, AClass, AClass]:
    """A pass for 14 days from the first class, and two classes 17 days apart."""
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada, uses=5, days=14)
    series = a_series(studio)
    return ada, a_class(series, on=date(2026, 12, 10)), a_class(series, on=date(2026, 12, 27))


def _walked_away(ada: APerson, yoga: AClass) -> ABooking:
    """Two tickets, one by the pass and one by card, whose payment ran out; the basket is empty again."""
    basket_id = a_basket(ada, yoga, yoga)
    _, money = _lines(ada, basket_id)
    with transaction():
        choose_payment(ada.business, basket_id=basket_id, line_id=money, choice=PayWithMoney(), now=NOW)
    booking = check_out(ada, basket_id)
    stripe_tells(booking, paid=False, now=NOW + timedelta(minutes=36))
    for line_id in _lines(ada, basket_id):
        with transaction():
            remove_line(ada.business, basket_id=basket_id, line_id=line_id, now=NOW + timedelta(minutes=37))
    return booking


def _lines(ada: APerson, basket_id: UUID) -> list[UUID]:
    shown = quoted_basket(ada.business, basket_id=basket_id, customer_id=ada.id, now=NOW)
    end_reading()
    return [line.id for line in shown.lines]


def _paid_by(owned: APass) -> int:
    tickets = db.session.scalar(select(func.count()).where(Ticket.class_pass_id == owned.id, Ticket.counts))
    end_reading()
    return tickets or 0
