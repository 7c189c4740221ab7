"""Signing in and out: what is told, what is renewed, what is ended, what is slowed down."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.operations.sign_ins import TRIES_PER_ADDRESS
from tests.studio import NOW, a_basket, a_business, a_class, a_code, a_customer, a_placed_booking
from tests.web.browser import Browser, statements
from tests.web.people import PASSWORD, a_customer_with_password

WRONG = "No account has this e-mail address and this password."


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    with site.app_context():
        a_customer_with_password(studio)
    return Browser(site, studio)


def test_the_password_lets_in(browser: Browser) -> None:
    page = browser.sign_in("Ada@Example.com ", PASSWORD)
    assert page.path == "/account"
    assert page.heading == "Hello, Ada Park"


@pytest.mark.parametrize(
    ("email", "password"),
    [("ada@example.com", "not her password"), ("nobody@example.com", PASSWORD), ("ada@example.com", "x")],
)
def test_the_answer_is_the_same_whether_or_not_an_address_is_known(
    browser: Browser, email: str, password: str
) -> None:
    browser.open("/sign-in")
    page = browser.press("Sign in", status=422, email=email, password=password)
    assert page.errors == [WRONG]
    assert "customer_sign_in" not in browser.session


def test_an_unconfirmed_address_gets_the_same_answer(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        a_customer(studio, "Max Frei", email="max@example.com", email_confirmed=False)
    browser.open("/sign-in")
    page = browser.press("Sign in", status=422, email="max@example.com", password=PASSWORD)
    assert page.errors == [WRONG]


def test_what_is_missing_is_said_beside_its_field(browser: Browser) -> None:
    browser.open("/sign-in")
    page = browser.press("Sign in", status=422)
    assert page.errors == ["Enter your e-mail address.", "Enter your password."]


def test_a_password_typed_wrong_is_not_sent_back(browser: Browser) -> None:
    browser.open("/sign-in")
    page = browser.press("Sign in", status=422, email="ada@example.com", password="not her password")
    assert "not her password" not in page.response.text
    assert 'value="ada@example.com"' in page.response.text


@pytest.mark.parametrize(
    ("target", "led_to"),
    [
        ("/account/passes", "/account/passes"),
        ("https://evil.example/", "/account"),
        ("//evil.example/", "/account"),
        ("/\\evil.example", "/account"),
        ("javascript:alert(1)", "/account"),
    ],
)
def test_the_way_back_stays_within_the_site(browser: Browser, target: str, led_to: str) -> None:
    browser.open(f"/sign-in?next={target}")
    assert browser.press("Sign in", email="ada@example.com", password=PASSWORD).path == led_to


def test_whoever_needs_to_sign_in_comes_back_to_where_they_were_going(browser: Browser) -> None:
    assert browser.open("/account/bookings?show=past").path.startswith("/sign-in?next=")
    page = browser.press("Sign in", email="ada@example.com", password=PASSWORD)
    assert page.path == "/account/bookings?show=past"


def test_the_session_is_renewed_at_sign_in(browser: Browser) -> None:
    browser.open("/sign-in")
    before = browser.session
    with browser.client.session_transaction(base_url=browser._base) as kept:
        kept["planted"] = "by somebody else"
    browser.press("Sign in", email="ada@example.com", password=PASSWORD)
    assert "planted" not in browser.session
    assert browser.session.get("csrf_token") != before["csrf_token"]


def test_a_cookie_from_before_the_sign_out_signs_nobody_in(browser: Browser) -> None:
    browser.sign_in("ada@example.com", PASSWORD)
    stolen = browser.copy()
    assert stolen.open("/account").heading == "Hello, Ada Park"
    browser.open("/sign-out")
    browser.press("Sign out")
    assert browser.open("/account").path.startswith("/sign-in")
    assert stolen.open("/account").path.startswith("/sign-in")


def test_signing_out_everywhere_ends_other_browsers(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    elsewhere = Browser(site, studio)
    elsewhere.sign_in("ada@example.com", PASSWORD)
    browser.sign_in("ada@example.com", PASSWORD)
    browser.open("/sign-out")
    assert "here and in every other browser" in browser.press("Sign out everywhere").text
    assert elsewhere.open("/account").path.startswith("/sign-in")


def test_signing_out_here_leaves_other_browsers_alone(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    elsewhere = Browser(site, studio)
    elsewhere.sign_in("ada@example.com", PASSWORD)
    browser.sign_in("ada@example.com", PASSWORD)
    browser.open("/sign-out")
    browser.press("Sign out")
    assert elsewhere.open("/account").heading == "Hello, Ada Park"


def test_a_sign_in_ends_by_itself(browser: Browser, still_clock: Path) -> None:
    browser.sign_in("ada@example.com", PASSWORD)
    still_clock.write_text((NOW + timedelta(days=30)).isoformat())
    assert browser.open("/account").path.startswith("/sign-in")


def test_a_session_of_one_business_is_worth_nothing_at_another(browser: Browser, site: Flask) -> None:
    with site.app_context():
        elsewhere = a_business()
    browser.sign_in("ada@example.com", PASSWORD)
    thief = Browser(site, elsewhere)
    with thief.client.session_transaction(base_url=elsewhere.public_address) as kept:
        kept.update(browser.session)
    assert thief.open("/account").path.startswith("/sign-in")


def test_guessing_is_slowed_down_and_says_until_when(browser: Browser) -> None:
    browser.open("/sign-in")
    for _ in range(TRIES_PER_ADDRESS):
        browser.press("Sign in", status=422, email="ada@example.com", password="a wrong one")
    page = browser.press("Sign in", status=429, email="ada@example.com", password=PASSWORD)
    assert page.errors == ["Too many tries. Please try again at 09:15."]


def test_signing_in_rightly_again_and_again_is_not_slowed_down(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_customer_with_password(studio)
    for _ in range(TRIES_PER_ADDRESS + 2):
        assert Browser(site, studio).sign_in("ada@example.com", PASSWORD).path == "/account"


def test_a_post_without_proof_signs_nobody_in(browser: Browser, studio: BusinessFacts) -> None:
    response = browser.client.post(
        "/sign-in",
        base_url=studio.public_address,
        data={"email": "ada@example.com", "password": PASSWORD},
    )
    assert response.status_code == 400
    assert "customer_sign_in" not in browser.session


def test_a_guests_basket_comes_along(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        basket_id = a_basket(studio, a_class(studio))
    browser.open("/sign-in")
    with browser.client.session_transaction(base_url=studio.public_address) as kept:
        kept.update(guest_basket=str(basket_id), business=str(studio.id))
    browser.sign_in("ada@example.com", PASSWORD)
    assert "Morning Yoga" in browser.open("/basket").text


def test_the_newer_code_wins_and_the_page_says_so(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        spring, fiver = a_code(studio, "SPRING20"), a_code(studio, "FIVER", basket=500)
        ada = a_customer_with_password(studio, email="other@example.com")
        a_basket(ada, a_class(studio), code=spring.text, now=NOW - timedelta(minutes=2))
        guests = a_basket(studio, a_class(studio), code=fiver.text, now=NOW - timedelta(minutes=1))
    browser.open("/sign-in")
    with browser.client.session_transaction(base_url=studio.public_address) as kept:
        kept.update(guest_basket=str(guests), business=str(studio.id))
    page = browser.sign_in("other@example.com", PASSWORD)
    assert "The newer discount code, FIVER, is in your basket now." in page.text


def test_what_was_booked_as_a_guest_since_joins(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        booking = a_placed_booking(studio, a_class(studio, price=0), email="ada@example.com")
    browser.sign_in("ada@example.com", PASSWORD)
    assert booking.reference in browser.open("/account/bookings").text


def test_signing_in_takes_few_statements(browser: Browser, site: Flask) -> None:
    browser.open("/sign-in")
    with statements(site) as sent:
        browser.post("/sign-in", email="ada@example.com", password=PASSWORD)
    assert len(sent) <= 7, "\n".join(sent)


def test_a_guests_basket_comes_along_in_few_more_however_much_is_in_it(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        basket_id = a_basket(studio, *(a_class(studio) for _ in range(6)))
    browser.open("/sign-in")
    with browser.client.session_transaction(base_url=studio.public_address) as kept:
        kept.update(guest_basket=str(basket_id), business=str(studio.id))
    with statements(site) as sent:
        browser.post("/sign-in", email="ada@example.com", password=PASSWORD)
    assert len(sent) <= 12, "\n".join(sent)
