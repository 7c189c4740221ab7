"""The two databases that everything is tested on, migrated once per worker and emptied for each test.

Emptying by DELETE takes 1 to 3 ms; TRUNCATE takes 60 on PostgreSQL, and a database from a template 60 to 120.
"""

import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from e2e.pgbouncer import bouncer_before
from e2e.postgres import share, url_of
from portal import create_app
from portal.models.database import db
from portal.settings import Settings

BACKENDS = ("sqlite", "postgresql")
WEBHOOK_SECRET = "whsec_of_the_tests"
BEHIND_PGBOUNCER = "PUNCHCARD_TEST_PGBOUNCER"
"""Set by ``make test-pgbouncer``: portals reach PostgreSQL through PgBouncer in transaction mode."""
NOWHERE = "http://127.0.0.1:9"


def settings_for(url: str, *, stripe_api_base: str = NOWHERE, clock_file: Path | None = None) -> Settings:
    """Settings for a portal on a database; Stripe is nowhere unless a stand-in is named."""
    return Settings(
        database_url=url,
        secret_key="a key for tests, long enough to be one",
        stripe_secret_key="sk_test_of_the_tests",
        stripe_webhook_secret=WEBHOOK_SECRET,
        stripe_api_base=stripe_api_base,
        clock_file=clock_file,
    )


@contextmanager
def another_portal(settings: Settings) -> Iterator[Flask]:
    """A portal of its own, for tests that need other settings; its connections are closed at the end."""
    portal = create_app(settings)
    yield portal
    close_connections(portal)


def close_connections(portal: Flask) -> None:
    """Close what a portal keeps open to its database: what is only forgotten warns whenever it is found."""
    with portal.app_context():
        db.session.remove()
        db.engine.dispose()


class Database(ABC):
    """One migrated database of this worker. ``backend`` is sqlite or postgresql."""

    backend: str
    url: str

    def __init__(self) -> None:
        self._portal: Flask | None = None

    @abstractmethod
    def empty(self) -> None:
        """Make it as it was when it was migrated."""

    def portal(self) -> Flask:
        """The portal on this database; the same one for every test, since its state is in the database."""
        if self._portal is None:
            self._portal = create_app(settings_for(self.url))
        return self._portal

    def let_go(self) -> None:
        """Close the portal's connections."""
        if self._portal is not None:
            close_connections(self._portal)


class SQLite(Database):
    """A file of this worker."""

    backend = "sqlite"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.file = folder / "portal.sqlite"
        self.url = f"sqlite:///{self.file}"
        migrate(self.url)
        self._deletions = "".join(f'DELETE FROM "{table.name}";' for table in db.metadata.sorted_tables)
        # one that stays: a new connection reads the whole schema first, which takes longer than the rest
        self._connection = sqlite3.connect(self.file, timeout=10, isolation_level=None)
        self._connection.execute("PRAGMA synchronous=OFF")

    def empty(self) -> None:
        """Delete every row at once; this connection does not check references."""
        self.let_go()
        self._connection.executescript(f"BEGIN IMMEDIATE; {self._deletions} COMMIT;")


class PostgreSQL(Database):
    """A database of this worker in the shared cluster."""

    backend = "postgresql"

    def __init__(self, cluster: Path, name: str) -> None:
        super().__init__()
        self.url = direct = url_of(cluster, name)
        server = create_engine(url_of(cluster, "postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        server.dispose()
        migrate(direct)
        self._engine: Engine = create_engine(direct)
        if os.environ.get(BEHIND_PGBOUNCER):
            self.url = bouncer_before(cluster).url(name)
        self._deletions = ";".join(f'DELETE FROM "{table.name}"' for table in db.metadata.sorted_tables)

    def empty(self) -> None:
        """Delete every row at once, without checking references."""
        self.let_go()
        with self._engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(self._deletions))


def migrate(url: str) -> None:
    """Bring a new database to where the migrations lead."""
    app = create_app(settings_for(url))
    with app.app_context():
        flask_migrate.upgrade()
    close_connections(app)


@cache
def database_for(backend: str, run_folder: Path) -> Database:
    """This worker's database of a kind, made when it is first asked for."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if backend == "postgresql":
        return PostgreSQL(share(run_folder / "postgres", wanted=run_folder / "wanted"), f"portal_{worker}")
    folder = run_folder / worker
    folder.mkdir()
    return SQLite(folder)
