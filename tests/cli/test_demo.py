"""``flask demo`` loads the demo, says who can sign in, and keeps away from real money and real studios."""

import pytest
from flask import Flask

from portal.models.businesses import business_at
from portal.models.database import db
from portal.models.people import Customer
from portal.operations.passwords import is_password
from tests.cli.commands import run
from tests.studio import a_business


def test_it_says_where_the_studios_are_and_who_can_sign_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "8123")
    told = run(app, "demo")
    assert told.exit_code == 0
    for fact in (
        "http://localhost:8123",
        "http://harbour.localhost:8123",
        "passholder@example.com",
        "newcomer@example.com",
        "owner@example.com",
        "manager@example.com",
        "desk@example.com",
        "instructor@example.com",
        "punchcard-demo",
        "SPRING20",
    ):
        assert fact in told.output


def test_the_password_it_tells_is_the_password(app: Flask) -> None:
    run(app, "demo")
    passholder = db.session.query(Customer).filter_by(email="passholder@example.com").first()
    assert passholder is not None
    assert is_password("punchcard-demo", passholder.password_hash)


def test_a_second_time_it_tells_the_same(app: Flask) -> None:
    assert run(app, "demo").output == run(app, "demo").output


def test_a_real_studio_at_localhost_is_left_alone(app: Flask) -> None:
    mine = a_business("My Own Studio", host="localhost")
    told = run(app, "demo")
    assert told.exit_code == 1
    assert "localhost belongs to a studio that is no demo" in told.output
    assert business_at("localhost") == mine
