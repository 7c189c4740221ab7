"""Sentences for a person, written once, where the rule lives; the doors put their values into words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from string import Formatter

from portal.rules.money import minor_digits

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency's minor unit (pence, cents), R3."""

    minor: int
    currency: str

    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        sign, amount = "−" if self.minor < 0 else "", abs(self.minor)
        figures = f"{amount // 10**digits}.{amount % 10**digits:0{digits}}" if digits else str(amount)
        symbol = _SYMBOLS.get(self.currency)
        return f"{sign}{symbol}{figures}" if symbol else f"{sign}{figures} {self.currency}"


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its noun: ``Count(1, "use", "uses")`` reads "1 use"."""

    number: int
    one: str
    many: str

    def __str__(self) -> str:
        return f"{self.number} {self.one if self.number == 1 else self.many}"


Value = str | int | date | datetime | Money | Count
Writer = Callable[[Value, str], str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with named places: ``Sentence("Your {pass_name} ends on {day}.", {"pass_name": …, "day":
    date(…)})``.

    Dates read "8 Jan" (with the year where it is not this year's); ``{day:year}`` always has the year, "8 Jan
    2027", and ``{day:weekday}`` the day of the week, "Thu 3 Dec". Instants are clock times in the business's
    zone, money is written as its locale writes it.
    """

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def written(self, write: Writer) -> str:
        """The sentence with each value put into words by ``write(value, hint)``; the hint is "", "year" or
        "weekday".

        A door passes a writer that knows the studio's locale, zone and day.
        """
        return "".join(
            literal if name is None else literal + write(self.values[name], hint or "")
            for literal, name, hint, _ in Formatter().parse(self.text)
        )

    def __str__(self) -> str:
        return self.written(in_plain_english)


def in_plain_english(value: Value, hint: str) -> str:
    """A value without a locale, as tests and logs read it; a date has its year only if the hint says so."""
    match value:
        case datetime():
            return f"{value:%H:%M}"
        case date():
            day = f"{value.day} {value:%b}"
            return {"": day, "year": f"{day} {value.year}", "weekday": f"{value:%a} {day}"}[hint]
        case _:
            return str(value)


class Refusal(Exception):  # noqa: N818  a refusal is an expected "no", not an error
    """An expected "no", with the sentence for the person; a route makes it a field error or a notice."""

    def __init__(self, text: str, **values: Value) -> None:
        self.sentence = Sentence(text, values)
        super().__init__(str(self.sentence))
