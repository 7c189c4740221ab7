"""Check-out: the review page, the act that its button names, and the way through Stripe and back."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

from e2e.stripe_stand_in.testing import Controls
from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.database import db
from tests.studio import NOW, AClass, a_basket, a_class, a_code, a_customer, a_pass_of, a_purchase_option
from tests.web.browser import Browser, Page
from tests.web.customer.card_page import stripe_behind
from tests.web.signed_in import signed_in_browser

SOON = date(2026, 12, 10)
GUEST = {"name": "Grace Guest", "email": "grace@example.com"}


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga at £12.00."""
    with site.app_context():
        return a_class(studio, on=SOON)


@pytest.fixture
def free(site: Flask, studio: BusinessFacts) -> AClass:
    """A class that costs nothing."""
    with site.app_context():
        return a_class(studio, on=SOON, name="Open Day", price=0)


@pytest.fixture
def stripe(site: Flask, still_clock: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controls]:
    """The stand-in behind the portal."""
    with stripe_behind(site, still_clock, monkeypatch) as controls:
        yield controls


def at_review(browser: Browser, of: AClass) -> Page:
    browser.open(f"/classes/{of.id}")
    browser.press("Add to basket")
    return browser.open("/checkout")


def pressed_by_guest(browser: Browser, button: str) -> Page:
    return browser.press(button, name=GUEST["name"], email=GUEST["email"])


def sent_to(browser: Browser, button: str, **fields: str) -> str:
    """Press a button that leads away; the address it leads to."""
    page = browser.page
    assert page is not None
    form = page.form_of(button)
    kept = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
    answer = browser.post(str(form["action"]), **{**kept, **fields})
    assert answer.status_code == 303
    return answer.headers["Location"]


def bookings(site: Flask) -> int:
    with site.app_context():
        return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def returned(browser: Browser, session_id: str) -> Page:
    return browser.open(f"/checkout/return?session_id={session_id}")


def session_in(url: str) -> str:
    return urlsplit(url).path.rsplit("/", 1)[-1]


def test_an_empty_basket_has_nothing_to_review(site: Flask, studio: BusinessFacts) -> None:
    assert Browser(site, studio).open("/checkout").path == "/basket"


def test_the_button_names_what_is_to_pay(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    page = at_review(Browser(site, studio), yoga)
    assert page.heading == "Check out"
    assert "To pay £12.00" in page.text
    assert page.has_button("Pay £12.00")


def test_a_guest_gives_name_and_address(site: Flask, studio: BusinessFacts, free: AClass) -> None:
    browser = Browser(site, studio)
    at_review(browser, free)
    page = browser.press("Book now", status=422, name="", email="grace@")
    assert page.errors == ["Enter your name.", "Enter an e-mail address like name@example.com."]
    assert page.part("#email")["value"] == "grace@"
    assert bookings(site) == 0


def test_what_costs_nothing_is_booked_at_once(site: Flask, studio: BusinessFacts, free: AClass) -> None:
    browser = Browser(site, studio)
    at_review(browser, free)
    page = pressed_by_guest(browser, "Book now")
    assert page.heading == "You are booked"
    assert "for Grace Guest. A confirmation is on its way to grace@example.com." in page.text
    assert "Open Day" in page.text


def test_a_pass_pays_and_nothing_is_to_be_typed(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    with site.app_context():
        ada = a_customer(studio)
        a_pass_of(ada)
    browser = signed_in_browser(site, ada)
    page = at_review(browser, yoga)
    assert ada.email in page.text
    assert not page.soup.select("main input:not([type=hidden])")
    booked = browser.press("Book now")
    assert "Pass use of your 10-class pass" in booked.text
    assert "secret" not in booked.path


def test_pressing_twice_books_once(site: Flask, studio: BusinessFacts, free: AClass) -> None:
    browser = Browser(site, studio)
    review = at_review(browser, free)
    first = pressed_by_guest(browser, "Book now")
    browser.page = review
    assert pressed_by_guest(browser, "Book now").path == first.path
    assert bookings(site) == 1


def test_r6_what_changed_since_the_review_is_not_booked(
    site: Flask, studio: BusinessFacts, yoga: AClass, free: AClass
) -> None:
    with site.app_context():
        a_code(studio, "SPRING20")
    browser = Browser(site, studio)
    review = at_review(browser, free)
    at_review(browser, yoga)
    browser.page = review
    page = pressed_by_guest(browser, "Book now")
    assert page.path == "/basket"
    assert "Your basket has changed since you saw it" in page.text
    assert bookings(site) == 0


def test_a_made_up_digest_books_nothing(site: Flask, studio: BusinessFacts, free: AClass) -> None:
    browser = Browser(site, studio)
    at_review(browser, free)
    browser.press("Book now", name="Grace Guest", email="grace@example.com", digest="0" * 64)
    assert bookings(site) == 0


def test_a_guest_who_buys_a_pass_is_asked_for_an_account(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_purchase_option(studio)
    browser = Browser(site, studio)
    browser.open("/passes")
    browser.press("Add to basket")
    page = browser.open("/checkout")
    assert "/sign-in?next=/checkout" in page.links()
    assert "/register?next=/checkout" in page.links()
    assert not page.has_button("Pay £96.00")


def test_a_card_payment_leads_to_stripe_and_back_to_the_booking(
    site: Flask, studio: BusinessFacts, yoga: AClass, stripe: Controls
) -> None:
    browser = Browser(site, studio)
    at_review(browser, yoga)
    url = sent_to(browser, "Pay £12.00", **GUEST)
    assert url.startswith(stripe.url)
    stripe.pay(url)
    page = returned(browser, session_in(url))
    assert page.heading == "You are booked"
    assert "Paid £12.00" in page.text
    assert parse_qs(urlsplit(page.path).query)["secret"]
    assert "Your basket is empty" in browser.open("/basket").text


def test_coming_back_twice_changes_nothing(
    site: Flask, studio: BusinessFacts, yoga: AClass, stripe: Controls
) -> None:
    browser = Browser(site, studio)
    at_review(browser, yoga)
    url = sent_to(browser, "Pay £12.00", **GUEST)
    stripe.pay(url)
    assert returned(browser, session_in(url)).path == returned(browser, session_in(url)).path


def test_pressing_pay_twice_leads_to_the_same_payment(
    site: Flask, studio: BusinessFacts, yoga: AClass, stripe: Controls
) -> None:
    browser = Browser(site, studio)
    at_review(browser, yoga)
    assert sent_to(browser, "Pay £12.00", **GUEST) == sent_to(browser, "Pay £12.00", **GUEST)
    assert bookings(site) == 1


def test_meanwhile_the_basket_is_read_only(
    site: Flask, studio: BusinessFacts, yoga: AClass, stripe: Controls
) -> None:
    browser = Browser(site, studio)
    at_review(browser, yoga)
    url = sent_to(browser, "Pay £12.00", **GUEST)
    page = browser.open("/basket")
    assert "You are paying £12.00 for this basket" in page.text
    assert "until 09:35" in page.text
    for button in ("Remove", "Apply", "Keep my places"):
        assert not page.has_button(button)
    assert browser.open("/checkout").path == "/basket"
    assert sent_to(browser, "Continue payment") == url


def test_change_basket_ends_the_payment_and_brings_the_lines_back(
    site: Flask, studio: BusinessFacts, yoga: AClass, stripe: Controls, still_clock: Path
) -> None:
    browser = Browser(site, studio)
    at_review(browser, yoga)
    url = sent_to(browser, "Pay £12.00", **GUEST)
    still_clock.write_text((NOW + timedelta(minutes=20)).isoformat())
    browser.open("/basket")
    page = browser.press("Change basket")
    assert "nothing was charged" in page.text
    assert "until 09:35" in page.text
    assert page.has_button("Remove")
    assert returned(browser, session_in(url)).path == "/basket"


def test_change_basket_after_paying_finds_the_booking(
    site: Flask, studio: BusinessFacts, yoga: AClass, stripe: Controls
) -> None:
    browser = Browser(site, studio)
    at_review(browser, yoga)
    stripe.pay(sent_to(browser, "Pay £12.00", **GUEST))
    browser.open("/basket")
    page = browser.press("Change basket")
    assert page.heading == "You are booked"
    assert "You had paid already" in page.text


def test_walking_away_from_stripe_books_nothing(
    site: Flask, studio: BusinessFacts, yoga: AClass, stripe: Controls
) -> None:
    browser = Browser(site, studio)
    at_review(browser, yoga)
    url = sent_to(browser, "Pay £12.00", **GUEST)
    page = returned(browser, session_in(url))
    assert page.path == "/basket"
    assert "nothing was charged, and nothing is booked yet" in page.text


def test_m4_money_that_comes_too_late_goes_back_and_the_page_says_so(
    site: Flask, studio: BusinessFacts, stripe: Controls, still_clock: Path
) -> None:
    with site.app_context():
        last_place = a_class(studio, on=SOON, capacity=1)
    browser = Browser(site, studio)
    at_review(browser, last_place)
    url = sent_to(browser, "Pay £12.00", **GUEST)
    browser.open("/basket")
    browser.press("Change basket")
    later = NOW + timedelta(minutes=40)
    still_clock.write_text(later.isoformat())
    with site.app_context():
        a_basket(studio, last_place, now=later)
    stripe.pay(url, even_if_expired=True)
    page = returned(browser, session_in(url))
    assert page.heading == "Your money goes back to you"
    assert "we refund £12.00 to your card in full" in page.text


def test_whoever_else_knows_a_sessions_id_is_not_led_to_a_guests_booking(
    site: Flask, studio: BusinessFacts, yoga: AClass, stripe: Controls
) -> None:
    browser = Browser(site, studio)
    at_review(browser, yoga)
    url = sent_to(browser, "Pay £12.00", **GUEST)
    stripe.pay(url)
    stranger = returned(Browser(site, studio), session_in(url))
    assert stranger.path == "/"
    assert "The e-mail that we sent about it" in stranger.text
    assert "secret=" in returned(browser, session_in(url)).path


@pytest.mark.parametrize("session_id", ["", "cs_test_nonsense"])
def test_a_made_up_session_leads_to_the_basket(
    site: Flask, studio: BusinessFacts, stripe: Controls, session_id: str
) -> None:
    assert returned(Browser(site, studio), session_id).path == "/basket"


def test_stripes_silence_is_said_and_nothing_is_lost(
    site: Flask, studio: BusinessFacts, yoga: AClass, stripe: Controls, still_clock: Path
) -> None:
    browser = Browser(site, studio)
    at_review(browser, yoga)
    stripe.fault("error_500", path="/v1/checkout/sessions", times=9)
    page = pressed_by_guest(browser, "Pay £12.00")
    assert "did not answer just now. Nothing is lost" in page.text
    stripe.clear_faults()
    still_clock.write_text((NOW + timedelta(minutes=2)).isoformat())  # Stripe replays a fault with its key
    assert sent_to(browser, "Continue payment").startswith(stripe.url)
