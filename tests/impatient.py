"""A server for one test: it answers "ok" after reading what was sent, and hears nobody out for long."""

from collections.abc import Iterable
from typing import Any

from portal.web.slow_clients import PatientWorker


class ImpatientWorker(PatientWorker):
    """The portal's worker, with the patience of a test."""

    patience = 0.5


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Say where the request went, once all of it is there."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    whole = len(environ["wsgi.input"].read(length)) == length
    start_response("200 OK" if whole else "400 Bad Request", [("Content-Type", "text/plain")])
    return [str(environ["PATH_INFO"]).encode()]
