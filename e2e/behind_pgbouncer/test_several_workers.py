"""Real gunicorn with several workers, and the worker, on PostgreSQL behind PgBouncer in transaction mode.

More people ask at once than PgBouncer has connections to the server, so each of its connections serves the
transactions of many; what a session of the database kept would be found by the wrong one.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
from bs4 import BeautifulSoup, Tag

from e2e.pgbouncer import CONNECTIONS, PORT, Bouncer
from e2e.postgres import Cluster
from e2e.servers import Servers, flask, free_port, web_server, worker
from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import NewBusiness, open_business
from portal.operations.passwords import hash_password
from portal.settings import Settings
from tests.databases import another_portal
from tests.studio import a_class, a_customer, a_pass_of

PEOPLE, PLACES, WORKERS = 24, 7, 4
PASSWORD = "a few good words"


class Visitor:
    """Somebody with cookies, over the wire; sees each page whole, whichever process answers."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self.soup = BeautifulSoup("", "html.parser")
        self.path = "/"

    def open(self, path: str) -> None:
        self._send("GET", path)

    def press(self, button: str, **fields: str) -> None:
        form = next(
            form
            for form in self.soup.find_all("form")
            if any(found.get_text(strip=True) == button for found in form.find_all("button"))
        )
        kept = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
        assert set(fields) <= {*kept, *(str(one["name"]) for one in form.select("select[name]"))}
        self._send("POST", _action(form, self.path), urlencode(kept | fields))

    @property
    def heading(self) -> str:
        found = self.soup.find("h1")
        return found.get_text(" ", strip=True) if found else ""

    def _send(self, method: str, path: str, body: str | None = None) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request(method, path, body, self._headers(body))
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        assert answer.status < 500, text
        self._keep_cookies(answer)
        self.path = path
        if answer.status in {302, 303}:
            parts = urlsplit(answer.headers["Location"])
            self._send("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        else:
            self.soup = BeautifulSoup(text, "html.parser")

    def _headers(self, body: str | None) -> Mapping[str, str]:
        headers = {"Host": "localhost", "Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        return headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {})

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value


def _action(form: Tag, path: str) -> str:
    return str(form.get("action") or path)


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A portal that runs behind PgBouncer: gunicorn's workers, each with threads, and the worker."""
    with Cluster() as cluster, Bouncer(cluster.folder) as bouncer:
        port = free_port()
        environment = os.environ | {
            "PORT": str(port),
            "WEB_CONCURRENCY": str(WORKERS),
            "DATABASE_URL": bouncer.url(),
            "SECRET_KEY": "a key for many workers, long enough",
            "SMTP_URL": f"folder:{tmp_path / 'mailbox'}",
            "STRIPE_SECRET_KEY": "sk_test_of_many_workers",
            "STRIPE_WEBHOOK_SECRET": "whsec_of_many_workers",
            "PGBOUNCER_FOLDER": str(bouncer.folder),
        }
        upgraded = flask(environment, "db", "upgrade")
        assert upgraded.returncode == 0, upgraded.stderr
        with Servers(environment, logs=tmp_path) as servers:
            servers.start("web server", web_server())
            servers.start("worker", worker())
            servers.wait_until_answers(f"http://127.0.0.1:{port}/readyz")
            yield environment


def _a_studio(port: str, now: datetime) -> BusinessFacts:
    with transaction():
        return open_business(
            NewBusiness(
                name="Riverside Studio",
                hosts=("localhost",),
                public_address=f"http://localhost:{port}",
                zone="Europe/London",
                currency="GBP",
                contact_email="hello@example.com",
            ),
            actor=SYSTEM,
            now=now,
        )


def _books(port: int, path: str, email: str) -> str:
    """One customer signs in and books by their pass; the heading where they end up."""
    visitor = Visitor(port)
    visitor.open("/sign-in")
    visitor.press("Sign in", email=email, password=PASSWORD)
    visitor.open(path)
    if "Add to basket" not in visitor.soup.get_text():
        return "full"
    visitor.press("Add to basket")
    visitor.open("/checkout")
    if "Book now" not in visitor.soup.get_text():
        return "full"
    visitor.press("Book now")
    return visitor.heading


def test_many_book_at_once_and_the_books_stay_sound(environment: dict[str, str]) -> None:
    now, port = datetime.now(UTC), int(environment["PORT"])
    with another_portal(Settings.from_environment(environment)) as portal, portal.app_context():
        studio = _a_studio(environment["PORT"], now)
        on = (now + timedelta(days=9)).date()
        yoga = a_class(studio, on=on, capacity=PLACES, now=now)
        hashed = hash_password(PASSWORD)
        people = [a_customer(studio, f"Person {nth}", password_hash=hashed, now=now) for nth in range(PEOPLE)]
        for person in people:
            a_pass_of(person, now=now)
        with ThreadPoolExecutor(PEOPLE) as crowd:
            ended = list(crowd.map(lambda one: _books(port, f"/classes/{yoga.id}", one.email), people))
        assert db.session.query(Booking).count() == PLACES, Counter(ended)
    verdict = flask(environment, "verify")
    assert verdict.returncode == 0, verdict.stdout
    assert _connections_to_the_server(environment) <= CONNECTIONS


def _connections_to_the_server(environment: Mapping[str, str]) -> int:
    """What PgBouncer itself says, which also says that it pools by transaction."""
    console = f"host={environment['PGBOUNCER_FOLDER']} port={PORT} dbname=pgbouncer user=postgres"
    with psycopg.connect(console, autocommit=True, cursor_factory=psycopg.ClientCursor) as pgbouncer:
        shown = pgbouncer.execute("SHOW POOLS")
        names = [column.name for column in shown.description or ()]
        pools = [dict(zip(names, row, strict=True)) for row in shown if row[0] == "postgres"]
    assert {pool["pool_mode"] for pool in pools} == {"transaction"}
    return sum(int(pool["sv_active"]) + int(pool["sv_idle"]) + int(pool["sv_used"]) for pool in pools)
