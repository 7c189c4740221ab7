"""Calendars to subscribe to: of the studio, and of one customer under a secret address."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from icalendar import Calendar, Component

from portal.models.business import BusinessFacts
from tests.cancellations import cancelled
from tests.class_cancellations import class_cancelled
from tests.studio import NOW, APerson, a_booking, a_business, a_class, a_customer, a_pass_of, a_staff_member
from tests.transfers import moved
from tests.web.browser import Browser, statements
from tests.web.signed_in import signed_in_browser


def events(site: Flask, studio: BusinessFacts, path: str, *, status: int = 200) -> dict[str, Component]:
    """The events of a calendar by their UIDs; nobody is signed in."""
    told = site.test_client().get(path, base_url=studio.public_address)
    assert told.status_code == status
    if status != 200:
        return {}
    assert told.content_type == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in told.headers
    calendar = Calendar.from_ical(told.get_data())
    assert calendar.errors == []
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def feed_of(browser: Browser, button: str = "Make address") -> str:
    """Press the button; the path of the address that the page then shows."""
    browser.open("/account/details")
    page = browser.press(button)
    return str(page.part("form[action='/account/calendar'] a")["href"]).partition(".example")[2]


def test_the_studios_classes_are_a_calendar_in_its_zone(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        yoga = a_class(studio, on=date(2026, 12, 10))
        off = a_class(studio, name="Clay", on=date(2026, 12, 12))
        class_cancelled(off, by=a_staff_member(studio))
    found = events(site, studio, "/classes.ics")
    assert set(found) == {f"{yoga.id}@punchcard", f"{off.id}@punchcard"}
    event = found[f"{yoga.id}@punchcard"]
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    assert event.decoded("DTSTART").astimezone(UTC) == datetime(2026, 12, 10, 9, 30, tzinfo=UTC)
    assert (event["STATUS"], found[f"{off.id}@punchcard"]["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert event["URL"] == f"{studio.public_address}/classes/{yoga.id}"
    assert events(site, studio, "/classes.ics").keys() == found.keys()


def test_a_customers_bookings_keep_their_uids_when_moved_and_cancelled(
    site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        ada = a_customer(studio)
        a_pass_of(ada, uses=10)
        yoga, clay = a_class(studio), a_class(studio, name="Clay", on=date(2026, 12, 14))
        booking = a_booking(ada, yoga)
        other = a_booking(ada, a_class(studio, name="Dance", on=date(2026, 12, 15)))
        a_booking(a_customer(studio, "Ben Moss"), yoga)
    path = feed_of(signed_in_browser(site, ada))
    before = events(site, studio, path)
    assert len(before) == 2
    with site.app_context():
        moved(booking, yoga, clay)
        cancelled(other)
    after = events(site, studio, path)
    assert after.keys() == before.keys()
    told = {str(event["SUMMARY"]): (event["STATUS"], event["SEQUENCE"]) for event in after.values()}
    assert told == {f"Clay, {studio.name}": ("CONFIRMED", 1), f"Dance, {studio.name}": ("CANCELLED", 1)}


def test_a_renewed_address_ends_the_one_before(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = _with_a_booking(studio)
    browser = signed_in_browser(site, ada)
    first = feed_of(browser)
    second = feed_of(browser, "New address")
    assert first != second
    events(site, studio, first, status=404)
    assert len(events(site, studio, second)) == 1


@pytest.mark.parametrize("spoilt", ["", "x", "AAAA", "-" * 43, "é"])
def test_a_made_up_address_leads_nowhere(site: Flask, studio: BusinessFacts, spoilt: str) -> None:
    events(site, studio, f"/calendar/{spoilt}.ics", status=404)


def test_an_address_is_worth_nothing_at_another_studio(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada, elsewhere = _with_a_booking(studio), a_business()
    path = feed_of(signed_in_browser(site, ada))
    events(site, elsewhere, path, status=404)
    events(site, studio, path.replace("/calendar/", "/calendar/A"), status=404)


def test_a_calendar_costs_as_many_statements_with_more_in_it(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = _with_a_booking(studio)
    path, costs = feed_of(signed_in_browser(site, ada)), []
    for nth in range(2):
        with statements(site) as sent:
            events(site, studio, path)
            events(site, studio, "/classes.ics")
        costs.append(len(sent))
        with site.app_context():
            for day in (20, 21, 22):
                a_booking(ada, a_class(studio, on=date(2026, 12, day), name=f"More {nth}"))
    assert costs[0] == costs[1] <= 8


def _with_a_booking(studio: BusinessFacts) -> APerson:
    ada = a_customer(studio, now=NOW)
    a_pass_of(ada)
    a_booking(ada, a_class(studio))
    return ada
