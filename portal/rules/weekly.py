"""What takes place week by week: on which days, from when until when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import Enum

from portal.rules.sentences import Refusal, Sentence, Value

MOST_WEEKS = 12
"""The longest rhythm: every twelfth week."""


class Weekday(Enum):
    """A day of the week; its value is iCalendar's word for it."""

    MON = "MO"
    TUE = "TU"
    WED = "WE"
    THU = "TH"
    FRI = "FR"
    SAT = "SA"
    SUN = "SU"

    @property
    def number(self) -> int:
        """As Python counts them: Monday is 0."""
        return list(Weekday).index(self)

    @property
    def words(self) -> str:
        """In full: "Monday"."""
        return _WORDS[self]

    @classmethod
    def of(cls, day: date) -> "Weekday":
        """The day of the week of a date."""
        return list(cls)[day.weekday()]


_WORDS = dict(
    zip(
        Weekday,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


class EndsBeforeItBegins(Refusal):
    """The last day comes before the first."""

    def __init__(self) -> None:
        super().__init__("The last day comes before the first day.")


@dataclass(frozen=True, slots=True)
class Weekly:
    """On some days of every week, or of every second, third … week, counted from the week of ``first_on``.

    ``last_on`` is the last day that may have one; without it, it goes on.
    """

    days: tuple[Weekday, ...]
    first_on: date
    last_on: date | None = None
    every_weeks: int = 1

    def __post_init__(self) -> None:
        """Keep the days in the order of the week."""
        object.__setattr__(self, "days", tuple(sorted(set(self.days), key=lambda day: day.number)))
        if self.last_on is not None and self.last_on < self.first_on:
            raise EndsBeforeItBegins

    def words(self, today: date) -> Sentence:
        """Reads "Mondays and Thursdays, from 3 Dec, until 18 Mar"; what has begun names no first day."""
        text, values = days_words(self.days), dict[str, Value]()
        if self.every_weeks > 1:
            text = f"Every {{weeks}} weeks on {text}"
            values["weeks"] = self.every_weeks
        if self.first_on > today:
            text, values["first"] = f"{text}, from {{first}}", self.first_on
        if self.last_on is not None:
            text, values["last"] = f"{text}, until {{last}}", self.last_on
        return Sentence(text, values)


def days_words(days: Collection[Weekday]) -> str:
    """Reads "Mondays, Tuesdays and Fridays"; all seven are "Every day"."""
    if len(days) == len(Weekday):
        return "Every day"
    *others, last = (f"{day.words}s" for day in sorted(days, key=lambda day: day.number))
    return f"{', '.join(others)} and {last}" if others else last
