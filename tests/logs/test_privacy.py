"""What the last guard of the log hides, and what it leaves."""

import json
import logging
import sys

import pytest

from portal.logs import about, logging_settings
from portal.logs.context import Belonging
from portal.logs.lines import JsonLines, PlainLines
from portal.logs.privacy import without_people


def line_of(message: str, *args: object, exc_info: object = None) -> str:
    record = logging.LogRecord("portal.x", logging.ERROR, __file__, 1, message, args, exc_info)  # type: ignore[arg-type]
    Belonging().filter(record)
    return JsonLines().format(record)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("550 <ada+x@example.co.uk>: no such user", "550 <…>: no such user"),
        ("next=/x?email=ada%40example.com&y", "next=/x?email=…"),
        ("Invalid request from ip=2001:db8::7: bad", "Invalid request from … bad"),
        ("from 192.0.2.77", "from …"),
        ("Listening at: http://127.0.0.1:8000", "Listening at: http://127.0.0.1:8000"),
        ("class_session 01a2: kept 8", "class_session 01a2: kept 8"),
    ],
)
def test_addresses_of_people_are_hidden_and_nothing_else(text: str, told: str) -> None:
    assert without_people(text) == told


def test_a_fault_is_told_by_type_and_trace_without_its_words() -> None:
    name, phone = "Ada " + "Lovelace", "07700 " + "900123"
    try:
        try:
            int(name)
        except ValueError as cause:
            raise RuntimeError(phone) from cause
    except RuntimeError:
        told = line_of("It failed", exc_info=sys.exc_info())
    line = json.loads(told)
    assert line["error"] == "RuntimeError"
    assert "ValueError" in line["trace"]
    assert "test_privacy.py" in line["trace"]
    assert "\n" not in told
    assert [words for words in (name, phone) if words in told] == []


def test_lines_say_which_run_they_belong_to_while_it_lasts() -> None:
    with about(request_id="r1", job="letters"):
        told = json.loads(line_of("Letter %s was not sent", 7))
    assert (told["request_id"], told["job"], told["message"]) == ("r1", "letters", "Letter 7 was not sent")
    assert "request_id" not in json.loads(line_of("later"))


def test_plain_lines_are_for_people() -> None:
    record = logging.LogRecord("portal.x", logging.INFO, __file__, 1, "GET /: 200", (), None)
    assert PlainLines().format(record).endswith("INFO    GET /: 200")


def test_gunicorns_own_line_of_each_request_is_off_since_it_tells_secrets_and_networks() -> None:
    loggers = logging_settings("json")["loggers"]
    assert loggers["gunicorn.access"] == {"level": "CRITICAL", "handlers": [], "propagate": False}
