"""What must always be true of the database, and what was found when it was asked."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, FromClause, Row, Select, func, inspect, select
from sqlalchemy.orm import DeclarativeBase

MOST_OFFENDERS_NAMED = 5

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant as it was found: how many rows were checked, how many are broken, the first by name."""

    name: str
    checked: int
    broken: int
    offenders: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken

    def __str__(self) -> str:
        return f"{self.name}: {self.broken} of {self.checked} broken: {'; '.join(self.offenders)}"


def each_in_words(rows: Iterable[AnyRow]) -> Iterator[str]:
    """Every row is an offender: "class_session 01a2…: kept 8, tickets 7", its first column naming it."""
    for row in rows:
        (what, identity), *figures = row._mapping.items()  # noqa: SLF001  Row's accessor for named columns
        told = ", ".join(f"{name} {'none' if figure is None else figure}" for name, figure in figures)
        yield f"{what} {identity}: {told}" if told else f"{what} {identity}"


@dataclass(frozen=True, slots=True)
class Invariant:
    """A fact about rows. ``checked`` counts them; ``suspects`` selects those that break it.

    Where SQL cannot say it alike on both databases, ``offenders`` picks them from the suspects.
    """

    name: str
    checked: AnySelect
    suspects: AnySelect
    offenders: Callable[[Iterable[AnyRow]], Iterator[str]] = each_in_words

    def recompute(self, connection: Connection) -> Finding:
        """Ask the database, in two statements whatever its size."""
        checked = int(connection.execute(self.checked).scalar_one())
        broken = self.offenders(connection.execute(self.suspects))
        named = tuple(islice(broken, MOST_OFFENDERS_NAMED))
        return Finding(self.name, checked, len(named) + sum(1 for _ in broken), named)


def count_of(rows: type[DeclarativeBase] | FromClause, *conditions: Any) -> AnySelect:
    """How many rows there are of a table or a selection."""
    return select(func.count()).select_from(inspect(rows).selectable).where(*conditions)
