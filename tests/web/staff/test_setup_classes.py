"""Setup › Classes: from nothing to on sale on one page, and everything about it afterwards."""

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.business import BusinessFacts
from portal.models.classes import ClassSession, TicketType
from portal.models.database import db
from portal.rules.roles import Role
from tests.studio import a_booking, a_business, a_class, a_series
from tests.web.browser import Browser, statements
from tests.web.people import PASSWORD, a_staff_member_with_password

LIST = "/staff/setup/classes"
YOGA = {
    "name": "Morning Yoga",
    "days": "TH",
    "rhythm": "weekly",
    "first_on": "2026-12-01",
    "starts": "07:30",
    "capacity": "12",
    "teacher": "Maya",
    "place": "River Room",
    "price": "12.00",
}


def as_typed(typed: dict[str, str]) -> dict[str, str]:
    """The form of Morning Yoga with some of it otherwise; a browser sends no day where none is ticked."""
    fields = YOGA | typed
    return {name: text for name, text in fields.items() if text or name != "days"}


def add_yoga(browser: Browser, **typed: str) -> UUID:
    browser.open(f"{LIST}/new")
    page = browser.press("Put on sale", status=200, **as_typed(typed))
    return UUID(page.path.rpartition("/")[2])


def test_a_class_is_on_sale_as_soon_as_it_is_saved(browser: Browser) -> None:
    browser.open(LIST)
    assert "No classes yet" in browser.open(LIST).text
    add_yoga(browser, opens_days="84", closes_minutes="30")
    assert browser.page is not None
    assert browser.page.heading == "Morning Yoga"
    assert "Thursdays, 07:30" in browser.page.text
    assert "From 84 days before, until 30 minutes before." in browser.page.text
    shop = browser.open("/?day=2026-12-03")
    assert "Morning Yoga" in shop.text
    assert "£12.00" in shop.text


def test_a_class_on_a_single_date(site: Flask, browser: Browser) -> None:
    add_yoga(browser, rhythm="once", first_on="2026-12-24", days="")
    with site.app_context():
        assert db.session.scalars(select(ClassSession.on_date)).all() == [date(2026, 12, 24)]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"days": ""}, "Choose the days of the week."),
        ({"starts": "half past"}, "Enter a time like 07:30."),
        ({"starts": ""}, "Enter when it starts, like 07:30."),
        ({"capacity": "-1"}, "Enter a number from 0 to 10000."),
        ({"minutes": "0"}, "Enter a number from 1 to 1440."),
        ({"price": "much"}, "Enter an amount, like 12.00."),
        ({"last_on": "2026-11-30"}, "The last day comes before the first day."),
        ({"rhythm": "once", "first_on": "2026-11-30"}, "Enter a day that is not past."),
        ({"first_on": "1926-12-01"}, "Enter a day of this century."),
        ({"opens_days": "85"}, "Enter a number from 1 to 84."),
        ({"opens_days": "1", "closes_minutes": "1440"}, "Booking would close before it opens."),
        ({"closes_minutes": "20000"}, "Enter a number from 0 to 10080."),
        ({"name": ""}, "Enter a name, like Morning Yoga."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    browser: Browser, typed: dict[str, str], error: str
) -> None:
    browser.open(f"{LIST}/new")
    page = browser.press("Put on sale", status=422, **as_typed({"description": "Slowly."} | typed))
    assert page.errors == [error]
    assert "Slowly." in page.part("textarea").get_text()
    assert "No classes yet" in browser.open(LIST).text


def test_the_list_is_found_by_name_and_taken_as_a_file(
    site: Flask, studio: BusinessFacts, browser: Browser
) -> None:
    with site.app_context():
        a_class(studio, name="Evening Clay")
        a_series(studio, "Morning Yoga")
    assert "Evening Clay" not in browser.open(f"{LIST}?q=YOGA").part("table").get_text()
    assert "No class has “zumba” in its name." in browser.open(f"{LIST}?q=zumba").text
    by_next = browser.open(f"{LIST}?sort=next").part("table").get_text()
    assert by_next.index("Evening Clay") < by_next.index("Morning Yoga")
    file = browser.client.get(f"{LIST}?format=csv", base_url=studio.public_address).text
    assert "Evening Clay,Maya Lindqvist,River Room" in file


def test_tickets_are_added_changed_taken_off_sale_and_put_in_order(
    site: Flask, studio: BusinessFacts, browser: Browser
) -> None:
    with site.app_context():
        yoga = a_class(studio)
        a_booking(studio, yoga)
    at = f"{LIST}/{yoga.series_id}"
    browser.open(f"{at}/tickets/new")
    page = browser.press("Add ticket", name="adult", price="9", on_sale="y", status=422)
    assert page.errors == ["This class has a ticket called adult already."]
    browser.press("Add ticket", name="Concession", price="9", on_sale="y")
    browser.open(f"{at}/tickets/{yoga.ticket_type_id}")
    page = browser.press("Save", name="Full price", price="15", place="2")
    assert "Off sale" in page.text
    with site.app_context():
        sold = db.session.execute(
            select(TicketType.name, TicketType.price, TicketType.on_sale).order_by(TicketType.position)
        ).all()
    assert [tuple(it) for it in sold] == [("Concession", 900, True), ("Full price", 1500, False)]
    assert "£12.00" in browser.open(f"/staff/classes/{yoga.id}").text  # what was booked keeps its price


def test_a_time_is_added_and_ended_and_a_date_removed(site: Flask, browser: Browser) -> None:
    series_id = add_yoga(browser)
    browser.open(f"{LIST}/{series_id}/times/new")
    page = browser.press("Add time", days="SA", first_on="2026-12-01", starts="10:00", rhythm="weekly")
    assert "Saturdays, 10:00" in page.text
    browser.open(next(link for link in page.links() if link.endswith("/end")))
    page = browser.press("Set last day", last_on="2026-12-10")
    assert "The last day is 10 Dec." in page.text
    with site.app_context():
        first = db.session.scalars(select(ClassSession.id).order_by(ClassSession.starts_at)).first()
    browser.open(f"/staff/classes/{first}")
    assert "off the timetable" in browser.press("Remove from the timetable").text


def test_closed_days_say_what_went(browser: Browser) -> None:
    add_yoga(browser)
    assert "No closed days to come." in browser.open("/staff/setup/closed-days").text
    page = browser.press("Close these days", name="Christmas", first_on="2026-12-24", last_on="2027-01-01")
    assert "2 classes went off the timetable." in page.text
    assert "Thu 24 Dec – Fri 1 Jan 2027" in page.text
    page = browser.press("Close these days", name="", first_on="2026-11-30", status=422)
    assert page.errors == ["Enter what for, like Christmas.", "Enter a day that is not past."]
    assert "open on these days again" in browser.press("Open again").text


def test_another_studios_class_is_not_there(site: Flask, browser: Browser) -> None:
    with site.app_context():
        theirs = a_class(a_business())
    for path in ("", "/details", "/times/new", "/tickets/new", f"/tickets/{theirs.ticket_type_id}"):
        browser.open(f"{LIST}/{theirs.series_id}{path}", status=404)


def test_the_front_desk_sets_nothing_up(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_staff_member_with_password(studio, role=Role.FRONT_DESK)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    browser.open(LIST, status=403)


def test_the_list_costs_as_many_statements_however_long_it_is(
    site: Flask, studio: BusinessFacts, browser: Browser
) -> None:
    with site.app_context():
        a_class(studio)
    with statements(site) as few:
        browser.open(LIST)
    with site.app_context():
        for number in range(6):
            a_class(studio, name=f"Yoga {number}")
    with statements(site) as many:
        browser.open(LIST)
    assert len(many) == len(few)
