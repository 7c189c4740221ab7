"""What every test may ask for: a migrated database of either kind, empty, and the portal on it.

A test that asks for ``database``, ``site`` or ``app`` runs twice, on SQLite and on PostgreSQL. ``app`` is the portal
within an application context, for operations; ``site`` is the portal without one, for doors that open their own.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

from tests.databases import BACKENDS, Database, database_for

RUN = "PUNCHCARD_TEST_RUN"

settings.register_profile(
    "house",
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("soak", parent=settings.get_profile("house"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def pytest_configure(config: pytest.Config) -> None:
    """Open the folder of this run, in the process that all workers come from; its end ends the PostgreSQL server."""
    if RUN in os.environ:
        return
    folder = tempfile.TemporaryDirectory(prefix="punchcard-tests-")
    wanted = (Path(folder.name) / "wanted").open("w")
    fcntl.flock(wanted, fcntl.LOCK_EX)
    os.environ[RUN] = folder.name
    config.add_cleanup(wanted.close)
    config.add_cleanup(folder.cleanup)
    config.add_cleanup(lambda: os.environ.pop(RUN))


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
