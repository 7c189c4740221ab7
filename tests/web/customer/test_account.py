"""A customer's own pages: what is coming up, passes with status and ledger, and nobody else's."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.rules.validity import FixedDates
from tests.studio import (
    NOW,
    APerson,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_purchase_option,
)
from tests.web.browser import Browser, Page, statements
from tests.web.people import PASSWORD, a_customer_with_password

FIRST, SECOND = date(2026, 12, 10), date(2026, 12, 22)


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts) -> APerson:
    with site.app_context():
        return a_customer_with_password(studio)


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts, ada: APerson) -> Browser:
    browser = Browser(site, studio)
    browser.sign_in(ada.email, PASSWORD)
    return browser


def _holes(page: Page) -> tuple[int, int]:
    return len(page.soup.select(".holes i:not(.used)")), len(page.soup.select(".holes i"))


def test_a_new_account_says_what_to_do_next(browser: Browser) -> None:
    page = browser.open("/account")
    assert "You have nothing booked at the moment." in page.text
    assert "/" in page.links()
    assert "No passes yet" in browser.open("/account/passes").text
    assert "Nothing booked" in browser.open("/account/bookings").text
    assert "No past bookings" in browser.open("/account/bookings?show=past").text


def test_b17_a_pass_that_has_not_started_shows_its_period(
    browser: Browser, site: Flask, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada, days=30)
    page = browser.open("/account/passes")
    assert (
        "10-class pass Not started Valid for 30 days from your first class · 10 of 10 uses left" in page.text
    )
    assert _holes(page) == (10, 10)
    assert not page.soup.select("svg.time-line")


def test_b16_a_pass_with_a_class_on_it_shows_when_it_expires(
    browser: Browser, site: Flask, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada, days=30)
        a_placed_booking(ada, a_class(ada.business, on=FIRST))
    page = browser.open("/account/passes")
    assert "10-class pass Active Expires 8 Jan 2027 · 9 of 10 uses left" in page.text
    assert _holes(page) == (9, 10)
    (line,) = page.soup.select("svg.time-line")
    assert "valid from 10 Dec 2026 to 8 Jan 2027" in str(line["aria-label"])
    assert len(line.select("circle.class")) == 1


def test_passes_that_are_over_stand_apart(
    browser: Browser, site: Flask, ada: APerson, still_clock: Path
) -> None:
    with site.app_context():
        a_pass_of(ada, name="Autumn term", uses=None, validity=FixedDates(NOW.date(), date(2026, 12, 5)))
        a_pass_of(ada, name="Single", uses=1)
        a_placed_booking(ada, a_class(ada.business, on=date(2026, 12, 20)))
    still_clock.write_text((NOW + timedelta(days=10)).isoformat())
    page = browser.open("/account/passes")
    assert "No pass to use now" in page.text
    assert "Autumn term Expired Expired 5 Dec 2026 · Unlimited uses" in page.text
    assert "Single Used up Expires" in page.text


def test_each_passes_ledger_says_who_did_what_and_when(browser: Browser, site: Flask, ada: APerson) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
        booking = a_placed_booking(ada, a_class(ada.business, on=FIRST), now=NOW + timedelta(minutes=30))
    page = browser.open(f"/account/passes/{owned.id}")
    entries = [" ".join(entry.get_text(" ").split()) for entry in page.soup.select(".ledger li")]
    assert entries == [
        f"1 Dec 09:30 You booked Morning Yoga, Thu 10 Dec, 09:30 Booking {booking.reference} −1",
        "1 Dec 09:00 Riverside Studio gave you this pass: Given by the studio +10",
    ]


def test_a_bought_pass_names_its_booking(browser: Browser, site: Flask, ada: APerson) -> None:
    with site.app_context():
        option = a_purchase_option(ada.business, "Trial pass", uses=2, price=0)
        booking = a_placed_booking(ada, option)
    browser.open("/account/passes")
    (link,) = [
        link for link in browser.open("/account/passes").links() if link.startswith("/account/passes/")
    ]
    assert f"You bought this pass Booking {booking.reference} +2" in browser.open(link).text


def test_a_use_that_a_payment_claims_is_told_apart(browser: Browser, site: Flask, ada: APerson) -> None:
    with site.app_context():
        yoga = a_class(ada.business, on=FIRST)
        owned = a_pass_of(ada, covers=yoga)
        booking = a_placed_booking(ada, yoga, a_class(ada.business, name="Pottery"))
    assert booking.attempt_id is not None
    page = browser.open(f"/account/passes/{owned.id}")
    assert "9 of 10 uses left" in page.text
    assert f"Booking {booking.reference} is waiting for its payment." in page.text


def test_another_customers_pass_is_not_to_be_found(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        hers = a_pass_of(a_customer(studio, "Grace Mbeki"))
        elsewhere = a_pass_of(a_customer(a_business()))
    browser.open(f"/account/passes/{hers.id}", status=404)
    browser.open(f"/account/passes/{elsewhere.id}", status=404)


@pytest.mark.parametrize(
    "path", ["/account", "/account/bookings", "/account/passes", "/account/details", "/sign-out"]
)
def test_account_pages_are_for_the_signed_in_and_are_never_stored(
    browser: Browser, site: Flask, studio: BusinessFacts, path: str
) -> None:
    assert browser.open(path).response.headers["Cache-Control"] == "no-store"
    assert Browser(site, studio).open(path).path.startswith("/sign-in")


def test_bookings_to_come_and_past_ones_stand_apart(
    browser: Browser, site: Flask, ada: APerson, still_clock: Path
) -> None:
    with site.app_context():
        early = a_placed_booking(ada, a_class(ada.business, on=FIRST, price=0))
        late = a_placed_booking(ada, a_class(ada.business, on=SECOND, price=0))
    page = browser.open("/account/bookings")
    assert page.text.index(early.reference) < page.text.index(late.reference)
    still_clock.write_text((NOW + timedelta(days=14)).isoformat())
    page = browser.open("/account/bookings")
    assert early.reference not in page.text
    assert late.reference in page.text
    page = browser.open("/account/bookings?show=past")
    assert early.reference in page.text
    assert late.reference not in page.text


def test_a_booking_of_a_pass_alone_is_listed_with_the_past_ones(
    browser: Browser, site: Flask, ada: APerson
) -> None:
    with site.app_context():
        a_placed_booking(
            ada, a_purchase_option(ada.business, "Trial pass", price=0), now=NOW - timedelta(minutes=1)
        )
    assert "Trial pass" in browser.open("/account/bookings?show=past").text


def test_long_lists_come_in_pages(browser: Browser, site: Flask, ada: APerson) -> None:
    with site.app_context():
        for nth in range(12):
            a_pass_of(ada, name=f"Pass {nth}")
    assert len(browser.open("/account/passes").soup.select(".own-pass")) == 10
    assert len(browser.open("/account/passes?page=2").soup.select(".own-pass")) == 2


@pytest.mark.parametrize("path", ["/account", "/account/bookings", "/account/passes"])
def test_a_page_takes_as_few_statements_with_much_on_it_as_with_little(
    browser: Browser, site: Flask, ada: APerson, path: str
) -> None:
    with site.app_context():
        a_pass_of(ada)
        a_placed_booking(ada, a_class(ada.business, on=FIRST))
    with statements(site) as few:
        browser.open(path)
    with site.app_context():
        for _ in range(4):
            a_pass_of(ada)
            a_placed_booking(ada, a_class(ada.business, on=SECOND))
    with statements(site) as many:
        browser.open(path)
    assert len(many) == len(few) <= 9


def test_a_passes_page_takes_few_statements(browser: Browser, site: Flask, ada: APerson) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
        a_placed_booking(ada, a_class(ada.business, on=FIRST))
    with statements(site) as sent:
        browser.open(f"/account/passes/{owned.id}")
    assert len(sent) <= 8


def test_the_name_can_be_changed(browser: Browser) -> None:
    browser.open("/account/details")
    assert "Your name is changed." in browser.press("Save name", name="Ada Lovelace").text
    assert browser.open("/account").heading == "Hello, Ada Lovelace"


def test_an_empty_name_is_refused(browser: Browser) -> None:
    browser.open("/account/details")
    assert browser.press("Save name", status=422, name=" ").errors == ["Enter your name."]


def test_a_new_password_wants_the_present_one(browser: Browser) -> None:
    browser.open("/account/details")
    page = browser.press(
        "Change password", status=422, password="not it at all", new_password="other good words"
    )
    assert page.errors == ["That is not your password."]


def test_a_new_password_signs_other_browsers_out(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson
) -> None:
    other = Browser(site, studio)
    other.sign_in(ada.email, PASSWORD)
    browser.open("/account/details")
    page = browser.press("Change password", password=PASSWORD, new_password="other good words")
    assert "Your password is changed." in page.text
    assert browser.open("/account").heading == "Hello, Ada Park"
    assert other.open("/account").path.startswith("/sign-in")
    assert other.sign_in(ada.email, "other good words").path == "/account"
