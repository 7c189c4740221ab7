"""A shop that really runs, for journeys: web server, worker, Stripe stand-in, and the demo studios in it."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from e2e.servers import Servers, flask, free_port, stripe_stand_in, web_server, worker
from e2e.stripe_stand_in.testing import Controls

WEBHOOK_SECRET = "whsec_of_the_journeys"


class Shop:
    """The shop at ``url``, in a folder of its own, for as long as the ``with`` block lasts.

    ``begin_anew`` takes it back to the freshly loaded demo in a few milliseconds, while it runs.
    """

    def __init__(self, folder: Path) -> None:
        port, stripe_port = free_port(), free_port()
        self.url = f"http://localhost:{port}"
        self.mailbox = folder / "mailbox"
        self.database_url = f"sqlite:///{folder / 'portal.sqlite'}"
        self.stripe = Controls(f"http://127.0.0.1:{stripe_port}")
        self._database = folder / "portal.sqlite"
        self._as_loaded = folder / "as-loaded.sqlite"
        self._clock = folder / "clock"
        self.environment = {
            **os.environ,
            **_place_for_bytecode(folder),
            "PORT": str(port),
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": "a key for journeys, long enough to be one",
            "SMTP_URL": f"folder:{self.mailbox}",
            "STRIPE_SECRET_KEY": "sk_test_of_the_journeys",
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_API_BASE": f"http://127.0.0.1:{stripe_port}",
            "PUNCHCARD_CLOCK": str(self._clock),
        }
        self._servers = Servers(self.environment, logs=folder)

    def __enter__(self) -> Self:
        """Load the demo and start everything; it answers when this returns."""
        self._clock.touch()
        self.flask("db", "upgrade")
        self.flask("demo")
        with (
            closing(sqlite3.connect(self._database)) as live,
            closing(sqlite3.connect(self._as_loaded)) as kept,
        ):
            live.backup(kept)
        self._servers.start("Stripe stand-in", stripe_stand_in(self.environment))
        self._servers.start("web server", web_server())
        self._servers.start("worker", worker())
        self._servers.wait_until_answers(f"{self.url}/readyz")
        self._servers.wait_until_answers(f"{self.environment['STRIPE_API_BASE']}/_health")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._servers.stop()

    def begin_anew(self) -> None:
        """Take everything back to the freshly loaded demo: rows, clock, letters, Stripe's books."""
        self._servers.check()
        self.stripe.reset()
        self.set_clock("")
        shutil.rmtree(self.mailbox, ignore_errors=True)
        with closing(sqlite3.connect(self._database, timeout=30, isolation_level=None)) as live:
            live.execute("ATTACH ? AS loaded", (str(self._as_loaded),))
            live.execute("BEGIN IMMEDIATE")
            for (table,) in live.execute(
                "SELECT name FROM loaded.sqlite_schema WHERE type = 'table'"
            ).fetchall():
                live.execute(f'DELETE FROM main."{table}"')  # noqa: S608  our own tables
                live.execute(f'INSERT INTO main."{table}" SELECT * FROM loaded."{table}"')  # noqa: S608
            live.execute("COMMIT")

    def set_clock(self, text: str) -> None:
        """Move everybody's clock (T2): an offset ("+2d", "-90m"), an instant, or "" for the real time."""
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self._clock)

    def work(self) -> None:
        """Have everything that is due done now, instead of when the worker next looks."""
        self.flask("work", "--once")

    def flask(self, *command: str) -> str:
        """Run one of the portal's commands in this shop, and hand back what it printed."""
        done = flask(self.environment, *command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _place_for_bytecode(folder: Path) -> dict[str, str]:
    """Where Python may not keep what it compiles beside the sources, the shop's processes share it here:
    half of what they take to start is compiling the same modules.
    """
    if not sys.dont_write_bytecode:
        return {}
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
