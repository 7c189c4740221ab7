"""A price in instalments: the parts, the days, and the words for both (M1)."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.instalments import (
    Rhythm,
    consent_words,
    due_days,
    parts,
    plan_words,
    price_words,
    sold_words,
)

THIRTY_EACH = (3000, 3000, 3000, 3000)


@pytest.mark.parametrize(
    ("total", "count", "expected"),
    [
        (12000, 4, (3000, 3000, 3000, 3000)),
        (10000, 3, (3334, 3333, 3333)),
        (10003, 4, (2503, 2500, 2500, 2500)),
        (60, 2, (30, 30)),
    ],
)
def test_what_does_not_divide_comes_with_the_first(total: int, count: int, expected: tuple[int, ...]) -> None:
    assert parts(total, count, smallest_charge=30) == expected


@pytest.mark.parametrize(("total", "count"), [(59, 2), (719, 24), (29, 2), (0, 2)])
def test_a_part_too_small_for_a_card_is_not_made(total: int, count: int) -> None:
    assert parts(total, count, smallest_charge=30) == (total,)


@given(total=st.integers(0, 10**7), count=st.integers(2, 24), smallest=st.integers(0, 20000))
def test_parts_add_up_and_the_later_ones_are_equal(total: int, count: int, smallest: int) -> None:
    made = parts(total, count, smallest_charge=smallest)
    assert sum(made) == total
    assert len(made) in {1, count}
    assert len(set(made[1:])) <= 1
    if len(made) > 1:
        assert made[0] >= made[-1] >= max(smallest, 1)


@pytest.mark.parametrize(
    ("bought_on", "expected"),
    [
        (date(2026, 12, 1), [date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1)]),
        (date(2027, 1, 31), [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]),
        (date(2028, 1, 31), [date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]),
        (date(2028, 2, 29), [date(2028, 3, 29), date(2028, 4, 29), date(2028, 5, 29)]),
        (date(2026, 10, 30), [date(2026, 11, 30), date(2026, 12, 30), date(2027, 1, 30)]),
    ],
)
def test_monthly_instalments_keep_the_day_or_take_the_months_last(
    bought_on: date, expected: list[date]
) -> None:
    assert list(due_days(bought_on, 4, Rhythm.MONTHLY)) == expected


def test_a_year_of_months_from_the_29th_of_february() -> None:
    days = due_days(date(2028, 2, 29), 13, Rhythm.MONTHLY)
    assert days[-1] == date(2029, 2, 28)


@given(bought_on=st.dates(date(2020, 1, 1), date(2080, 1, 1)), count=st.integers(2, 24))
def test_weekly_instalments_are_seven_days_apart(bought_on: date, count: int) -> None:
    days = (bought_on, *due_days(bought_on, count, Rhythm.WEEKLY))
    assert {later - day for day, later in itertools.pairwise(days)} == {timedelta(days=7)}


@given(bought_on=st.dates(date(2020, 1, 1), date(2080, 1, 1)), count=st.integers(2, 24))
def test_monthly_instalments_are_one_in_each_month_that_follows(bought_on: date, count: int) -> None:
    days = (bought_on, *due_days(bought_on, count, Rhythm.MONTHLY))
    months = [day.year * 12 + day.month for day in days]
    assert months == list(range(months[0], months[0] + count))
    assert all(day.day <= bought_on.day for day in days)


def test_a_plan_in_words() -> None:
    assert str(plan_words(THIRTY_EACH, Rhythm.MONTHLY, "GBP")) == "then 3 monthly instalments of £30.00"
    assert str(plan_words((2500, 2500), Rhythm.WEEKLY, "EUR")) == "then 1 weekly instalment of €25.00"
    assert str(price_words((3334, 3333, 3333), Rhythm.MONTHLY, "GBP")) == (
        "£33.34 today, then 2 monthly instalments of £33.33"
    )
    assert str(sold_words(THIRTY_EACH, Rhythm.MONTHLY, "GBP")) == (
        "£30.00 with the booking, then 3 monthly instalments of £30.00"
    )


@pytest.mark.parametrize(
    ("count", "rhythm", "when"),
    [
        (2, Rhythm.MONTHLY, "1 payment of £30.00, on 1 Jan 2027."),
        (3, Rhythm.MONTHLY, "2 payments of £30.00, on 1 Jan 2027 and 1 Feb 2027."),
        (
            7,
            Rhythm.WEEKLY,
            (
                "6 payments of £30.00, on 8 Dec 2026, 15 Dec 2026, 22 Dec 2026, 29 Dec 2026, 5 Jan 2027"
                " and 12 Jan 2027."
            ),
        ),
        (8, Rhythm.WEEKLY, "7 payments of £30.00, every week from 8 Dec 2026 to 19 Jan 2027."),
        (24, Rhythm.MONTHLY, "23 payments of £30.00, every month from 1 Jan 2027 to 1 Nov 2028."),
    ],
)
def test_a_consent_names_studio_pass_amounts_and_days(count: int, rhythm: Rhythm, when: str) -> None:
    days = due_days(date(2026, 12, 1), count, rhythm)
    later = (3000,) * (count - 1)
    words = consent_words("Riverside Studio", "10-class pass", later, days, rhythm, "GBP")
    assert str(words) == f"Riverside Studio may keep my card and charge it for the 10-class pass: {when}"


def test_the_longest_consent_has_room_beside_its_sale() -> None:
    days = due_days(date(2026, 12, 1), 7, Rhythm.MONTHLY)
    words = consent_words("S" * 120, "P" * 120, (10**8,) * 6, days, Rhythm.MONTHLY, "GBP")
    assert len(str(words)) <= 500
