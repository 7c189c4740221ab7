"""Load on a server: as many at once as there are connections, each asking again as soon as it is answered."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import quantiles
from threading import Lock

from bench.wire import Wire

CONNECTIONS = 8

Job = Callable[[Wire], None]


@dataclass(frozen=True, slots=True)
class Burst:
    """What came of some load: how many ``seconds`` each job took, within ``elapsed``; ``asked`` requests."""

    seconds: list[float]
    asked: int
    elapsed: float

    @property
    def requests_a_second(self) -> float:
        """How many requests were answered a second."""
        return self.asked / self.elapsed


class Queue:
    """Jobs that several threads take, one after another; there may be no end to them."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs = iter(jobs)
        self._turn = Lock()

    def next(self) -> Job | None:
        """The next job, or None where there is none left."""
        with self._turn:
            return next(self._jobs, None)


def burst(port: int, jobs: Iterable[Job], *, seconds: float) -> Burst:
    """Do jobs on a server for so many seconds, or until they run out; a job that has begun is finished."""
    queue = Queue(jobs)
    begin = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = list(pool.map(lambda _: _on_one_connection(port, queue, begin + seconds), range(CONNECTIONS)))
    return Burst(
        seconds=[took for part, _ in parts for took in part],
        asked=sum(asked for _, asked in parts),
        elapsed=time.perf_counter() - begin,
    )


def _on_one_connection(port: int, queue: Queue, deadline: float) -> tuple[list[float], int]:
    took: list[float] = []
    with Wire(port) as wire:
        while (began := time.perf_counter()) < deadline and (job := queue.next()):
            job(wire)
            took.append(time.perf_counter() - began)
        return took, wire.asked


def milliseconds(seconds: list[float], percent: int) -> float:
    """The time within which so many percent were done."""
    if len(seconds) == 1:
        return seconds[0] * 1000
    return quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1000
