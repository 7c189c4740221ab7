"""The database: one metadata, keys that name their business, instants in UTC, and the transactions that
doors open.

SQLite and PostgreSQL behave alike here: what writes begins by taking the write lock (``BEGIN IMMEDIATE`` on
SQLite, row locks on PostgreSQL), and what reads never waits for it.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum as PythonEnum
from typing import Any, cast
from uuid import UUID

import uuid_utils.compat
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    CheckConstraint,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    Table,
    UpdateBase,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from portal.models.write_turns import turn_to_write

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the portal."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"expire_on_commit": False, "autoflush": False},
)


def new_id() -> UUID:
    """A UUIDv7: made by the application, ordered by time, so that rows of one moment lie together (B1)."""
    return uuid_utils.compat.uuid7()


class Instant(TypeDecorator[datetime]):
    """A moment in UTC (T1): aware in Python, ``timestamptz`` on PostgreSQL, UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; hand over UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs its zone.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def choice_of(enum: type[PythonEnum]) -> Enum:
    """A column that holds one of an enum's values as text, and that the database checks."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=20,
        name=enum.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class OfBusiness:
    """A row of one business: with its key (``business_id``, ``id``) none refers into another (B1)."""

    business_id: Mapped[UUID] = mapped_column(ForeignKey("business.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


def table_of(model: type[Base]) -> Table:
    """A mapped class's table: for prebuilt statements that go past the ORM, which would be half of their
    time.
    """
    return cast("Table", model.__table__)


def refers(column: str, table: str) -> ForeignKeyConstraint:
    """A reference within the same business, kept by the database (B1)."""
    return ForeignKeyConstraint(["business_id", column], [f"{table}.business_id", f"{table}.id"])


def check(name: str, rule: str) -> CheckConstraint:
    """A rule that the database keeps, under a name that a person can read."""
    return CheckConstraint(rule, name=name)


@contextmanager
def transaction() -> Iterator[None]:
    """One write transaction: opened by a door, committed when the block ends, rolled back when it raises.

    Operations never call this, and it does not nest. What was read before is let go of first, so that
    nothing stale is written back and SQLite can take the write lock at the start.
    """
    session = db.session
    if session.info.get("writing"):
        raise RuntimeError("Transactions do not nest: operations never open one.")
    session.close()
    session.info["writing"] = True
    with turn_to_write(db.engine.url):
        try:
            session.connection(execution_options={"writes": True})
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info["writing"] = False
            session.close()


def read(statement: Executable, parameters: Mapping[str, object] | None = None) -> CursorResult[Any]:
    """Carry out a prebuilt statement about tables, past the ORM: its session would be a sixth of the time."""
    return db.session.connection().execute(statement, parameters)


def insert_if_absent(model: type[Base], **values: object) -> bool:
    """Insert a row unless one with the same unique key is there; says whether it was inserted."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    insertion = dialect.insert(model).values(**values).on_conflict_do_nothing()
    # or psycopg's count is forgotten before it can be asked for
    return rows_changed(insertion.execution_options(preserve_rowcount=True)) > 0


def rows_changed(statement: UpdateBase, parameters: Mapping[str, object] | None = None) -> int:
    """Carry out an insert, update or delete, and say how many rows it touched."""
    return cast("CursorResult[Any]", db.session.execute(statement, parameters)).rowcount


def end_reading() -> None:
    """Let go of the reading transaction, before a call to the outside or a wait (M3)."""
    db.session.close()


def engine_options(url: str) -> dict[str, Any]:
    """How to connect: the driver's own transactions are off on SQLite; no server-side prepared statements on
    PostgreSQL, so that PgBouncer may stand between (DESIGN §3).
    """
    if make_url(url).get_backend_name() == "sqlite":
        return {
            "hide_parameters": True,
            "connect_args": {"isolation_level": None, "timeout": 30, "check_same_thread": False},
        }
    return {
        "hide_parameters": True,  # what people typed is in no error's words, and so in no log
        "connect_args": {"prepare_threshold": None, "connect_timeout": 10},
        "pool_size": 8,
        "max_overflow": 8,
        "pool_pre_ping": False,
        "pool_recycle": 1800,
    }


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL, full durability, foreign keys on, and patience instead of "database is locked"."""
    if isinstance(connection, sqlite3.Connection):
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Begin by name on SQLite: with the write lock for what writes, without it for what reads."""
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
