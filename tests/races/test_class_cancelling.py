"""A class is cancelled while others act: once, for everybody who got in, and nobody gets in after it (C6)."""

from collections import Counter
from contextlib import nullcontext
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.jobs.class_cancellations import cancel_due_tickets
from portal.models.bookings import Ticket
from portal.models.class_passes import PassUse, UseKind
from portal.models.database import db, end_reading
from portal.models.payments import Refund
from portal.operations.checkout import Buyer
from portal.operations.verification import broken_invariants
from tests.class_cancellations import cancel_whole_class
from tests.races.callers_off import (
    CallingOff,
    CallingOffForGood,
    GoingOn,
    about_to_call_off,
    call_off_or_act,
    without_guard_of_late_money,
    without_locks_on_classes,
    without_locks_on_clients_tickets,
    without_locks_on_its_places,
    without_locks_on_its_tickets,
)
from tests.races.cancellers import about_to_cancel
from tests.races.crowd import Crowd, Gap, all_at_once
from tests.races.late_money import paid_after_all
from tests.races.shoppers import Adder, presser
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    AClass,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_staff_member,
    stripe_tells,
)

pytestmark = pytest.mark.slow

PRESSES = 8
PEOPLE = 10
LATER = NOW + timedelta(minutes=40)


def test_pressed_by_many_at_once_a_class_is_cancelled_once(app: Flask, crowd: Crowd) -> None:
    assert _many_call_off(app, crowd) == {"called off": 1, "ClassCancelledAlready": PRESSES - 1}
    cancel_due_tickets(now=NOW)
    assert (_returned(), _went_back()) == (1, 1200)
    assert_sound()


def test_without_the_lock_they_collide(app: Flask, crowd: Crowd) -> None:
    """The database's own key is then all that stands between a class and two cancellations."""
    outcomes = _many_call_off(app, crowd, without=without_locks_on_classes)
    assert any(word.startswith("fault") for word in outcomes)


def test_workers_who_go_on_at_once_cancel_each_booking_once(app: Flask, crowd: Crowd) -> None:
    assert _many_go_on(PRESSES, app, crowd) == {"went on": 2, "nothing to do": 2 * (PRESSES - 1)}
    cancel_due_tickets(now=NOW)
    assert (_returned(), _went_back()) == (1, 1200)
    assert_sound()


def test_without_the_lock_workers_collide(app: Flask, crowd: Crowd) -> None:
    outcomes = _many_go_on(2, app, crowd, without=without_locks_on_its_tickets)
    assert any(word.startswith("fault") for word in outcomes) or outcomes["went on"] > 2


def test_a_ticket_is_cancelled_by_its_client_or_with_its_class(app: Flask, crowd: Crowd) -> None:
    outcomes = _clients_cancel_meanwhile(PEOPLE, app, crowd)
    with_class = outcomes["ClassIsCancelled"] + outcomes["AlreadyCancelled"]
    assert outcomes["called off"] == 1
    assert outcomes["cancelled"] + with_class == PEOPLE
    assert _returned() == PEOPLE
    assert_sound()


def test_without_the_lock_both_cancel_it(app: Flask, crowd: Crowd) -> None:
    outcomes = _clients_cancel_meanwhile(1, app, crowd, without=without_locks_on_clients_tickets)
    assert any(word.startswith("fault") for word in outcomes)


def test_whoever_books_meanwhile_is_cancelled_too_or_does_not_get_in(app: Flask, crowd: Crowd) -> None:
    yoga = a_class(a_business(), capacity=100, price=0)
    outcomes = _people_book_meanwhile(PEOPLE, app, crowd, yoga)
    assert outcomes["called off"] == 1
    assert not [word for word in outcomes if word.startswith("fault")]
    assert _counting(yoga) == 0
    assert_sound()


def test_without_the_lock_somebody_is_booked_on_a_class_that_is_cancelled(app: Flask, crowd: Crowd) -> None:
    yoga = a_class(a_business(), capacity=100, price=0)
    _people_book_meanwhile(1, app, crowd, yoga, without=without_locks_on_its_places)
    assert "Nothing counts of a class whose cancelling is finished" in _broken()


def test_whoever_pays_meanwhile_gets_it_back(app: Flask, crowd: Crowd) -> None:
    """In time, and is cancelled with the others; or too late, and perhaps not booked at all."""
    yoga = a_class(a_business(), capacity=100)
    outcomes = _people_pay_meanwhile(app, crowd, yoga, in_time=PEOPLE // 2, late=PEOPLE // 2)
    assert outcomes["called off"] == 1
    assert outcomes["confirmed"] >= PEOPLE // 2
    assert outcomes["confirmed"] + outcomes["refunded"] == PEOPLE
    cancel_due_tickets(now=LATER)
    assert (_counting(yoga), _went_back()) == (0, PEOPLE * 1200)
    assert_sound()


def test_without_the_guard_who_pays_late_is_booked_on_a_class_that_is_cancelled(
    app: Flask, crowd: Crowd
) -> None:
    yoga = a_class(a_business(), capacity=100)
    outcomes = _people_pay_meanwhile(app, crowd, yoga, late=1, without=without_guard_of_late_money)
    assert outcomes == {"called off": 1, "confirmed": 1}
    assert "Nothing counts of a class whose cancelling is finished" in _broken()


def _many_call_off(app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    """Everybody at the desk presses Cancel class; Ada pays with a pass, a guest by card."""
    yoga, olive = _a_class_with_two()
    people = [about_to_call_off(yoga, olive, CallingOff) for _ in range(PRESSES)]
    return all_at_once(crowd, app, call_off_or_act, people, without=without)


def _many_go_on(workers: int, app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    """Many workers find the same two bookings."""
    studio = a_business()
    yoga, ada = a_class(studio), a_customer(studio)
    a_pass_of(ada)
    bookings = [a_booking(ada, yoga), a_booking(studio, yoga)]
    act = cancel_whole_class(yoga, by=a_staff_member(studio))
    people = [GoingOn(studio, act, booking.id, NOW) for booking in bookings for _ in range(workers)]
    return all_at_once(crowd, app, call_off_or_act, people, without=without)


def _clients_cancel_meanwhile(
    count: int, app: Flask, crowd: Crowd, *, without: Gap = nullcontext
) -> Counter[str]:
    """Clients give up their tickets, each paid by a pass, while staff cancel the class for good."""
    studio = a_business()
    yoga = a_class(studio, capacity=100)
    clients = [a_customer(studio) for _ in range(count)]
    for client in clients:
        a_pass_of(client)
    bookings = [a_booking(client, yoga) for client in clients]
    people: list[object] = [about_to_call_off(yoga, a_staff_member(studio), CallingOffForGood)]
    people += [about_to_cancel(booking) for booking in bookings]
    return all_at_once(crowd, app, call_off_or_act, people, without=without)


def _people_book_meanwhile(
    count: int, app: Flask, crowd: Crowd, yoga: AClass, *, without: Gap = nullcontext
) -> Counter[str]:
    """Some press Book now and others Add to basket, while staff cancel the class for good."""
    studio = yoga.business
    people: list[object] = [about_to_call_off(yoga, a_staff_member(studio), CallingOffForGood)]
    for nth in range(count):
        buyer = Buyer(None, "Gil Guest", f"guest-{nth}@example.com")
        people.append(presser(studio, a_basket(studio, yoga), buyer, now=NOW))
        people.append(Adder(a_basket(studio), yoga, NOW))
    end_reading()
    return all_at_once(crowd, app, call_off_or_act, people, without=without)


def _people_pay_meanwhile(
    app: Flask, crowd: Crowd, yoga: AClass, *, in_time: int = 0, late: int, without: Gap = nullcontext
) -> Counter[str]:
    """Stripe tells of payments, some for what was let go of, while staff cancel the class for good."""
    studio = yoga.business
    staff = a_staff_member(studio)
    paying = []
    for nth in range(late + in_time):
        booking = a_placed_booking(studio, yoga, email=f"guest-{nth}@example.com")
        assert booking.attempt_id is not None
        if nth < late:
            stripe_tells(booking, paid=False, now=NOW + timedelta(minutes=36))
        paying.append(paid_after_all(booking, booking.attempt_id, now=LATER))
    people = [about_to_call_off(yoga, staff, CallingOffForGood, now=LATER), *paying]
    return all_at_once(crowd, app, call_off_or_act, people, without=without)


def _a_class_with_two() -> tuple[AClass, APerson]:
    studio = a_business()
    yoga, ada = a_class(studio), a_customer(studio)
    a_pass_of(ada)
    a_booking(ada, yoga)
    a_booking(studio, yoga)
    return yoga, a_staff_member(studio)


def _counting(of: AClass) -> int:
    found = db.session.scalar(select(func.count()).where(Ticket.class_session_id == of.id, Ticket.counts))
    end_reading()
    return found or 0


def _returned() -> int:
    found = db.session.scalar(select(func.count()).where(PassUse.kind == UseKind.RETURNED))
    end_reading()
    return found or 0


def _went_back() -> int:
    found = db.session.scalar(select(func.coalesce(func.sum(Refund.amount), 0)))
    end_reading()
    return int(found or 0)


def _broken() -> set[str]:
    end_reading()
    return {finding.name for finding in broken_invariants()}
