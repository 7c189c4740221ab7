"""A browser of each role, and a walk through all that its pages lead to."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.operations.auditing import SYSTEM
from portal.operations.staff_members import change_standing
from portal.rules.roles import Capability, Role
from portal.web.staff.admission import staff_pages
from tests.studio import NOW
from tests.web.browser import Browser, Page
from tests.web.people import PASSWORD, a_staff_member_with_password

NO_SUCH = UUID(int=0)
SAME_PAGE_AT_MOST = 2
"""How many addresses of one route are walked: one client's page leads where another's does."""


def browser_of(site: Flask, studio: BusinessFacts, role: Role, *, teaches_as: str = "") -> Browser:
    """Somebody of this role, signed in."""
    email = f"{role.value}@example.com"
    with site.app_context():
        member = a_staff_member_with_password(studio, role=role, email=email)
        with transaction():
            change_standing(
                studio, member_id=member.id, role=role, teaches_as=teaches_as, actor=SYSTEM, now=NOW
            )
    browser = Browser(site, studio)
    browser.sign_in_as_staff(email, PASSWORD)
    return browser


def some_address(site: Flask, rule: Rule) -> str:
    """An address of a route; what it names does not exist."""
    words = {"reference": "NONE", "kind": "reminder", "plan": "free"}
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        choices = getattr(converter, "items", None)
        values[name] = words.get(name, min(choices) if choices else NO_SUCH)
    return str(site.url_map.bind("").build(rule.endpoint, values))


@dataclass(frozen=True, slots=True)
class Found:
    """An address that a page leads to or sends a form to, and that page."""

    method: str
    address: str
    on: str

    def needs(self, site: Flask) -> Capability | None:
        """What the page at this address needs, as the list of all pages has it."""
        rule, _ = site.url_map.bind("").match(
            urlsplit(self.address).path, method=self.method, return_rule=True
        )
        (page,) = (it for it in staff_pages(site) if (it.method, it.address) == (self.method, rule.rule))
        return page.needs


def walk(site: Flask, browser: Browser) -> Iterator[Found]:
    """Follow every link of staff's pages from the first one on, and tell what each leads to, some a route."""
    match = site.url_map.bind("").match
    seen: dict[tuple[str, str], set[str]] = {}
    waiting = [Found("GET", "/staff", "/staff")]
    while waiting:
        found = waiting.pop(0)
        endpoint = str(match(urlsplit(found.address).path, method=found.method)[0])
        addresses = seen.setdefault((found.method, endpoint), set())
        if found.address in addresses or len(addresses) == SAME_PAGE_AT_MOST:
            continue
        addresses.add(found.address)
        yield found
        if found.method == "GET" and not found.address.endswith(("format=csv", "/html")):
            waiting += _led_to(browser.open(found.address, status=200))


def _led_to(page: Page) -> list[Found]:
    links = [("GET", str(link["href"])) for link in page.soup.select("a[href]")]
    forms = [
        (str(form.get("method", "get")).upper(), str(form.get("action") or page.path))
        for form in page.soup.select("form")
    ]
    return [
        Found(method, address, page.path)
        for method, address in links + forms
        if address == "/staff" or address.startswith("/staff/")
    ]
