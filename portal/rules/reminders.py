"""When the courtesy letters are due: the day before a class, and before a pass runs out."""

from datetime import date, datetime, time, timedelta, tzinfo

from portal.rules.facts import OwnedPass
from portal.rules.passes import status
from portal.rules.validity import usable_window, window

MORNING = time(8)
"""From when on, by the studio's clock, its letters of the day are written: nobody is written to at night."""

FEW_USES = 2
FEW_DAYS = timedelta(days=7)
LONG_ENOUGH = timedelta(days=14)
"""A pass that is valid for less is not told to be nearly over: that was known when it began."""

ONE_DAY = timedelta(days=1)


def morning_of(day: date, zone: tzinfo) -> datetime:
    """The moment from which a day's letters are written, in the business's zone (T1)."""
    return datetime.combine(day, MORNING, zone)


def is_morning_over(day: date, now: datetime, zone: tzinfo) -> bool:
    """Whether the letters of a day are due."""
    return morning_of(day, zone) <= now


def is_to_be_reminded(
    on_date: date, *, booked_at: datetime, starts_at: datetime, now: datetime, zone: tzinfo
) -> bool:
    """Whether a class is to be reminded of: from the morning before it until it starts.

    Who booked after that morning has just read a letter about it.
    """
    reminded_at = morning_of(on_date - ONE_DAY, zone)
    return booked_at < reminded_at <= now < starts_at


def is_nearly_used_up(owned: OwnedPass, today: date) -> bool:
    """Whether a usable pass has its last one or two uses left; one of so few from the start never has."""
    if owned.uses_left is None or (owned.terms.uses or 0) <= FEW_USES:
        return False
    return 0 < owned.uses_left <= FEW_USES and not status(owned, today).inactive


def nearly_over_on(owned: OwnedPass, today: date) -> date | None:
    """The last day of a usable pass, where it is within the week; else None."""
    last_day = usable_window(owned).last_day
    if last_day is None or not today <= last_day <= today + FEW_DAYS:
        return None
    return None if _is_short(owned) or status(owned, today).inactive else last_day


def _is_short(owned: OwnedPass) -> bool:
    """Whether a pass is valid for so little that its end was plain when it began; a termination is not."""
    whole = window(owned)
    if whole.last_day is None:
        return False
    return whole.last_day - (whole.first_day or owned.bought_on) < LONG_ENOUGH - ONE_DAY
