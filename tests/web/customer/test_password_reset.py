"""A forgotten password: the same answer for everyone; the letter sets a new one and ends other browsers."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.letters import Letter
from tests.web.browser import Browser, Page
from tests.web.people import PASSWORD, a_customer_with_password

NEW = "other good words"


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    with site.app_context():
        a_customer_with_password(studio)
    return Browser(site, studio)


def _ask(browser: Browser, email: str, *, status: int = 200) -> Page:
    browser.open("/reset-password")
    return browser.press("Send the e-mail", status=status, email=email)


def _link(site: Flask) -> str:
    with site.app_context():
        letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
        assert letter is not None
        return f"/reset-password/{letter.facts['token']}"


def test_the_answer_is_the_same_whether_or_not_an_address_is_known(browser: Browser) -> None:
    known, unknown = _ask(browser, "ada@example.com"), _ask(browser, "eve@example.com")
    assert known.text.replace("ada@", "eve@") == unknown.text
    assert known.status == unknown.status


def test_the_links_page_sets_the_password_and_signs_in(browser: Browser, site: Flask) -> None:
    _ask(browser, "ada@example.com")
    browser.open(_link(site))
    page = browser.press("Set password", password=NEW)
    assert page.heading == "Hello, Ada Park"
    assert "Your new password is set." in page.text


def test_the_old_password_is_gone(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    _ask(browser, "ada@example.com")
    browser.open(_link(site))
    browser.press("Set password", password=NEW)
    other = Browser(site, studio)
    other.open("/sign-in")
    other.press("Sign in", status=422, email="ada@example.com", password=PASSWORD)
    assert other.press("Sign in", email="ada@example.com", password=NEW).path == "/account"


def test_other_browsers_are_signed_out(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    other = Browser(site, studio)
    other.sign_in("ada@example.com", PASSWORD)
    _ask(browser, "ada@example.com")
    browser.open(_link(site))
    browser.press("Set password", password=NEW)
    assert other.open("/account").path.startswith("/sign-in")


def test_a_link_works_once(browser: Browser, site: Flask) -> None:
    _ask(browser, "ada@example.com")
    link = _link(site)
    browser.open(link)
    browser.press("Set password", password=NEW)
    assert browser.open(link, status=410).heading == "This link has ended"


def test_a_weak_password_is_refused_and_the_link_still_works(browser: Browser, site: Flask) -> None:
    _ask(browser, "ada@example.com")
    browser.open(_link(site))
    page = browser.press("Set password", status=422, password="short")
    assert page.errors == ["Choose a password of at least 10 characters."]
    assert browser.press("Set password", password=NEW).path == "/account"


def test_asking_is_slowed_down(browser: Browser) -> None:
    for _ in range(5):
        _ask(browser, "ada@example.com")
    assert _ask(browser, "ada@example.com", status=429).errors == [
        "Too many tries. Please try again at 10:00."
    ]
