"""Copies of an SQLite database: taken while the studio is open, and put back whole or not at all."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NAMED = "punchcard-%Y%m%dT%H%M%SZ.sqlite"
PATTERN = "punchcard-????????T??????Z.sqlite"
HALF_MADE = ".part"
COMPANIONS = ("-wal", "-shm")


class UnfitCopy(Exception):  # noqa: N818  it reads as what was found
    """That file cannot be used; the message says why, for whoever runs the portal."""


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What a database file says about itself: its migration, and when it was last written to by somebody."""

    revision: str
    businesses: int
    last_written: str


def take_copy(database: Path, folder: Path, *, now: datetime) -> Path:
    """A copy named after its moment: of one instant, whoever writes then (SQLite's online backup), looked
    over, on the disk for good, and under its name only then. Only its owner may read it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / now.astimezone(UTC).strftime(NAMED)
    with _half_made(copy) as part:
        copy_into(database, part)
        look_through(part)
    return copy


def copy_into(database: Path, part: Path) -> None:
    """One step, so that it is of one instant: with WAL, writers need not wait for a reader."""
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with closing(_read_only(database)) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
    _sync(part)


def look_through(file: Path) -> CopyFacts:
    """What it says about itself; raises UnfitCopy where it is no whole database of the portal."""
    try:
        with closing(_read_only(file)) as found:
            damage = [row[0] for row in found.execute("PRAGMA integrity_check(3)")]
            if damage != ["ok"]:
                raise UnfitCopy(f"{file} is damaged: {'; '.join(damage)}")
            if stray := found.execute("PRAGMA foreign_key_check").fetchmany(3):
                raise UnfitCopy(f"{file} has rows that refer to nothing, in {stray[0][0]}.")
            return facts_of(found)
    except sqlite3.DatabaseError as error:
        raise UnfitCopy(f"{file} is no database of the portal: {error}.") from error


def facts_of(found: sqlite3.Connection) -> CopyFacts:
    """What an open database says about itself."""
    (revision,) = found.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    (businesses,) = found.execute("SELECT count(*) FROM business").fetchone()
    (last_written,) = found.execute("SELECT max(at) FROM audit_entry").fetchone()
    return CopyFacts(revision, businesses, last_written or "")


def forget_older_copies(folder: Path, *, keep: int) -> tuple[Path, ...]:
    """Delete all copies in a folder but the newest so many; which."""
    gone = tuple(sorted(folder.glob(PATTERN), reverse=True)[keep:])
    for copy in gone:
        copy.unlink()
    return gone


@contextmanager
def set_aside(database: Path, *, now: datetime) -> Iterator[Path | None]:
    """Hold the turn to write and take the database out of the way while the block puts another in its place.

    Raises UnfitCopy where somebody has it open. What was there is kept beside it, and is back if the block
    raises; None where nothing was there.
    """
    aside = database.with_name(f"{database.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    with Path(f"{database}-turn").open("wb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not database.exists():
            yield None
            return
        _make_one_file(database)
        os.link(database, aside)
        try:
            yield aside
        except BaseException:
            aside.replace(database)
            raise


def put_in_place(copy: Path, database: Path) -> None:
    """Put a copy where the database belongs, whole: the copy itself stays."""
    with _half_made(database) as part:
        copy_into(copy, part)


@contextmanager
def _half_made(file: Path) -> Iterator[Path]:
    part = file.with_name(file.name + HALF_MADE)
    try:
        yield part
        part.replace(file)
        _sync(file.parent)
    finally:
        for left in (part, *(Path(f"{part}{companion}") for companion in (*COMPANIONS, "-journal"))):
            left.unlink(missing_ok=True)


def _make_one_file(database: Path) -> None:
    """Fold the write-ahead log into it, which SQLite does only for who has it alone."""
    try:
        with closing(sqlite3.connect(database, timeout=1)) as alone:
            alone.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise UnfitCopy(
            f"{database} is in use: stop the web server and the worker first, and start them afterwards."
        ) from error


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
