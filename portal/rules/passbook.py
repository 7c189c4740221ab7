"""Whether a pass can pay for one ticket more, next to all that it pays for already (P3–P6, P9)."""

import sys
from datetime import date, timedelta
from enum import Enum, auto
from uuid import UUID

from portal.rules.facts import BookedClass, OwnedPass, PassTerms, TicketLine
from portal.rules.passes import is_deactivated
from portal.rules.periods import FromFirstClass
from portal.rules.validity import has_derived_start, must_start_by, window

UNLIMITED = sys.maxsize


class Obstacle(Enum):
    """What keeps a pass from paying for a ticket, the weightiest first."""

    DEACTIVATED = auto()
    WITHDRAWN = auto()
    NOT_COVERED = auto()
    USED_UP = auto()
    LAST_DAY_SET = auto()  # staff set a last day, and the class is after it (S6)
    NOT_BEGUN = auto()
    ENDED = auto()
    STARTS_TOO_LATE = auto()
    STRANDS_A_CLASS = auto()  # the start would slide back, and a booked class would no longer fit (P5)
    CLASS_TAKEN = auto()
    DAY_TAKEN = auto()
    WEEK_TAKEN = auto()
    USES_TAKEN = auto()  # by other tickets of the same basket


Mark = tuple[date | None, date | None]


class PassBook:
    """One pass and the classes that it pays for: those booked, and those that a basket claims while it is reckoned.

    The constraints are hereditary: what a pass can pay for together, it can pay for in part. (All but the latest day to
    start, which an earlier class can satisfy for a later one; so claims are best made in the order of the classes.)
    """

    __slots__ = (
        "_day_counts",
        "_derived",
        "_first",
        "_fixed",
        "_last",
        "_last_days",
        "_one_per_class",
        "_per_day",
        "_per_week",
        "_start_by",
        "_tickets_by_class",
        "_today",
        "_week_counts",
        "in_basket",
        "owned",
        "uses_free",
    )

    def __init__(self, owned: OwnedPass, *, today: date, in_basket: bool = False) -> None:
        self.owned = owned
        self.in_basket = in_basket
        self.uses_free = UNLIMITED if owned.uses_left is None else owned.uses_left
        self._today = today
        terms = owned.terms
        self._one_per_class = terms.uses is None or not terms.several_per_class
        self._per_day, self._per_week = terms.uses_per_day, terms.uses_per_week
        self._start_by = must_start_by(owned)
        self._fixed = window(owned, ())
        self._derived = has_derived_start(owned) and owned.expires_on_set is None
        self._last_days: dict[date, date] = {}
        self._first: date | None = None
        self._last: date | None = None
        # Keyed by the UUID's integer: a UUID hashes in Python, and the search asks this of every line and pass.
        self._tickets_by_class: dict[int, int] = {}
        self._day_counts: dict[date, int] = {}
        self._week_counts: dict[int, int] = {}
        for booked in owned.booked:
            self._enter(booked.class_session_id, booked.on_date)
