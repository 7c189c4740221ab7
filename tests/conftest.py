"""What every test may ask for: a migrated database of either kind, empty, and the portal on it.

A test that asks for ``database``, ``site`` or ``app`` runs twice, on SQLite and on PostgreSQL. ``app`` is the
portal within an application context, for operations; ``site`` is the portal without one, for doors that open
their own.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

from tests.databases import BACKENDS, Database, database_for

RUN = "PUNCHCARD_TEST_RUN"
PREFIX = "punchcard-tests-"
MEMORY = Path("/dev/shm")
ROOM_IN_MEMORY = 2 * 1024**3
LONGEST_FIRST = ("tests/stateful", "tests/races", "tests/crashes", "e2e/journeys", "tests/operations/demo")

settings.register_profile(
    "house",
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("quick", parent=settings.get_profile("house"), max_examples=15)
settings.register_profile("soak", parent=settings.get_profile("house"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def pytest_configure(config: pytest.Config) -> None:
    """Open this run's folder, in the process that workers come from; its end ends the PostgreSQL server."""
    if RUN in os.environ:
        return
    quick = _quick_folder()
    _remove_what_killed_runs_left(quick)
    folder = tempfile.TemporaryDirectory(prefix=PREFIX, dir=quick)
    wanted = (Path(folder.name) / "not-locked-yet").open("w")
    fcntl.flock(wanted, fcntl.LOCK_EX)
    Path(wanted.name).rename(Path(folder.name) / "wanted")
    os.environ[RUN] = folder.name
    config.add_cleanup(wanted.close)
    config.add_cleanup(folder.cleanup)
    config.add_cleanup(partial(os.environ.__delitem__, RUN))


def _quick_folder() -> Path:
    """Memory where there is room: SQLite waits for the disk at every commit, and tests commit a lot."""
    is_roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_IN_MEMORY
    return MEMORY if is_roomy else Path(tempfile.gettempdir())


def _remove_what_killed_runs_left(quick: Path) -> None:
    """Folders whose lock nobody holds: memory is too dear to keep them."""
    for lock in quick.glob(f"{PREFIX}*/wanted"):
        with suppress(OSError), lock.open() as wanted:
            fcntl.flock(wanted, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest (``slow``), so that no core waits for it at the end."""
    items.sort(key=_place_in_line)
    for item in items:
        if _place_in_line(item) < len(LONGEST_FIRST):
            item.add_marker(pytest.mark.slow)


def _place_in_line(item: pytest.Item) -> int:
    places = (place for place, folder in enumerate(LONGEST_FIRST) if item.nodeid.startswith(folder))
    return next(places, len(LONGEST_FIRST))


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """Where this run keeps what its workers share."""
    return Path(os.environ[RUN])


@pytest.fixture(params=[pytest.param(name, marks=getattr(pytest.mark, name)) for name in BACKENDS])
def database(request: pytest.FixtureRequest, run_folder: Path) -> Database:
    """A migrated, empty database: this test runs on each kind."""
    fresh = database_for(request.param, run_folder)
    fresh.empty()
    return fresh


@pytest.fixture
def site(database: Database) -> Flask:
    """The portal on this test's database; nobody is in it yet."""
    return database.portal()


@pytest.fixture
def app(site: Flask) -> Iterator[Flask]:
    """The portal within an application context: operations can be called."""
    with site.app_context():
        yield site
