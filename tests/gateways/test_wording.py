"""Money, dates and times as a studio's locale writes them."""

from datetime import UTC, date, datetime

import pytest

from portal.gateways.wording import Wording, locale_exists, wording_of
from portal.rules.sentences import Count, Money, Sentence

LONDON = Wording("en_GB", "Europe/London", "GBP", date(2026, 12, 1))
BERLIN = Wording("de_DE", "Europe/Berlin", "EUR", date(2026, 12, 1))
TOKYO = Wording("ja_JP", "Asia/Tokyo", "JPY", date(2026, 12, 1))
THURSDAY = date(2026, 12, 3)
NEXT_YEAR = date(2027, 1, 8)


@pytest.mark.parametrize(
    ("words", "amount", "written"),
    [
        (LONDON, 960, "£9.60"),
        (LONDON, 0, "£0.00"),
        (LONDON, -240, "−£2.40"),
        (LONDON, 123_456, "£1,234.56"),
        (BERLIN, 1999, "19,99\xa0€"),
        (TOKYO, 1200, "\uffe51,200"),
    ],
)
def test_money_is_written_as_the_locale_writes_it(words: Wording, amount: int, written: str) -> None:
    assert words.money(amount) == written


def test_an_amount_may_name_its_own_currency() -> None:
    assert LONDON.money(Money(500, "EUR")) == "€5.00"


def test_a_day_has_its_year_only_where_it_is_not_this_years() -> None:
    assert LONDON.day(THURSDAY) == "3 Dec"
    assert LONDON.day(NEXT_YEAR) == "8 Jan 2027"


def test_a_day_can_always_have_its_year_or_its_weekday() -> None:
    assert LONDON.day_year(THURSDAY) == "3 Dec 2026"
    assert LONDON.weekday(THURSDAY) == "Thu 3 Dec"
    assert LONDON.long_day(NEXT_YEAR) == "Friday 8 January 2027"


def test_near_days_have_names() -> None:
    assert [LONDON.near_day(date(2026, 12, day)) for day in (1, 2, 3)] == ["Today", "Tomorrow", ""]


def test_a_clock_time_is_the_studios_own() -> None:
    summer_morning = datetime(2027, 6, 1, 8, 30, tzinfo=UTC)
    assert LONDON.clock(summer_morning) == "09:30"
    assert BERLIN.clock(summer_morning) == "10:30"


def test_the_day_of_a_wording_is_the_studios_own() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert wording_of(locale="de_DE", zone="Europe/Berlin", currency="EUR", now=late).today == date(
        2026, 12, 1
    )


def test_the_zone_is_named_once() -> None:
    assert LONDON.zone_sentence(datetime(2026, 12, 1, 9, tzinfo=UTC)) == "All times are London time (GMT)."


def test_a_change_of_the_clocks_on_the_page_is_named_too() -> None:
    before, after = datetime(2027, 3, 20, 9, tzinfo=UTC), datetime(2027, 4, 3, 9, tzinfo=UTC)
    spring = Wording("en_GB", "Europe/London", "GBP", date(2027, 3, 20))
    assert spring.zone_sentence(before, after) == "All times are London time (GMT, from 28 Mar BST)."


def test_a_zone_without_letters_is_named_by_its_distance() -> None:
    words = Wording("pt_BR", "America/Sao_Paulo", "BRL", date(2026, 12, 1))
    assert words.zone_sentence(datetime(2026, 12, 1, 9, tzinfo=UTC)).endswith("(UTC−3).")


def test_a_rules_sentence_is_put_into_words() -> None:
    sentence = Sentence(
        "{name} ends on {day:year}, {class_day:weekday} at {start}: {price}, {uses}",
        {
            "name": "10-class pass",
            "day": NEXT_YEAR,
            "class_day": THURSDAY,
            "start": datetime(2026, 12, 3, 9, 30, tzinfo=UTC),
            "price": Money(960, "GBP"),
            "uses": Count(1, "use", "uses"),
        },
    )
    assert LONDON.say(sentence) == "10-class pass ends on 8 Jan 2027, Thu 3 Dec at 09:30: £9.60, 1 use"


def test_a_locale_that_nobody_knows_is_told_apart() -> None:
    assert locale_exists("en_GB")
    assert not locale_exists("xx_YY")
