"""How Alembic meets the portal: one engine, one metadata, types written out so that a migration never imports the house."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from portal.models.database import Instant, db


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own types as the plain ones that they are in the database."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def migrate_online() -> None:
    """Run the migrations in one write transaction; batches let SQLite alter its tables.

    SQLite alters a table by making it anew, which its references would forbid: they are not watched meanwhile,
    and looked through at the end.
    """
    current_app.logger.debug("Migrating %s", db.engine.dialect.name)
    with db.engine.connect().execution_options(writes=True) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            watch_references(connection, watched=False)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                refuse_broken_references(connection)
        connection.commit()
        if is_sqlite:
            watch_references(connection, watched=True)


def watch_references(connection: sa.Connection, *, watched: bool) -> None:
    """Tell SQLite whether to keep references; it listens only outside a transaction."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA foreign_keys={'ON' if watched else 'OFF'}")


def refuse_broken_references(connection: sa.Connection) -> None:
    """Stop, and keep nothing, where a migration left a row that refers to none."""
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"The migration would break {len(broken)} references: {broken[:5]}")


def migrate_offline() -> None:
    """Print the SQL instead of running it."""
    context.configure(
        dialect_name=sa.make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).get_backend_name(),
        target_metadata=db.metadata,
        literal_binds=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
