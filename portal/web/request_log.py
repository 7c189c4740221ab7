"""Each request has an id, told to the visitor as X-Request-ID, and leaves one line: what was asked for, how
it ended, how long it took; and not who asked.
"""

import logging
import re
import secrets
import time
from http import HTTPStatus
from types import TracebackType

from flask import Flask, g, request
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from portal import logs
from portal.logs.lines import FACTS
from portal.settings import Settings
from portal.web.visitor import business, has_visit

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[0-9A-Za-z-]{8,64}")
TELLING = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
WATCHERS = {"health", "metrics"}
"""Whoever asks these pages asks all day long: only what is wrong is news."""
HIDDEN_ADDRESS = "(none of ours)"
PLAIN_KINDS = {"uuid", "int", "any"}
"""Values of an address that name rows or acts; all others may be a secret, or what somebody typed."""

log = logging.getLogger("portal.requests")


def name_requests(app: Flask, settings: Settings) -> None:
    """Give every request its id and its line. Hung up first, it sees the answer as it is sent."""
    is_behind_proxy = settings.trusted_proxies > 0

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        g.request_id = request_id(is_behind_proxy=is_behind_proxy)
        logs.tell_about(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        if request.blueprint not in WATCHERS or response.status_code >= HTTPStatus.BAD_REQUEST:
            _write_line(response)
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        logs.forget()

    app.log_exception = _log_fault  # type: ignore[method-assign]  # Flask's own names the path, secrets and all


def request_id(*, is_behind_proxy: bool) -> str:
    """The id that a trusted proxy gave, if it is well-formed; else one of our own."""
    given = request.headers.get(HEADER, "") if is_behind_proxy else ""
    return given if WELL_FORMED.fullmatch(given) else secrets.token_hex(16)


def address_told(rule: Rule | None) -> str:
    """The path that was asked for as it may be written down: ids stay, and what may be a secret or somebody's
    words is only named; the query is left out. An address that is none of ours is not repeated.
    """
    if rule is None:
        return HIDDEN_ADDRESS
    values = request.view_args or {}
    return TELLING.sub(
        lambda part: (
            str(values.get(part["name"], "")) if part["kind"] in PLAIN_KINDS else f"<{part['name']}>"
        ),
        rule.rule,
    )


def _write_line(response: Response) -> None:
    path = address_told(request.url_rule)
    facts: dict[str, object] = {
        "method": request.method,
        "path": path,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.began) * 1000),
    }
    if has_visit():
        facts["business"] = str(business().id)
    log.info("%s %s: %s", request.method, path, response.status_code, extra={FACTS: facts})


def _log_fault(
    exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
) -> None:
    log.error("%s %s failed", request.method, address_told(request.url_rule), exc_info=exc_info)
