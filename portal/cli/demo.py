"""``flask demo``: studios to look around in."""

import os

import click
from flask.cli import with_appcontext

from portal.models.database import transaction
from portal.operations.demo import PASSWORD, Loaded, load_demo
from portal.operations.demo.people import (
    FRONT_DESK,
    IN_INSTALMENTS,
    INSTRUCTOR,
    MANAGER,
    NEWCOMER,
    OWNER,
    PASSHOLDER,
)
from portal.operations.passwords import hash_password
from portal.outside import outside
from portal.rules.sentences import Refusal

SIGN_INS = (
    ("Customer", PASSHOLDER, "a 10-class pass not started, a 5-class pass started"),
    ("Customer", NEWCOMER, "no pass"),
    ("Customer", IN_INSTALMENTS, "a pass in instalments, one of which failed"),
    ("Staff", OWNER, "owner; sign in at /staff"),
    ("Staff", MANAGER, "manager, at Riverside as the next two"),
    ("Staff", FRONT_DESK, "front desk"),
    ("Staff", INSTRUCTOR, "instructor"),
)
CODES = "SPRING20, FIVER, YOGA10; refused: OLDCODE (expired), LASTONE (used up)"


@click.command("demo")
@with_appcontext
def demo_command() -> None:
    """Load two demo studios; a second time only the coming weeks of classes are added."""
    if outside().settings.takes_real_money:
        raise click.ClickException(
            "Demo accounts have a password that everybody knows: not with a live Stripe key."
        )
    password_hash = hash_password(PASSWORD)
    try:
        with transaction():
            loaded = load_demo(
                port=int(os.environ.get("PORT") or 8000),
                password_hash=password_hash,
                now=outside().clock.now(),
            )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("\n".join(_lines(loaded)))


def _lines(loaded: tuple[Loaded, ...]) -> list[str]:
    return [
        *(f"{studio.business.name:<18}{studio.business.public_address}{_news(studio)}" for studio in loaded),
        "",
        f"Sign in with the password {PASSWORD}",
        *(f"  {who:<10}{email:<26}{what}" for who, email, what in SIGN_INS),
        f"Discount codes: {CODES}",
    ]


def _news(studio: Loaded) -> str:
    if studio.is_new or not studio.classes_added:
        return ""
    return f"  ({studio.classes_added} coming classes added)"
