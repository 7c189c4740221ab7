"""Registering: the same answer for everyone, and an account only for whoever asked and reads the letter."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.letters import Letter
from tests.studio import a_basket, a_business, a_class, a_placed_booking
from tests.web.browser import Browser, Page
from tests.web.people import PASSWORD, a_customer_with_password

CHOSEN = "words of her choice"


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    return Browser(site, studio)


def _register(
    browser: Browser, *, email: str = "ada@example.com", status: int = 200, password: str = CHOSEN
) -> Page:
    browser.open("/register")
    return browser.press("Register", status=status, name="Ada Park", email=email, password=password)


def _link(site: Flask) -> str:
    with site.app_context():
        letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
        assert letter is not None
        return f"/register/{letter.facts['token']}"


def test_registering_asks_to_check_the_e_mail_and_signs_nobody_in(browser: Browser) -> None:
    page = _register(browser)
    assert page.heading == "Check your e-mail"
    assert "ada@example.com" in page.text
    assert browser.open("/account").path.startswith("/sign-in")


def test_the_answer_is_the_same_for_a_known_address(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        a_customer_with_password(studio, email="known@example.com")
    unknown = _register(browser, email="other@example.com")
    other = Browser(site, studio)
    known = _register(other, email="known@example.com")
    assert known.text.replace("known", "other") == unknown.text
    assert known.response.status == unknown.response.status
    assert {name: len(str(value)) for name, value in other.session.items()} == {
        name: len(str(value)) for name, value in browser.session.items()
    }


def test_whoever_registers_anothers_address_cannot_find_out_by_signing_in(browser: Browser) -> None:
    _register(browser)
    browser.open("/sign-in")
    page = browser.press("Sign in", status=422, email="ada@example.com", password=CHOSEN)
    assert page.errors == ["No account has this e-mail address and this password."]


def test_in_the_same_browser_the_links_button_is_enough(browser: Browser, site: Flask) -> None:
    _register(browser)
    page = browser.open(_link(site))
    assert page.heading == "Finish your account"
    page = browser.press("Confirm and sign in")
    assert (page.path, page.heading) == ("/account", "Hello, Ada Park")
    assert "Your account is ready." in page.text


def test_opening_the_link_alone_changes_nothing(browser: Browser, site: Flask) -> None:
    _register(browser)
    link = _link(site)
    browser.open(link)
    browser.open(link)
    assert browser.open("/account").path.startswith("/sign-in")


def test_in_another_browser_the_link_asks_for_the_password(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    _register(browser)
    other = Browser(site, studio)
    other.open(_link(site))
    page = other.press("Confirm and sign in", status=422, password="a guess at it")
    assert page.errors == ["That is not the password you chose when you registered."]
    assert other.press("Confirm and sign in", password=CHOSEN).heading == "Hello, Ada Park"


def test_guessing_it_is_slowed_down(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    _register(browser)
    other = Browser(site, studio)
    other.open(_link(site))
    for _ in range(10):
        other.press("Confirm and sign in", status=422, password="a guess at it")
    page = other.press("Confirm and sign in", status=422, password=CHOSEN)
    assert page.errors == ["Too many tries. Please try again at 10:00."]


def test_a_link_that_was_used_says_so(browser: Browser, site: Flask) -> None:
    _register(browser)
    link = _link(site)
    browser.open(link)
    browser.press("Confirm and sign in")
    assert browser.open(link, status=410).heading == "This link has ended"
    assert browser.open("/register/no-such-token", status=410).heading == "This link has ended"


def test_the_basket_and_the_way_to_the_check_out_come_along(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        basket_id = a_basket(studio, a_class(studio))
    browser.open("/register?next=/basket")
    with browser.client.session_transaction(base_url=studio.public_address) as kept:
        kept.update(guest_basket=str(basket_id), business=str(studio.id))
    browser.open("/register?next=/basket")
    browser.press("Register", name="Ada Park", email="ada@example.com", password=CHOSEN)
    browser.open(_link(site))
    page = browser.press("Confirm and sign in")
    assert page.path == "/basket"
    assert "Morning Yoga" in page.text


def test_what_was_booked_as_a_guest_is_in_the_account(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        booking = a_placed_booking(studio, a_class(studio, price=0), email="ada@example.com")
    _register(browser)
    browser.open(_link(site))
    browser.press("Confirm and sign in")
    assert booking.reference in browser.open("/account/bookings").text


@pytest.mark.parametrize(
    ("email", "password", "error"),
    [
        ("no address", CHOSEN, "Enter an e-mail address like name@example.com."),
        ("ada@example.com", "short", "Choose a password of at least 10 characters."),
        ("ada@example.com", "ada@example.com", "Choose a password that is harder to guess."),
        (f"{'a' * 260}@example.com", CHOSEN, "Enter an e-mail address like name@example.com."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    browser: Browser, email: str, password: str, error: str
) -> None:
    assert _register(browser, email=email, password=password, status=422).errors == [error]


def test_a_strangers_letter_box_is_not_filled(browser: Browser) -> None:
    for _ in range(5):
        _register(browser)
    assert _register(browser, status=429).errors == ["Too many tries. Please try again at 10:00."]


def test_another_business_knows_nothing_of_the_link(site: Flask, browser: Browser) -> None:
    _register(browser)
    with site.app_context():
        elsewhere = a_business()
    Browser(site, elsewhere).open(_link(site), status=410)


def test_the_known_password_still_works_after_somebody_registered_again(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        a_customer_with_password(studio)
    _register(browser)
    assert browser.sign_in("ada@example.com", PASSWORD).path == "/account"
