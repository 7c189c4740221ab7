"""The page of Book for a client: the what-if, for real."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.classes import TicketType
from portal.models.database import db, transaction
from portal.rules.roles import Role
from tests.accounts import balance_of, entries_of
from tests.studio import AClass, APerson, a_class, a_pass_of, a_purchase_option
from tests.web.browser import Browser, statements
from tests.web.people import PASSWORD, a_staff_member_with_password

PAGE = "/staff/what-if"
MOST_TO_BOOK = 60


def page_for(yoga: AClass, of: APerson | None = None, below: str = "/booking") -> str:
    client = f"&client={of.id}" if of else ""
    return f"{PAGE}{below}?ticket={yoga.id}.{yoga.ticket_type_id}{client}"


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga on 10 Dec, £12.00."""
    with site.app_context():
        return a_class(studio)


def booked(site: Flask) -> int:
    with site.app_context():
        return db.session.scalars(select(func.count()).select_from(Booking)).one()


def test_what_is_looked_at_is_booked_by_the_clients_pass(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada)
    page = browser.open(page_for(yoga, ada, below=""))
    page = browser.open(str(page.part(".summary a.button")["href"]))
    assert page.heading == "Book for Ada Park"
    assert not page.soup.select("#how")  # nothing is to pay
    page = browser.press("Book for Ada Park")
    assert page.path.startswith("/staff/bookings/")
    assert f"Booked for Ada Park. The confirmation is on its way to {ada.email}." in page.text
    assert "Pass use of the 10-class pass" in page.text


def test_money_at_the_desk_stands_on_the_booking_and_on_the_account(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson
) -> None:
    page = browser.open(page_for(yoga, ada))
    assert "How is £12.00 paid?" in page.text
    page = browser.press("Book for Ada Park", status=422, note="till 2")
    assert page.errors == ["Say how £12.00 is paid."]
    assert page.part("#note").get_text().strip() == "till 2"
    page = browser.press("Book for Ada Park", how="cash", note="till 2")
    assert "Paid at the desk in cash £12.00" in page.text
    assert "Paid at the desk in cash: till 2" in browser.open(f"/staff/clients/{ada.id}/account").text
    with site.app_context():
        assert entries_of(ada) == [("credit", 1200), ("basket", -1200)]


def test_charged_to_the_account_the_client_owes_it(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson
) -> None:
    browser.open(page_for(yoga, ada))
    page = browser.press("Book for Ada Park", how="account")
    assert "Charged to the account −£12.00" in page.text
    with site.app_context():
        assert balance_of(ada) == (-1200, 0)


def test_a_guest_is_booked_by_name_and_address(browser: Browser, site: Flask, yoga: AClass) -> None:
    browser.open(page_for(yoga))
    page = browser.press("Book for a guest", status=422, how="waived", email="nobody")
    assert page.errors == ["Enter the guest’s name.", "Enter an e-mail address like name@example.com."]
    page = browser.press(
        "Book for a guest", status=422, how="waived", name="Gil Guest", email="gil@example.com"
    )
    assert page.errors == ["Please say why: the reason is kept with what you do."]
    page = browser.press("Book for a guest", how="waived", note="A trial")
    assert "Guest Gil Guest, gil@example.com" in page.text
    assert "Waived −£12.00" in page.text


def test_a_second_press_books_nothing_more(browser: Browser, site: Flask, yoga: AClass, ada: APerson) -> None:
    page = browser.open(page_for(yoga, ada))
    first = browser.press("Book for Ada Park", how="cash")
    browser.page = page
    assert browser.press("Book for Ada Park", how="cash").path == first.path
    assert booked(site) == 1


def test_a_price_that_changed_meanwhile_is_shown_and_not_booked_r6(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson
) -> None:
    browser.open(page_for(yoga, ada))
    with site.app_context(), transaction():
        db.session.execute(update(TicketType).values(price=1500))
    page = browser.press("Book for Ada Park", status=409, how="cash")
    assert "What this comes to has changed since you opened the page" in page.text
    assert "How is £15.00 paid?" in page.text
    assert booked(site) == 0
    browser.press("Book for Ada Park", how="cash")
    assert booked(site) == 1


def test_who_is_not_to_be_found_leads_back_to_the_what_if(browser: Browser, yoga: AClass) -> None:
    page = browser.open(f"{page_for(yoga)}&client=nobody")
    assert (page.path.partition("?")[0], page.errors) == (PAGE, ["There is no such client."])


def test_a_pass_is_sold_with_its_ticket_p7(browser: Browser, site: Flask, yoga: AClass, ada: APerson) -> None:
    with site.app_context():
        five = a_purchase_option(yoga.business, "5-class pass", uses=5, price=5500)
    browser.open(f"{page_for(yoga, ada)}&pass={five.id}")
    page = browser.press("Book for Ada Park", how="terminal")
    assert "Paid at the desk by card £55.00" in page.text


def test_the_front_desk_takes_money_and_decides_on_none_0023(
    site: Flask, studio: BusinessFacts, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_staff_member_with_password(studio, role=Role.FRONT_DESK)
    desk = Browser(site, studio)
    desk.sign_in_as_staff("olive@example.com", PASSWORD)
    page = desk.open(page_for(yoga, ada))
    assert [str(way["value"]) for way in page.soup.select('[name="how"]')] == ["cash", "terminal"]
    assert desk.press("Book for Ada Park", status=422, how="waived", note="x").errors
    assert not desk.open(page_for(yoga)).has_button("Book for a guest")
    assert booked(site) == 0


def test_booking_costs_few_statements(browser: Browser, site: Flask, yoga: AClass, ada: APerson) -> None:
    with site.app_context():
        a_pass_of(ada)
    browser.open(page_for(yoga, ada))
    with statements(site) as sent:
        browser.press("Book for Ada Park")
    assert len(sent) <= MOST_TO_BOOK, len(sent)  # the booking's page included
