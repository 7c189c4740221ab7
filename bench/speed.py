"""How fast each step is, and what part of the floor: bursts on the floor and on the portal by turns."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, repeat
from statistics import median

from bench.load import Burst, Job, burst, milliseconds
from bench.steps import FOR_EVER, Step, seen
from bench.visitors import Visitor
from bench.wire import Wire


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to measure: ``rounds`` times ``seconds`` on each step, and ``floor_seconds`` before each.

    A burst ends sooner after ``most_jobs`` doings of what each visitor can do only so often.
    """

    rounds: int
    seconds: float
    floor_seconds: float
    most_jobs: int
    least_visitors: int = 10

    @property
    def most_in_all(self) -> int:
        """How often a step is done at most, warming up included."""
        return self.most_jobs * (self.rounds + 1)


QUICK = Pace(rounds=3, seconds=0.25, floor_seconds=0.1, most_jobs=24)
FULL = Pace(rounds=7, seconds=0.7, floor_seconds=0.3, most_jobs=120)


@dataclass(frozen=True, slots=True)
class Speed:
    """One step's speed: medians of the rounds; ``of_floor`` is the median of each round's own ratio."""

    requests_a_second: float
    p50: float
    p95: float
    of_floor: float
    floor: float


def speed_of(step: Step, visitors: list[Visitor], *, portal: int, floor: int, pace: Pace) -> Speed:
    """Measure a step at two ports by turns, once each side is warm."""
    jobs = jobs_of(step, visitors)
    most = FOR_EVER if step.times == FOR_EVER else pace.most_jobs
    burst(portal, islice(jobs, most), seconds=pace.seconds)
    rounds: list[tuple[Burst, Burst]] = []
    for _ in range(pace.rounds):
        below = floor_burst(floor, pace)
        rounds.append((below, burst(portal, islice(jobs, most), seconds=pace.seconds)))
    took = list(chain.from_iterable(above.seconds for _, above in rounds))
    return Speed(
        requests_a_second=median(above.requests_a_second for _, above in rounds),
        p50=milliseconds(took, 50),
        p95=milliseconds(took, 95),
        of_floor=median(above.requests_a_second / below.requests_a_second for below, above in rounds),
        floor=median(below.requests_a_second for below, _ in rounds),
    )


def floor_burst(port: int, pace: Pace) -> Burst:
    """The floor's page, again and again."""
    return burst(port, repeat(_see_floor), seconds=pace.floor_seconds)


def jobs_of(step: Step, visitors: list[Visitor]) -> Iterator[Job]:
    """Every visitor once, then every visitor again, as often as they can."""
    return (partial(_do, step, visitor) for _ in range(step.times) for visitor in visitors)


def _do(step: Step, visitor: Visitor, wire: Wire) -> None:
    step.act(wire, visitor)


def _see_floor(wire: Wire) -> None:
    seen(wire.get("/"))
