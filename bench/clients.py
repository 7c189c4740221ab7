"""``python -m bench.clients``: do staff's pages get slower with more clients? Each page at 100 and at 100,000
clients, by turns and in this process, on both databases.
"""

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import flask_migrate
from flask import Flask

from bench.client_book import HOST, open_for_clients
from bench.databases import NAMES, a_database
from bench.measuring import know_how_much_there_is
from bench.statements import InProcess, counted
from bench.steps import seen
from bench.visitors import Signer, staff_cookie
from portal import create_app
from portal.models.database import db, transaction
from portal.settings import Settings

SIZES = (100, 100_000)
ROUNDS = 41
ADDRESS = f"http://{HOST}"
PAGES = {
    "Search: one letter": "/staff/search?q=a",
    "Search: start of a given name": "/staff/search?q=chlo",
    "Search: start of a family name": "/staff/search?q=mull",
    "Search: given and family name": "/staff/search?q=zoe novak",
    "Search: an e-mail address": "/staff/search?q=client-79@exa",
    "Search: end of a phone number": "/staff/search?q=900077",
    "Search: two common words": "/staff/search?q=example com",
    "Search: nobody": "/staff/search?q=xylophone",
    "Search: two given names, nobody": "/staff/search?q=ada ben",
    "Search: two initials, nobody": "/staff/search?q=u x",
    "Search: six words, nobody": "/staff/search?q=ada park example client net ben",
    "Search: two ends of addresses": "/staff/search?q=com org",
    "All clients": "/staff/search",
    "A client": "/staff/clients/{client}",
    "Their 60 passes": "/staff/clients/{client}/passes",
    "Their passes, filtered": "/staff/clients/{client}/passes?status=inactive&q=10",
    "The audit": "/staff/audit",
}


@dataclass(frozen=True, slots=True)
class Studio:
    """A studio of one size, and how its staff look at it."""

    browser: InProcess
    cookie: str
    client: str

    def look(self, path: str) -> float:
        """Look at a page; gives the milliseconds that it took."""
        began = time.perf_counter()
        seen(self.browser.get(path.format(client=self.client), cookie=self.cookie))
        return 1000 * (time.perf_counter() - began)


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for, and print it."""
    asked = _parser().parse_args(arguments)
    for name in [name for name in NAMES if not asked.databases or name in asked.databases]:
        with ExitStack() as block:
            small, large = (block.enter_context(_studio(name, size)) for size in SIZES)
            print(f"\n{name}: {SIZES[0]:,} and {SIZES[1]:,} clients; milliseconds, medians of {ROUNDS}")
            for page, path in PAGES.items():
                print(_compared(page, small, large, path), flush=True)
    return 0


def _compared(page: str, small: Studio, large: Studio, path: str) -> str:
    rounds = [(small.look(path), large.look(path)) for _ in range(ROUNDS)]
    few, many = (median(side) for side in zip(*rounds, strict=True))
    ratio = median(after / before for before, after in rounds)
    with counted() as count:
        large.look(path)
    return f"  {page:32} {few:7.1f} {many:7.1f}   ×{ratio:.2f}   {count.number} statements"


@contextmanager
def _studio(name: str, clients: int) -> Iterator[Studio]:
    with (
        tempfile.TemporaryDirectory(prefix="punchcard-clients-") as folder,
        a_database(name, Path(folder)) as url,
    ):
        app = _portal(url)
        now = datetime.now(UTC)
        with app.app_context():
            flask_migrate.upgrade()
            with transaction():
                business_id, staff_id, client_id = open_for_clients(ADDRESS, clients=clients, now=now)
                cookie = staff_cookie(Signer(app), business_id, staff_id, now=now)
            know_how_much_there_is()
        yield Studio(InProcess(app, ADDRESS), cookie, str(client_id))
        with app.app_context():
            db.engine.dispose()


def _portal(url: str) -> Flask:
    return create_app(
        Settings(
            database_url=url,
            secret_key=secrets.token_hex(32),
            stripe_secret_key="sk_test_stand_in",
            stripe_webhook_secret="whsec_of_the_bench",
            stripe_api_base=f"{ADDRESS}:9",
        )
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.clients", description="Staff's pages, by clients.")
    for name in NAMES:
        parser.add_argument(f"--{name.lower()}", dest="databases", action="append_const", const=name)
    return parser


if __name__ == "__main__":
    sys.exit(main())
