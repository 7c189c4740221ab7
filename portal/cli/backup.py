"""``flask backup`` and ``flask restore``: copies of an SQLite database."""

import sys
from pathlib import Path

import click
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import make_url

from portal.gateways.sqlite_copies import (
    CopyFacts,
    UnfitCopy,
    forget_older_copies,
    look_through,
    put_in_place,
    set_aside,
    take_copy,
)
from portal.models.database import db
from portal.operations.verification import broken_invariants
from portal.outside import outside

FOR_POSTGRESQL = (
    "This is for SQLite. For PostgreSQL there are deploy/backup-postgresql and deploy/restore-postgresql;"
    " see docs/deployment.md."
)


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), help="Delete all but the newest so many copies there.")
@with_appcontext
def backup_command(folder: Path, *, keep: int | None) -> None:
    """Copy the database into FOLDER while the studio is open: a file named after the moment."""
    database = _database_file()
    if not database.exists():
        raise click.ClickException(f"There is no database at {database}.")
    try:
        copy = take_copy(database, folder, now=outside().clock.now())
    except UnfitCopy as unfit:
        raise click.ClickException(str(unfit)) from unfit
    click.echo(f"{copy} ({copy.stat().st_size:,} bytes; whole and in order)")
    for gone in forget_older_copies(folder, keep=keep) if keep else ():
        click.echo(f"Deleted {gone}")


@click.command("restore")
@click.argument("copy", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Even where there is a database with a studio in it.")
@with_appcontext
def restore_command(copy: Path, *, replace: bool) -> None:
    """Put COPY, made by `flask backup`, where the database belongs; what was there is kept beside it.

    The web server and the worker must be stopped. Exit status 1 if what was put back is not in order.
    """
    database = _database_file()
    now = outside().clock.now()
    db.session.remove()
    db.engine.dispose()
    try:
        brought = look_through(copy)
        is_newest = _refuse_unknown_revision(brought)
        _refuse_to_overwrite(database, brought, replace=replace)
        with set_aside(database, now=now) as aside:
            put_in_place(copy, database)
    except UnfitCopy as unfit:
        raise click.ClickException(str(unfit)) from unfit
    click.echo(f"{copy} is now {database}.")
    if aside:
        click.echo(f"What was there before is {aside}.")
    if not is_newest:
        click.echo("It is of an earlier version: run flask db upgrade, then flask verify.")
        return
    broken = broken_invariants()
    click.echo("\n".join(map(str, broken)) if broken else "Every invariant holds.")
    sys.exit(1 if broken else 0)


def _database_file() -> Path:
    url = make_url(outside().settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise click.ClickException(FOR_POSTGRESQL)
    return Path(url.database)


def _refuse_unknown_revision(brought: CopyFacts) -> bool:
    """Whether it is of this version; raises UnfitCopy where it is of one that this version does not know."""
    migrations = ScriptDirectory(current_app.extensions["migrate"].directory)
    known = [script.revision for script in migrations.walk_revisions()]
    if brought.revision not in known:
        raise UnfitCopy(
            f"The copy is of migration {brought.revision or 'none'}, which this version of the portal does"
            f" not know (it ends at {known[0]}): use the version that made it, or a later one."
        )
    return brought.revision == known[0]


def _refuse_to_overwrite(database: Path, brought: CopyFacts, *, replace: bool) -> None:
    """Raise UnfitCopy where a studio is in the database that is there, and nobody said so."""
    if replace or not database.exists() or database.stat().st_size == 0:
        return
    there = look_through(database)
    if there.businesses:
        raise UnfitCopy(
            f"There is a database with a studio in it, last written to at {there.last_written} UTC; the copy"
            f" ends at {brought.last_written} UTC. To put the copy in its place: --replace (what is there is"
            " kept beside it)."
        )
