"""Many people at once: threads of one process, or processes of their own, all let go at the same moment.

``all_at_once(crowd, app, act, people)`` is a race: ``act`` is called with each of the people, who are dealt
out like cards, so that neighbours act at the same moment. A control is the same race ``without`` a guard:

    with_nothing = partial(without_locks_and_meet_after, "cancelling.forecast")
    all_at_once(crowd, app, act, people, without=with_nothing)

There the people take turns: as many as act at once begin together, meet (``tests.races.meeting``) where the
control says, and begin the next turn when all have ended this one. So a control needs few people, one for
each thread or process is plenty, and no second try. Whatever goes to a process (``act``, the people, the gap)
is pickled: functions of modules, partials of them, and frozen values.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal.models.database import end_reading
from portal.rules.sentences import Refusal
from tests.races.crew import do_in_processes
from tests.races.meeting import Meeting

Act = Callable[[Any], str]
Gap = Callable[[], AbstractContextManager[object]]

THREADS_AT_ONCE = 16
THREADS_THAT_MEET = 12
"""Whoever waits keeps a connection, and a process has 15 of them on SQLite."""
PROCESSES_AT_ONCE = 6


class Crowd(Enum):
    """How the people are kept apart."""

    THREADS = "threads"
    PROCESSES = "processes"


@dataclass(frozen=True, slots=True)
class _Race:
    """What one thread or process does: its share of the people, in ``turns`` of so many at once each."""

    act: Act
    share: Sequence[object]
    turns: Sequence[int]
    without: Gap


def all_at_once(
    crowd: Crowd, app: Flask, act: Act, people: Sequence[object], *, without: Gap = nullcontext
) -> Counter[str]:
    """Let everyone act at the same moment; counts what each got: the act's own word, the refusal's name, or
    "fault: …" for what should never happen.

    ``without`` takes a guard away for as long as it lasts, where the people are.
    """
    end_reading()
    at_once = min(len(people), _most_at_once(crowd, without))
    turns = [min(at_once, len(people) - first) for first in range(0, len(people), at_once)]
    shares = [_Race(act, people[nth::at_once], turns, without) for nth in range(at_once)]
    if crowd is Crowd.THREADS:
        with without():
            return _in_threads(app, shares)
    return do_in_processes(
        app.config["SQLALCHEMY_DATABASE_URI"], _without_guard, shares, size=PROCESSES_AT_ONCE
    )


def _most_at_once(crowd: Crowd, without: Gap) -> int:
    if crowd is Crowd.PROCESSES:
        return PROCESSES_AT_ONCE
    return THREADS_AT_ONCE if without is nullcontext else THREADS_THAT_MEET


def one_by_one(app: Flask, act: Act, people: Sequence[object]) -> list[str]:
    """What each of the people gets, in an application context of their own."""
    return [_acted(app, act, person) for person in people]


def _in_threads(app: Flask, shares: list[_Race]) -> Counter[str]:
    meeting = Meeting.of_threads()
    with ThreadPoolExecutor(len(shares)) as threads:
        going = [threads.submit(_run, app, meeting, race) for race in shares]
        return Counter(word for thread in going for word in thread.result())


def _without_guard(app: Flask, meeting: Meeting, race: _Race) -> list[str]:
    with race.without():
        return _run(app, meeting, race)


def _run(app: Flask, meeting: Meeting, race: _Race) -> list[str]:
    """A race is run by each at their own pace once it has begun; a control turn by turn."""
    if race.without is nullcontext:
        meeting.gather(race.turns[0])
        return one_by_one(app, race.act, race.share)
    words = []
    for people, person in zip(race.turns, race.share, strict=False):
        with meeting.turn(people):
            words.append(_acted(app, race.act, person))
    return words


def _acted(app: Flask, act: Act, person: object) -> str:
    with app.app_context():
        try:
            return act(person)
        except Refusal as refusal:
            return type(refusal).__name__
        except SQLAlchemyError as fault:
            return f"fault: {type(fault).__name__}"
        finally:
            end_reading()
