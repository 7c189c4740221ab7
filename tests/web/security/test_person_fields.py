"""A name is a name, and an address one mailbox: what strangers type reaches letters, lists and accounts."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.letters import Letter
from portal.models.people import Customer, MailedLink
from tests.web.browser import Browser, Page
from tests.web.people import PASSWORD


def test_a_name_is_kept_on_one_line(site: Flask, studio: BusinessFacts) -> None:
    _registered(site, studio, name="Ada\r\nBcc: everybody@example.com\u2028Park")
    assert _links(site)[0].name == "Ada Bcc: everybody@example.com Park"


@pytest.mark.parametrize("name", ["Ada\x1b[31m", "Ada\x7f", "Ada \u202ekraP", "\u2066Ada"])
def test_a_name_hides_nothing(site: Flask, studio: BusinessFacts, name: str) -> None:
    page = _registered(site, studio, name=name, status=422)
    assert page.errors == ["Enter a name without hidden characters."]


@pytest.mark.parametrize("name", ["Win at https://evil.example now", "WWW.evil.example"])
def test_a_name_is_no_advertisement_in_our_letters(site: Flask, studio: BusinessFacts, name: str) -> None:
    page = _registered(site, studio, name=name, status=422)
    assert page.errors == ["Enter a name, not a web address."]


@pytest.mark.parametrize(
    "name", ["Zoë d'Arc-O’Neill", "李小龍", "نرگس\u200cزاده", "Dr. Mary-Jane Watson, Jr."]
)
def test_people_have_all_sorts_of_names(site: Flask, studio: BusinessFacts, name: str) -> None:
    _registered(site, studio, name=name)
    assert _links(site)[0].name == name


def test_an_address_is_kept_as_the_mail_system_writes_it(site: Flask, studio: BusinessFacts) -> None:
    _registered(site, studio, email="Ada@Straße.example")
    with site.app_context():
        assert db.session.scalars(select(Letter.to_email)).all() == ["Ada@xn--strae-oqa.example"]


def test_whoever_owns_a_domain_that_folds_alike_is_somebody_else(site: Flask, studio: BusinessFacts) -> None:
    for email in ("ada@straße.example", "ada@strasse.example"):
        browser = Browser(site, studio)
        _registered(site, studio, email=email, browser=browser)
        browser.open(f"/register/{_newest_token(site)}")
        browser.press("Confirm and sign in")
    with site.app_context():
        assert set(db.session.scalars(select(Customer.email))) == {
            "ada@xn--strae-oqa.example",
            "ada@strasse.example",
        }


@pytest.mark.parametrize("email", ["jörg@example.com", "\u017fam@example.com", "аda@example.com"])
def test_an_address_that_no_letter_of_ours_can_bear_is_refused(
    site: Flask, studio: BusinessFacts, email: str
) -> None:
    page = _registered(site, studio, email=email, status=422)
    assert page.errors == ["Enter an e-mail address like name@example.com."]


def _registered(
    site: Flask,
    studio: BusinessFacts,
    *,
    name: str = "Ada Park",
    email: str = "ada@example.com",
    status: int = 200,
    browser: Browser | None = None,
) -> Page:
    browser = browser or Browser(site, studio)
    browser.open("/register")
    return browser.press("Register", name=name, email=email, password=PASSWORD, status=status)


def _links(site: Flask) -> list[MailedLink]:
    with site.app_context():
        return list(db.session.scalars(select(MailedLink)))


def _newest_token(site: Flask) -> str:
    with site.app_context():
        letter = db.session.scalars(select(Letter).order_by(Letter.id.desc()).limit(1)).one()
        return str(letter.facts["token"])
