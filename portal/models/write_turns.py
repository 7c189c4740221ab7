"""A queue at SQLite's door: whoever writes waits for their turn, and is woken when it comes.

SQLite lets one write at a time, and its own way to wait is to sleep and look again, longer each time: with
eight at once some slept for seconds beside a free lock (decision 0012). A lock on a file beside the database
is handed on by the system, across threads and processes, and let go of when a process dies.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL


@contextmanager
def turn_to_write(url: URL) -> Iterator[None]:
    """Hold the turn for as long as the block lasts; PostgreSQL has row locks and needs none."""
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    with Path(f"{url.database}-turn").open("wb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
