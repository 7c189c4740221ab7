"""Sentences as JSON, so that a letter says later what was true when it was written."""

from datetime import date, datetime
from typing import Any

from portal.rules.sentences import Count, Money, Sentence, Value


def kept(sentence: Sentence) -> dict[str, Any]:
    """A sentence as JSON holds it."""
    return {"text": sentence.text, "values": {name: _kept(it) for name, it in sentence.values.items()}}


def read_back(told: dict[str, Any]) -> Sentence:
    """The sentence that was kept."""
    return Sentence(told["text"], {name: _read_back(it) for name, it in told["values"].items()})


def _kept(value: Value) -> list[Any]:
    match value:
        case datetime():
            return ["moment", value.isoformat()]
        case date():
            return ["day", value.isoformat()]
        case Money(minor, currency):
            return ["money", minor, currency]
        case Count(number, one, many):
            return ["count", number, one, many]
        case _:
            return ["plain", value]


def _read_back(kept_value: list[Any]) -> Value:
    kind, *parts = kept_value
    match kind:
        case "moment":
            return datetime.fromisoformat(parts[0])
        case "day":
            return date.fromisoformat(parts[0])
        case "money":
            return Money(*parts)
        case "count":
            return Count(*parts)
    plain: str | int = parts[0]
    return plain
