"""The databases that are measured: a new SQLite file, and a throw-away PostgreSQL that waits for its disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from e2e.postgres import Cluster

NAMES = ("SQLite", "PostgreSQL")


@contextmanager
def a_database(name: str, folder: Path) -> Iterator[str]:
    """The address of an empty database, for as long as the block lasts."""
    if name == "SQLite":
        yield f"sqlite:///{folder / 'portal.sqlite'}"
        return
    with Cluster(durable=True) as cluster:
        yield cluster.url()
