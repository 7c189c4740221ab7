"""When a pass counts, and how a screen says so (P3–P6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.rules.facts import OwnedPass
from portal.rules.periods import ONE_DAY, FixedDates, FromFirstClass, FromPurchase, Period, Unit, Validity
from portal.rules.sentences import Count, Sentence

__all__ = [
    "FixedDates",
    "FromFirstClass",
    "FromPurchase",
    "Period",
    "Unit",
    "Validity",
    "Window",
    "has_derived_start",
    "last_day_set",
    "must_start_by",
    "start_by_words",
    "terms_words",
    "usable_window",
    "validity_words",
    "window",
]


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a pass counts, both included; None is an end that is not known (yet)."""

    first_day: date | None
    last_day: date | None

    def days_off(self, day: date) -> int:
        """How many days ``day`` lies outside; 0 within."""
        if self.first_day is not None and day < self.first_day:
            return (self.first_day - day).days
        if self.last_day is not None and day > self.last_day:
            return (day - self.last_day).days
        return 0


def window(owned: OwnedPass, class_dates: Iterable[date] | None = None) -> Window:
    """The window of a pass that pays for classes on ``class_dates``; without them, for those booked on it.

    Staff's own dates stand over all; days that they added come on top of whatever else applies (P4).
    """
    first_day = _first_day(owned, class_dates)
    if owned.expires_on_set is not None:
        return Window(first_day, owned.expires_on_set)
    match owned.terms.validity:
        case FixedDates(last_day=last_day):
            return Window(first_day, last_day + timedelta(days=owned.added_days))
        case FromFirstClass(period) | FromPurchase(period):
            return Window(
                first_day, first_day and period.last_day(first_day) + timedelta(days=owned.added_days)
            )


def usable_window(owned: OwnedPass, class_dates: Iterable[date] | None = None) -> Window:
    """The window, cut short where staff set a day from which the pass is deactivated (S6)."""
    whole = window(owned, class_dates)
    if owned.deactivated_from is None:
        return whole
    last_day = owned.deactivated_from - ONE_DAY
    return Window(whole.first_day, last_day if whole.last_day is None else min(whole.last_day, last_day))


def last_day_set(owned: OwnedPass, today: date) -> date | None:
    """The last day of a pass that staff terminate on a day to come, where it would else go on (S6)."""
    if owned.deactivated_from is None or owned.deactivated_from <= today:
        return None
    cut, whole = owned.deactivated_from - ONE_DAY, window(owned).last_day
    return cut if whole is None or cut < whole else None


def has_derived_start(owned: OwnedPass) -> bool:
    """Whether the earliest class that the pass pays for decides when it starts (P4)."""
    return owned.starts_on_set is None and isinstance(owned.terms.validity, FromFirstClass)


def must_start_by(owned: OwnedPass) -> date | None:
    """The latest day for the first class (P6); none where staff set a date, which stands over all (P4)."""
    if owned.starts_on_set is not None or owned.expires_on_set is not None:
        return None
    return owned.start_by


def validity_words(owned: OwnedPass, today: date | None = None) -> Sentence:
    """Says "Expires 8 Jan 2027", or "Valid for 30 days from your first class" while nothing counts (P4).

    With ``today`` an end that has passed reads "Expired 8 Jan 2027", and where staff terminate the pass on a
    day to come its end reads "Last day 19 Jan" (S6).
    """
    if today is not None and (cut := last_day_set(owned, today)) is not None:
        return Sentence("Last day {day}", {"day": cut})
    last_day = window(owned).last_day
    if last_day is None:
        return terms_words(owned.terms.validity, owned.added_days)
    if today is not None and last_day < today:
        return Sentence("Expired {day:year}", {"day": last_day})
    return Sentence("Expires {day:year}", {"day": last_day})


def terms_words(validity: Validity, added_days: int = 0) -> Sentence:
    """What a validity promises before its first class: for the shop, and for a pass that has not started."""
    match validity:
        case FixedDates(first_day, last_day):
            last_day += timedelta(days=added_days)
            return Sentence("Valid from {first:year} to {last:year}", {"first": first_day, "last": last_day})
        case FromPurchase(period):
            return _period_words("from the day you buy it", period, added_days)
        case FromFirstClass(period):
            return _period_words("from your first class", period, added_days)


def start_by_words(start_by: date) -> Sentence:
    """The latest day to start, beside the words of the validity (P6)."""
    return Sentence("First class by {day:year}", {"day": start_by})


def _first_day(owned: OwnedPass, class_dates: Iterable[date] | None) -> date | None:
    if owned.starts_on_set is not None:
        return owned.starts_on_set
    match owned.terms.validity:
        case FixedDates(first_day=first_day):
            return first_day
        case FromPurchase():
            return owned.bought_on
        case FromFirstClass():
            dates = (booked.on_date for booked in owned.booked) if class_dates is None else class_dates
            return min(dates, default=None)


def _period_words(since: str, period: Period, added_days: int) -> Sentence:
    if period.unit is Unit.DAYS:
        days = Count(period.length + added_days, "day", "days")
        return Sentence("Valid for {period} " + since, {"period": days})
    months = Count(period.length, "month", "months")
    if not added_days:
        return Sentence("Valid for {period} " + since, {"period": months})
    added = Count(added_days, "day", "days")
    return Sentence("Valid for {period} and {added} " + since, {"period": months, "added": added})
