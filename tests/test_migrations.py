"""A studio's books go through every migration whole: what was there before is there after, and is sound."""

from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import Engine, MetaData, create_engine, func, insert, select, text

from e2e.postgres import share, url_of
from portal.jobs.tidying import list_clients
from portal.models.client_search import clients_found
from portal.models.database import db, end_reading, new_id
from portal.models.people import Customer
from tests.databases import another_portal, settings_for
from tests.soundness import assert_sound
from tests.studio import a_basket, a_booking, a_business, a_class, a_code, a_customer, a_pass_of

FIRST = "0001"
WORDS_ALONE = "0005"


def test_the_books_of_the_first_tables_are_whole_at_the_last(
    app: Flask, run_folder: Path, tmp_path: Path
) -> None:
    _a_studio_at_work()
    with (
        another_portal(settings_for(_new_database(app, run_folder, tmp_path))) as older,
        older.app_context(),
    ):
        flask_migrate.upgrade(revision=FIRST)
        then = MetaData()
        then.reflect(db.engine)
        there = _copy(app, db.engine, then)
        flask_migrate.upgrade()
        assert _counts(db.engine, then) == there
        assert sum(there.values()) > 20
        assert list_clients() == there["customer"]
        assert_sound()


def test_clients_are_found_by_the_same_words_after_all_words_stand_beside_each(
    app: Flask, run_folder: Path, tmp_path: Path
) -> None:
    _a_studio_at_work()
    _somebody_with_a_name_that_fills_a_book()
    with (
        another_portal(settings_for(_new_database(app, run_folder, tmp_path))) as older,
        older.app_context(),
    ):
        flask_migrate.upgrade(revision=WORDS_ALONE)
        then = MetaData()
        then.reflect(db.engine)
        there = _copy(app, db.engine, then)
        flask_migrate.upgrade()
        assert list_clients() == 1, "the long line is left to the worker"
        assert _counts(db.engine, then) == there
        assert there["customer_word"] > 10
        assert_sound()
        business_id = db.session.scalars(select(Customer.business_id)).first()
        assert business_id
        assert [found.name for found in clients_found(business_id, "par exam ada", most=9)] == ["Ada Park"]
        end_reading()
        flask_migrate.downgrade(revision=WORDS_ALONE)
        assert _counts(db.engine, then) == there


def _somebody_with_a_name_that_fills_a_book() -> None:
    a_customer(a_business(), " ".join(2 * chr(0xFDFA) + letter for letter in "abcdefghijklmnopqrstuvwxyz"))


def _a_studio_at_work() -> None:
    """A pass, a code, a booking by pass, one by card, and a basket that is still being filled."""
    studio = a_business()
    ada = a_customer(studio)
    yoga = a_class(studio)
    a_pass_of(ada)
    a_code(studio)
    a_booking(ada, yoga)
    a_booking(studio, yoga)
    a_basket(ada, yoga)
    end_reading()


def _new_database(app: Flask, run_folder: Path, tmp_path: Path) -> str:
    """A database of the same kind that has no table yet."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            return f"sqlite:///{tmp_path}/older.sqlite"
    cluster = share(run_folder / "postgres", wanted=run_folder / "wanted")
    name = f"older_{new_id().hex}"
    server = create_engine(url_of(cluster, "postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    server.dispose()
    return url_of(cluster, name)


def _copy(app: Flask, into: Engine, then: MetaData) -> dict[str, int]:
    """Copy all rows, with the columns that there were then; how many of each table."""
    now = MetaData()
    with app.app_context():
        source = db.engine
        now.reflect(source)
        with source.connect() as reading, into.execution_options(writes=True).begin() as writing:
            for table in then.sorted_tables:
                columns = [now.tables[table.name].c[column.name] for column in table.c]
                rows = [dict(row) for row in reading.execute(select(*columns)).mappings()]
                if rows and table.name != "alembic_version":
                    writing.execute(insert(table), rows)
    return _counts(into, then)


def _counts(engine: Engine, then: MetaData) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in then.sorted_tables
        }
