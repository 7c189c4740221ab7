"""The servers that are measured: gunicorn as a studio runs it, twice, and the Stripe stand-in."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from e2e.servers import BIN, ROOT, Command, Servers, free_port, web_server

WORKERS = 2
SERVER = f"gunicorn, gthread, {WORKERS} workers × 8 threads"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each server listens."""

    portal: int
    floor: int
    stripe: int

    @property
    def portal_address(self) -> str:
        """The studio's public address."""
        return f"http://127.0.0.1:{self.portal}"

    @property
    def stripe_address(self) -> str:
        """Where the portal finds Stripe."""
        return f"http://127.0.0.1:{self.stripe}"


def free_ports() -> Ports:
    """Three ports that nobody listens on just now."""
    return Ports(portal=free_port(), floor=free_port(), stripe=free_port())


@contextmanager
def running(ports: Ports, environment: Mapping[str, str], logs: Path) -> Iterator[None]:
    """Portal, floor and Stripe stand-in, each of them answering, until the block ends.

    The stand-in sends no webhooks, so that the return page confirms, and nobody else has work to do.
    """
    commands = {
        "portal": (ports.portal, web_server()),
        "floor": (ports.floor, _floor()),
        "Stripe stand-in": (ports.stripe, _stand_in(ports.stripe)),
    }
    with ExitStack() as block:
        for name, (port, command) in commands.items():
            served = {"HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": str(WORKERS)}
            servers = block.enter_context(Servers({**os.environ, **environment, **served}, logs))
            servers.start(name, command)
        for port, _ in commands.values():
            servers.wait_until_answers(f"http://127.0.0.1:{port}/")
        yield


def _floor() -> Command:
    return [BIN / "gunicorn", "--config", ROOT / "gunicorn.conf.py", "bench.floor:app"]


def _stand_in(port: int) -> Command:
    return [sys.executable, "-m", "e2e.stripe_stand_in", f"--port={port}"]
