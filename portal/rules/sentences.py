"""Sentences for a person, written once where the rule lives; the doors put money and dates into the studio's locale."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency's minor unit (pence, cents), R3."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its noun: ``Count(1, "use", "uses")`` reads "1 use"."""

    number: int
    one: str
    many: str

    def __str__(self) -> str:
        return f"{self.number} {self.one if self.number == 1 else self.many}"


Value = str | int | date | datetime | Money | Count


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with named places: ``Sentence("Your {pass_name} ends on {day}.", {"pass_name": …, "day": date(…)})``.

    Dates read "8 Jan" (with the year where it is not this year's), instants as clock times in the business's zone, money as its locale writes it.
    """

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format_map({name: str(value) for name, value in self.values.items()})


class Refusal(Exception):  # noqa: N818  a refusal is an expected "no", not an error
    """An expected "no": carries the sentence for the person; a route turns it into a field error or a notice."""

    def __init__(self, text: str, **values: Value) -> None:
        self.sentence = Sentence(text, values)
        super().__init__(str(self.sentence))
