"""Whose turn it is on a waiting list, and what is left for everybody else."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.preferences import Preferences
from portal.rules.waiting import InLine, Turn, offer_length, ordinal, places_for_everyone, turn_of
from tests.rules.builders import NOW

UNTIL = NOW + timedelta(hours=2)
SECOND = timedelta(seconds=1)


def in_line(
    *, ahead: int = 0, waits: bool = True, offered: bool = False, ended_unused: bool = False
) -> InLine:
    """An entry that waits, unless it is said to be over or on offer until UNTIL."""
    until = UNTIL if offered or ended_unused else None
    return InLine(waits, offered, ended_unused, until, ahead)


def offered() -> InLine:
    return in_line(waits=False, offered=True)


def test_who_is_within_the_free_places_has_the_turn_and_who_is_not_waits() -> None:
    assert [turn_of(in_line(ahead=nth), free=2, now=NOW) for nth in range(4)] == [
        Turn.FREE,
        Turn.FREE,
        Turn.IN_LINE,
        Turn.IN_LINE,
    ]


def test_the_first_in_line_is_first_and_not_zeroth() -> None:
    assert in_line(ahead=0).position == 1


def test_an_offer_stands_until_its_end_and_is_missed_from_then_on() -> None:
    assert turn_of(offered(), free=0, now=UNTIL - SECOND) is Turn.OFFERED
    assert turn_of(offered(), free=0, now=UNTIL) is Turn.MISSED


def test_an_offer_that_was_let_go_of_is_missed_though_its_time_was_not_up() -> None:
    assert turn_of(in_line(waits=False, ended_unused=True), free=3, now=NOW) is Turn.MISSED


def test_who_left_or_never_came_or_took_the_place_does_not_wait() -> None:
    assert turn_of(None, free=1, now=NOW) is Turn.NOT_WAITING
    assert turn_of(in_line(waits=False), free=1, now=NOW) is Turn.NOT_WAITING
    taken = InLine(waits=False, offered=False, ended_unused=False, offered_until=UNTIL, ahead=0)
    assert turn_of(taken, free=1, now=NOW) is Turn.NOT_WAITING


def test_whoever_waited_in_vain_until_the_class_began_missed_nothing() -> None:
    in_vain = InLine(waits=False, offered=False, ended_unused=True, offered_until=None, ahead=0)
    assert turn_of(in_vain, free=0, now=NOW) is Turn.NOT_WAITING


@given(free=st.integers(0, 50), waiting=st.integers(0, 50))
def test_every_free_place_is_either_somebodys_turn_or_for_everyone(free: int, waiting: int) -> None:
    turns = [turn_of(in_line(ahead=nth), free=free, now=NOW) for nth in range(waiting)]
    assert turns.count(Turn.FREE) + places_for_everyone(free, waiting) == free
    assert not (Turn.IN_LINE in turns and places_for_everyone(free, waiting))


def test_ordinals_read_as_people_say_them() -> None:
    read = " ".join(ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 113))
    assert read == "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th 113th"


@pytest.mark.parametrize(
    ("minutes", "words"), [(15, "15 minutes"), (60, "1 hour"), (90, "90 minutes"), (2880, "48 hours")]
)
def test_the_time_of_an_offer_reads_in_hours_where_it_is_whole_ones(minutes: int, words: str) -> None:
    assert str(offer_length(minutes)) == words


def test_no_place_is_on_offer_beyond_the_start_of_its_class() -> None:
    preferences = Preferences(offer_minutes=120)
    assert preferences.offer_until(NOW, NOW + timedelta(hours=3)) == UNTIL
    assert preferences.offer_until(NOW, NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)
