"""Do the migrations lead to what the models say? Asked of an empty database of each kind.

Alembic compares tables, columns, keys and indexes; the checks and the conditions of indexes, which it passes
over, are compared here with those of a database that is made from the models at once.
"""

import tempfile
from contextlib import closing
from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import inspect

from e2e.postgres import Cluster
from portal import create_app
from portal.models.database import db
from portal.settings import Settings

Rules = set[tuple[str, str, str]]


def portal_on(url: str) -> Flask:
    """The portal on a database, for its migrations."""
    return create_app(
        Settings(
            database_url=url,
            secret_key="a key for migrations, long enough",
            stripe_secret_key="sk_test_x",
            stripe_webhook_secret="whsec_x",
        )
    )


def check(migrated: str, made_at_once: str) -> None:
    """Migrate one empty database, make another from the models, and stop with words where they differ."""
    with portal_on(migrated).app_context():
        flask_migrate.upgrade()
        flask_migrate.check()
        led_to = rules_there()
    with portal_on(made_at_once).app_context():
        db.create_all()
        wanted = rules_there()
    if led_to != wanted:
        lacking, left = sorted(wanted - led_to), sorted(led_to - wanted)
        raise SystemExit(f"The migrations lead to other rules.\nLacking: {lacking}\nLeft over: {left}")


def rules_there() -> Rules:
    """Every check of the database at hand, and every index condition, each as table, name and rule."""
    with closing(db.engine.connect()) as connection:
        inspector = inspect(connection)
        tables = inspector.get_table_names()
        found = {
            (table, str(check["name"]), plain(check["sqltext"]))
            for table in tables
            for check in inspector.get_check_constraints(table)
        }
        found |= {
            (table, str(index["name"]), plain(str(condition)))
            for table in tables
            for index in inspector.get_indexes(table)
            for option, condition in index.get("dialect_options", {}).items()
            if option.endswith("_where")
        }
    db.engine.dispose()
    return found


def plain(rule: str) -> str:
    """A rule as it reads whatever the database made of its spacing and brackets."""
    return "".join(letter for letter in rule if letter not in " \n\t()")


def main() -> None:
    """Check both kinds."""
    with tempfile.TemporaryDirectory() as folder:
        check(*(f"sqlite:///{Path(folder) / name}.sqlite" for name in ("migrated", "made")))
    with Cluster() as cluster:
        check(cluster.url(), cluster.url("template1"))  # the two databases that a new cluster has
    print("The migrations lead to what the models say, on SQLite and on PostgreSQL.")


if __name__ == "__main__":
    main()
