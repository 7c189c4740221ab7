"""A browser without a screen: it follows redirects, fills in forms, and looks over every page it meets."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from portal.models.business import BusinessFacts


@dataclass(frozen=True, slots=True)
class Page:
    """What came back."""

    response: TestResponse
    soup: BeautifulSoup

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.request.full_path.removesuffix("?")

    @property
    def heading(self) -> str:
        return self._one("h1").get_text(" ", strip=True)

    @property
    def text(self) -> str:
        """What a person reads in the middle of the page."""
        return " ".join(self._one("main").get_text(" ").split())

    @property
    def errors(self) -> list[str]:
        return [error.get_text(strip=True) for error in self.soup.select(".error-summary li")]

    def links(self) -> list[str]:
        return [str(link["href"]) for link in self.soup.select("main a[href]")]

    def part(self, selector: str) -> Tag:
        """The first part of the page that a CSS selector finds."""
        found = self.soup.select_one(selector)
        assert found is not None, f"no {selector!r} on {self.path}: {self.text}"
        return found

    def form_of(self, button: str) -> Tag:
        """The form that a button of this name belongs to."""
        for form in self.soup.find_all("form"):
            if any(found.get_text(strip=True) == button for found in form.find_all("button")):
                return form
        raise AssertionError(f"No form has a button {button!r}: {self.text}")

    def has_button(self, button: str) -> bool:
        return any(found.get_text(strip=True) == button for found in self.soup.find_all("button"))

    def _one(self, name: str) -> Tag:
        found = self.soup.find(name)
        assert isinstance(found, Tag), f"no <{name}> on {self.path}"
        return found


class Browser:
    """One person's browser at one business. ``address`` is the network address it comes from."""

    def __init__(self, site: Flask, business: BusinessFacts, *, address: str = "192.0.2.1") -> None:
        self.client: FlaskClient = site.test_client()
        self._site = site
        self._base = business.public_address
        self._address = address
        self.page: Page | None = None

    def open(self, path: str, *, status: int = 200) -> Page:
        """Go to an address, and on where it leads."""
        return self._met(self._send("GET", path), status)

    def press(self, button: str, *, status: int = 200, **fields: str) -> Page:
        """Fill in the form of a button by its fields' names, and press it: a button may have a name, too."""
        assert self.page is not None, "open a page first"
        form = self.page.form_of(button)
        sent = _filled(form, fields) | _pressed(form, button)
        action = str(form.get("action") or self.page.path)
        method = str(form.get("method", "get")).upper()
        if method == "GET":  # a browser puts what was typed into the address
            return self._met(self._send(method, f"{action.partition('?')[0]}?{urlencode(sent)}"), status)
        return self._met(self._send(method, action, data=sent), status)

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send what no form of ours would, but with the proof of one; redirects are not followed."""
        page = self.open("/sign-in") if self.page is None else self.page
        token = page.soup.find("input", {"name": "csrf_token"})
        assert isinstance(token, Tag), "no form on this page to take the token from"
        return self._send("POST", path, data={**fields, "csrf_token": str(token["value"])}, follow=False)

    def sign_in(self, email: str, password: str) -> Page:
        self.open("/sign-in")
        return self.press("Sign in", email=email, password=password)

    def sign_in_as_staff(self, email: str, password: str) -> Page:
        self.open("/staff/sign-in")
        return self.press("Sign in", email=email, password=password)

    @property
    def session(self) -> dict[str, Any]:
        """What the session cookie says."""
        with self.client.session_transaction(base_url=self._base) as kept:
            return dict(kept)

    def copy(self) -> Self:
        """Another browser that has got hold of this one's cookies."""
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.client = self._site.test_client()
        other.page = None
        with other.client.session_transaction(base_url=self._base) as kept:
            kept.update(self.session)
        return other

    def _send(
        self, method: str, path: str, *, data: Mapping[str, str] | None = None, follow: bool = True
    ) -> TestResponse:
        return self.client.open(
            path,
            method=method,
            base_url=self._base,
            data=data,
            follow_redirects=follow,
            environ_overrides={"REMOTE_ADDR": self._address},
        )

    def _met(self, response: TestResponse, status: int) -> Page:
        page = Page(response, BeautifulSoup(response.text, "html.parser"))
        assert page.status == status, (
            f"{page.status} from {page.path}: {page.soup.get_text(' ', strip=True)[:400]}"
        )
        _look_over(page)
        self.page = page
        return page


def _filled(form: Tag, fields: Mapping[str, str]) -> dict[str, str]:
    names = {str(field["name"]) for field in form.select("input[name], select[name], textarea[name]")}
    assert set(fields) <= names, f"the form has {sorted(names)}, not {sorted(set(fields) - names)}"
    kept = {
        str(field["name"]): str(field.get("value", ""))
        for field in form.select("input[name]")
        if field.get("type") not in {"checkbox", "radio", "submit"}
    }
    return {**kept, **fields}


def _pressed(form: Tag, button: str) -> dict[str, str]:
    found = next(it for it in form.find_all("button") if it.get_text(strip=True) == button)
    return {str(found["name"]): str(found.get("value", ""))} if found.get("name") else {}


def _look_over(page: Page) -> None:
    """What every page of ours keeps to."""
    where = page.path
    headers = page.response.headers
    title = page.soup.title
    assert title is not None, where
    assert " · " in title.get_text(), where
    assert len(page.soup.find_all("h1")) == 1, where
    assert not page.soup.select("[style], style, script:not([src])"), f"inline style or script on {where}"
    assert "unsafe-" not in headers["Content-Security-Policy"], where
    ids = [str(tag["id"]) for tag in page.soup.select("[id]")]
    assert len(ids) == len(set(ids)), f"an id stands twice on {where}"
    for form in page.soup.select("form[method=post]"):
        assert form.find("input", {"name": "csrf_token"}), f"a form without proof on {where}"
    for field in page.soup.select("input:not([type=hidden]), select, textarea"):
        assert page.soup.select(f'label[for="{field.get("id")}"]'), f"{field} has no label on {where}"


@contextmanager
def statements(site: Flask) -> Iterator[list[str]]:
    """Every SQL statement that is sent meanwhile, but for the beginnings and ends of transactions."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)
