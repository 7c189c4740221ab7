"""Customers and guests move a ticket to another class: the page says what will happen first (C4, C7)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from icalendar import Calendar

from portal.models.business import BusinessFacts
from tests.cancellations import with_preferences
from tests.studio import (
    ABooking,
    AClass,
    APerson,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_series,
)
from tests.transfers import moved, ticket_for
from tests.web.browser import Browser, Page, statements
from tests.web.signed_in import signed_in_browser

FIRST, SECOND = date(2026, 12, 10), date(2026, 12, 17)


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts) -> APerson:
    with site.app_context():
        return a_customer(studio)


@pytest.fixture
def browser(site: Flask, ada: APerson) -> Browser:
    return signed_in_browser(site, ada)


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> tuple[AClass, AClass]:
    """Morning Yoga on 10 and on 17 Dec, £12.00."""
    with site.app_context():
        series = a_series(studio)
        return a_class(series, on=FIRST), a_class(series, on=SECOND, capacity=3)


def address(site: Flask, booking: ABooking, left: AClass, to: AClass | None = None) -> str:
    with site.app_context():
        ticket_id = ticket_for(booking, left)
    target = f"/{to.id}/{to.ticket_type_id}" if to else ""
    return f"/bookings/{booking.reference}/tickets/{ticket_id}/transfer{target}"


def what_will_happen(page: Page) -> Mapping[str, str]:
    return {
        row.find("dt").get_text(): " ".join(said.get_text() for said in row.select("dd p"))  # type: ignore[union-attr]
        for row in page.soup.select("dl.glance > div")
    }


def listed(page: Page) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page.soup.select(".targets > li")]


def test_c7_a_pass_use_moves_along_and_the_page_says_so_first(
    browser: Browser, site: Flask, ada: APerson, yoga: tuple[AClass, AClass]
) -> None:
    with site.app_context():
        a_pass_of(ada)
        booking = a_booking(ada, yoga[0])
    page = browser.open(f"/bookings/{booking.reference}")
    link = page.part(".ending a[href*=transfer]")
    assert link.get_text() == "Move to another class"
    choice = browser.open(str(link["href"]))
    assert "You can move this ticket until Wed 9 Dec, 21:30." in choice.text
    (row,) = listed(choice)
    assert row.startswith("Thu 17 Dec Morning Yoga 09:30–10:30 · Maya Lindqvist · River Room 3 places left")
    assert row.endswith("Pass use moves along Move here : Adult for Morning Yoga, Thu 17 Dec")
    asked = browser.open(str(choice.part(".targets a")["href"]))
    assert asked.heading == "Move this ticket?"
    assert "09:30–10:30 · Maya Lindqvist · River Room · Adult" in asked.part(".moving li + li").get_text()
    assert what_will_happen(asked) == {
        "This ticket": "Your ticket moves from Morning Yoga on Thu 10 Dec to Morning Yoga on Thu 17 Dec,"
        " 09:30.",
        "10-class pass": "The same use of your 10-class pass pays for it: no other is taken. The validity of"
        " your 10-class pass moves: it starts on 17 Dec and ends on 15 Jan 2027.",
    }
    done = browser.press("Move ticket")
    assert done.path == f"/bookings/{booking.reference}"
    assert "Your ticket is now for Morning Yoga on Thu 17 Dec, 09:30. An e-mail says the same." in done.text
    assert "Moved You moved it to Morning Yoga on Thu 17 Dec." in done.text
    assert "Moved from Morning Yoga on 10 Dec. You can cancel until Wed 16 Dec, 21:30." in done.text
    assert "9 of 10 uses left" in browser.open("/account/passes").text


def test_what_each_class_costs_is_said_before_it_is_chosen(
    browser: Browser, site: Flask, ada: APerson, studio: BusinessFacts, yoga: tuple[AClass, AClass]
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga[0])
        a_class(studio, name="Clay", price=1500)
        a_class(studio, name="Chat", price=1000)
        a_class(studio, name="Dear", price=1210)
        a_class(studio, name="Full", capacity=0)
    found = dict.fromkeys(("Morning Yoga", "Clay", "Chat", "Dear", "Full"), "")
    for row in browser.open(address(site, booking, yoga[0])).soup.select(".targets > li"):
        heading = row.select_one("h3")
        assert heading is not None
        found[heading.get_text()] = " ".join(row.select(".ways li")[0].get_text(" ").split())
    assert found["Morning Yoga"].startswith("Nothing more to pay")
    assert found["Clay"].startswith("£3.00 more")
    assert found["Chat"].startswith("£2.00 back to the card")
    assert found["Dear"].startswith("Nothing more to pay")
    assert found["Full"] == "No place left"


def test_the_same_class_on_other_days_comes_first_and_filters_live_in_the_address(
    browser: Browser, site: Flask, ada: APerson, studio: BusinessFacts, yoga: tuple[AClass, AClass]
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga[0])
        clay = a_class(studio, name="Clay", on=date(2026, 12, 8))
    path = address(site, booking, yoga[0])
    names = [row.get_text() for row in browser.open(path).soup.select(".targets h3")]
    assert names == ["Morning Yoga", "Clay"]
    page = browser.press("Show", series=str(clay.series_id))
    assert [row.get_text() for row in page.soup.select(".targets h3")] == ["Clay"]
    assert "No class like that" in browser.open(f"{path}?day=2026-12-25").text
    assert browser.open(f"{path}?day=nonsense&series=nonsense&page=-3").status == 200


def test_a_class_that_the_pass_does_not_pay_for_says_why_and_cannot_be_chosen(
    browser: Browser, site: Flask, ada: APerson, studio: BusinessFacts, yoga: tuple[AClass, AClass]
) -> None:
    with site.app_context():
        a_pass_of(ada, covers=yoga[0])
        booking = a_booking(ada, yoga[0])
        clay = a_class(studio, name="Clay")
    why = "Your 10-class pass does not cover Clay."
    rows = browser.open(address(site, booking, yoga[0])).soup.select(".targets > li")
    assert [row.select_one(".ways").get_text(strip=True) for row in rows][1] == why  # type: ignore[union-attr]
    page = browser.open(address(site, booking, yoga[0], clay))
    assert page.path == address(site, booking, yoga[0])
    assert why in page.text


def test_after_the_cut_off_the_page_says_whom_to_ask(
    browser: Browser, site: Flask, ada: APerson, yoga: tuple[AClass, AClass], still_clock: Path
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga[0])
    path = address(site, booking, yoga[0])
    still_clock.write_text(datetime(2026, 12, 9, 22, 0, tzinfo=UTC).isoformat())
    assert "Move to another class" not in browser.open(f"/bookings/{booking.reference}").text
    page = browser.open(path)
    assert page.heading == "This cannot be moved here"
    assert "The time to move this ticket ended Wed 9 Dec, 21:30. Please ask Riverside Studio." in page.text


def test_a_studio_that_moves_by_staff_alone_offers_no_link(
    browser: Browser, site: Flask, ada: APerson, yoga: tuple[AClass, AClass]
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga[0])
        with_preferences(ada.business, customers_may_transfer=False)
    assert "Move to another class" not in browser.open(f"/bookings/{booking.reference}").text
    assert "Please ask Riverside Studio to move" in browser.open(address(site, booking, yoga[0])).text


def test_what_the_page_said_is_done_or_nothing(
    browser: Browser, site: Flask, ada: APerson, studio: BusinessFacts, yoga: tuple[AClass, AClass]
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga[0])
    browser.open(address(site, booking, yoga[0], yoga[1]))
    with site.app_context():
        with_preferences(studio, transfer_hours=720, customers_may_transfer=True)
    page = browser.press("Move ticket", status=409)
    assert page.heading == "This cannot be moved here"


def test_pressed_twice_it_is_moved_once(
    browser: Browser, site: Flask, ada: APerson, yoga: tuple[AClass, AClass]
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga[0])
    path = address(site, booking, yoga[0], yoga[1])
    asked = browser.open(path)
    digest = str(asked.part("form input[name=digest]")["value"])
    browser.press("Move ticket")
    browser.open("/account/details")
    again = browser.post(path, digest=digest)
    assert (again.status_code, again.headers["Location"]) == (303, f"/bookings/{booking.reference}")
    assert "has been moved to another class already" in browser.open(f"/bookings/{booking.reference}").text


def test_a_guest_moves_a_ticket_by_the_secret_link(
    site: Flask, studio: BusinessFacts, yoga: tuple[AClass, AClass]
) -> None:
    with site.app_context():
        booking = a_booking(studio, yoga[0])
    browser = Browser(site, studio)
    page = browser.open(f"/bookings/{booking.reference}?secret={booking.secret}")
    choice = browser.open(str(page.part(".ending a[href*=transfer]")["href"]))
    assert f"secret={booking.secret}" in browser.press("Show", series="").path
    browser.open(str(choice.part(".targets a")["href"]))
    done = browser.press("Move ticket")
    assert "Your ticket is now for Morning Yoga on Thu 17 Dec" in done.text


def test_nobody_moves_what_is_somebody_elses(
    browser: Browser, site: Flask, studio: BusinessFacts, yoga: tuple[AClass, AClass]
) -> None:
    with site.app_context():
        of_ben = a_booking(a_customer(studio, "Ben Cole"), yoga[0])
        elsewhere = a_business("Harbour Pottery")
        there = a_class(elsewhere)
        of_harbour = a_booking(a_customer(elsewhere, "Cleo Hart"), there)
    for booking, left in ((of_ben, yoga[0]), (of_harbour, there)):
        path = address(site, booking, left)
        browser.open(path, status=404)
        browser.open("/account/details")
        assert browser.post(f"{path}/{yoga[1].id}/{yoga[1].ticket_type_id}").status_code == 404
    path = address(site, of_ben, yoga[0])
    assert Browser(site, studio).open(path).path.startswith("/sign-in")
    assert browser.client.post(path, base_url=studio.public_address).status_code in {400, 405}


def test_the_calendar_file_moves_the_same_event(
    browser: Browser, site: Flask, ada: APerson, yoga: tuple[AClass, AClass]
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga[0])
        booked = ticket_for(booking, yoga[0])
        moved(booking, yoga[0], yoga[1])
    text = browser.client.get(
        f"/bookings/{booking.reference}.ics", base_url=ada.business.public_address
    ).get_data(as_text=True)
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert str(event["uid"]) == f"{booked}@punchcard"
    assert event["sequence"] == 1
    assert event.decoded("dtstart").date() == SECOND


def test_the_receipt_the_account_and_the_story_of_the_pass_tell_of_it(
    browser: Browser, site: Flask, ada: APerson, yoga: tuple[AClass, AClass]
) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
        booking = a_booking(ada, yoga[0])
        moved(booking, yoga[0], yoga[1])
    receipt = browser.open(f"/bookings/{booking.reference}/receipt")
    assert "Morning Yoga, 10 Dec 2026, to Morning Yoga, 17 Dec 2026" in receipt.text
    account = browser.open("/account/bookings")
    days = [day.get_text(" ", strip=True) for day in account.soup.select("main .day")]
    assert days == ["Thu 17 Dec"]
    assert (
        "Use moved: you moved Morning Yoga from 10 Dec to 17 Dec"
        in browser.open(f"/account/passes/{owned.id}").text
    )


def test_choosing_costs_as_many_statements_with_more_to_choose_from(
    browser: Browser, site: Flask, ada: APerson, studio: BusinessFacts, yoga: tuple[AClass, AClass]
) -> None:
    costs = []
    with site.app_context():
        a_pass_of(ada)
        booking = a_booking(ada, yoga[0])
    path = address(site, booking, yoga[0])
    for _ in range(2):
        browser.open(path)
        with statements(site) as sent:
            browser.open(path)
        costs.append(len(sent))
        with site.app_context():
            for nth in range(4):
                a_class(studio, name=f"Class {len(costs)}{nth}", on=date(2026, 12, 11 + nth))
    assert costs[0] == costs[1]
    assert costs[0] <= 26
