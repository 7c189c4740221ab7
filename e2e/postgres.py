"""A throw-away PostgreSQL: found or installed, started in an empty folder, gone with whoever wanted it.

``python -m e2e.postgres`` makes sure that the server's programs are there (``make postgres``).
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from e2e.packages import install_from_debian, stop

HOW_TO_INSTALL = (
    "PostgreSQL's server programs (initdb, postgres) are missing. "
    "Debian, Ubuntu: sudo apt-get install postgresql; macOS: brew install postgresql"
)
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
FOR_TESTS = {
    "listen_addresses": "",  # reached through its socket alone: no port to clash on, nobody else gets in
    "max_connections": "300",  # 200 buyers at once, and their friends
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "log_min_messages": "fatal",
}
NOT_DURABLE = {"fsync", "synchronous_commit", "full_page_writes"}
START_TIMEOUT = 60.0

_KEEPERS: list[subprocess.Popen[bytes]] = []
"""Held on to, so that nobody warns of a child that is meant to outlive whoever started it."""


def find_binaries() -> Path | None:
    """The folder of the newest initdb and postgres on this machine: or None."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    for pattern in PLACES:
        found += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    if shutil.which("pg_config"):
        answer = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        found.append(Path(answer.stdout.strip()))
    return next(
        (folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()), None
    )


def binaries() -> Path:
    """The folder of initdb and postgres; installed where we may, else a sentence that says how."""
    found = find_binaries() or (install_from_debian("postgresql") and find_binaries())
    return found or stop(HOW_TO_INSTALL)


class Cluster:
    """One PostgreSQL server in a folder of its own, for as long as the ``with`` block lasts.

    Its data is worth nothing: it is never synced to disk, and the server is stopped without a goodbye. A
    ``durable`` one waits for the disk at each commit, as a studio's own does. ``settings`` come on top; with
    ``base``, a base backup, it begins with that and recovers as the settings say.
    """

    def __init__(
        self, *, durable: bool = False, settings: Mapping[str, str] | None = None, base: Path | None = None
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="punchcard-postgres-"))
        self._data = self.folder / "cluster"
        self._server: subprocess.Popen[bytes] | None = None
        self._settings = {
            name: value for name, value in FOR_TESTS.items() if not (durable and name in NOT_DURABLE)
        } | dict(settings or {})
        self._base = base

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases, as DATABASE_URL takes it."""
        return url_of(self.folder, database)

    def __enter__(self) -> Self:
        """Make the cluster and start the server; it answers when this returns."""
        programs = binaries()
        as_owner = self.as_owner()
        if self._base is None:
            self._run_initdb(programs, as_owner)
        else:
            self._begin_with(self._base, as_owner)
        settings = [f"-c{name}={value}" for name, value in self._settings.items()]
        with (self.folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [programs / "postgres", "-D", self._data, "-k", self.folder, *settings],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                cwd=self.folder,
                **as_owner,
            )
        self._wait_until_it_answers(programs)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server at once and leave nothing behind."""
        if self._server:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def as_owner(self) -> dict[str, Any]:
        """How to run a program as whoever the server runs as; root lends it the folder."""
        return lend_to_owner(self.folder)

    def _begin_with(self, base: Path, as_owner: dict[str, Any]) -> None:
        """Copy a base backup here, and have the server recover from it."""
        subprocess.run(["cp", "-a", base, self._data], check=True, cwd=self.folder, **as_owner)
        subprocess.run(["touch", self._data / "recovery.signal"], check=True, cwd=self.folder, **as_owner)

    def _run_initdb(self, programs: Path, as_owner: dict[str, Any]) -> None:
        into: list[str | Path] = ["-D", self._data, "--no-sync"]
        subprocess.run(
            [
                programs / "initdb",
                *into,
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
            ],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            **as_owner,
        )

    def _wait_until_it_answers(self, programs: Path) -> None:
        give_up_at = time.monotonic() + START_TIMEOUT
        question: list[str | Path] = [programs / "pg_isready", "--quiet", "--host", self.folder]
        while subprocess.run(question, check=False).returncode != 0:
            if time.monotonic() > give_up_at or (self._server and self._server.poll() is not None):
                raise RuntimeError("PostgreSQL did not start: " + (self.folder / "log").read_text())
            time.sleep(0.02)


def lend_to_owner(folder: Path) -> dict[str, Any]:
    """How to run a program that refuses to be root, in a folder that is lent to whom it runs as."""
    if os.geteuid() != 0:
        return {}
    users = {user.pw_name for user in pwd.getpwall()}
    owner = "postgres" if "postgres" in users else "nobody"
    shutil.chown(folder, owner)
    folder.chmod(0o711)
    return {"user": owner, "extra_groups": []}


def url_of(folder: Path, database: str) -> str:
    """The address of a database of the cluster whose socket lies in that folder."""
    return f"postgresql+psycopg://postgres@/{database}?host={folder}"


def share(address: Path, *, wanted: Path) -> Path:
    """The folder of one cluster for a whole test run, however many processes ask; the first to ask starts it.

    It lives in a process of its own until the lock on ``wanted`` is let go, which its holder's end does
    too, however that comes about.
    """
    with address.with_suffix(".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not address.exists():
            binaries()
            keeper = [sys.executable, "-m", "e2e.postgres", str(address), str(wanted)]
            _KEEPERS.append(subprocess.Popen(keeper, stdin=subprocess.DEVNULL, start_new_session=True))
            _wait_for(address)
    return Path(address.read_text())


def keep(address: Path, *, wanted: Path) -> None:
    """Run a cluster whose folder stands in ``address``, until nobody holds the lock on ``wanted``."""
    with Cluster() as cluster, wanted.open() as lock:
        fresh = address.with_suffix(".new")
        fresh.write_text(str(cluster.folder))
        fresh.rename(address)
        fcntl.flock(lock, fcntl.LOCK_EX)


def _wait_for(file: Path) -> None:
    give_up_at = time.monotonic() + START_TIMEOUT
    while not file.exists():
        if time.monotonic() > give_up_at:
            raise RuntimeError("PostgreSQL did not start.")
        time.sleep(0.02)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [address, wanted]:
            keep(Path(address), wanted=Path(wanted))
        case _:
            print(f"PostgreSQL: {binaries()}")
