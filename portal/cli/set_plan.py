"""``flask set-plan``: the platform's way to change a studio's subscription level (B3)."""

import click
from flask.cli import with_appcontext

from portal.models.business import Plan
from portal.models.businesses import business_at
from portal.models.database import transaction
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import set_plan
from portal.outside import outside


@click.command("set-plan")
@click.argument("host")
@click.argument("plan", type=click.Choice([plan.value for plan in Plan]))
@with_appcontext
def set_plan_command(host: str, plan: str) -> None:
    """Put the studio that answers on HOST on PLAN."""
    business = business_at(host.lower())
    if business is None:
        raise click.ClickException(f"No studio answers on {host}.")
    with transaction():
        changed = set_plan(business, plan=Plan(plan), actor=SYSTEM, now=outside().clock.now())
    selling = "passes on sale" if changed.plan.has_passes else "no passes on sale; those sold stay in use"
    click.echo(f"{changed.name}: {business.plan.value} → {changed.plan.value} ({selling})")
