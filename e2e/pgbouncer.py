"""A throw-away PgBouncer in transaction mode before a throw-away PostgreSQL.

``python -m e2e.pgbouncer`` makes sure that the program is there (``make pgbouncer``).
"""

import atexit
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from e2e.packages import install_from_debian, stop
from e2e.postgres import lend_to_owner
from e2e.servers import end_with_parent

HOW_TO_INSTALL = (
    "PgBouncer is missing. Debian, Ubuntu: sudo apt-get install pgbouncer; macOS: brew install pgbouncer"
)
PLACES = ("/usr/sbin/pgbouncer", "/usr/local/sbin/pgbouncer", "/opt/homebrew/bin/pgbouncer")
PORT = 6432
CONNECTIONS = 6
"""To the server: fewer than threads that ask, so that each is shared by several of them."""
START_TIMEOUT = 30.0


def find_pgbouncer() -> Path | None:
    """The program, on the path or where systems put it; or None."""
    on_path = shutil.which("pgbouncer")
    return next((Path(place) for place in (on_path, *PLACES) if place and Path(place).exists()), None)


def pgbouncer() -> Path:
    """The program; installed where we may, else a sentence that says how."""
    found = find_pgbouncer() or (install_from_debian("pgbouncer") and find_pgbouncer())
    return found or stop(HOW_TO_INSTALL)


class Bouncer:
    """One PgBouncer before the cluster in a folder, reached through a socket in a folder of its own."""

    def __init__(self, cluster: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="punchcard-pgbouncer-"))
        self._cluster = cluster
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """The address of a database through it, as DATABASE_URL takes it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}&port={PORT}"

    def __enter__(self) -> Self:
        """Start it; it answers when this returns."""
        program, as_owner = pgbouncer(), lend_to_owner(self.folder)
        settings = self.folder / "pgbouncer.ini"
        settings.write_text(self._settings())
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [program, "--quiet", settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
                **as_owner,
            )
        socket, give_up_at = self.folder / f".s.PGSQL.{PORT}", time.monotonic() + START_TIMEOUT
        while not socket.exists():
            if time.monotonic() > give_up_at or self._process.poll() is not None:
                raise RuntimeError("PgBouncer did not start: " + (self.folder / "log").read_text())
            time.sleep(0.02)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it at once and leave nothing behind."""
        if self._process:
            self._process.terminate()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _settings(self) -> str:
        """As deploy/pgbouncer.ini has them, but for where everything is and who may come in."""
        return f"""
            [databases]
            * = host={self._cluster} user=postgres
            [pgbouncer]
            pool_mode = transaction
            default_pool_size = {CONNECTIONS}
            max_client_conn = 400
            auth_type = any
            listen_addr =
            listen_port = {PORT}
            unix_socket_dir = {self.folder}
            admin_users = postgres
        """.replace("            ", "")


@cache
def bouncer_before(cluster: Path) -> Bouncer:
    """The one of this process before that cluster, until the process ends."""
    bouncer = Bouncer(cluster).__enter__()
    atexit.register(bouncer.__exit__, None, None, None)
    return bouncer


if __name__ == "__main__":
    print(f"PgBouncer: {pgbouncer()}")
