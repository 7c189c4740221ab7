"""A booking's page, its calendar file and its receipt: for whoever made it, and nobody else."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from icalendar import Calendar

from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from tests.studio import (
    ABooking,
    AClass,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_purchase_option,
    check_out,
    stripe_tells,
)
from tests.web.browser import Browser
from tests.web.signed_in import signed_in_browser

SOON = date(2026, 12, 10)


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga at £12.00."""
    with site.app_context():
        return a_class(studio, on=SOON)


@pytest.fixture
def guests(site: Flask, studio: BusinessFacts, yoga: AClass) -> ABooking:
    """A guest's booking of it, paid by card."""
    with site.app_context():
        return a_booking(studio, yoga)


def link_to(booking: ABooking, part: str = "") -> str:
    return f"/bookings/{booking.reference}{part}?secret={booking.secret}"


def test_a_guest_sees_the_booking_by_its_secret_link(
    site: Flask, studio: BusinessFacts, guests: ABooking
) -> None:
    page = Browser(site, studio).open(link_to(guests))
    assert page.heading == "You are booked"
    assert guests.reference in page.text
    assert "09:30–10:30 · Maya Lindqvist · River Room · Adult £12.00" in page.text
    assert link_to(guests, ".ics") in page.links()
    assert link_to(guests, "/receipt") in page.links()


@pytest.mark.parametrize("part", ["", ".ics", "/receipt"])
@pytest.mark.parametrize("secret", ["", "wrong", "0" * 32])
def test_a_wrong_secret_finds_nothing(
    site: Flask, studio: BusinessFacts, guests: ABooking, part: str, secret: str
) -> None:
    Browser(site, studio).open(f"/bookings/{guests.reference}{part}?secret={secret}", status=404)


def test_the_link_in_a_guests_letter_leads_to_the_sign_in_once_the_booking_has_an_owner(
    site: Flask, studio: BusinessFacts, guests: ABooking
) -> None:
    with site.app_context():
        ada = a_customer(studio)
        with transaction():
            db.session.get_one(Booking, (studio.id, guests.id)).customer_id = ada.id
    assert Browser(site, studio).open(link_to(guests)).heading == "Sign in"


@pytest.mark.parametrize("part", ["", ".ics", "/receipt"])
def test_the_reference_alone_leads_to_the_sign_in(
    site: Flask, studio: BusinessFacts, guests: ABooking, part: str
) -> None:
    there = Browser(site, studio).open(f"/bookings/{guests.reference}{part}").path
    nowhere = Browser(site, studio).open(f"/bookings/NOSUCH99{part}").path
    assert there.replace(guests.reference, "NOSUCH99") == nowhere
    assert there.startswith("/sign-in?next=/bookings/")


def test_a_customers_booking_is_theirs_alone(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    with site.app_context():
        ada, bo = a_customer(studio), a_customer(studio, "Bo Lee")
        a_pass_of(ada)
        booking = a_booking(ada, yoga)
    assert signed_in_browser(site, ada).open(f"/bookings/{booking.reference}").heading == "You are booked"
    signed_in_browser(site, bo).open(f"/bookings/{booking.reference}", status=404)
    signed_in_browser(site, bo).open(link_to(booking), status=404)
    assert Browser(site, studio).open(link_to(booking)).heading == "Sign in"


def test_another_studio_does_not_know_it(site: Flask, guests: ABooking) -> None:
    with site.app_context():
        other = a_business("Harbour Pottery")
    Browser(site, other).open(link_to(guests), status=404)


def test_a_reference_can_be_typed_in_small_letters(
    site: Flask, studio: BusinessFacts, guests: ABooking
) -> None:
    page = Browser(site, studio).open(f"/bookings/{guests.reference.lower()}?secret={guests.secret}")
    assert page.heading == "You are booked"


def test_the_page_says_what_paid_for_what(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    with site.app_context():
        ada = a_customer(studio)
        clay = a_class(studio, on=SOON, name="Wheel Throwing", price=3400)
        a_pass_of(ada, covers=yoga)
        a_code(studio, "CLAY10", percent=10, covers=clay)
        booking = a_booking(ada, yoga, clay, code="CLAY10")
    text = signed_in_browser(site, ada).open(f"/bookings/{booking.reference}").text
    assert "Pass use of your 10-class pass £0.00" in text
    assert "CLAY10 −£3.40 £30.60" in text
    assert "List price £46.00 CLAY10 −£3.40 Paid by passes −£12.00 Paid £30.60" in text


def test_a_bought_pass_is_in_the_account(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = a_customer(studio)
        booking = a_booking(ada, a_purchase_option(studio))
    page = signed_in_browser(site, ada).open(f"/bookings/{booking.reference}")
    assert page.heading == "The pass is yours"
    assert "/account/passes" in page.links()
    signed_in_browser(site, ada).open(f"/bookings/{booking.reference}.ics", status=404)


def test_a_pending_booking_says_that_its_money_is_awaited(
    site: Flask, studio: BusinessFacts, yoga: AClass
) -> None:
    with site.app_context():
        booking = check_out(studio, a_basket(studio, yoga))
    browser = Browser(site, studio)
    page = browser.open(link_to(booking))
    assert page.heading == "Waiting for your payment"
    assert "until 09:35" in page.text
    assert browser.open(link_to(booking, "/receipt")).heading == "Waiting for your payment"
    browser.open(link_to(booking, ".ics"), status=404)


def test_a_booking_that_was_given_up_says_so(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    with site.app_context():
        booking = check_out(studio, a_basket(studio, yoga))
        stripe_tells(booking, paid=False)
    assert Browser(site, studio).open(link_to(booking)).heading == "This was not booked"


def test_the_calendar_file_has_each_class(site: Flask, studio: BusinessFacts, guests: ABooking) -> None:
    answer = Browser(site, studio).client.get(link_to(guests, ".ics"), base_url=studio.public_address)
    assert answer.mimetype == "text/calendar"
    assert f'filename="{guests.reference}.ics"' in answer.headers["Content-Disposition"]
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert str(event["summary"]) == "Morning Yoga, Riverside Studio"
    assert event.decoded("dtstart") == datetime(2026, 12, 10, 9, 30, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2026, 12, 10, 10, 30, tzinfo=UTC)


def test_the_receipt_says_who_paid_whom_and_when(
    site: Flask, studio: BusinessFacts, guests: ABooking
) -> None:
    page = Browser(site, studio).open(link_to(guests, "/receipt"))
    assert page.heading == "Receipt"
    for words in ("Gil Guest, guest@example.com", "1 Dec 2026", studio.contact_email, "Paid by card £12.00"):
        assert words in page.text


def test_no_other_host_learns_the_secret(site: Flask, studio: BusinessFacts, guests: ABooking) -> None:
    page = Browser(site, studio).open(link_to(guests))
    assert page.response.headers["Referrer-Policy"] == "same-origin"
    assert page.response.headers["Cache-Control"] == "no-store"
