"""Sentences that doors put into the studio's words."""

from datetime import UTC, datetime

import pytest

from portal.rules.sentences import Count, Money, Refusal, Sentence, Value
from tests.rules.builders import day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Until {when}.", "Until 8 Jan."),
        ("Until {when:year}.", "Until 8 Jan 2027."),
        ("Until {when:weekday}.", "Until Fri 8 Jan."),
    ],
)
def test_a_day_is_written_as_its_place_asks(text: str, words: str) -> None:
    assert str(Sentence(text, {"when": day("8 Jan 2027")})) == words


def test_a_moment_is_a_clock_time() -> None:
    moment = datetime(2026, 12, 10, 9, 30, tzinfo=UTC)
    assert str(Sentence("Starts at {at}.", {"at": moment})) == "Starts at 09:30."


@pytest.mark.parametrize(
    ("money", "words"),
    [
        (Money(960, "GBP"), "£9.60"),
        (Money(5, "EUR"), "€0.05"),
        (Money(-240, "GBP"), "−£2.40"),
        (Money(1200, "JPY"), "1200 JPY"),
        (Money(1200, "CHF"), "12.00 CHF"),
    ],
)
def test_money_has_its_currency(money: Money, words: str) -> None:
    assert str(money) == words


def test_a_count_agrees_with_its_noun() -> None:
    assert [str(Count(number, "use", "uses")) for number in (0, 1, 2)] == ["0 uses", "1 use", "2 uses"]


def test_a_door_writes_every_value_its_own_way() -> None:
    def shouting(value: Value, hint: str) -> str:
        return f"{value}/{hint}".upper()

    sentence = Sentence("{name} ends on {when:year}", {"name": "pass", "when": "friday"})
    assert sentence.written(shouting) == "PASS/ ends on FRIDAY/YEAR"


def test_a_name_with_braces_is_only_a_name() -> None:
    assert str(Sentence("We don't know {code}.", {"code": "{0}{x}"})) == "We don't know {0}{x}."


def test_a_refusal_carries_its_sentence() -> None:
    refusal = Refusal("Spend {least} or more.", least=Money(3000, "GBP"))
    assert str(refusal) == str(refusal.sentence) == "Spend £30.00 or more."
