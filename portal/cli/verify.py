"""``flask verify``: whether everything that must be true of the database is."""

import sys

import click
from flask.cli import with_appcontext

from portal.operations.verification import findings
from portal.rules.sentences import Count

OF_THEM = ("of the invariants above does not hold.", "of the invariants above do not hold.")


@click.command("verify")
@with_appcontext
def verify_command() -> None:
    """Recompute every invariant on the live database; exit status 1 if one is broken."""
    broken = 0
    for finding in findings():
        broken += not finding.holds
        verdict = "ok    " if finding.holds else "BROKEN"
        click.echo(f"{verdict}  {finding.name}: {finding.checked:,} checked, {finding.broken:,} broken")
        for offender in finding.offenders:
            click.echo(f"          {offender}")
        if finding.broken > len(finding.offenders):
            click.echo(f"          … and {finding.broken - len(finding.offenders):,} more")
    click.echo(str(Count(broken, *OF_THEM)) if broken else "All is well.")
    sys.exit(1 if broken else 0)
