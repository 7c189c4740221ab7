"""What was measured, as tables: for the terminal, and for docs/benchmarks.md."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.speed import Speed
from bench.steps import Kind, Step
from bench.targets import MOST_FIRST_VISIT, TARGETS

MET, MISSED, AIM = "met", "MISSED", "aim met"

HEAD = ("", "requests/s", "p50 ms", "p95 ms", "of floor", "target", "", "SQL", "target", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """One step's figures."""

    step: Step
    speed: Speed
    statements: int

    @property
    def speed_verdict(self) -> str:
        """Met, its aim met, missed, or nothing where nothing is asked."""
        target = TARGETS[self.step.kind]
        if target.of_floor is None or target.aim is None:
            return ""
        if self.speed.of_floor >= target.aim:
            return AIM
        return MET if self.speed.of_floor >= target.of_floor else MISSED

    @property
    def statements_verdict(self) -> str:
        """Met or missed."""
        most = TARGETS[self.step.kind].statements
        return "" if most is None else MET if self.statements <= most else MISSED


@dataclass(frozen=True, slots=True)
class Visit:
    """A first visit to a page, in compressed bytes."""

    page: str
    bytes: int

    @property
    def verdict(self) -> str:
        """Met or missed."""
        return MET if self.bytes <= MOST_FIRST_VISIT else MISSED


@dataclass(frozen=True, slots=True)
class Result:
    """Everything about one database of one size."""

    database: str
    bookings: int
    floor: float
    figures: tuple[Figure, ...]
    visits: tuple[Visit, ...]

    @property
    def title(self) -> str:
        """Which it is."""
        return f"{self.database}, {self.bookings:,} bookings"

    @property
    def missed(self) -> list[str]:
        """What is missed, by name."""
        figures = [
            f"{figure.step.name} ({figure.speed.of_floor:.2f} of the floor, {figure.statements} statements)"
            for figure in self.figures
            if MISSED in (figure.speed_verdict, figure.statements_verdict)
        ]
        return figures + [f"first visit to {visit.page}" for visit in self.visits if visit.verdict == MISSED]


def grown(results: Sequence[Result]) -> list[str]:
    """Steps whose statements are not the same at every size of a database."""
    found = []
    for database in dict.fromkeys(result.database for result in results):
        sizes = [result for result in results if result.database == database]
        for figures in zip(*(result.figures for result in sizes), strict=True):
            counts = {figure.statements for figure in figures}
            if len(counts) > 1:
                found.append(f"{database}: {figures[0].step.name} takes {sorted(counts)} statements")
    return found


def rows_of(result: Result) -> Iterator[tuple[str, ...]]:
    """The table, a row a step."""
    for figure in result.figures:
        speed, target = figure.speed, TARGETS[figure.step.kind]
        yield (
            figure.step.name,
            f"{speed.requests_a_second:,.0f}",
            f"{speed.p50:.1f}",
            f"{speed.p95:.1f}",
            f"{speed.of_floor:.2f}",
            f"≥ {target.of_floor} ({target.aim})" if target.of_floor else "",
            figure.speed_verdict,
            str(figure.statements),
            f"≤ {target.statements}",
            figure.statements_verdict,
        )


def bookings_a_second(result: Result) -> Iterator[str]:
    """Whole bookings, in sentences."""
    for figure in result.figures:
        if figure.step.kind in {Kind.BY_PASS, Kind.BY_CARD}:
            yield f"{figure.step.name}: {figure.speed.p50:.0f} ms from the class's page to the booking's."


def visits_of(result: Result) -> str:
    """The first visits, in a sentence."""
    told = ", ".join(f"{visit.page} {visit.bytes / 1000:.1f} kB {visit.verdict}" for visit in result.visits)
    return f"First visit, compressed, styles and scripts included (≤ {MOST_FIRST_VISIT // 1000} kB): {told}."


def for_terminal(result: Result) -> str:
    """A table that stands in a terminal."""
    rows = [HEAD, *rows_of(result)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(_cell(row, column, widths) for column in range(len(HEAD))).rstrip() for row in rows]
    return "\n".join([f"{result.title}; floor {result.floor:,.0f} requests/s", *lines, visits_of(result)])


def _cell(row: Sequence[str], column: int, widths: Sequence[int]) -> str:
    words = column in {0, 5, 6, 8, 9}
    return row[column].ljust(widths[column]) if words else row[column].rjust(widths[column])


def for_page(result: Result) -> str:
    """The same in Markdown."""
    lines = [HEAD, tuple("--" for _ in HEAD), *rows_of(result)]
    table = ["| " + " | ".join(row) + " |" for row in lines]
    floor = f"The floor answered {result.floor:,.0f} requests a second."
    return "\n".join([f"## {result.title}", "", *table, "", floor, "", visits_of(result)])
