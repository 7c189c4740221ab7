"""The connection itself, to break it; and the server that keeps quiet."""

import socket
from typing import Any, NoReturn

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """Serves without a line in the log for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""


def threaded_server(app: Flask, *, host: str, port: int) -> BaseWSGIServer:
    """A server with a thread for each request; port 0 takes a free one."""
    return make_server(host, port, app, threaded=True, request_handler=QuietHandler)


def drop_connection(environ: dict[str, Any]) -> NoReturn:
    """Ends the connection without an answer, as a network may."""
    connection: socket.socket = environ.get("werkzeug.socket") or environ["gunicorn.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("dropped, as the fault says")
