"""Each request leaves a line with its id, and nobody's personal data gets into it."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from portal.logs.context import Belonging
from portal.logs.lines import JsonLines
from portal.models.business import BusinessFacts
from portal.operations.passwords import hash_password
from tests.databases import another_portal
from tests.studio import a_booking, a_class, a_customer, a_staff_member
from tests.web.browser import Browser

NETWORK = "192.0.2.77"
PASSWORD = "correct horse battery"
PRIVATE = ("Quillfeather", "quill", "7700 900123", NETWORK, "s3cret", PASSWORD, PASSWORD[::-1])


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """The log as a studio's server would write it, from its least important line on."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    handler.addFilter(Belonging())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(before)


def requests_in(written: io.StringIO) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in written.getvalue().splitlines()]
    return [line for line in told if line["logger"] == "portal.requests"]


def test_a_line_says_what_was_asked_for_and_how_it_ended(
    site: Flask, studio: BusinessFacts, written: io.StringIO
) -> None:
    with site.app_context():
        yoga = a_class(studio)
    shown = Browser(site, studio).open(f"/classes/{yoga.id}?q=1")
    (line,) = requests_in(written)
    assert (line["method"], line["path"], line["status"]) == ("GET", f"/classes/{yoga.id}", 200)
    assert line["business"] == str(studio.id)
    assert line["ms"] >= 0
    assert line["request_id"] == shown.response.headers["X-Request-ID"]


def test_personal_data_of_a_request_never_reaches_the_log(
    site: Flask, studio: BusinessFacts, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = hash_password(PASSWORD)
    with site.app_context():
        ada = a_customer(studio, "Ada Quillfeather", email="quill@example.com", password_hash=hashed)
        a_staff_member(studio, email="quillowner@example.com", password_hash=hashed)
        booking = a_booking(studio, a_class(studio), email="quillguest@example.com")
    visitor = Browser(site, studio, address=NETWORK)
    visitor.open("/register")
    visitor.press("Register", name="Ada Quillfeather", email="quill2@example.com", password=PASSWORD)
    visitor.open("/sign-in")
    visitor.press("Sign in", status=422, email="quill@example.com", password=PASSWORD[::-1])
    visitor.sign_in("quill@example.com", PASSWORD)
    secret = f"/bookings/{booking.reference}?key=s3cret&email=quill%40example.com"
    for path in (
        "/reset-password/s3cret",
        "/letters/s3cret",
        "/register/s3cret",
        "/quill@example.com",
        secret,
    ):
        visitor.client.get(path, base_url=studio.public_address)
    clerk = Browser(site, studio, address=NETWORK)
    clerk.sign_in_as_staff("quillowner@example.com", PASSWORD)
    clerk.open("/staff/search?q=Quillfeather")
    clerk.open(f"/staff/clients/{ada.id}")

    def fault() -> str:
        raise LookupError(" ".join(PRIVATE))

    monkeypatch.setitem(site.config, "PROPAGATE_EXCEPTIONS", value=False)
    monkeypatch.setitem(site.view_functions, site.url_map.bind("x").match("/")[0], fault)
    assert visitor.client.get("/", base_url=studio.public_address).status_code == 500
    log = written.getvalue()
    assert [line["error"] for line in requests_in(written) if "error" in line] == ["LookupError"]
    assert len(requests_in(written)) > 10
    assert [told for told in PRIVATE if told.lower() in log.lower()] == []


def test_what_the_database_refuses_is_told_without_the_row(
    site: Flask, studio: BusinessFacts, written: io.StringIO
) -> None:
    with site.app_context():
        a_customer(studio, email="quill@example.com")
        try:
            a_customer(studio, email="quill@example.com")
        except Exception:
            logging.getLogger("portal.x").exception("It was refused")
    line = json.loads(written.getvalue().splitlines()[-1])
    assert line["error"] == "IntegrityError"
    assert line.get("constraint_name") or line.get("sqlite_errorname")
    assert "quill" not in written.getvalue()


@pytest.mark.parametrize("given", ["", "short", "a b c d e f g h", "x" * 65, "ada@example.com", "12345678\n"])
def test_an_id_that_is_not_well_formed_is_not_taken(site: Flask, studio: BusinessFacts, given: str) -> None:
    settings = replace(site.extensions["punchcard"].settings, trusted_proxies=1)
    with another_portal(settings) as behind_proxy:
        headers = {"X-Request-ID": given} if "\n" not in given else {}
        told = behind_proxy.test_client().get("/", base_url=studio.public_address, headers=headers)
    assert told.headers["X-Request-ID"] != given
    assert len(told.headers["X-Request-ID"]) == 32


def test_an_id_is_taken_from_a_trusted_proxy_alone(site: Flask, studio: BusinessFacts) -> None:
    given = {"X-Request-ID": "0191f2c3-7a10-7cc0-9b1e-4c6a00000001"}
    direct = site.test_client().get("/", base_url=studio.public_address, headers=given)
    assert direct.headers["X-Request-ID"] != given["X-Request-ID"]
    settings = replace(site.extensions["punchcard"].settings, trusted_proxies=1)
    with another_portal(settings) as behind_proxy:
        proxied = behind_proxy.test_client().get("/", base_url=studio.public_address, headers=given)
    assert proxied.headers["X-Request-ID"] == given["X-Request-ID"]


def test_watchers_leave_no_line_while_all_is_well(
    site: Flask, studio: BusinessFacts, written: io.StringIO
) -> None:
    site.test_client().get("/healthz")
    assert requests_in(written) == []
