"""Lengths of validity, and the three kinds of it that a studio sells (P4, P6)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

ONE_DAY = timedelta(days=1)


class Unit(Enum):
    """The unit of a period."""

    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of validity; day 1 is its first day, and the last day counts (P4)."""

    length: int
    unit: Unit

    def last_day(self, first_day: date) -> date:
        """The last day that counts: 30 days from 10 Dec end on 8 Jan, one month from 10 Dec on 9 Jan (P4)."""
        if self.unit is Unit.DAYS:
            return first_day + timedelta(days=self.length - 1)
        return _eve_of_same_day(first_day, self.length)


@dataclass(frozen=True, slots=True)
class FromFirstClass:
    """Validity that starts with the first class that the pass pays for."""

    period: Period


@dataclass(frozen=True, slots=True)
class FromPurchase:
    """Validity that starts on the day of purchase."""

    period: Period


@dataclass(frozen=True, slots=True)
class FixedDates:
    """Validity between two dates, both counting."""

    first_day: date
    last_day: date


Validity = FromFirstClass | FromPurchase | FixedDates


def _eve_of_same_day(day: date, months: int) -> date:
    """The day before the same day ``months`` later; where there is no such day, the last of the month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    days_in_month = monthrange(year, month)[1]
    if day.day > days_in_month:
        return date(year, month, days_in_month)
    return date(year, month, day.day) - ONE_DAY
