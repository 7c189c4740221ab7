"""A pass's validity on a line: bought, the classes on it, today, the end.

The line is as wide as the page gives it, and its words keep their size (the drawing's fault that
``look/README`` names). So positions are percentages, and what would collide is left out: on a phone more than
on a desk.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from portal.rules.facts import OwnedPass
from portal.rules.sentences import Count, Sentence
from portal.rules.validity import Window, last_day_set, window

LEFT, RIGHT = 2.0, 98.0  # percent: so that a mark at an end is not cut off
PHONE, DESK = 300, 660  # pixels that the line has at least
CHARACTER, GAP = 7.6, 9  # pixels, at the size of the labels
AFTERLIFE = 0.25  # today is shown after the end while it is no farther than this part of the whole


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place on the line; ``roomy`` ones are left out on a phone. ``anchor`` is as SVG has it."""

    text: str
    at: float
    anchor: str
    roomy: bool = False


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Everything to draw, in percent of the width; ``told`` says it in words."""

    valid_from: float
    valid_to: float
    classes: tuple[float, ...]
    today: float | None
    bought: float
    above: tuple[Label, ...]
    below: tuple[Label, ...]
    told: Sentence

    @property
    def valid_width(self) -> float:
        """How long the valid part is."""
        return round(self.valid_to - self.valid_from, 2)


def time_line(owned: OwnedPass, today: date, written: Callable[[date], str]) -> TimeLine | None:
    """The line of a pass whose days are known; None while its first class is to decide (P4).

    It ends on the last day that staff set, where they did (S6).
    """
    valid = _shown_window(owned, today)
    if valid.first_day is None or valid.last_day is None or valid.last_day < valid.first_day:
        return None
    days = sorted({booked.on_date for booked in owned.booked})
    shows_today = today <= _until(owned.bought_on, valid.last_day)
    shown = [owned.bought_on, valid.first_day, valid.last_day, *days, *([today] if shows_today else [])]
    place = _scale(min(shown), max(shown))
    above = [_label("today", place(today))] if shows_today else []
    above.append(_label(_bought(owned.bought_on, valid.first_day, written), place(owned.bought_on)))
    below = [
        _label(written(valid.last_day), place(valid.last_day)),
        _label(written(valid.first_day), place(valid.first_day)),
        *(
            _label(_short(day, valid.first_day, written), place(day))
            for day in days
            if day not in {valid.first_day, valid.last_day}
        ),
    ]
    return TimeLine(
        valid_from=place(valid.first_day),
        valid_to=place(valid.last_day),
        classes=tuple(place(day) for day in days),
        today=place(today) if shows_today else None,
        bought=place(owned.bought_on),
        above=_without_collisions(above),
        below=_without_collisions(below),
        told=_told(owned, valid.first_day, valid.last_day, len(days)),
    )


def _shown_window(owned: OwnedPass, today: date) -> Window:
    whole = window(owned)
    return Window(whole.first_day, last_day_set(owned, today) or whole.last_day)


def _until(bought_on: date, last_day: date) -> date:
    return last_day + timedelta(days=round((last_day - bought_on).days * AFTERLIFE))


def _scale(first: date, last: date) -> Callable[[date], float]:
    days = max((last - first).days, 1)
    return lambda day: round(LEFT + (RIGHT - LEFT) * (day - first).days / days, 2)


def _short(day: date, first: date, written: Callable[[date], str]) -> str:
    """The month is not said again."""
    return str(day.day) if (day.year, day.month) == (first.year, first.month) else written(day)


def _bought(bought_on: date, first_day: date, written: Callable[[date], str]) -> str:
    """The day is not said again where it stands below."""
    return "bought" if bought_on == first_day else f"bought {written(bought_on)}"


def _label(text: str, at: float) -> Label:
    """Words at a mark: in the middle under it, but never beyond the edge of a phone's line."""
    half = _width(text, PHONE) / 2
    anchor = "start" if at < half else "end" if at > 100 - half else "middle"
    return Label(text, at, anchor)


def _without_collisions(wanted: list[Label]) -> tuple[Label, ...]:
    """The labels that have room, the first named first; those that have it only on a desk are ``roomy``."""
    kept: list[Label] = []
    for label in wanted:
        tight = [other for other in kept if not other.roomy]
        if _fits(label, tight, PHONE) and _fits(label, kept, DESK):
            kept.append(label)
        elif _fits(label, kept, DESK):
            kept.append(replace(label, roomy=True))
    return tuple(kept)


def _fits(label: Label, others: list[Label], width: int) -> bool:
    start, end = _extent(label, width)
    gap = 100 * GAP / width
    return all(
        end + gap < other_start or start > other_end + gap
        for other_start, other_end in (_extent(other, width) for other in others)
    )


def _extent(label: Label, width: int) -> tuple[float, float]:
    size = _width(label.text, width)
    before = {"start": 0.0, "middle": size / 2, "end": size}[label.anchor]
    return label.at - before, label.at - before + size


def _width(text: str, width: int) -> float:
    return 100 * CHARACTER * len(text) / width


def _told(owned: OwnedPass, first_day: date, last_day: date, classes: int) -> Sentence:
    return Sentence(
        "Bought on {bought}, valid from {first:year} to {last:year}, {classes} on it.",
        {
            "bought": owned.bought_on,
            "first": first_day,
            "last": last_day,
            "classes": Count(classes, "class date", "class dates"),
        },
    )
