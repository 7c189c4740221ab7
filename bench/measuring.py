"""One database of one size, from empty to measured."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import text

from bench.first_visit import first_visit_bytes
from bench.floor import lay_floor
from bench.past import write_past
from bench.report import Figure, Result, Visit
from bench.servers import Ports, free_ports, running
from bench.speed import Pace, speed_of
from bench.statements import statements_of
from bench.steps import STEPS, Step
from bench.timetable import Timetable, open_studio
from bench.visitors import Crowd, Visitor
from portal import create_app
from portal.models.database import db, end_reading, transaction
from portal.operations.verification import broken_invariants
from portal.settings import Settings

WEBHOOK_SECRET = "whsec_of_the_bench"
VISITORS_A_TRANSACTION = 50


@dataclass(frozen=True, slots=True)
class Site:
    """A studio that is open, and the portal on its database in this process."""

    app: Flask
    timetable: Timetable
    settings: Settings
    ports: Ports

    @property
    def environment(self) -> dict[str, str]:
        """How the portal in another process is told the same settings."""
        return {
            "DATABASE_URL": self.settings.database_url,
            "SECRET_KEY": self.settings.secret_key,
            "STRIPE_SECRET_KEY": self.settings.stripe_secret_key,
            "STRIPE_WEBHOOK_SECRET": self.settings.stripe_webhook_secret,
            "STRIPE_API_BASE": self.settings.stripe_api_base or "",
        }


def measure(name: str, url: str, folder: Path, *, bookings: int, pace: Pace) -> Result:
    """Fill an empty database and measure every step on it; raises where it is unsound afterwards."""
    site = open_site(url, free_ports(), bookings=bookings)
    lay_floor(url)
    with running(site.ports, site.environment, folder):
        figures = tuple(_figure(step, site, pace) for step in STEPS)
        visits = tuple(_visits(site))
    with _asking(site.app):
        refuse_unsound()
    return Result(name, bookings, figures[0].speed.floor, figures, visits)


def open_site(url: str, ports: Ports, *, bookings: int) -> Site:
    """Migrate an empty database, open the studio, and give it its past."""
    now = datetime.now(UTC)
    settings = Settings(
        database_url=url,
        secret_key=secrets.token_hex(32),
        stripe_secret_key="sk_test_stand_in",
        stripe_webhook_secret=WEBHOOK_SECRET,
        stripe_api_base=ports.stripe_address,
    )
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
    with _asking(app), transaction():
        timetable = open_studio("127.0.0.1", ports.portal_address, now=now)
        write_past(timetable, bookings=bookings, now=now)
    return Site(app, timetable, settings, ports)


def visitors_for(step: Step, site: Site, count: int) -> list[Visitor]:
    """So many visitors who are about to do a step."""
    made: list[Visitor] = []
    crowd = Crowd(site.app, site.timetable, datetime.now(UTC))
    with _asking(site.app):
        while len(made) < count:
            with transaction():
                made += [step.visitor(crowd) for _ in range(min(VISITORS_A_TRANSACTION, count - len(made)))]
    return made


def know_how_much_there_is() -> None:
    """Do what PostgreSQL's autovacuum does within a minute of so much writing: without statistics it reads
    all of a business where it should look up a key, and without its map of pages it looks up every row that
    it finds in an index.
    """
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM (ANALYZE)"))


def refuse_unsound() -> None:
    """What was written in bulk and under load must hold as everything does (``flask verify``)."""
    broken = broken_invariants()
    end_reading()
    if broken:
        raise RuntimeError("\n".join(map(str, broken)))


def _figure(step: Step, site: Site, pace: Pace) -> Figure:
    wanted = -(-pace.most_in_all // step.times)
    *visitors, one, another = visitors_for(step, site, max(wanted, pace.least_visitors) + 2)
    with _asking(site.app):
        know_how_much_there_is()
    speed = speed_of(step, visitors, portal=site.ports.portal, floor=site.ports.floor, pace=pace)
    statements_of(step, one, site.app, site.ports.portal_address)
    return Figure(step, speed, statements_of(step, another, site.app, site.ports.portal_address))


def _visits(site: Site) -> Iterator[Visit]:
    (visitor,) = visitors_for(STEPS[2], site, 1)
    for page, path, cookie in (
        ("class list", "/", ""),
        ("class page", visitor.address, ""),
        ("passes", "/passes", ""),
        ("basket", "/basket", visitor.cookie),
        ("check-out", "/checkout", visitor.cookie),
    ):
        yield Visit(page, first_visit_bytes(site.ports.portal, path, cookie=cookie))


@contextmanager
def _asking(app: Flask) -> Iterator[None]:
    """Within the application, with no connection left behind."""
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()
