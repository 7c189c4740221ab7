"""The years of bookings that the benchmark writes in bulk: as sound as if they had been booked."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from bench.past import BOOKINGS_A_GROUP, write_past
from bench.statements import statements_of
from bench.steps import STEPS, Kind, Step
from bench.targets import TARGETS
from bench.timetable import open_studio
from bench.visitors import Crowd
from portal.models.bookings import Booking
from portal.models.class_passes import ClassPass
from portal.models.database import db, end_reading, transaction
from portal.outside import outside
from tests.soundness import assert_sound

ADDRESS = "http://127.0.0.1:8000"
AT_STRIPE = {Kind.TO_STRIPE, Kind.BY_CARD}  # counted where there is a stand-in: tests/exchanges


def count_of(table: type[Booking | ClassPass]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_past_is_as_long_as_asked_and_sound(app: Flask) -> None:
    now = outside().clock.now()
    with transaction():
        write_past(open_studio("127.0.0.1", ADDRESS, now=now), bookings=BOOKINGS_A_GROUP + 1, now=now)
    assert count_of(Booking) == 2 * BOOKINGS_A_GROUP
    assert count_of(ClassPass) == 2 * BOOKINGS_A_GROUP // 20
    assert_sound()


def test_nothing_of_the_past_is_still_to_come(app: Flask) -> None:
    now = outside().clock.now()
    with transaction():
        write_past(open_studio("127.0.0.1", ADDRESS, now=now), bookings=1, now=now)
    latest = db.session.scalars(select(func.max(Booking.created_at))).one()
    assert latest < now - timedelta(days=1)


@pytest.mark.parametrize(
    "step", [step for step in STEPS if step.kind not in AT_STRIPE], ids=lambda step: step.name
)
def test_a_step_costs_few_statements_and_as_many_with_a_longer_past(site: Flask, step: Step) -> None:
    with site.app_context():
        now = outside().clock.now()
        with transaction():
            timetable = open_studio("127.0.0.1", ADDRESS, now=now)
    crowd = Crowd(site, timetable, now)
    costs = []
    for bookings in (0, 2 * BOOKINGS_A_GROUP):
        with site.app_context():
            with transaction():
                write_past(timetable, bookings=bookings, now=now)
                visitors = [step.visitor(crowd) for _ in range(2)]
            end_reading()
        _, cost = (statements_of(step, visitor, site, ADDRESS) for visitor in visitors)
        costs.append(cost)
    assert costs[0] == costs[1]
    assert costs[0] <= (TARGETS[step.kind].statements or 0)
