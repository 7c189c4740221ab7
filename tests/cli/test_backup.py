"""``flask backup`` copies an SQLite database that is written to; ``flask restore`` puts it back with care."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from portal.gateways.sqlite_copies import look_through
from portal.models.database import db, end_reading
from portal.models.people import Customer
from tests.cli.commands import run
from tests.databases import another_portal, settings_for
from tests.soundness import assert_sound
from tests.studio import a_booking, a_business, a_class, a_customer, a_pass_of


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a database of its own, so that nobody else has it open."""
    with another_portal(settings_for(f"sqlite:///{tmp_path}/portal.sqlite")) as portal:
        assert portal.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    return tmp_path


def _customers() -> int:
    count = db.session.query(Customer).count()
    end_reading()
    return count


def _a_studio_at_work() -> None:
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada)
    a_booking(ada, a_class(studio))


def test_a_copy_is_of_one_instant_while_somebody_is_writing(home: Path) -> None:
    with another_portal(settings_for(f"sqlite:///{home}/portal.sqlite")) as portal, portal.app_context():
        _a_studio_at_work()
        with closing(sqlite3.connect(home / "portal.sqlite", isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("DELETE FROM audit_entry")
            told = run(portal, "backup", str(home / "copies"))
            writer.execute("ROLLBACK")
    assert told.exit_code == 0, told.output
    (copy,) = (home / "copies").iterdir()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert look_through(copy).last_written


def test_what_is_restored_is_what_was_copied_and_what_was_there_is_kept(home: Path) -> None:
    with another_portal(settings_for(f"sqlite:///{home}/portal.sqlite")) as portal, portal.app_context():
        _a_studio_at_work()
        run(portal, "backup", str(home / "copies"))
        (copy,) = (home / "copies").iterdir()
        a_customer(a_business())
        refused = run(portal, "restore", str(copy))
        assert refused.exit_code == 1
        assert "There is a database with a studio in it" in refused.output
        assert _customers() == 2
        told = run(portal, "restore", "--replace", str(copy))
        assert told.exit_code == 0, told.output
        assert "Every invariant holds." in told.output
        assert _customers() == 1
        assert_sound()
        end_reading()
    (aside,) = home.glob("portal.sqlite.before-*")
    with closing(sqlite3.connect(aside)) as before:
        assert before.execute("SELECT count(*) FROM customer").fetchone() == (2,)


def test_a_database_in_use_is_not_replaced(home: Path) -> None:
    with another_portal(settings_for(f"sqlite:///{home}/portal.sqlite")) as portal, portal.app_context():
        _a_studio_at_work()
        run(portal, "backup", str(home / "copies"))
        (copy,) = (home / "copies").iterdir()
        with closing(sqlite3.connect(home / "portal.sqlite")) as web_server:
            web_server.execute("SELECT count(*) FROM customer").fetchone()
            told = run(portal, "restore", "--replace", str(copy))
        assert told.exit_code == 1
        assert "is in use: stop the web server and the worker first" in told.output
        assert _customers() == 1
    assert list(home.glob("portal.sqlite.before-*")) == []


def test_a_copy_that_is_damaged_or_of_an_unknown_version_is_refused(home: Path) -> None:
    with another_portal(settings_for(f"sqlite:///{home}/portal.sqlite")) as portal, portal.app_context():
        a_business()
        run(portal, "backup", str(home / "copies"))
        (copy,) = (home / "copies").iterdir()
        with closing(sqlite3.connect(copy, isolation_level=None)) as later:
            later.execute("UPDATE alembic_version SET version_num = '9999'")
        assert (
            "of migration 9999, which this version" in run(portal, "restore", "--replace", str(copy)).output
        )
        copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
        assert run(portal, "restore", "--replace", str(copy)).exit_code == 1
        copy.write_text("no database")
        assert "is no database of the portal" in run(portal, "restore", "--replace", str(copy)).output


def test_only_the_newest_copies_are_kept(home: Path) -> None:
    copies = home / "copies"
    copies.mkdir()
    for day in (1, 2, 3):
        (copies / f"punchcard-2026010{day}T000000Z.sqlite").touch()
    (copies / "mine.sqlite").touch()
    with another_portal(settings_for(f"sqlite:///{home}/portal.sqlite")) as portal, portal.app_context():
        run(portal, "backup", str(copies), "--keep", "2")
    names = sorted(file.name for file in copies.iterdir())
    assert names[0:2] == ["mine.sqlite", "punchcard-20260103T000000Z.sqlite"]
    assert len(names) == 3


def test_postgresql_is_sent_to_its_own_tools(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        return
    told = run(app, "backup", "anywhere")
    assert told.exit_code == 1
    assert "deploy/backup-postgresql" in told.output
