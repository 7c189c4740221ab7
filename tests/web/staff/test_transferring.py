"""Staff move a ticket to another class, decide about the difference, and say why (C7, S1)."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.business import BusinessFacts
from portal.models.database import db, end_reading, transaction
from portal.models.transfers import TicketTransfer
from portal.operations.refunding import due_refunds, fail_refund
from portal.rules.roles import Role
from tests.accounts import balance_of
from tests.desk import a_desk
from tests.studio import NOW, ABooking, AClass, APerson, a_booking, a_business, a_class, a_customer, a_pass_of
from tests.transfers import moved, ticket_for
from tests.web.browser import Browser, Page
from tests.web.people import PASSWORD, a_staff_member_with_password
from tests.web.staff.who_comes_in import browser_of

WHY = "Asked for on the telephone"


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    with site.app_context():
        a_staff_member_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    return browser


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts) -> APerson:
    with site.app_context():
        return a_customer(studio)


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    with site.app_context():
        return a_class(studio)


def a_class_at(site: Flask, studio: BusinessFacts, price: int) -> AClass:
    with site.app_context():
        return a_class(studio, name="Clay", price=price, on=date(2026, 12, 12))


def booked(site: Flask, who: APerson | BusinessFacts, of: AClass) -> ABooking:
    with site.app_context():
        return a_booking(who, of)


def address(site: Flask, booking: ABooking, left: AClass, to: AClass | None = None) -> str:
    with site.app_context():
        ticket_id = ticket_for(booking, left)
    target = f"/{to.id}/{to.ticket_type_id}" if to else ""
    return f"/staff/bookings/{booking.reference}/tickets/{ticket_id}/transfer{target}"


def the_move(site: Flask) -> TicketTransfer:
    with site.app_context():
        return db.session.scalars(select(TicketTransfer)).one()


def choices(page: Page, name: str) -> list[str]:
    return [label.get_text() for label in page.soup.select(f"fieldset:has([name={name}]) .check label")]


def test_from_the_schedule_to_a_dearer_class_whose_difference_goes_on_the_account(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson, yoga: AClass
) -> None:
    booked(site, ada, yoga)
    a_class_at(site, studio, 1500)
    schedule = browser.open(f"/staff/clients/{ada.id}/schedule")
    choice = browser.open(str(schedule.part("a[href$='/transfer']")["href"]))
    assert choice.heading == "Move Ada Park’s ticket"
    assert "£3.00 more" in choice.text
    asked = browser.open(str(choice.part(".targets a")["href"]))
    assert "which the client’s account balance is charged" in asked.text
    assert choices(asked, "dearer") == ["Charge £3.00 to the client’s account", "Waive the £3.00"]
    done = browser.press("Move ticket", reason=WHY, dearer="charge")
    assert "Ada Park’s ticket is now for Clay on Sat 12 Dec, 09:30." in done.text
    assert "Moved" in done.text
    with site.app_context():
        assert balance_of(ada)[0] == -300
    assert WHY in browser.open(f"/staff/clients/{ada.id}/account").text


def test_staff_may_waive_the_difference(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson, yoga: AClass
) -> None:
    booking = booked(site, ada, yoga)
    clay = a_class_at(site, studio, 1500)
    browser.open(address(site, booking, yoga, clay))
    page = browser.press("Move ticket", status=422, reason="", dearer="waive")
    assert page.errors == ["Please say why: the reason is kept with what you do."]
    assert page.part("input[name=dearer][value=waive]").has_attr("checked")
    assert "the client pays nothing for that" in page.text
    browser.press("Move ticket", reason=WHY, dearer="waive")
    assert (the_move(site).waived, the_move(site).to_account) == (300, 0)
    assert "£3.00 more was waived." in browser.open(f"/staff/bookings/{booking.reference}").text


def test_a_guests_difference_can_only_be_waived(
    browser: Browser, site: Flask, studio: BusinessFacts, yoga: AClass
) -> None:
    booking = booked(site, studio, yoga)
    clay = a_class_at(site, studio, 1500)
    page = browser.open(address(site, booking, yoga, clay))
    assert choices(page, "dearer") == []
    browser.press("Move ticket", reason=WHY)
    assert the_move(site).waived == 300


@pytest.mark.parametrize(("money", "given"), [("card", (200, 0)), ("account", (0, 200)), ("none", (0, 0))])
def test_staff_decide_where_money_of_a_cheaper_class_goes(
    browser: Browser,
    site: Flask,
    studio: BusinessFacts,
    ada: APerson,
    yoga: AClass,
    money: str,
    given: tuple[int, int],
) -> None:
    booking = booked(site, ada, yoga)
    browser.open(address(site, booking, yoga, a_class_at(site, studio, 1000)))
    browser.press("Move ticket", reason=WHY, money=money)
    to_card, to_account = given
    assert the_move(site).refund == to_card + to_account
    with site.app_context():
        assert balance_of(ada)[0] == to_account


def test_c7_on_a_deactivated_pass_staff_move_it_and_the_page_says_so(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
    booking = booked(site, ada, yoga)
    with site.app_context():
        a_desk(studio).deactivate(owned)
    clay = a_class_at(site, studio, 1500)
    listed = browser.open(address(site, booking, yoga))
    assert "Pass use moves along, beyond what the pass allows" in listed.text
    asked = browser.open(address(site, booking, yoga, clay))
    assert "The 10-class pass has been deactivated. You move it all the same." in asked.text
    browser.press("Move ticket", reason=WHY)
    page = browser.open(f"/staff/clients/{ada.id}/passes/{owned.id}")
    assert "Moved along by Olive Owen: Clay, Sat 12 Dec, 09:30" in page.text


def test_staff_move_after_the_cut_off_until_the_class_starts(
    browser: Browser,
    site: Flask,
    studio: BusinessFacts,
    ada: APerson,
    yoga: AClass,
    still_clock: Path,
) -> None:
    booking = booked(site, ada, yoga)
    path = address(site, booking, yoga, a_class_at(site, studio, 1200))
    still_clock.write_text(datetime(2026, 12, 10, 9, 0, tzinfo=UTC).isoformat())
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    assert "The client could move it until 12 hours before the class." in browser.open(path).text
    still_clock.write_text(datetime(2026, 12, 10, 9, 31, tzinfo=UTC).isoformat())
    assert "has begun, so the ticket cannot be moved any more." in browser.open(path).text


def test_what_is_no_longer_so_is_shown_again(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        a_pass_of(ada)
    booking = booked(site, ada, yoga)
    browser.open(address(site, booking, yoga, a_class_at(site, studio, 1200)))
    with site.app_context():
        a_booking(ada, a_class(studio, name="Pilates", on=date(2026, 12, 5)))
    page = browser.press("Move ticket", status=409, reason=WHY)
    assert "has changed since you opened the page" in page.text
    assert WHY in page.part("textarea[name=reason]").get_text()


def test_another_studios_ticket_is_not_found(browser: Browser, site: Flask) -> None:
    with site.app_context():
        harbour = a_business("Harbour Pottery")
        clay = a_class(harbour)
        booking = a_booking(harbour, clay)
    browser.open(address(site, booking, clay), status=404)


def test_customers_do_not_get_there(site: Flask, studio: BusinessFacts, ada: APerson, yoga: AClass) -> None:
    path = address(site, booked(site, ada, yoga), yoga)
    assert Browser(site, studio).open(path).path.startswith("/staff/sign-in")


def test_the_booking_shows_both_ends_of_a_move(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson, yoga: AClass
) -> None:
    booking = booked(site, ada, yoga)
    clay = a_class_at(site, studio, 1000)
    with site.app_context():
        moved(booking, yoga, clay)
    page = browser.open(f"/staff/bookings/{booking.reference}")
    assert "The client moved it to Clay on Sat 12 Dec." in page.text
    assert "Moved from Morning Yoga on 10 Dec. £2.00 goes back to the card that paid: under way." in page.text


def test_money_that_the_bank_did_not_take_back_is_sent_again_from_the_booking(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson, yoga: AClass
) -> None:
    clay = a_class_at(site, studio, 2800)
    booking = booked(site, ada, clay)
    with site.app_context():
        moved(booking, clay, yoga)
        due = due_refunds(now=NOW)
        end_reading()
        with transaction():
            fail_refund(due[0], reason="The card is closed.", now=NOW)
    page = browser.open(f"/staff/bookings/{booking.reference}")
    assert "£16.00 could not be sent back to the card that paid." in page.text
    ticket = address(site, booking, yoga).removesuffix("/transfer")
    assert f"{ticket}/refund" in page.links()
    page = browser.open(f"{ticket}/refund")
    assert "The bank did not take £16.00 for Ada Park’s moved ticket, Morning Yoga on" in page.text
    page = browser.press("Send again", to="card", reason=WHY)
    assert "£16.00 is on its way to the card once more." in page.text
    assert "£16.00 goes back to the card that paid: under way." in page.text
    assert f"{ticket}/refund" not in page.links()


def test_whoever_may_not_decide_on_money_waives_nothing(
    site: Flask, studio: BusinessFacts, ada: APerson, yoga: AClass
) -> None:
    booking = booked(site, ada, yoga)
    there = address(site, booking, yoga, a_class_at(site, studio, 1500))
    desk = browser_of(site, studio, Role.FRONT_DESK)
    page = desk.open(there)
    assert choices(page, "dearer") == []
    digest = str(page.part("input[name=digest]")["value"])
    assert desk.post(there, digest=digest, dearer="waive", reason=WHY).status_code == 303
    assert (the_move(site).waived, the_move(site).to_account) == (0, 300)
