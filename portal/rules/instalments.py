"""A pass paid in parts: how much each time, and when (M1)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from portal.rules.sentences import Count, Money, Sentence, Value


class Rhythm(Enum):
    """How far apart instalments are."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class InstalmentTerms:
    """How a purchase option is paid: ``count`` instalments (2 or more), the first with the purchase."""

    count: int
    rhythm: Rhythm


MOST_INSTALMENTS = 24

MOST_DAYS_NAMED = 6
"""How many days a consent names one by one."""


def parts(total: int, count: int, *, smallest_charge: int) -> tuple[int, ...]:
    """A price in instalments, in whole minor units: what does not divide comes with the first.

    One that would be below the smallest charge that the card can take is not parted: it is paid at once.
    """
    each, rest = divmod(total, count)
    if each < max(smallest_charge, 1):
        return (total,)
    return (each + rest, *(each for _ in range(count - 1)))


def due_days(bought_on: date, count: int, rhythm: Rhythm) -> tuple[date, ...]:
    """When the instalments after the first are due: from 31 Jan monthly on 28 Feb, then on 31 Mar."""
    return tuple(_due_day(bought_on, nth, rhythm) for nth in range(1, count))


def plan_words(amounts: tuple[int, ...], rhythm: Rhythm, currency: str) -> Sentence:
    """What is still to come, beside what is paid now: "then 3 monthly instalments of £30.00"."""
    later = Count(len(amounts) - 1, f"{rhythm.value} instalment", f"{rhythm.value} instalments")
    return Sentence("then {later} of {each}", {"later": later, "each": Money(amounts[-1], currency)})


def price_words(amounts: tuple[int, ...], rhythm: Rhythm, currency: str) -> Sentence:
    """All of a price in instalments: "£30.00 today, then 3 monthly instalments of £30.00"."""
    then = plan_words(amounts, rhythm, currency)
    return Sentence("{now} today, " + then.text, {"now": Money(amounts[0], currency), **then.values})


def sold_words(amounts: tuple[int, ...], rhythm: Rhythm, currency: str) -> Sentence:
    """The same of a pass that was bought: "£30.00 with the booking, then 3 monthly instalments of £30.00"."""
    then = plan_words(amounts, rhythm, currency)
    return Sentence(
        "{now} with the booking, " + then.text, {"now": Money(amounts[0], currency), **then.values}
    )


def consent_words(
    studio: str, pass_name: str, later: tuple[int, ...], days: tuple[date, ...], rhythm: Rhythm, currency: str
) -> Sentence:
    """What a customer agrees to before a card is kept: who charges it, how much each time, and when (M1).

    Up to six days are named one by one; of more, the first and the last.
    """
    values: dict[str, Value] = {
        "studio": studio,
        "pass_name": pass_name,
        "each": Money(later[0], currency),
        "payments": Count(len(later), "payment", "payments"),
    }
    when, named = _when(days, rhythm)
    text = "{studio} may keep my card and charge it for the {pass_name}: {payments} of {each}, " + when + "."
    return Sentence(text, values | named)


def _when(days: tuple[date, ...], rhythm: Rhythm) -> tuple[str, dict[str, Value]]:
    if len(days) > MOST_DAYS_NAMED:
        each = {Rhythm.WEEKLY: "every week", Rhythm.MONTHLY: "every month"}[rhythm]
        return each + " from {first:year} to {last:year}", {"first": days[0], "last": days[-1]}
    named: dict[str, Value] = {f"day_{nth}": day for nth, day in enumerate(days, 1)}
    places = [f"{{{name}:year}}" for name in named]
    listed = ", ".join(places[:-1])
    return "on " + (f"{listed} and {places[-1]}" if listed else places[-1]), named


def _due_day(bought_on: date, steps: int, rhythm: Rhythm) -> date:
    if rhythm is Rhythm.WEEKLY:
        return bought_on + timedelta(weeks=steps)
    years, month = divmod(bought_on.month - 1 + steps, 12)
    year, month = bought_on.year + years, month + 1
    return date(year, month, min(bought_on.day, monthrange(year, month)[1]))
