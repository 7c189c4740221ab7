"""Two people at the desk put the same new client on the books."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.models.database import db, end_reading, transaction
from portal.models.people import Customer
from portal.operations.adding_clients import add_client
from portal.operations.people import NewPerson, add_customer
from tests.desk import Desk, a_desk
from tests.races.crowd import PROCESSES_AT_ONCE, Crowd, all_at_once
from tests.races.unguarded import without_locks_and_meet_after
from tests.soundness import assert_sound
from tests.studio import NOW, a_business

pytestmark = pytest.mark.slow

HAL = NewPerson(name="Hal Stone", email="hal@example.com")

all_have_looked = partial(without_locks_and_meet_after, "adding_clients.client_with")


@dataclass(frozen=True, slots=True)
class AtTheDesk:
    """Somebody about to press Add client."""

    desk: Desk


@contextmanager
def without_the_second_look() -> Iterator[None]:
    """Nobody minds that another was quicker."""
    with all_have_looked(), patch("portal.operations.adding_clients._add", add_customer):
        yield


def press(who: AtTheDesk) -> str:
    """Add client."""
    with transaction():
        add_client(who.desk.business, HAL, actor=who.desk.actor, now=NOW)
    return "added"


def test_one_adds_the_client_and_the_others_are_told_who_it_is(app: Flask, crowd: Crowd) -> None:
    people = [AtTheDesk(a_desk(a_business()))] * PROCESSES_AT_ONCE
    assert all_at_once(crowd, app, press, people) == {"added": 1, "AlreadyAClient": len(people) - 1}
    assert _clients() == 1
    assert_sound()


def test_without_the_second_look_the_others_meet_with_a_fault(app: Flask, crowd: Crowd) -> None:
    people = [AtTheDesk(a_desk(a_business()))] * PROCESSES_AT_ONCE
    outcomes = all_at_once(crowd, app, press, people, without=without_the_second_look)
    assert outcomes["fault: IntegrityError"] == len(people) - 1


def _clients() -> int:
    found = db.session.scalar(select(func.count()).select_from(Customer)) or 0
    end_reading()
    return found
