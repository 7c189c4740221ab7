"""Many people at once: threads of one process, or processes of their own, all let go at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import Enum
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal import create_app
from portal.models.database import db, end_reading
from portal.rules.sentences import Refusal
from tests.databases import settings_for
from tests.processes import processes

Act = Callable[[Any], str]
Gap = Callable[[], AbstractContextManager[object]]

THREADS_AT_ONCE = 16
PROCESSES_AT_ONCE = 6
PATIENCE_SECONDS = 180


class Crowd(Enum):
    """How the people are kept apart."""

    THREADS = "threads"
    PROCESSES = "processes"


def all_at_once(
    crowd: Crowd, app: Flask, act: Act, people: Sequence[object], *, without: Gap = nullcontext
) -> Counter[str]:
    """Let everyone act at the same moment; counts what each got: the act's own word, the refusal's name, or
    "fault: …" for what should never happen.

    ``without`` takes a guard away for as long as it lasts, where the people are.
    """
    end_reading()
    db.engine.dispose()
    shares = _shares(people, THREADS_AT_ONCE if crowd is Crowd.THREADS else PROCESSES_AT_ONCE)
    if crowd is Crowd.THREADS:
        with without():
            return _in_threads(app, act, shares)
    return _in_processes(app.config["SQLALCHEMY_DATABASE_URI"], act, shares, without)


def one_by_one(app: Flask, act: Act, people: Sequence[object]) -> list[str]:
    """What each of the people gets, in an application context of their own."""
    return [_acted(app, act, person) for person in people]


def _shares(people: Sequence[object], most: int) -> list[Sequence[object]]:
    """The people dealt out like cards: neighbours act at the same moment."""
    return [people[start::most] for start in range(min(most, len(people)))]


def _in_threads(app: Flask, act: Act, shares: list[Sequence[object]]) -> Counter[str]:
    start = threading.Barrier(len(shares))

    def go(share: Sequence[object]) -> list[str]:
        start.wait(PATIENCE_SECONDS)
        return one_by_one(app, act, share)

    with ThreadPoolExecutor(len(shares)) as threads:
        return Counter(word for words in threads.map(go, shares) for word in words)


def _in_processes(url: str, act: Act, shares: list[Sequence[object]], without: Gap) -> Counter[str]:
    start = processes.Barrier(len(shares))
    pipes = [processes.Pipe(duplex=False) for _ in shares]
    crowd = [
        processes.Process(target=_be_one_of_them, args=(url, act, share, without, start, tell), daemon=True)
        for share, (_, tell) in zip(shares, pipes, strict=True)
    ]
    for process in crowd:
        process.start()
    for _, tell in pipes:
        tell.close()  # so that a process that dies is heard to
    words: Counter[str] = Counter()
    for hear, _ in pipes:
        assert hear.poll(PATIENCE_SECONDS), "a process never came back"
        words.update(hear.recv())
        hear.close()
    for process in crowd:
        process.join()
    return words


def _be_one_of_them(url: str, act: Act, share: Sequence[object], without: Gap, start: Any, tell: Any) -> None:
    """A process of the crowd: a portal of its own on the same database."""
    app = create_app(settings_for(url))
    with _warmed_up(app), without():
        start.wait(PATIENCE_SECONDS)
        words = one_by_one(app, act, share)
    tell.send(words)
    tell.close()


@contextmanager
def _warmed_up(app: Flask) -> Iterator[None]:
    """Its first connection is open before the start, and closed at the end."""
    with app.app_context():
        db.session.connection()
        end_reading()
        yield
        end_reading()
        db.engine.dispose()


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
