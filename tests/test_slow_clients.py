"""Whoever sends slowly, or nothing, keeps nobody else waiting."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from e2e.servers import BIN, ROOT, Servers, free_port

THREADS = 2
CROWD = 6
PATIENCE = 8  # seconds: a busy machine takes a while for half a second's work

HALF_A_REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half"
HALF_A_BODY = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf"
NOTHING = b""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where a server with two threads listens, set up as the portal's own is."""
    port = free_port()
    environment = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", "WEB_CONCURRENCY": "1"}
    with Servers(environment, logs=tmp_path_factory.mktemp("logs")) as servers:
        servers.start("web server", _server())
        servers.wait_until_answers(f"http://127.0.0.1:{port}/")
        yield port


@pytest.mark.parametrize("sent", [HALF_A_REQUEST, HALF_A_BODY, NOTHING])
def test_a_crowd_that_never_finishes_keeps_nobody_out(port: int, sent: bytes) -> None:
    with ExitStack() as crowd:
        for _ in range(CROWD):
            client = crowd.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(sent)
        assert _answer(port) == "/"


def test_no_header_says_where_a_request_goes(port: int) -> None:
    assert _answer(port, SCRIPT_NAME="/staff", PATH_INFO="/staff/baskets") == "/"


def test_the_portal_is_served_like_this() -> None:
    config = ROOT / "gunicorn.conf.py"
    command: list[str | Path] = [
        BIN / "gunicorn",
        f"--config={config}",
        "--print-config",
        "tests.impatient:app",
    ]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "PatientWorker" in told.stdout


def _server() -> list[str | Path]:
    return [
        BIN / "gunicorn",
        f"--config={ROOT / 'gunicorn.conf.py'}",
        "--worker-class=tests.impatient.ImpatientWorker",
        f"--threads={THREADS}",
        "tests.impatient:app",
    ]


def _answer(port: int, **headers: str) -> str:
    asked = Request(f"http://127.0.0.1:{port}/", headers=headers)
    with urlopen(asked, timeout=PATIENCE) as answer:
        return str(answer.read().decode())
