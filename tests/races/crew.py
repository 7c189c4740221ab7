"""Processes with a portal of their own on one database, which stay from race to race.

To start a process and to make its portal takes longer than most races; what it does there is the same the
second time. Between two races they hold no lock, no transaction and nothing that they read.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from portal import create_app
from portal.models.database import db, end_reading
from tests.databases import settings_for
from tests.processes import processes
from tests.races.meeting import CROWD_PATIENCE_SECONDS, Meeting

Task = Callable[[Flask, Meeting, Any], list[str]]
"""What one of the crew does, told what is its own of it: a word for each act."""


class CrewError(AssertionError):
    """One of the crew met with what should never happen, told in full, or died."""


class Crew:
    """The processes on a database."""

    def __init__(self, url: str, size: int) -> None:
        self._meeting = Meeting.of_processes()
        self._lines: list[Any] = []
        self._members: list[Any] = []
        for _ in range(size):
            ours, theirs = processes.Pipe()
            member = processes.Process(target=_stay, args=(url, self._meeting, theirs), daemon=True)
            member.start()
            theirs.close()  # so that a process that dies is heard to
            self._lines.append(ours)
            self._members.append(member)

    def do(self, task: Task, shares: Sequence[object]) -> Counter[str]:
        """Let one of them do each share, all at once; their words together. Raises CrewError."""
        self._meeting.open()
        busy = self._lines[: len(shares)]
        for line, share in zip(busy, shares, strict=True):
            line.send((task, share))
        answers = [_answer(line) for line in busy]
        faults = [fault for _, fault in answers if fault]
        if faults:
            raise CrewError("\n".join(faults))
        return Counter(word for words, _ in answers for word in words)

    def leave(self) -> None:
        """Let them go, whatever they are doing."""
        for line in self._lines:
            line.close()
        for member in self._members:
            member.terminate()
            member.join()


_CREWS: dict[str, Crew] = {}
"""Who stays, by the address of the database."""


def do_in_processes(url: str, task: Task, shares: Sequence[object], *, size: int) -> Counter[str]:
    """Let the crew on a database do something. One that failed is not asked again."""
    crew = _CREWS.get(url) or _CREWS.setdefault(url, Crew(url, size))
    try:
        return crew.do(task, shares)
    except BaseException:
        _CREWS.pop(url).leave()
        raise


def let_crews_go() -> None:
    """End every process that stayed."""
    while _CREWS:
        _CREWS.popitem()[1].leave()


def _answer(line: Any) -> tuple[list[str], str]:
    """The words of one of them, and what went wrong there, if anything did."""
    if not line.poll(CROWD_PATIENCE_SECONDS):
        raise CrewError("A process never came back.")
    try:
        words, fault = line.recv()
    except EOFError:
        return [], "A process died."
    return words, fault


def _stay(url: str, meeting: Meeting, line: Any) -> None:
    """A process of the crew: does what it is told until nobody tells it any more."""
    app = create_app(settings_for(url))
    while True:
        try:
            task, share = line.recv()
        except EOFError:
            return
        try:
            _open_a_connection(app)
            answer = (task(app, meeting, share), "")
        except BaseException:  # noqa: BLE001  whoever asked is told
            answer = ([], traceback.format_exc())
        line.send(answer)


def _open_a_connection(app: Flask) -> None:
    """Before the start, or whoever has one already would be first."""
    with app.app_context():
        db.session.connection()
        end_reading()
