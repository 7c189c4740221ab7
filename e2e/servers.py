"""Processes that run side by side, each in a group of its own and with a log, and that end together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
START_PATIENCE = 60.0
STOP_PATIENCE = 12.0
SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)

Command = Sequence[str | Path]


class ServerEnded(RuntimeError):  # noqa: N818  it says what happened, not whose fault it is
    """A process that should run has ended, or never answered; the message says where its last words are."""


class Servers:
    """What runs together until the ``with`` block ends, however it ends."""

    def __init__(self, environment: Mapping[str, str], logs: Path) -> None:
        self.environment = environment
        self.logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, name: str, command: Command) -> None:
        """Start one; ``name`` is what a person calls it."""
        with self.log_of(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  one C call
            )

    def log_of(self, name: str) -> Path:
        """Where its words go."""
        return self.logs / f"{name.lower().replace(' ', '-')}.log"

    def wait_until_answers(self, url: str) -> None:
        """Return once that address answers; raises ServerEnded when something ends, or after a minute."""
        give_up_at = time.monotonic() + START_PATIENCE
        while not _answers(url):
            self.check()
            if time.monotonic() > give_up_at:
                raise ServerEnded(f"{url} did not answer in time; see the logs in {self.logs}.")
            time.sleep(0.05)

    def check(self) -> None:
        """Raise ServerEnded when one of them has."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise ServerEnded(f"The {name} ended. Its last words are in {self.log_of(name)}.")

    def stop(self) -> None:
        """Ask all of them to stop, and end those that do not."""
        for process in self._running.values():
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                process.wait()
        self._running.clear()


def web_server() -> Command:
    """The portal under gunicorn, on PORT."""
    return [BIN / "gunicorn", "--config", ROOT / "gunicorn.conf.py", "wsgi:app"]


def worker() -> Command:
    """What does the work that is due."""
    return [BIN / "flask", "work"]


def stripe_stand_in(environment: Mapping[str, str], *options: str) -> Command:
    """The stand-in for Stripe, at STRIPE_API_BASE, that tells the portal on PORT what happens."""
    return [
        sys.executable,
        "-m",
        "e2e.stripe_stand_in",
        f"--port={environment['STRIPE_API_BASE'].rpartition(':')[2]}",
        f"--webhook-url=http://127.0.0.1:{environment['PORT']}/stripe/webhook",
        f"--webhook-secret={environment['STRIPE_WEBHOOK_SECRET']}",
        *options,
    ]


def flask(environment: Mapping[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    """Run one of the portal's commands to its end."""
    return subprocess.run(
        [BIN / "flask", *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):  # noqa: S310  our own server
            return True
    except (URLError, OSError):
        return False


def _signal_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)


_LIBC = ctypes.CDLL(None)


def end_with_parent() -> None:
    """Have the kernel stop this process when whoever started it is killed and can no longer do so."""
    _LIBC.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
