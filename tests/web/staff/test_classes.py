"""Staff's classes: the list by day, and who comes to one."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.operations.waiting_lists import join_waiting_list
from tests.cancellations import cancelled
from tests.studio import (
    NOW,
    AClass,
    APass,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_series,
)
from tests.web.browser import Browser, statements
from tests.web.people import PASSWORD

LIST = "/staff/classes"
FIRST = date(2026, 12, 10)


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga on 10 Dec at 09:30 for four."""
    with site.app_context():
        return a_class(studio, on=FIRST, capacity=4)


def test_the_list_says_how_full_each_class_is(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_booking(ada, yoga)
        a_basket(yoga.business, yoga)
    page = browser.open(LIST)
    assert "Thursday 10 December" in page.text
    assert "1 of 4 booked 1 in baskets" in page.text
    assert f"{LIST}/{yoga.id}" in page.links()


def test_the_menu_and_todays_classes_lead_there(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        today = a_class(studio, on=NOW.date())
    home = browser.open("/staff")
    assert f"{LIST}/{today.id}" in home.links()
    assert home.soup.select(f'header nav a[href="{LIST}"]')


def test_the_address_narrows_the_list_by_series_and_day(
    browser: Browser, site: Flask, studio: BusinessFacts, yoga: AClass
) -> None:
    with site.app_context():
        clay = a_class(studio, name="Clay", on=date(2026, 12, 11))
    assert f"{LIST}/{yoga.id}" not in browser.open(f"{LIST}?series={clay.series_id}").links()
    assert f"{LIST}/{clay.id}" not in browser.open(f"{LIST}?day=2026-12-10").links()
    nothing = browser.open(f"{LIST}?day=2026-12-24")
    assert "No such class" in nothing.text
    assert LIST in nothing.links()
    assert f"{LIST}/{clay.id}" in browser.open(f"{LIST}?series=nonsense&day=nonsense").links()


def test_past_classes_have_a_list_of_their_own(
    browser: Browser, site: Flask, yoga: AClass, still_clock: Path
) -> None:
    assert "No past classes" in browser.open(f"{LIST}?show=past").text
    still_clock.write_text("2026-12-10T12:00:00+00:00")
    browser.open("/staff")
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    assert "No classes to come" in browser.open(LIST).text
    assert f"{LIST}/{yoga.id}" in browser.open(f"{LIST}?show=past").links()
    assert "Who came" in browser.open(f"{LIST}/{yoga.id}").text


def test_a_long_list_goes_on_over_the_page(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        series = a_series(studio)
        for nth in range(31):
            a_class(series, on=FIRST + timedelta(days=nth))
    page = browser.open(LIST)
    assert f"{LIST}?page=2" in page.links()
    assert "Saturday 9 January" in browser.open(f"{LIST}?page=2").text
    file = browser.client.get(f"{LIST}?format=csv", base_url=studio.public_address)
    assert file.text.count("Morning Yoga") == 31


def test_the_list_is_a_file_too(browser: Browser, site: Flask, yoga: AClass) -> None:
    file = browser.client.get(f"{LIST}?format=csv", base_url=yoga.business.public_address)
    head, row = file.text.removeprefix("\ufeff").splitlines()
    assert head == "Starts,Ends,Class,Teacher,Place,Places,Booked,In baskets,Waiting,Cancelled"
    assert row == "2026-12-10 09:30,2026-12-10 10:30,Morning Yoga,Maya Lindqvist,River Room,4,0,0,0,"


def test_the_page_of_a_class_says_who_comes_and_how_they_pay(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson, ten_classes: APass
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga)
        a_booking(yoga.business, yoga, email="gil@example.com")
        a_placed_booking(a_customer(yoga.business, "Ben Osei"), yoga)
    page = browser.open(f"{LIST}/{yoga.id}")
    assert page.heading == "Morning Yoga"
    assert "Booked 3 of 4" in page.text
    assert f"Ada Park Adult Paid with 10-class pass {booking.reference}" in page.text
    assert "Ben Osei Adult Waiting for £12.00" in page.text
    assert "Gil Guest Guest Adult Paid £12.00" in page.text
    assert {f"/staff/clients/{ada.id}/schedule", f"/staff/bookings/{booking.reference}"} <= set(page.links())


def test_cancelled_tickets_come_last_and_say_so(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        cancelled(a_booking(ada, yoga))
        a_booking(yoga.business, yoga)
    text = browser.open(f"{LIST}/{yoga.id}").text
    assert text.index("Gil Guest") < text.index("Ada Park") < text.index("Cancelled 1 Dec")


def test_who_waits_is_listed_in_order(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson
) -> None:
    with site.app_context():
        full = a_class(studio, capacity=1)
        a_booking(ada, full)
        for name in ("Ben Osei", "Cleo Lind"):
            client = a_customer(studio, name)
            with transaction():
                join_waiting_list(studio, class_session_id=full.id, customer_id=client.id, now=NOW)
    page = browser.open(f"{LIST}/{full.id}")
    assert "Waiting 2" in page.text
    assert page.text.index("Ben Osei 1st in line") < page.text.index("Cleo Lind 2nd in line")
    assert "2 waiting" in browser.open(LIST).text


def test_who_comes_is_a_file_too(browser: Browser, site: Flask, yoga: AClass, ada: APerson) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga)
    file = browser.client.get(f"{LIST}/{yoga.id}?format=csv", base_url=yoga.business.public_address)
    row = file.text.splitlines()[1]
    assert row == f"Ada Park,{ada.email},Adult,{booking.reference},Paid £12.00,12.00,,"


def test_another_studios_class_and_strangers_find_nothing(
    browser: Browser, site: Flask, studio: BusinessFacts, yoga: AClass
) -> None:
    with site.app_context():
        elsewhere = a_class(a_business("Harbour Pottery"))
    browser.open(f"{LIST}/{elsewhere.id}", status=404)
    browser.open(f"{LIST}/{elsewhere.id}/cancellation", status=404)
    stranger = Browser(site, studio)
    for path in (LIST, f"{LIST}/{yoga.id}", f"{LIST}/{yoga.id}/cancellation"):
        assert stranger.open(path).path.startswith("/staff/sign-in")


@pytest.mark.parametrize("path", [LIST, f"{LIST}?show=past", f"{LIST}/{{it}}", f"{LIST}/{{it}}/cancellation"])
def test_a_page_costs_as_many_statements_with_more_in_the_database(
    browser: Browser, site: Flask, studio: BusinessFacts, path: str
) -> None:
    with site.app_context():
        full = a_class(studio, capacity=30)
    costs = []
    for number in (1, 5):
        with site.app_context():
            for nth in range(number):
                a_class(studio, name=f"Class {number} {nth}", on=FIRST + timedelta(days=nth))
                client = a_customer(studio, f"Client {nth}")
                a_booking(client, full)
                a_pass_of(client)
                a_booking(client, full)
        address = path.format(it=full.id)
        browser.open(address)
        with statements(site) as sent:
            browser.open(address)
        costs.append(len(sent))
    assert costs[0] == costs[1]
