"""What of a pass was used is its share of the price: by uses, or by days where they are unlimited (S9)."""

from datetime import date

import pytest

from portal.rules.pass_worth import PassWorth, value_of_days, value_of_uses

DAY_1, DAY_30 = date(2026, 12, 10), date(2027, 1, 8)


@pytest.mark.parametrize(
    ("price", "uses", "booked", "worth"),
    [
        (10000, 10, 0, 0),
        (10000, 10, 3, 3000),
        (10000, 10, 10, 10000),
        (1000, 3, 1, 333),
        (1000, 3, 2, 667),
        (5, 2, 1, 3),
        (10000, 10, 12, 10000),  # staff added uses: no more is had than was paid
        (0, 10, 3, 0),
        (10000, 0, 0, 0),
    ],
)
def test_each_use_is_its_share_of_the_price(price: int, uses: int, booked: int, worth: int) -> None:
    assert value_of_uses(price, uses, booked) == worth


@pytest.mark.parametrize(
    ("today", "worth"),
    [
        (date(2026, 12, 9), 0),
        (DAY_1, 300),
        (date(2026, 12, 19), 3000),
        (DAY_30, 9000),
        (date(2027, 2, 1), 9000),
    ],
)
def test_each_day_of_an_unlimited_pass_is_its_share_this_day_included(today: date, worth: int) -> None:
    assert value_of_days(9000, DAY_1, DAY_30, today) == worth


@pytest.mark.parametrize("days", [(None, None), (DAY_1, None), (None, DAY_30)])
def test_a_validity_that_has_no_end_yet_has_used_nothing(days: tuple[date | None, date | None]) -> None:
    assert value_of_days(9000, *days, date(2026, 12, 20)) == 0


@pytest.mark.parametrize(
    ("worth", "left", "unused"),
    [
        (PassWorth(price=10000, paid=10000, refunded=0, used=3000), 10000, 7000),
        (PassWorth(price=10000, paid=10000, refunded=7000, used=3000), 3000, 0),
        (PassWorth(price=12000, paid=3000, refunded=0, used=6000), 3000, 0),
        (PassWorth(price=0, paid=0, refunded=0, used=0), 0, 0),
    ],
)
def test_what_is_offered_is_what_is_left_without_what_was_used(
    worth: PassWorth, left: int, unused: int
) -> None:
    assert (worth.left, worth.unused) == (left, unused)
