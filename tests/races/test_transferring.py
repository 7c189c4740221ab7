"""Tickets are moved while others act: done once, each place is one person's, and the pass is right (C7)."""

from collections import Counter
from contextlib import nullcontext
from datetime import date, time
from functools import partial

import pytest
from flask import Flask

from tests.races.cancellers import about_to_cancel
from tests.races.crowd import Crowd, Gap, all_at_once
from tests.races.movers import (
    about_to_move,
    move_or_act,
    without_guard_of_moved_places,
    without_locks_on_moves,
)
from tests.races.unguarded import without_order_of_classes
from tests.soundness import assert_sound
from tests.studio import a_booking, a_business, a_class, a_customer, a_pass_of, a_series, a_staff_member

pytestmark = pytest.mark.slow

ROUNDS = 6
PRESSES = 6

without_order = partial(without_order_of_classes, "transferring")


def test_pressed_by_many_at_once_a_ticket_is_moved_once(app: Flask, crowd: Crowd) -> None:
    assert _many_move(app, crowd) == {"moved": 1, "AlreadyMoved": PRESSES - 1}
    assert_sound()


def test_without_the_lock_they_collide(app: Flask, crowd: Crowd) -> None:
    """The database's own key is then all that stands between a ticket and two moves."""
    outcomes = _many_move(app, crowd, without=without_locks_on_moves)
    assert any(word.startswith("fault") for word in outcomes)


def test_a_ticket_is_moved_or_cancelled_not_both(app: Flask, crowd: Crowd) -> None:
    outcomes = _moving_meets_cancelling(ROUNDS, app, crowd)
    assert outcomes["moved"] + outcomes["cancelled"] == ROUNDS
    assert outcomes["AlreadyMoved"] + outcomes["AlreadyCancelled"] == ROUNDS
    assert_sound()


def test_without_the_lock_both_are_tried(app: Flask, crowd: Crowd) -> None:
    """That no class has fewer than no places taken is then all that stands between a place and its being
    given back twice.
    """
    outcomes = _moving_meets_cancelling(1, app, crowd, without=without_locks_on_moves)
    collided = sum(number for word, number in outcomes.items() if word.startswith("fault"))
    assert collided or outcomes["moved"] + outcomes["cancelled"] > 1


def test_the_last_place_is_one_persons(app: Flask, crowd: Crowd) -> None:
    assert _many_want_the_last_place(app, crowd) == {"moved": 1, "NoPlaceLeft": PRESSES - 1}
    assert_sound()


def test_without_the_guard_it_is_given_away_twice(app: Flask, crowd: Crowd) -> None:
    outcomes = _many_want_the_last_place(app, crowd, without=without_guard_of_moved_places)
    assert outcomes["moved"] > 1


def test_tickets_change_classes_in_opposite_directions_and_nobody_waits_for_nobody(
    app: Flask, crowd: Crowd
) -> None:
    assert _opposite_moves(2 * ROUNDS, app, crowd) == {"moved": 2 * ROUNDS}
    assert_sound()


def test_without_the_order_they_wait_for_each_other(app: Flask, crowd: Crowd) -> None:
    assert _opposite_moves(2, app, crowd, without=without_order)["fault: OperationalError"] == 1


def _opposite_moves(count: int, app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    """Every second ticket moves from the first class to the second, the others the other way."""
    studio = a_business()
    series = a_series(studio)
    first = a_class(series, on=date(2026, 12, 10), capacity=100)
    second = a_class(series, on=date(2026, 12, 11), capacity=100)
    people: list[object] = []
    for nth in range(count):
        left, to = (first, second) if nth % 2 else (second, first)
        ada = a_customer(studio)
        a_pass_of(ada)
        people.append(about_to_move(a_booking(ada, left), left, to))
    return all_at_once(crowd, app, move_or_act, people, without=without)


def _many_move(app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    """The customer in several tabs, and clerks."""
    studio = a_business()
    ada, olive = a_customer(studio), a_staff_member(studio)
    a_pass_of(ada)
    yoga, clay = a_class(studio), a_class(studio, name="Clay", at=time(14))
    booking = a_booking(ada, yoga)
    people = [about_to_move(booking, yoga, clay, by=olive if nth % 2 else None) for nth in range(PRESSES)]
    return all_at_once(crowd, app, move_or_act, people, without=without)


def _moving_meets_cancelling(
    count: int, app: Flask, crowd: Crowd, *, without: Gap = nullcontext
) -> Counter[str]:
    """Each ticket is moved by its customer while the desk cancels it."""
    studio = a_business()
    olive = a_staff_member(studio)
    people: list[object] = []
    for nth in range(count):
        ada = a_customer(studio)
        a_pass_of(ada)
        yoga = a_class(studio, name=f"Yoga {nth}")
        clay = a_class(studio, name=f"Clay {nth}", at=time(14))
        booking = a_booking(ada, yoga)
        people += [about_to_move(booking, yoga, clay), about_to_cancel(booking, by=olive)]
    return all_at_once(crowd, app, move_or_act, people, without=without)


def _many_want_the_last_place(app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    studio = a_business()
    yoga, small = a_class(studio), a_class(studio, name="Small", at=time(14), capacity=1)
    people = []
    for nth in range(PRESSES):
        booking = a_booking(a_customer(studio, f"Ada {nth}"), yoga)
        people.append(about_to_move(booking, yoga, small))
    return all_at_once(crowd, app, move_or_act, people, without=without)
