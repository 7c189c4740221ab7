"""``flask create-business`` opens a studio with its first owner, or says clearly why not (B1)."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from portal.models.business import Plan
from portal.models.businesses import business_at, every_business
from portal.models.database import db, end_reading
from portal.models.people import StaffMember
from portal.operations.passwords import is_password
from portal.rules.roles import Role
from tests.cli.commands import run
from tests.studio import a_business

GOOD = "a few good words"
ASKED = {
    "--name": "Hill Yoga",
    "--host": "hill.example",
    "--zone": "Europe/London",
    "--currency": "GBP",
    "--locale": "en_GB",
    "--plan": "standard",
    "--stripe-account": "",
    "--owner-name": "Olive Owen",
    "--owner-email": "olive@example.com",
}


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{GOOD}\n")
    return file


def create(app: Flask, password_file: Path, **changed: str) -> Result:
    options = ASKED | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    words = [word for pair in options.items() for word in pair]
    return run(app, "create-business", *words, "--password-file", str(password_file))


def test_it_opens_the_studio_with_its_first_owner(app: Flask, password_file: Path) -> None:
    told = create(app, password_file, host="Hill.Example", plan="plus", stripe_account="acct_1Hill")
    assert told.exit_code == 0, told.output
    studio = business_at("hill.example")
    assert studio is not None
    assert (studio.name, studio.zone, studio.currency) == ("Hill Yoga", "Europe/London", "GBP")
    assert (studio.plan, studio.stripe_account) == (Plan.PLUS, "acct_1Hill")
    assert (studio.public_address, studio.contact_email) == ("https://hill.example", "olive@example.com")
    owner = db.session.scalars(select(StaffMember)).one()
    assert (owner.business_id, owner.role, owner.name) == (studio.id, Role.OWNER, "Olive Owen")
    assert is_password(GOOD, owner.password_hash)
    assert "Staff   https://hill.example/staff" in told.output


def test_what_is_no_option_is_asked_for_and_asked_again(app: Flask) -> None:
    typed = [
        "Hill Yoga", "https://hill.example", "hill.localhost", "London", "europe/london", "pounds", "gbp",
        "en-GB", "", "", "Olive Owen", "olive@example", "olive@example.com", "short", GOOD, GOOD,
    ]  # fmt: skip
    end_reading()
    told = app.test_cli_runner().invoke(args=["create-business"], input="\n".join([*typed, ""]))
    assert told.exit_code == 0, told.output
    studio = business_at("hill.localhost")
    assert studio is not None
    assert studio.public_address == "http://hill.localhost:8000"
    assert GOOD not in told.output
    for asked_again in ("is no host name", "London is no time zone", "POUNDS is no currency", "at least 10"):
        assert asked_again in told.output


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"host": "taken.example"}, "taken.example already belongs to another studio."),
        ({"host": "hill.example:8000"}, "hill.example:8000 is no host name."),
        ({"also_host": "taken.example"}, "taken.example already belongs to another studio."),
        ({"zone": "Mars/Olympus"}, "Mars/Olympus is no time zone."),
        ({"zone": "Localtime"}, "Localtime is no time zone."),
        ({"currency": "XQQ"}, "XQQ is no currency."),
        ({"currency": "KWD"}, "Amounts in KWD have three decimal places"),
        ({"locale": "xx_YY"}, "xx_YY is no locale."),
        ({"plan": "gold"}, "'gold' is not one of"),
        ({"stripe_account": "sk_live_1"}, "sk_live_1 is no Stripe account"),
        ({"owner_email": "olive"}, "olive is no e-mail address."),
        ({"address": "https://other.example"}, "on one of the studio’s hosts, like https://hill.example."),
        ({"name": " "}, "Give the studio a name"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_opened(
    app: Flask, password_file: Path, changed: dict[str, str], sentence: str
) -> None:
    a_business(host="taken.example")
    told = create(app, password_file, **changed)
    assert told.exit_code != 0
    assert sentence in told.output
    assert len(every_business()) == 1
    assert db.session.scalars(select(StaffMember)).all() == []


def test_a_weak_password_is_refused(app: Flask, password_file: Path) -> None:
    password_file.write_text("hunter2\n")
    told = create(app, password_file)
    assert told.exit_code == 1
    assert "at least 10 characters" in told.output
    assert every_business() == ()
