"""``flask create-business``: a studio of one's own, with its first owner (B1)."""

import os
from collections.abc import Callable
from typing import Any, TextIO

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import with_appcontext

from portal.models.business import BusinessFacts, Plan
from portal.models.businesses import business_at
from portal.models.database import end_reading, transaction
from portal.operations import business_details
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import HostTaken, NewBusiness, open_business
from portal.operations.passwords import hash_password, refuse_weak_password
from portal.operations.people import NewPerson, add_staff_member
from portal.outside import outside
from portal.rules.roles import Role
from portal.rules.sentences import Refusal

USUAL_PORT = "8000"

NEXT = """\
{name} is open.

Shop    {address}
Staff   {address}/staff, for {email} with the password that you chose

What to do next stands on the staff page: the first class, and what else it takes to be open."""


def _read(reader: Callable[[str], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Let an option be read, and be asked for again where it is refused at a prompt."""

    def callback(_ctx: click.Context, _param: click.Parameter, given: Any) -> Any:
        try:
            return None if given is None else reader(given)
        except Refusal as refusal:
            raise click.BadParameter(str(refusal)) from refusal

    return callback


def _free_host(text: str) -> str:
    host = business_details.given_host(text)
    taken = business_at(host)
    end_reading()
    if taken is not None:
        raise HostTaken(host)
    return host


def _email(text: str) -> str:
    try:
        checked = validate_email(
            text.strip(), check_deliverability=False, test_environment=True, allow_smtputf8=False
        )
    except EmailNotValidError:
        raise Refusal("{given} is no e-mail address.", given=text.strip() or "Nothing") from None
    return checked.ascii_email or checked.normalized


@click.command("create-business")
@click.option("--name", prompt="Name of the studio", callback=_read(business_details.given_name))
@click.option(
    "--host",
    prompt="Host that it answers on (yoga.example.com)",
    callback=_read(_free_host),
    help="A name without https:// and port; one that ends in .localhost needs no DNS.",
)
@click.option("--also-host", multiple=True, help="Another host that it answers on; may be repeated.")
@click.option("--address", help="Where links in letters lead. [default: https:// and the host]")
@click.option("--zone", prompt="Time zone (Europe/London)", callback=_read(business_details.given_zone))
@click.option("--currency", prompt="Currency (GBP)", callback=_read(business_details.given_currency))
@click.option(
    "--locale",
    prompt="How dates and money are written",
    default="en_GB",
    callback=_read(business_details.given_locale),
)
@click.option(
    "--plan",
    prompt="Plan",
    default=Plan.STANDARD.value,
    type=click.Choice([plan.value for plan in Plan]),
    help="Passes are on Standard or above.",
)
@click.option(
    "--stripe-account",
    prompt="Stripe account of its own (acct_…; empty for the portal’s)",
    default="",
    show_default=False,
    callback=_read(business_details.given_stripe_account),
)
@click.option("--owner-name", prompt="Name of its first owner", callback=_read(business_details.given_name))
@click.option("--owner-email", prompt="Their e-mail", callback=_read(_email))
@click.option(
    "--contact-email", callback=_read(_email), help="What visitors write to. [default: the owner’s]"
)
@click.option(
    "--password-file",
    type=click.File(),
    help="A file whose first line is the owner’s password; - reads standard input. Asked for unless given.",
)
@with_appcontext
def create_business_command(**given: Any) -> None:
    """Open a studio with its first owner; what is not given as an option is asked for.

    Either all of it comes into being or nothing: a refusal leaves no half of a studio behind.
    """
    try:
        studio = _new_business(given)
        password = _password(given["password_file"], email=given["owner_email"])
        business = _open(studio, given, hash_password(password))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(NEXT.format(name=business.name, address=business.public_address, email=given["owner_email"]))


def _new_business(given: dict[str, Any]) -> NewBusiness:
    hosts = tuple(dict.fromkeys((given["host"], *(_free_host(host) for host in given["also_host"]))))
    address = given["address"] or business_details.usual_address(
        hosts[0], port=os.environ.get("PORT") or USUAL_PORT
    )
    return NewBusiness(
        name=given["name"],
        hosts=hosts,
        public_address=business_details.given_address(address, hosts),
        zone=given["zone"],
        currency=given["currency"],
        locale=given["locale"],
        plan=Plan(given["plan"]),
        stripe_account=given["stripe_account"],
        contact_email=given["contact_email"] or given["owner_email"],
    )


def _password(file: TextIO | None, *, email: str) -> str:
    """The first line of the file, or what is typed twice; a weak one is asked for again."""
    if file is not None:
        password = file.readline().rstrip("\r\n")
        refuse_weak_password(password, email=email)
        return password
    return str(
        click.prompt(
            "Their password", hide_input=True, confirmation_prompt="The same again", value_proc=_strong(email)
        )
    )


def _strong(email: str) -> Callable[[str], str]:
    def read(password: str) -> str:
        try:
            refuse_weak_password(password, email=email)
        except Refusal as refusal:
            raise click.BadParameter(str(refusal)) from refusal
        return password

    return read


def _open(studio: NewBusiness, given: dict[str, Any], password_hash: str) -> BusinessFacts:
    now = outside().clock.now()
    owner = NewPerson(name=given["owner_name"], email=given["owner_email"], password_hash=password_hash)
    with transaction():
        business = open_business(studio, actor=SYSTEM, now=now)
        add_staff_member(business, owner, role=Role.OWNER, actor=SYSTEM, now=now)
    return business
