"""Amounts as people type them, in whole minor units of whatever currency (R3)."""

import pytest

from portal.web.money_field import read, written


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("12.50", 1250),
        ("12,50", 1250),
        ("£12.50", 1250),
        ("GBP 12.50", 1250),
        ("12.50 €", 1250),
        (" 12.50 ", 1250),
        ("0.05", 5),
        ("0", 0),
        ("12.505", None),
        ("-5", None),
        ("−5", None),
        ("1e3", None),
        ("twelve", None),
        ("", None),
        ("12 50", None),
        ("99999999", None),
        ("١٢", None),
    ],
)
def test_pounds_are_read_in_pence(text: str, minor: int | None) -> None:
    assert read(text, "GBP") == minor


def test_a_currency_without_a_smaller_unit_takes_whole_amounts() -> None:
    assert (read("1200", "JPY"), read("1200.5", "JPY")) == (1200, None)


def test_thousandths_are_read_where_there_are_any() -> None:
    assert (read("1.5", "KWD"), read("1.234", "KWD"), read("1.2345", "KWD")) == (1500, 1234, None)


@pytest.mark.parametrize(("minor", "currency"), [(1250, "GBP"), (5, "GBP"), (1200, "JPY"), (1500, "KWD")])
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    assert read(written(minor, currency), currency) == minor
