"""Money, dates, clock times and sentences in a studio's locale and zone; pages and letters share it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from babel.numbers import format_currency, format_decimal

from portal.rules.money import minor_digits
from portal.rules.sentences import Count, Money, Sentence, Value

MINUS = "−"
NOON = time(12)
REMEMBERED = 8192  # prices, days and times that are written again and again


@dataclass(frozen=True, slots=True)
class Wording:
    """How one studio writes things on one day: ``today`` decides whether a date needs its year."""

    locale: str
    zone: str
    currency: str
    today: date

    def money(self, amount: int | Money) -> str:
        """Minor units of the studio's currency, or an amount that names its own: "£9.60", "−£2.40"."""
        if isinstance(amount, Money):
            return _money(amount.minor, amount.currency, self.locale)
        return _money(amount, self.currency, self.locale)

    def number(self, number: int) -> str:
        """A count, as the locale groups it."""
        return _number(number, self.locale)

    def day(self, day: date) -> str:
        """Reads "8 Jan", with the year where it is not this year's."""
        return _day(day, "MMMd" if day.year == self.today.year else "yMMMd", self.locale)

    def day_year(self, day: date) -> str:
        """Reads "8 Jan 2027", always."""
        return _day(day, "yMMMd", self.locale)

    def weekday(self, day: date) -> str:
        """Reads "Thu 3 Dec", with the year where it is not this year's."""
        return f"{self.weekday_name(day)} {self.day(day)}"

    def weekday_name(self, day: date) -> str:
        """Reads "Thu"."""
        return _pattern(day, "EEE", self.locale)

    def month_name(self, day: date) -> str:
        """Reads "Dec"."""
        return _pattern(day, "MMM", self.locale)

    def long_weekday(self, day: date) -> str:
        """Reads "Thursday"."""
        return _pattern(day, "EEEE", self.locale)

    def long_date(self, day: date) -> str:
        """Reads "3 December", with the year where it is not this year's."""
        if day.year == self.today.year:
            return _day(day, "MMMMd", self.locale)
        return _pattern(day, "long", self.locale)

    def long_day(self, day: date) -> str:
        """Reads "Thursday 3 December", with the year where it is not this year's, for headings."""
        return f"{self.long_weekday(day)} {self.long_date(day)}"

    def near_day(self, day: date) -> str:
        """Reads "Today", "Tomorrow", or nothing."""
        return {0: "Today", 1: "Tomorrow"}.get((day - self.today).days, "")

    def clock(self, moment: datetime) -> str:
        """A clock time in the studio's zone: "09:30"."""
        return _clock(moment, self.zone, self.locale)

    def moment(self, moment: datetime) -> str:
        """A clock time of today, "14:30"; of another day, with its date: "Thu 3 Dec, 14:30"."""
        day = self.date_of(moment)
        return self.clock(moment) if day == self.today else f"{self.weekday(day)}, {self.clock(moment)}"

    def span(self, starts_at: datetime, ends_at: datetime) -> str:
        """Reads "09:30–10:30"."""
        return f"{self.clock(starts_at)}–{self.clock(ends_at)}"

    def date_of(self, moment: datetime) -> date:
        """A moment's date in the studio's zone (T1)."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def zone_sentence(self, moment: datetime, until: datetime | None = None) -> str:
        """Reads "All times are London time (GMT)."; where the clocks change by ``until``, it says so."""
        named = _zone_name(moment, self.zone)
        if until is not None and (later := _zone_name(until, self.zone)) != named:
            named = f"{named}, from {self.day(_first_day_after_change(moment, until, self.zone))} {later}"
        return f"All times are {_city(self.zone, self.locale)} time ({named})."

    def say(self, sentence: Sentence) -> str:
        """A rule's sentence with its money, dates and times put into words."""
        return sentence.written(self.value)

    def value(self, value: Value, hint: str) -> str:
        """One value of a sentence; the hint is "", "year" or "weekday" (see ``Sentence``)."""
        match value:
            case datetime():
                return self.clock(value)
            case date():
                return {"": self.day, "year": self.day_year, "weekday": self.weekday}[hint](value)
            case Money():
                return self.money(value)
            case Count():
                return f"{self.number(value.number)} {value.one if value.number == 1 else value.many}"
            case int():
                return self.number(value)
            case _:
                return value

    @property
    def writers(self) -> dict[str, Callable[..., Any]]:
        """Every way of writing by its name, to be hung on a template environment as filters."""
        return {name: getattr(self, name) for name in WRITERS}


WRITERS = (
    "money",
    "number",
    "day",
    "day_year",
    "weekday",
    "weekday_name",
    "month_name",
    "long_day",
    "long_weekday",
    "long_date",
    "near_day",
    "date_of",
    "clock",
    "moment",
    "span",
    "say",
)


def wording_of(*, locale: str, zone: str, currency: str, now: datetime) -> Wording:
    """The wording of a studio at a moment; one that is asked for again on the same day is the same."""
    return Wording(locale, zone, currency, now.astimezone(ZoneInfo(zone)).date())


def locale_exists(name: str) -> bool:
    """Whether we can write in a locale ("en_GB")."""
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    return True


@lru_cache(REMEMBERED)
def _money(minor: int, currency: str, locale: str) -> str:
    amount = Decimal(minor).scaleb(-minor_digits(currency))
    return format_currency(amount, currency, locale=locale).replace("-", MINUS)


@lru_cache(REMEMBERED)
def _number(number: int, locale: str) -> str:
    return format_decimal(number, locale=locale).replace("-", MINUS)


@lru_cache(REMEMBERED)
def _day(day: date, skeleton: str, locale: str) -> str:
    """By the locale's own order of day, month and year."""
    return format_skeleton(skeleton, datetime.combine(day, NOON, UTC), locale=locale)


@lru_cache(REMEMBERED)
def _pattern(day: date, pattern: str, locale: str) -> str:
    return format_date(day, pattern, locale=locale)


@lru_cache(REMEMBERED)
def _clock(moment: datetime, zone: str, locale: str) -> str:
    return format_time(moment, "short", tzinfo=ZoneInfo(zone), locale=locale)


@lru_cache(REMEMBERED)
def _zone_name(moment: datetime, zone: str) -> str:
    """GMT, BST; "UTC+5:30" where the zone has no letters of its own."""
    local = moment.astimezone(ZoneInfo(zone))
    name = local.tzname() or "UTC"
    if name[0] not in "+-":
        return name
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    sign, (hours, rest) = "+" if minutes >= 0 else MINUS, divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


@lru_cache(256)
def _city(zone: str, locale: str) -> str:
    return get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True)


def _first_day_after_change(moment: datetime, until: datetime, zone: str) -> date:
    """The first date whose noon goes by the other name."""
    local = ZoneInfo(zone)
    first = _zone_name(moment, zone)
    day = moment.astimezone(local).date()
    last_day = until.astimezone(local).date()
    while day < last_day and _zone_name(datetime.combine(day, NOON, local), zone) == first:
        day += timedelta(days=1)
    return day
