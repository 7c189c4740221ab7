"""Who may open which page, as the routes say it, the portal keeps it, and the help tells it."""

from pathlib import Path

import pytest
from flask import Blueprint, Flask

from portal.models.business import BusinessFacts
from portal.rules.roles import Capability, Role, may, roles_that_may
from portal.web.staff.admission import StaffPage, UndeclaredPage, refuse_undeclared_pages, staff_pages
from portal.web.staff.role_words import ROOM_WORDS
from portal.web.visitor import staff_needed
from tests.studio import NOW, APass, APerson, a_basket, a_booking, a_class, a_placed_booking
from tests.web.browser import Browser
from tests.web.people import PASSWORD
from tests.web.staff.who_comes_in import browser_of, some_address, walk

TEACHER = "Maya Lindqvist"
"""Of the classes that tests make."""

LIST = Path(__file__).parent / "who_may.txt"


def line_of(page: StaffPage) -> str:
    who = "anybody" if page.needs is None else ", ".join(role.value for role in roles_that_may(page.needs))
    return f"{page.method:5} {page.address}  {who}\n"


def test_who_may_open_what_is_as_on_the_list(site: Flask) -> None:
    """A page that is not on the list yet is to be entered there, with the line that this test shows."""
    assert "".join(map(line_of, staff_pages(site))) == LIST.read_text()


@pytest.mark.parametrize("role", Role)
def test_every_page_lets_in_who_may_and_nobody_else(site: Flask, studio: BusinessFacts, role: Role) -> None:
    browser = browser_of(site, studio, role)
    needs = {(page.method, page.address): page.needs for page in staff_pages(site)}
    for rule in sorted(site.url_map.iter_rules(), key=lambda rule: "sign-out" in rule.rule):
        for method in (rule.methods or set()) & {"GET", "POST"}:
            needed = needs.get((method, rule.rule))
            if needed is None:
                continue
            address = some_address(site, rule)
            answer = (
                browser.client.get(address, base_url=studio.public_address)
                if method == "GET"
                else (browser.post(address))
            )
            assert (answer.status_code == 403) is not may(role, needed), f"{method} {address} as {role.value}"


def test_whoever_is_not_signed_in_is_let_in_nowhere(site: Flask, studio: BusinessFacts) -> None:
    browser = Browser(site, studio)
    needs = {page.address: page.needs for page in staff_pages(site) if page.method == "GET"}
    for rule in site.url_map.iter_rules():
        if needs.get(rule.rule) is not None:
            assert browser.open(some_address(site, rule)).path.startswith("/staff/sign-in")


@pytest.fixture
def busy(site: Flask, studio: BusinessFacts, ada: APerson, ten_classes: APass) -> BusinessFacts:
    """A studio with something on every page: a class today, bookings, a basket, a pass that pays."""
    with site.app_context():
        today = a_class(studio, on=NOW.date(), price=0, now=NOW)
        a_placed_booking(studio, today)
        a_booking(ada, a_class(studio))
        a_basket(ada, a_class(studio, name="Pottery"))
    return studio


@pytest.mark.parametrize("role", Role)
def test_no_page_leads_where_its_reader_may_not_go(site: Flask, busy: BusinessFacts, role: Role) -> None:
    for found in walk(site, browser_of(site, busy, role, teaches_as=TEACHER)):
        needed = found.needs(site)
        assert needed is None or may(role, needed), f"{found.on} leads {role.value} to {found.address}"


def test_the_walk_comes_by_what_others_may_not(site: Flask, busy: BusinessFacts) -> None:
    """Its control: an owner's walk meets pages of every kind, so the others' are free of them by hiding."""
    met = {found.needs(site) for found in walk(site, browser_of(site, busy, Role.OWNER))}
    assert set(Capability) <= met


def test_a_refusal_says_who_may_and_whom_to_ask(site: Flask, studio: BusinessFacts) -> None:
    browser_of(site, studio, Role.OWNER)
    page = browser_of(site, studio, Role.FRONT_DESK).open("/staff/audit", status=403)
    assert page.heading == "Not for your role"
    assert "Owners and managers may do this: read everything that was done" in page.text
    assert "You are signed in as Olive Owen, front desk, and nothing was changed." in page.text
    assert "ask Olive Owen" in page.text
    assert "mailto:owner@example.com" in page.links()
    assert "/staff/help/roles" in page.links()


def test_a_list_of_clients_is_taken_out_by_whoever_may(site: Flask, studio: BusinessFacts) -> None:
    browser_of(site, studio, Role.MANAGER).client.get("/staff/search?format=csv").close()
    browser_of(site, studio, Role.FRONT_DESK).open("/staff/search?format=csv", status=403)


def test_an_instructor_sees_who_comes_and_nothing_of_money(
    site: Flask, studio: BusinessFacts, ada: APerson, ten_classes: APass
) -> None:
    with site.app_context():
        yoga = a_class(studio)
        a_booking(ada, yoga)
    browser = browser_of(site, studio, Role.INSTRUCTOR, teaches_as=TEACHER)
    page = browser.open(f"/staff/classes/{yoga.id}")
    assert "Ada Park" in page.text
    assert [head.get_text() for head in page.soup.select("thead th")] == ["Name", "Ticket"]
    assert "Pass use" not in page.text
    browser.open(f"/staff/classes/{yoga.id}?format=csv", status=403)


def test_a_page_that_does_not_say_who_may_open_it_does_not_start(site: Flask) -> None:
    rooms = Blueprint("forgotten", __name__)
    rooms.get("/staff/forgotten")(lambda: "")
    forgetful = Flask("forgetful")
    forgetful.register_blueprint(rooms)
    with pytest.raises(UndeclaredPage, match=r"GET /staff/forgotten .* @staff_needed\(Capability"):
        refuse_undeclared_pages(forgetful)


def test_a_guard_without_a_capability_is_told_what_is_missing() -> None:
    with pytest.raises(TypeError, match=r"@staff_needed\(Capability.CLIENTS\), for example"):
        staff_needed(lambda: "")  # type: ignore[arg-type]


def test_every_room_has_its_words_in_the_help(site: Flask) -> None:
    """A new room's line goes into portal/web/staff/role_words.py."""
    rooms = {(page.room, page.needs) for page in staff_pages(site) if page.needs is not None}
    assert rooms - set(ROOM_WORDS) == set(), "say in portal/web/staff/role_words.py what these pages are"
    assert set(ROOM_WORDS) - rooms == set(), "these rooms are gone"


@pytest.mark.parametrize("role", Role)
def test_the_help_says_of_every_line_whether_a_role_may(
    site: Flask, studio: BusinessFacts, role: Role
) -> None:
    page = browser_of(site, studio, role).open("/staff/help/roles")
    told = {
        row.select_one("th").get_text(): [  # type: ignore[union-attr]
            cell.get_text().endswith("Yes") for cell in row.select("td")
        ]
        for row in page.soup.select("tbody tr")
        if row.select("td")
    }
    for (_, needs), words in ROOM_WORDS.items():
        assert told[words] == [may(each, needs) for each in Role], words


def test_a_sign_in_of_every_role_leads_to_today(site: Flask, studio: BusinessFacts) -> None:
    for role in Role:
        browser = browser_of(site, studio, role)
        assert browser.open("/staff").heading == "Tuesday 1 December"
        assert PASSWORD not in str(browser.session)
