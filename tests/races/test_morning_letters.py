"""Workers that look at the same morning at the same moment write each letter once."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from flask import Flask

from portal.models.database import end_reading
from tests.races.crowd import PROCESSES_AT_ONCE, Crowd, all_at_once
from tests.races.letter_writers import Writer, in_no_hurry, letters_written, without_occasions, write
from tests.soundness import assert_sound
from tests.studio import a_booking, a_business, a_class

pytestmark = pytest.mark.slow

DAY_BEFORE = datetime(2026, 12, 9, 8, tzinfo=UTC)
GUESTS = 8


def _many_to_remind() -> None:
    studio = a_business()
    yoga = a_class(studio, capacity=GUESTS)
    for nth in range(GUESTS):
        a_booking(studio, yoga, email=f"guest-{nth}@example.com")


def _written(words: Counter[str]) -> int:
    return sum(int(word) * times for word, times in words.items())


def test_each_letter_is_written_once_by_16_workers_at_once(app: Flask, crowd: Crowd) -> None:
    _many_to_remind()
    words = all_at_once(crowd, app, write, [Writer(DAY_BEFORE)] * 16, without=in_no_hurry)
    assert _written(words) == GUESTS
    assert letters_written() == GUESTS
    end_reading()
    assert_sound()


def test_without_its_occasion_a_letter_is_written_again(app: Flask, crowd: Crowd) -> None:
    _many_to_remind()
    all_at_once(crowd, app, write, [Writer(DAY_BEFORE)] * PROCESSES_AT_ONCE, without=without_occasions)
    assert letters_written() > GUESTS
    end_reading()
