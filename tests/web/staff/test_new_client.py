"""Add client: somebody new on the studio's books, who chooses a password by a link in a letter (S9, R5)."""

from datetime import timedelta
from pathlib import Path

from flask import Flask

from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.letters import Letter
from tests.studio import NOW, AClass, APerson, a_class
from tests.web.browser import Browser

PAGE = "/staff/clients/new"


def test_a_client_is_added_and_invited(browser: Browser) -> None:
    browser.open("/staff/search")
    page = browser.open(PAGE)
    page = browser.press("Add client", name="Hal Stone", email="hal@example.com", phone="020 7946 0958")
    assert (page.heading, page.path.startswith("/staff/clients/")) == ("Hal Stone", True)
    assert "A link to choose a password is on its way to hal@example.com." in page.text
    assert "without a password yet" in page.text
    assert "Hal Stone" in browser.open("/staff/search?q=7946").text


def test_the_link_in_the_letter_sets_a_password_for_a_week(
    browser: Browser, site: Flask, studio: BusinessFacts, still_clock: Path
) -> None:
    browser.open(PAGE)
    browser.press("Add client", name="Hal Stone", email="hal@example.com")
    with site.app_context():
        facts = db.session.query(Letter.facts).one()[0]
    still_clock.write_text((NOW + timedelta(days=6)).isoformat())
    hal = Browser(site, studio)
    hal.open(f"/reset-password/{facts['token']}")
    assert "Hello, Hal Stone" in hal.press("Set password", password="a long enough password").text


def test_an_address_that_is_known_leads_to_whose_it_is(browser: Browser, ada: APerson) -> None:
    browser.open(PAGE)
    page = browser.press("Add client", status=422, name="A. Park", email=ada.email.upper())
    assert page.errors == ["Ada Park has this e-mail address, and is a client already."]
    assert f"/staff/clients/{ada.id}" in page.links()


def test_what_is_missing_is_asked_for(browser: Browser) -> None:
    browser.open(PAGE)
    page = browser.press("Add client", status=422)
    assert sorted(page.errors) == ["Enter a name.", "Enter an e-mail address."]


def test_from_a_what_if_it_leads_back_there(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        yoga: AClass = a_class(studio)
    page = browser.open(f"/staff/what-if/clients?ticket={yoga.id}.{yoga.ticket_type_id}&code=KEPT")
    page = browser.open(next(link for link in page.links() if link.startswith(PAGE)))
    page = browser.press("Add client", name="Hal Stone", email="hal@example.com")
    assert page.heading == "What-if"
    assert "For Hal Stone" in page.text
    assert f"ticket={yoga.id}" in page.response.request.full_path
