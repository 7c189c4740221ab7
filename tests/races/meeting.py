"""Where people who act at once wait for each other, so that a control goes wrong at its first try.

Without its guard a race goes wrong where two people have read before either has written. A control leaves
that neither to luck nor to a pause: what it puts in the guard's place calls ``meet`` between the reading and
the writing, and there everybody waits until all who act at this moment wait too, or have ended their act.
Whoever meets twice goes last: by then the others have done what they do.

What keeps somebody from coming, a guard that is there after all, ends the wait after ``PATIENCE_SECONDS``,
and nobody of this crowd waits again: such a control fails, and does not hang.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ctypes import Structure, addressof, c_int, memset, sizeof
from multiprocessing import synchronize
from typing import Self

from tests.processes import processes

PATIENCE_SECONDS = 120
"""Long enough for a very busy machine: it is waited for only where somebody cannot come."""
CROWD_PATIENCE_SECONDS = 600
"""How long to wait for those who are still at their act before."""


class _Counts(Structure):
    """What a crowd knows of itself, in memory that its processes share."""

    _fields_ = tuple(
        (name, c_int) for name in ("gathered", "turn", "acting", "waiting", "meetings", "over", "failed")
    )
    gathered: int
    turn: int
    acting: int
    waiting: int
    meetings: int
    over: int
    failed: int


class NobodyCameError(AssertionError):
    """The others of the crowd have not ended their acts, or one of them failed in a way that none should."""


class Meeting:
    """The turns that a crowd takes, and where it meets within one."""

    def __init__(self, news: threading.Condition | synchronize.Condition, counts: _Counts) -> None:
        self._news = news
        self._counts = counts

    @classmethod
    def of_threads(cls) -> Self:
        """For people who are threads of this process."""
        return cls(threading.Condition(), _Counts())

    @classmethod
    def of_processes(cls) -> Self:
        """For people who are processes: to be handed over as they start."""
        return cls(processes.Condition(), processes.RawValue(_Counts))

    def open(self) -> None:
        """Forget who came before; nobody is there yet."""
        with self._news:
            memset(addressof(self._counts), 0, sizeof(self._counts))

    def gather(self, people: int) -> None:
        """Wait until so many are here, and all who acted before have ended their act; raises
        NobodyCameError.
        """
        with self._news:
            turn = self._counts.turn
            self._counts.gathered += 1
            self._news.wait_for(lambda: self._has_begun(turn, people), CROWD_PATIENCE_SECONDS)
            if self._counts.turn == turn:
                raise NobodyCameError

    @contextmanager
    def turn(self, people: int) -> Iterator[None]:
        """One act, which as many as ``people`` begin together; within it ``meet`` waits for them."""
        self.gather(people)
        mine = _mine.set(self)
        try:
            yield
        except BaseException:
            self._counts.failed = 1
            raise
        finally:
            _mine.reset(mine)
            self._end_act()

    def wait(self) -> int:
        """Wait until all who act wait here too, or have ended their act; how many came before."""
        with self._news:
            if self._counts.over:
                return 0
            meeting, before = self._counts.meetings, self._counts.waiting
            self._counts.waiting += 1
            self._go_on_if_all_are_here()
            met = self._news.wait_for(lambda: self._counts.meetings != meeting, PATIENCE_SECONDS)
            if not met:
                self._counts.over = 1
                self._go_on()
            return before

    def _has_begun(self, turn: int, people: int) -> bool:
        if self._counts.turn == turn and self._counts.gathered == people and not self._counts.acting:
            self._counts.gathered, self._counts.waiting, self._counts.acting = 0, 0, people
            self._counts.turn += 1
            self._news.notify_all()
        return self._counts.turn != turn or self._counts.failed > 0

    def _end_act(self) -> None:
        with self._news:
            self._counts.acting -= 1
            self._go_on_if_all_are_here()
            self._news.notify_all()

    def _go_on_if_all_are_here(self) -> None:
        if self._counts.waiting and self._counts.waiting >= self._counts.acting:
            self._go_on()

    def _go_on(self) -> None:
        self._counts.waiting = 0
        self._counts.meetings += 1
        self._news.notify_all()


_mine: ContextVar[Meeting | None] = ContextVar("the meeting of whoever acts here", default=None)


def meet() -> int:
    """Wait for everybody who acts at this moment; how many came before. Whoever acts alone goes on."""
    meeting = _mine.get()
    return 0 if meeting is None else meeting.wait()
