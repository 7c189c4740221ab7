"""One browser's connection: HTTP/1.1, kept alive, over a plain socket: asking costs next to nothing."""

import re
import socket
from dataclasses import dataclass
from typing import Protocol, Self
from urllib.parse import urlencode

import brotli

TIMEOUT = 30.0


class Unexpected(Exception):  # noqa: N818  it is an answer that no measurement can go on from
    """The server answered something else than what is measured."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``size`` is every byte of it, head included; ``location`` is empty without redirect.

    ``body`` is as it came, compressed with Brotli where ``encoding`` says so.
    """

    status: int
    location: str
    body: bytes
    size: int
    encoding: str = ""

    def page(self) -> str:
        """The page as it can be read."""
        return (brotli.decompress(self.body) if self.encoding == "br" else self.body).decode()

    def field(self, name: str) -> str:
        """The value of a hidden field of the page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page())
        if found is None:
            raise Unexpected(f"The page has no field {name}.")
        return found[1]


class Browser(Protocol):
    """What a step needs: over a wire, where its time is measured, or in process, where SQL is counted."""

    def get(self, path: str, *, cookie: str = "") -> Answer:
        """Look at a page."""

    def post(self, path: str, *, cookie: str, **fields: str) -> Answer:
        """Send a form."""


class Wire:
    """A connection to a server on this machine, opened when it is first needed."""

    def __init__(self, port: int) -> None:
        self.asked = 0
        self._port = port
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._answers.close()
            self._socket.close()
            self._socket = None

    def get(self, path: str, *, cookie: str = "") -> Answer:
        """Look at a page, as a browser asks for it."""
        return self._ask("GET", path, cookie, b"")

    def post(self, path: str, *, cookie: str, **fields: str) -> Answer:
        """Send a form, as a browser sends it."""
        return self._ask("POST", path, cookie, urlencode(fields).encode())

    def _ask(self, method: str, path: str, cookie: str, body: bytes) -> Answer:
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAccept-Encoding: br\r\n"
        if cookie:
            head += f"Cookie: {cookie}\r\n"
        if method == "POST":
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        self._connect().sendall(head.encode() + b"\r\n" + body)
        self.asked += 1
        return self._read()

    def _connect(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._answers = self._socket.makefile("rb")
        return self._socket

    def _read(self) -> Answer:
        first = self._answers.readline()
        if not first:
            raise Unexpected("The server hung up.")
        size, headers = len(first), {}
        while (line := self._answers.readline()) not in {b"\r\n", b""}:
            size += len(line)
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip()
        body = self._answers.read(int(headers.get(b"content-length", 0)))
        if headers.get(b"connection") == b"close":
            self.close()
        return Answer(
            status=int(first.split()[1]),
            location=headers.get(b"location", b"").decode(),
            body=body,
            size=size + len(b"\r\n") + len(body),
            encoding=headers.get(b"content-encoding", b"").decode(),
        )
