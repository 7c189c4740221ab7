"""Whether a pass can pay for one ticket more, next to all that it pays for already (P3–P6, P9)."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, auto
from functools import lru_cache
from operator import attrgetter

from portal.rules.facts import BookedClass, OwnedPass, PassTerms, TicketLine
from portal.rules.passes import is_deactivated, is_paused_on
from portal.rules.validity import has_derived_start, must_start_by, usable_window, window

UNLIMITED = sys.maxsize

Visit = BookedClass | TicketLine


class Obstacle(Enum):
    """What keeps a pass from paying for a ticket, the weightiest first."""

    DEACTIVATED = auto()
    WITHDRAWN = auto()
    NOT_COVERED = auto()
    USED_UP = auto()
    PAUSED = auto()
    NOT_BEGUN = auto()
    ENDED = auto()
    STARTS_TOO_LATE = auto()
    STRANDS_A_CLASS = auto()  # sliding the start back, it would no longer fit a class it pays for (P5)
    CLASS_TAKEN = auto()
    DAY_TAKEN = auto()
    WEEK_TAKEN = auto()
    USES_TAKEN = auto()  # by other tickets of the same basket


class PassBook:
    """One pass and what it pays for: the classes booked on it, and what a basket being reckoned claims.

    What a pass can pay for together it can pay for in part, so claims can be made one by one. The latest day
    to start is the exception: an earlier class satisfies it for a later one. Claims are therefore made in the
    order of classes.
    """

    __slots__ = (
        "_ends",
        "_limits",
        "_slides",
        "_spans",
        "claims",
        "closes",
        "in_basket",
        "opens",
        "owned",
        "start_by",
        "today",
        "unlimited",
        "uses_free",
    )

    def __init__(self, owned: OwnedPass, *, today: date, in_basket: bool = False) -> None:
        self.owned = owned
        self.today = today
        self.in_basket = in_basket
        self.claims: list[TicketLine] = []
        self.unlimited = owned.uses_left is None
        self.uses_free = UNLIMITED if owned.uses_left is None else owned.uses_left
        fixed = usable_window(owned, ())
        self.opens, self.closes = fixed.first_day or date.min, fixed.last_day or date.max
        self.start_by = must_start_by(owned) or date.max
        self._slides = has_derived_start(owned) and owned.expires_on_set is None
        self._ends: dict[date, date] = {}
        self._limits = _limits(owned.terms)
        for booked in owned.booked:
            self._count(booked, 1)
        days = [booked.on_date for booked in owned.booked]
        self._spans = [(min(days, default=date.max), max(days, default=date.min))]

    @property
    def first_class(self) -> date:
        """The earliest class that it pays for; ``date.max`` while there is none."""
        return self._spans[-1][0]

    @property
    def last_class(self) -> date:
        """The latest class that it pays for; ``date.min`` while there is none."""
        return self._spans[-1][1]

    @property
    def last_day(self) -> date:
        """The last day that counts, given all that it pays for; ``date.max`` while there is no such day."""
        first = self.first_class
        return (
            min(self.closes, self.last_day_from(first)) if self._slides and first < date.max else self.closes
        )

    def last_day_from(self, first_day: date) -> date:
        """The last day of the validity if the pass started on ``first_day``, whatever last day staff set."""
        last_day = self._ends.get(first_day)
        if last_day is None:
            last_day = self._ends[first_day] = window(self.owned, (first_day,)).last_day or date.max
        return last_day

    def most(self, obstacle: Obstacle) -> int:
        """How many tickets the limit behind an obstacle allows to a class, day or week (P6)."""
        return next(limit.most for limit in self._limits if limit.obstacle is obstacle)

    def bar(self, ticket: TicketLine) -> Obstacle | None:
        """What rules the pass out for a ticket, whatever else the basket holds."""
        owned = self.owned
        if is_deactivated(owned, self.today):
            return Obstacle.DEACTIVATED
        if owned.withdrawn:
            return Obstacle.WITHDRAWN
        if not (covers_class(owned.terms, ticket) and covers_ticket(owned.terms, ticket)):
            return Obstacle.NOT_COVERED
        if owned.uses_left is not None and owned.uses_left <= 0:
            return Obstacle.USED_UP
        return self._bar_on(ticket.on_date)

    def _bar_on(self, day: date) -> Obstacle | None:
        if is_paused_on(self.owned, day):
            return Obstacle.PAUSED
        if day < self.opens:
            return Obstacle.NOT_BEGUN
        return Obstacle.ENDED if day > self.closes else None

    def obstacle(self, ticket: TicketLine) -> Obstacle | None:
        """What keeps a pass that is not barred from paying for this as well as for all that it pays for."""
        day = ticket.on_date
        first, last = self._spans[-1]
        if first > self.start_by < day:
            return Obstacle.STARTS_TOO_LATE
        if self._slides:
            if day < first:
                if last > self.last_day_from(day):
                    return Obstacle.STRANDS_A_CLASS
            elif day > self.last_day_from(first):
                return Obstacle.ENDED
        for limit in self._limits:
            if limit.reached(ticket):
                return limit.obstacle
        return Obstacle.USES_TAKEN if self.uses_free <= 0 else None

    def hindrance(self, ticket: TicketLine) -> Obstacle | None:
        """Whatever keeps the pass from paying for this ticket, as things stand."""
        return self.bar(ticket) or self.obstacle(ticket)

    def claim(self, ticket: TicketLine) -> None:
        """Let the pass pay for the ticket; the caller has asked whether it can."""
        first, last = self._spans[-1]
        day = ticket.on_date
        self._spans.append((min(first, day), max(last, day)))
        self.claims.append(ticket)
        self.uses_free -= 1
        self._count(ticket, 1)

    def release(self) -> None:
        """Take back the latest claim."""
        self._spans.pop()
        self.uses_free += 1
        self._count(self.claims.pop(), -1)

    def _count(self, visit: Visit, step: int) -> None:
        for limit in self._limits:
            limit.count(visit, step)


def covers_class(terms: PassTerms, ticket: TicketLine) -> bool:
    """Whether the pass is for such classes (P6)."""
    return terms.series_ids is None or ticket.series_id in terms.series_ids


def covers_ticket(terms: PassTerms, ticket: TicketLine) -> bool:
    """Whether the pass is for such tickets (P6)."""
    return terms.ticket_type_ids is None or ticket.ticket_type_id in terms.ticket_type_ids


@lru_cache(1024)  # the search asks for the same few weeks again and again
def monday_of(day: date) -> date:
    """The first day of the week that a limit per week counts in (P6)."""
    return day - timedelta(days=day.weekday())


@dataclass(slots=True)
class _Limit:
    """At most so many tickets to a class, a day or a week (P6)."""

    most: int
    group_of: Callable[[Visit], object]
    obstacle: Obstacle
    taken: dict[object, int] = field(default_factory=dict)

    def reached(self, visit: Visit) -> bool:
        return self.taken.get(self.group_of(visit), 0) >= self.most

    def count(self, visit: Visit, step: int) -> None:
        group = self.group_of(visit)
        self.taken[group] = self.taken.get(group, 0) + step


# A class by its UUID's integer: a UUID hashes itself in Python, and the search asks for it at every step.
_class_of: Callable[[Visit], object] = attrgetter("class_session_id.int")
_day_of: Callable[[Visit], object] = attrgetter("on_date")


def _week_of(visit: Visit) -> object:
    return monday_of(visit.on_date)


def _limits(terms: PassTerms) -> list[_Limit]:
    limits = []
    if terms.uses is None or not terms.several_per_class:
        limits.append(_Limit(1, _class_of, Obstacle.CLASS_TAKEN))
    if terms.uses_per_day is not None:
        limits.append(_Limit(terms.uses_per_day, _day_of, Obstacle.DAY_TAKEN))
    if terms.uses_per_week is not None:
        limits.append(_Limit(terms.uses_per_week, _week_of, Obstacle.WEEK_TAKEN))
    return limits
