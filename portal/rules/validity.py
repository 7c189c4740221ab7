"""When a pass counts (P3–P6)."""

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Unit(Enum):
    """The unit of a period."""

    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of validity; day 1 is its first day, and the last day counts (P4)."""

    length: int
    unit: Unit


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
