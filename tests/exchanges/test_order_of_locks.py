"""Whoever settles locks basket, booking, then all that hangs on them: in another order two would wait for
each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from portal.models.database import transaction
from portal.operations.auditing import SYSTEM
from portal.operations.releasing import lock_booking, release
from tests.exchanges.counter import Counter
from tests.studio import a_basket, a_code, check_out
from tests.till import Till


def test_going_on_paying_locks_the_basket_before_it_changes_the_attempt(till: Till, counter: Counter) -> None:
    booking = counter.check_out(counter.a_class())
    till.page_for(booking)
    with _statements() as said:
        till.continue_to(booking)
    assert _first(said, "FROM basket ") < _first(said, "UPDATE checkout_attempt")


def test_letting_go_locks_the_code_before_its_redemption(till: Till, counter: Counter) -> None:
    now = till.clock.now()
    a_code(counter.studio, "SPRING20", bookings_limit=1, per_person_limit=1, now=now)
    booking = check_out(
        counter.studio, a_basket(counter.studio, counter.a_class(), code="SPRING20", now=now), now=now
    )
    with transaction():
        basket, row = lock_booking(counter.studio.id, booking.id)
        with _statements() as said:
            release(counter.studio, row, basket, actor=SYSTEM, now=now, hold_anew=False, reason="A test.")
    assert _first(said, "FROM discount_code ") < _first(said, "UPDATE code_redemption")


@contextmanager
def _statements() -> Iterator[list[str]]:
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


def _first(said: list[str], words: str) -> int:
    for place, statement in enumerate(said):
        if words in statement:
            return place
    pytest.fail(f"Nothing said {words}: {said}")
