"""At the door: check-in from the list of a class and from the QR code of a ticket, and the list to print."""

import re
from pathlib import Path

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from tests.studio import ABooking, AClass, APerson, a_booking, a_business, a_class, a_customer
from tests.transfers import ticket_for
from tests.web.browser import Browser, statements
from tests.web.people import PASSWORD

AT_THE_DOOR = "2026-12-10T09:15:00+00:00"


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga on 10 Dec at 09:30."""
    with site.app_context():
        return a_class(studio)


@pytest.fixture
def booking(site: Flask, yoga: AClass, ada: APerson) -> ABooking:
    """Ada has a ticket for it."""
    with site.app_context():
        return a_booking(ada, yoga)


@pytest.fixture
def desk(browser: Browser, still_clock: Path, booking: ABooking) -> Browser:
    """Olive at the door on the day."""
    still_clock.write_text(AT_THE_DOOR)
    browser.open("/staff")
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    return browser


def test_before_the_day_the_list_says_when_check_in_opens(
    browser: Browser, booking: ABooking, yoga: AClass
) -> None:
    page = browser.open(f"/staff/classes/{yoga.id}")
    assert "Check-in opens on Thu 10 Dec" in page.text
    assert not page.has_button("Check in the rest")


def test_somebody_is_checked_in_and_it_is_taken_back(desk: Browser, yoga: AClass) -> None:
    desk.open(f"/staff/classes/{yoga.id}")
    assert "Checked in" in desk.press("Check inAda Park, Adult").text
    assert "Checked in" not in desk.press("UndoAda Park, Adult").text
    page = desk.press("No-showAda Park, Adult")
    assert "No-show" in page.text
    assert not page.has_button("Check in the rest")


def test_the_rest_is_checked_in_at_one_press(desk: Browser, site: Flask, yoga: AClass) -> None:
    with site.app_context():
        a_booking(a_customer(yoga.business, "Ben Osei"), yoga)
    desk.open(f"/staff/classes/{yoga.id}")
    assert "2 people checked in." in desk.press("Check in the rest").text
    file = desk.client.get(f"/staff/classes/{yoga.id}?format=csv", base_url=yoga.business.public_address)
    assert [line.rpartition(",")[2] for line in file.text.splitlines()] == ["Came", "Yes", "Yes"]


def test_the_qr_code_of_a_ticket_leads_staff_to_it(
    desk: Browser, site: Flask, yoga: AClass, booking: ABooking
) -> None:
    with site.app_context():
        ticket_id = ticket_for(booking, yoga)
    page = desk.open(f"/staff/tickets/{ticket_id}")
    assert page.heading == "Ada Park"
    checked_in = desk.press("Check inAda Park, Adult")
    assert checked_in.path == f"/staff/tickets/{ticket_id}"
    assert "Checked in" in checked_in.text


def test_a_ticket_of_another_day_says_so_at_the_door(
    browser: Browser, site: Flask, yoga: AClass, booking: ABooking
) -> None:
    with site.app_context():
        ticket_id = ticket_for(booking, yoga)
    page = browser.open(f"/staff/tickets/{ticket_id}")
    assert "not today" in page.text
    assert not page.has_button("Check inAda Park, Adult")


def test_tickets_of_another_studio_are_not_found(desk: Browser, site: Flask) -> None:
    with site.app_context():
        pottery = a_business("Harbour Pottery")
        clay = a_class(pottery, name="Clay")
        theirs = ticket_for(a_booking(a_customer(pottery), clay), clay)
    desk.open(f"/staff/tickets/{theirs}", status=404)
    desk.open("/staff")
    assert desk.post(f"/staff/classes/{clay.id}/attendance", checked_in=str(theirs)).status_code == 404


def test_a_hand_made_request_without_a_ticket_is_not_found(desk: Browser, yoga: AClass) -> None:
    desk.open(f"/staff/classes/{yoga.id}")
    assert desk.post(f"/staff/classes/{yoga.id}/attendance", checked_in="nonsense").status_code == 404


def test_the_list_to_print_has_a_box_for_each_ticket(desk: Browser, yoga: AClass) -> None:
    page = desk.open(f"/staff/classes/{yoga.id}/list")
    assert "Ada Park Adult Paid £12.00" in page.text
    assert len(page.soup.select(".tick-box")) == 1


def test_a_schedule_says_who_came(desk: Browser, yoga: AClass, ada: APerson, still_clock: Path) -> None:
    desk.open(f"/staff/classes/{yoga.id}")
    desk.press("No-showAda Park, Adult")
    still_clock.write_text("2026-12-10T12:00:00+00:00")
    assert "No-show" in desk.open(f"/staff/clients/{ada.id}/schedule?show=past").text


def test_the_pages_take_as_many_statements_for_a_full_class(desk: Browser, site: Flask, yoga: AClass) -> None:
    addresses = [f"/staff/classes/{yoga.id}", f"/staff/classes/{yoga.id}/list"]

    def counted() -> list[int]:
        counts = []
        for address in addresses:
            with statements(site) as made:
                desk.open(address)
            counts.append(len(made))
        return counts

    few = counted()
    with site.app_context():
        for name in ("Ben Osei", "Cleo Lind", "Dana Roe"):
            a_booking(a_customer(yoga.business, name), yoga)
    assert counted() == few


def test_a_guest_shows_the_ticket_by_its_secret_link_alone(
    browser: Browser, site: Flask, yoga: AClass
) -> None:
    with site.app_context():
        guest = a_booking(yoga.business, yoga, email="gil@example.com")
        ticket_id = ticket_for(guest, yoga)
    address = f"/bookings/{guest.reference}"
    page = browser.open(f"{address}?secret={guest.secret}")
    link = next(it for it in page.links() if re.search(r"/tickets/[^/]+\?secret=", it))
    shown = browser.open(link)
    assert shown.part(".qr svg")
    assert "Gil Guest" in shown.text
    browser.open(f"{address}/tickets/{ticket_id}?secret=guessed", status=404)
