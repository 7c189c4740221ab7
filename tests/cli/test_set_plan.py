"""``flask set-plan`` is the platform's way to change a studio's plan (B3)."""

from flask import Flask
from sqlalchemy import select

from portal.models.audit import AuditEntry
from portal.models.business import Plan
from portal.models.businesses import business_of
from portal.models.database import db
from tests.cli.commands import run
from tests.studio import a_business


def test_it_sets_the_plan_and_says_what_that_means(app: Flask) -> None:
    studio = a_business(host="yoga.example")
    told = run(app, "set-plan", "Yoga.example", "free")
    assert told.exit_code == 0
    assert "standard → free (no passes on sale; those sold stay in use)" in told.output
    assert business_of(studio.id).plan is Plan.FREE


def test_it_leaves_an_audit_entry_with_before_and_after(app: Flask) -> None:
    a_business(host="yoga.example")
    run(app, "set-plan", "yoga.example", "plus")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "business.plan_set")).one()
    assert (entry.before, entry.after) == ({"plan": "standard"}, {"plan": "plus"})


def test_the_same_plan_again_leaves_no_entry(app: Flask) -> None:
    a_business(host="yoga.example")
    run(app, "set-plan", "yoga.example", "standard")
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.act == "business.plan_set")).all() == []


def test_an_unclaimed_host_and_an_unknown_plan_are_refused(app: Flask) -> None:
    a_business(host="yoga.example")
    assert "No studio answers on else.example." in run(app, "set-plan", "else.example", "free").output
    assert run(app, "set-plan", "yoga.example", "gold").exit_code == 2
