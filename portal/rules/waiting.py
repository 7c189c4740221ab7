"""Waiting lists, as far as no database is needed: whose turn it is, and what is left for everybody else."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from portal.rules.sentences import Count


class Turn(Enum):
    """How it stands with somebody and the waiting list of a class, reckoned at a moment."""

    NOT_WAITING = "not_waiting"
    IN_LINE = "in_line"
    FREE = "free"  # a place is free for them, though no job has offered it yet
    OFFERED = "offered"  # a place is kept for them until the offer ends
    MISSED = "missed"  # the last offer ended before they took it


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody's latest entry of a class's waiting list: it ``waits``, or is ``offered``, or its offer
    ``ended_unused``, or it is over in another way. ``ahead`` counts those who wait before them.
    """

    waits: bool
    offered: bool
    ended_unused: bool
    offered_until: datetime | None
    ahead: int

    @property
    def position(self) -> int:
        """First, second, … in line."""
        return self.ahead + 1


def turn_of(entry: InLine | None, *, free: int, now: datetime) -> Turn:
    """Whose turn it is, as if whatever is free had been offered already; ``free`` places are not on offer to
    anybody yet, ended holds and offers included.
    """
    if entry is None:
        return Turn.NOT_WAITING
    if entry.waits:
        return Turn.FREE if entry.ahead < free else Turn.IN_LINE
    if entry.offered_until is None:
        return Turn.NOT_WAITING
    if entry.offered and entry.offered_until > now:
        return Turn.OFFERED
    return Turn.MISSED if entry.offered or entry.ended_unused else Turn.NOT_WAITING


def places_for_everyone(free: int, waiting: int) -> int:
    """How many free places are left for those who do not wait: while anyone waits, the queue comes first."""
    return max(free - waiting, 0)


def offer_length(minutes: int) -> Count:
    """How long a place is on offer: in hours where it is whole ones."""
    hours, rest = divmod(minutes, 60)
    return Count(minutes, "minute", "minutes") if rest else Count(hours, "hour", "hours")


def ordinal(number: int) -> str:
    """Reads "1st", "2nd", "3rd", "11th"."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
