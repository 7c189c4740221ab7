"""Whole pence, rounded half up, and shared out without losing one (R3, D4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.money import minor_digits, percent_of, share_out

AMOUNTS = st.integers(0, 100_000)


@pytest.mark.parametrize(
    ("amount", "percent", "share"),
    [(1200, 20, 240), (1250, 10, 125), (1245, 10, 125), (1244, 10, 124), (5, 10, 1)],
)
def test_a_percentage_rounds_half_up_r3(amount: int, percent: int, share: int) -> None:
    assert percent_of(amount, percent) == share


def test_10_pounds_over_three_12_pound_lines_is_334_333_333_d4() -> None:
    assert share_out(1000, [1200, 1200, 1200]) == (334, 333, 333)


def test_what_rounding_leaves_goes_to_the_largest_fraction_d4() -> None:
    assert share_out(100, [100, 300, 200]) == (17, 50, 33)


def test_more_than_there_is_takes_all_and_no_more_d4() -> None:
    assert share_out(5000, [1200, 0, 800]) == (1200, 0, 800)


def test_nothing_is_shared_among_nothing() -> None:
    assert share_out(500, []) == ()
    assert share_out(500, [0, 0]) == (0, 0)


@given(AMOUNTS, st.lists(AMOUNTS, max_size=20))
def test_shares_add_up_to_the_amount_and_none_exceeds_its_price_d4(total: int, prices: list[int]) -> None:
    shares = share_out(total, prices)
    assert sum(shares) == min(total, sum(prices))
    assert all(0 <= share <= price for share, price in zip(shares, prices, strict=True))


@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=20))
def test_no_share_is_a_whole_penny_away_from_its_proportion_d4(total: int, prices: list[int]) -> None:
    whole = sum(prices)
    total = min(total, whole)
    for share, price in zip(share_out(total, prices), prices, strict=True):
        assert abs(share * whole - total * price) < max(whole, 1)


def test_a_currency_knows_its_minor_unit() -> None:
    assert [minor_digits(currency) for currency in ("GBP", "JPY", "KWD")] == [2, 0, 3]


def test_minor_units_are_those_that_stripe_charges_in() -> None:
    assert [minor_digits(currency) for currency in ("UGX", "ISK", "MGA")] == [2, 2, 0]
