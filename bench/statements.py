"""How many SQL statements a step takes, BEGIN and COMMIT apart: counted in this process, on the same data."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from bench.steps import Step
from bench.visitors import Visitor
from bench.wire import Answer

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK")


@dataclass(slots=True)
class Count:
    """Statements so far."""

    number: int = 0


class InProcess:
    """A browser that asks an application without a wire."""

    def __init__(self, portal: Flask, address: str) -> None:
        self._client: FlaskClient = portal.test_client(use_cookies=False)
        self._address = address

    def get(self, path: str, *, cookie: str = "") -> Answer:
        """Look at a page."""
        return _answer(self._client.get(path, headers={"Cookie": cookie}, base_url=self._address))

    def post(self, path: str, *, cookie: str, **fields: str) -> Answer:
        """Send a form."""
        headers = {"Cookie": cookie}
        return _answer(self._client.post(path, data=fields, headers=headers, base_url=self._address))


def statements_of(step: Step, visitor: Visitor, portal: Flask, address: str) -> int:
    """What one visitor's doing of a step takes, once everything is warm but their own data."""
    with counted() as count:
        step.act(InProcess(portal, address), visitor)
    return count.number


@contextmanager
def counted() -> Iterator[Count]:
    """Count every statement of this process meanwhile."""
    count = Count()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        count.number += not statement.startswith(NOT_COUNTED)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield count
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _answer(response: TestResponse) -> Answer:
    return Answer(response.status_code, response.location or "", response.data, len(response.data))
