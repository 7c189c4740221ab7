"""A client's schedule says how each visit is paid, and a deactivated pass's visits stay (W5, S1, S3)."""

from datetime import date, timedelta

from flask import Flask

from portal.models.business import BusinessFacts
from tests.desk import Desk
from tests.studio import NOW, APass, APerson, a_booking, a_class, a_code, a_customer, a_placed_booking
from tests.web.browser import Browser, Page


def visits(page: Page) -> list[tuple[str, str]]:
    """Each visit's class, and what it says of its payment."""
    return [
        (row.select_one("h2").get_text(strip=True), row.select_one(".chip").get_text(strip=True))  # type: ignore[union-attr]
        for row in page.soup.select(".visits > li")
    ]


def schedule(browser: Browser, of: APerson, asked: str = "") -> Page:
    return browser.open(f"/staff/clients/{of.id}/schedule{asked}")


def test_w5_visits_of_a_deactivated_pass_stay_booked_and_paid(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson, ten_classes: APass, desk: Desk
) -> None:
    with site.app_context():
        a_booking(ada, a_class(studio))
        desk.deactivate(ten_classes)
    assert visits(schedule(browser, ada)) == [("Morning Yoga", "Paid with 10-class pass")]


def test_each_visit_says_what_paid_for_it(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson
) -> None:
    with site.app_context():
        a_code(studio, "FIVER", each=500)
        a_booking(ada, a_class(studio, name="Yoga", on=date(2026, 12, 10)))
        a_booking(ada, a_class(studio, name="Barre", on=date(2026, 12, 11)), code="FIVER")
        a_booking(ada, a_class(studio, name="Open day", on=date(2026, 12, 12), price=0))
        a_placed_booking(ada, a_class(studio, name="Circus", on=date(2026, 12, 13)))
    assert visits(schedule(browser, ada)) == [
        ("Yoga", "Paid £12.00"),
        ("Barre", "FIVER, paid £7.00"),
        ("Open day", "Free"),
        ("Circus", "Waiting for £12.00"),
    ]


def test_past_visits_are_kept_apart(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson
) -> None:
    before = NOW - timedelta(days=9)
    with site.app_context():
        past = a_class(studio, name="Last week", on=NOW.date() - timedelta(days=7), now=before)
        a_booking(ada, past, now=before)
        a_booking(ada, a_class(studio, name="Next week"))
    assert visits(schedule(browser, ada)) == [("Next week", "Paid £12.00")]
    assert visits(schedule(browser, ada, "?show=past")) == [("Last week", "Paid £12.00")]


def test_other_peoples_visits_are_not_in_it(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson
) -> None:
    with site.app_context():
        a_booking(a_customer(studio, "Ben Osei"), a_class(studio))
        a_booking(studio, a_class(studio))
    assert "Nothing booked" in schedule(browser, ada).text


def test_the_schedule_is_exported(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson, ten_classes: APass
) -> None:
    with site.app_context():
        booking = a_booking(ada, a_class(studio))
    answer = browser.client.get(
        f"/staff/clients/{ada.id}/schedule?format=csv", base_url=studio.public_address
    )
    assert answer.text.splitlines()[1] == (
        f"2026-12-10 09:30,Morning Yoga,Adult,River Room,Maya Lindqvist,{booking.reference},"
        "Paid with 10-class pass,0.00,,,"
    )
