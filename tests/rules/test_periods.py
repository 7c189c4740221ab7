"""How long is 30 days, and how long a month (P4)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.periods import Period, Unit
from tests.rules.builders import day, days, months

PERIODS = st.builds(Period, st.integers(1, 400), st.sampled_from(Unit)) | st.just(months(1))
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def test_30_days_from_10_december_end_on_8_january_p4() -> None:
    assert days(30).last_day(day("10 Dec")) == day("8 Jan 2027")


def test_one_day_ends_on_the_day_it_starts_p4() -> None:
    assert days(1).last_day(day("10 Dec")) == day("10 Dec")


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [
        ("10 Dec", "9 Jan 2027"),
        ("1 Feb 2027", "28 Feb 2027"),
        ("1 Dec", "31 Dec"),
        ("28 Jan 2027", "27 Feb 2027"),
        ("29 Jan 2027", "28 Feb 2027"),
        ("31 Jan 2027", "28 Feb 2027"),
        ("29 Jan 2028", "28 Feb 2028"),
        ("30 Jan 2028", "29 Feb 2028"),
        ("31 Jan 2028", "29 Feb 2028"),
        ("29 Feb 2028", "28 Mar 2028"),
        ("31 Mar 2027", "30 Apr 2027"),
    ],
)
def test_one_month_ends_on_the_eve_of_the_same_day_or_on_the_last_of_a_shorter_month_p4(
    first_day: str, last_day: str
) -> None:
    assert months(1).last_day(day(first_day)) == day(last_day)


def test_twelve_months_end_a_year_later_p4() -> None:
    assert months(12).last_day(day("10 Dec")) == day("9 Dec 2027")
    assert months(12).last_day(day("29 Feb 2028")) == day("28 Feb 2029")


@given(PERIODS, DAYS)
def test_a_period_never_ends_before_it_starts(period: Period, first_day: date) -> None:
    assert period.last_day(first_day) >= first_day


@given(PERIODS, DAYS, DAYS)
def test_what_starts_later_never_ends_earlier(period: Period, one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    assert period.last_day(earlier) <= period.last_day(later)
