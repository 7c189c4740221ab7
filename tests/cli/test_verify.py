"""``flask verify`` prints each invariant with its counts, and fails where one is broken."""

from flask import Flask
from sqlalchemy import update

from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.operations.verification import EVERY_INVARIANT
from tests.cli.commands import run
from tests.studio import a_booking, a_business, a_class, a_customer, a_pass_of


def test_every_invariant_is_printed_with_its_count(app: Flask) -> None:
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada)
    a_booking(ada, a_class(studio))
    told = run(app, "verify")
    assert told.exit_code == 0
    assert [name for name in (one.name for one in EVERY_INVARIANT) if name not in told.output] == []
    assert "ok      Uses left are what the ledger adds up to: 1 checked, 0 broken" in told.output
    assert "All is well." in told.output


def test_a_broken_invariant_is_named_with_its_offender_and_fails_the_command(app: Flask) -> None:
    ten_classes = a_pass_of(a_customer(a_business()))
    with db.engine.begin() as connection:
        connection.execute(update(ClassPass).values(uses_left=11))
    told = run(app, "verify")
    assert told.exit_code == 1
    assert "BROKEN  Uses left are what the ledger adds up to: 1 checked, 1 broken" in told.output
    assert f"class_pass {ten_classes.id}: kept 11, ledger 10" in told.output
    assert "1 of the invariants above does not hold." in told.output


def test_more_offenders_than_are_named_are_counted(app: Flask) -> None:
    ada = a_customer(a_business())
    for _ in range(7):
        a_pass_of(ada)
    with db.engine.begin() as connection:
        connection.execute(update(ClassPass).values(uses_left=11))
    assert "… and 2 more" in run(app, "verify").output


def test_an_empty_database_is_sound(app: Flask) -> None:
    assert run(app, "verify").exit_code == 0
