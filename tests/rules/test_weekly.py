"""What takes place week by week, in words; and on which days, by the library that counts them."""

from datetime import date

import pytest

from portal.gateways.recurrence import days_of
from portal.rules.weekly import EndsBeforeItBegins, Weekday, Weekly

TUESDAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("weekly", "words"),
    [
        (Weekly((Weekday.THU, Weekday.MON), TUESDAY), "Mondays and Thursdays"),
        (Weekly((Weekday.MON,), date(2026, 12, 7)), "Mondays, from 7 Dec"),
        (Weekly((Weekday.SUN,), TUESDAY, date(2026, 12, 27)), "Sundays, until 27 Dec"),
        (Weekly((Weekday.SUN,), TUESDAY, every_weeks=2), "Every 2 weeks on Sundays"),
        (Weekly(tuple(Weekday), TUESDAY), "Every day"),
    ],
)
def test_it_reads_as_people_say_it(weekly: Weekly, words: str) -> None:
    assert str(weekly.words(TUESDAY)) == words


def test_it_does_not_end_before_it_begins() -> None:
    with pytest.raises(EndsBeforeItBegins):
        Weekly((Weekday.MON,), TUESDAY, date(2026, 11, 30))


def test_every_second_week_is_counted_from_the_week_of_the_first_day_whenever_one_asks() -> None:
    weekly = Weekly((Weekday.TUE, Weekday.SUN), date(2026, 12, 3), every_weeks=2)
    assert days_of(weekly, date(2026, 12, 1), date(2026, 12, 31)) == [
        date(2026, 12, 6),
        date(2026, 12, 15),
        date(2026, 12, 20),
        date(2026, 12, 29),
    ]
    assert days_of(weekly, date(2026, 12, 16), date(2026, 12, 31)) == [date(2026, 12, 20), date(2026, 12, 29)]


def test_the_last_day_counts_and_nothing_comes_after_it() -> None:
    weekly = Weekly((Weekday.TUE,), TUESDAY, date(2026, 12, 15))
    assert days_of(weekly, TUESDAY, date(2027, 3, 1)) == [TUESDAY, date(2026, 12, 8), date(2026, 12, 15)]
