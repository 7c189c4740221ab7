"""A place that comes free while people wait is offered once, to the first in line, and is nobody else's."""

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import time, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from portal.models.classes import ClassSession
from portal.models.database import db, transaction
from portal.models.waiting_lists import WaitingStatus
from portal.operations.verification import broken_invariants
from tests.races.cancellers import about_to_cancel
from tests.races.crowd import Crowd, Gap, all_at_once
from tests.races.shoppers import Walker
from tests.races.waiters import (
    Joining,
    Leaving,
    Taking,
    Worker,
    wait_or_act,
    without_guard_of_offers,
    without_handing_on,
    without_locks_on_entries,
    without_locks_on_leaving,
    without_locks_on_queues,
    without_the_queues_right,
)
from tests.soundness import assert_sound
from tests.studio import NOW, AClass, APerson, a_basket, a_booking, a_business, a_class, a_customer
from tests.waiting import a_queue, counted, offered_by_letter, statuses, the_worker_looks, waits

pytestmark = pytest.mark.slow

ROUNDS = 6
PRESSES = 8
LATER = NOW + timedelta(minutes=15)
WAITING, OFFERED, TAKEN, LEFT = (
    WaitingStatus.WAITING,
    WaitingStatus.OFFERED,
    WaitingStatus.TAKEN,
    WaitingStatus.LEFT,
)


def test_one_freed_place_is_offered_to_one_of_those_who_wait(app: Flask, crowd: Crowd) -> None:
    yoga, _ = a_place_more("Ada Park", "Bo Lee", "Cleo Ray")
    many(app, crowd, [Worker(yoga, LATER)] * PRESSES)
    assert statuses(yoga) == [OFFERED, WAITING, WAITING]
    assert offered_by_letter() == ["Ada Park"]
    assert_sound()


def test_without_the_lock_it_is_offered_more_than_once(app: Flask, crowd: Crowd) -> None:
    yoga, _ = a_place_more("Ada Park", "Bo Lee", "Cleo Ray")
    outcomes = many(app, crowd, [Worker(yoga, LATER)] * PRESSES, without=without_locks_on_queues)
    assert len(offered_by_letter()) > 1 or _faults(outcomes)


def test_no_stranger_gets_what_somebody_waits_for(app: Flask, crowd: Crowd) -> None:
    people, classes = the_first_in_line_among_strangers()
    outcomes = many(app, crowd, people)
    assert outcomes["added"] == ROUNDS
    assert outcomes["confirmed"] == 0
    assert [statuses(yoga) for yoga in classes] == [[TAKEN, WAITING]] * ROUNDS
    assert_sound()


def test_without_its_right_the_queue_is_passed_over(app: Flask, crowd: Crowd) -> None:
    people, _ = the_first_in_line_among_strangers()
    strangers = [who for who in people if isinstance(who, Walker)]
    assert many(app, crowd, strangers, without=without_the_queues_right)["confirmed"] > 0


def test_a_place_that_is_cancelled_goes_to_the_queue_whoever_checks_out_meanwhile(
    app: Flask, crowd: Crowd
) -> None:
    people, classes = cancelling_among_strangers(ROUNDS)
    outcomes = many(app, crowd, people)
    assert (outcomes["cancelled"], outcomes["confirmed"]) == (ROUNDS, 0)
    for yoga in classes:
        assert statuses(yoga) in ([OFFERED], [TAKEN])
        assert counted(yoga) == (1, 0)
    assert_sound()


def test_without_handing_it_on_a_stranger_has_it(app: Flask, crowd: Crowd) -> None:
    people, _ = cancelling_among_strangers(1)
    waiting = [who for who in people if not isinstance(who, Taking)]
    assert many(app, crowd, waiting, without=without_handing_on)["confirmed"] == 1


def test_who_leaves_while_a_place_is_offered_is_gone_and_the_next_has_it(app: Flask, crowd: Crowd) -> None:
    yoga, (ada, _) = a_place_that_comes_free("Ada Park", "Bo Lee")
    outcomes = many(app, crowd, leaving_among_workers(ada, yoga))
    assert outcomes["left"] == 1
    assert statuses(yoga) == [LEFT, OFFERED]
    assert_sound()


def test_without_the_lock_the_line_is_miscounted(app: Flask, crowd: Crowd) -> None:
    yoga, (ada, _) = a_place_more("Ada Park", "Bo Lee")
    people = [Worker(yoga, LATER), Leaving(ada, yoga, LATER)]
    outcomes = many(app, crowd, people, without=without_locks_on_leaving)
    assert _faults(outcomes) or broken_invariants()


def test_join_pressed_by_many_hands_at_once_is_one_place_in_line(app: Flask, crowd: Crowd) -> None:
    yoga, ada = a_full_class()
    assert many(app, crowd, [Joining(ada, yoga, NOW)] * PRESSES) == {"joined": PRESSES}
    assert statuses(yoga) == [WAITING]
    assert_sound()


def test_without_the_lock_only_the_databases_own_key_stands_between(app: Flask, crowd: Crowd) -> None:
    yoga, ada = a_full_class()
    outcomes = many(app, crowd, [Joining(ada, yoga, NOW)] * PRESSES, without=without_locks_on_entries)
    assert _faults(outcomes) or len(statuses(yoga)) > 1


def test_an_offer_is_taken_once_from_however_many_tabs(app: Flask, crowd: Crowd) -> None:
    yoga, (ada, _) = a_place_that_comes_free("Ada Park", "Bo Lee")
    outcomes = many(app, crowd, [Taking(ada, yoga, LATER)] * PRESSES)
    assert outcomes["added"] == 1
    assert statuses(yoga) == [TAKEN, WAITING]
    assert_sound()


def test_without_its_guard_it_is_taken_twice(app: Flask, crowd: Crowd) -> None:
    yoga, (ada, _) = a_place_that_comes_free("Ada Park", "Bo Lee")
    the_worker_looks(LATER)
    a_basket(ada)
    assert many(app, crowd, [Taking(ada, yoga, LATER)] * 2, without=without_guard_of_offers)["added"] == 2
    with pytest.raises(AssertionError, match="Places taken are the tickets that count"):
        assert_sound()


def many(app: Flask, crowd: Crowd, people: Sequence[object], *, without: Gap = nullcontext) -> Counter[str]:
    """All of them at once."""
    return all_at_once(crowd, app, wait_or_act, people, without=without)


def a_place_that_comes_free(*names: str) -> tuple[AClass, list[APerson]]:
    """A class whose only place is held until LATER, and those who wait for it, in this order."""
    yoga = a_class(a_business(), capacity=1)
    a_basket(yoga.business, yoga)
    people = [a_customer(yoga.business, name) for name in names]
    for person in people:
        waits(person, yoga)
    return yoga, people


def a_place_more(*names: str) -> tuple[AClass, list[APerson]]:
    """A full class for which people wait, in this order, and that has just been given one place more."""
    yoga, _ = a_full_class()
    people = a_queue(yoga, *names)
    with transaction():
        db.session.execute(update(ClassSession).values(capacity=2))
    return yoga, people


def cancelling_among_strangers(count: int) -> tuple[list[object], list[AClass]]:
    """In each of the classes whoever has the only place gives it up; one waits for it, two just want it."""
    studio = a_business()
    people: list[object] = []
    classes = [a_class(studio, capacity=1, price=0, at=time(8 + nth)) for nth in range(count)]
    for yoga in classes:
        booking = a_booking(a_customer(studio), yoga)
        (first,) = a_queue(yoga, "Ada Park")
        people += [
            about_to_cancel(booking),
            Walker(yoga, "gus@example.com", NOW),
            Taking(first, yoga, NOW),
            Walker(yoga, "gil@example.com", NOW),
        ]
    return people, classes


def the_first_in_line_among_strangers() -> tuple[list[object], list[AClass]]:
    """In each of the classes the hold of the only place has just ended; no job has run."""
    people: list[object] = []
    classes = []
    for _ in range(ROUNDS):
        yoga = a_class(a_business(), capacity=1, price=0)
        a_basket(yoga.business, yoga)
        first, _second = a_queue(yoga, "Ada Park", "Bo Lee")
        strangers = [Walker(yoga, f"guest-{nth}@example.com", LATER) for nth in range(3)]
        people += [strangers[0], Taking(first, yoga, LATER), *strangers[1:], Worker(yoga, LATER)]
        classes.append(yoga)
    return people, classes


def leaving_among_workers(ada: APerson, yoga: AClass) -> list[object]:
    """Ada leaves while workers offer the place."""
    worker = Worker(yoga, LATER)
    return [worker, Leaving(ada, yoga, LATER), worker, worker]


def a_full_class() -> tuple[AClass, APerson]:
    """A class with one place, which is booked, and somebody who comes too late."""
    yoga = a_class(a_business(), capacity=1)
    a_booking(yoga.business, yoga)
    return yoga, a_customer(yoga.business)


def _faults(outcomes: Counter[str]) -> list[str]:
    return [word for word in outcomes if word.startswith("fault")]
