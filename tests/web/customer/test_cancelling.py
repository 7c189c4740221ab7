"""Customers and guests cancel by themselves: the page says what will happen first (C1–C5, B8, B13–B17)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from portal.models.bookings import Ticket
from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.operations.auditing import SYSTEM
from portal.operations.preferences import change_preferences
from portal.rules.preferences import Preferences, RefundTo
from tests.studio import (
    NOW,
    ABooking,
    AClass,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_purchase_option,
    check_out,
)
from tests.web.browser import Browser, Page, statements
from tests.web.people import a_staff_member_with_password
from tests.web.signed_in import signed_in_browser

FIRST = date(2026, 12, 10)
SECOND = date(2026, 12, 17)
THE_EVENING_BEFORE = datetime(2026, 12, 9, 22, 0, tzinfo=UTC)


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts) -> APerson:
    with site.app_context():
        return a_customer(studio)


@pytest.fixture
def browser(site: Flask, ada: APerson) -> Browser:
    return signed_in_browser(site, ada)


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga on 10 Dec at 09:30, £12.00."""
    with site.app_context():
        return a_class(studio, on=FIRST)


def prefer(site: Flask, studio: BusinessFacts, wanted: Preferences) -> None:
    with site.app_context(), transaction():
        change_preferences(studio, wanted=wanted, actor=SYSTEM, now=NOW)


def tickets_of(site: Flask, booking: ABooking) -> list[str]:
    """The ids of a booking's tickets, by class."""
    with site.app_context():
        rows = db.session.scalars(
            select(Ticket.id).where(
                Ticket.business_id == booking.business.id, Ticket.booking_id == booking.id
            )
        )
        return [str(ticket_id) for ticket_id in sorted(rows)]


def page_of(booking: ABooking, ending: str = "") -> str:
    return f"/bookings/{booking.reference}{ending}"


def cancellation_of(site: Flask, booking: ABooking, nth: int = 0) -> str:
    return page_of(booking, f"/tickets/{tickets_of(site, booking)[nth]}/cancellation")


def what_will_happen(page: Page) -> Mapping[str, str]:
    return {
        row.find("dt").get_text(): " ".join(said.get_text() for said in row.select("dd p"))  # type: ignore[union-attr]
        for row in page.soup.select("dl.glance > div")
    }


def test_b13_the_page_says_that_the_use_comes_back_and_then_it_does(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
        booking = a_booking(ada, yoga)
    page = browser.open(page_of(booking))
    assert "You can cancel until Wed 9 Dec, 21:30." in page.text
    asked = browser.open(cancellation_of(site, booking))
    assert asked.heading == "Cancel this ticket?"
    assert what_will_happen(asked) == {
        "This ticket": "One use goes back to your 10-class pass.",
        "10-class pass": "Your 10-class pass then has 10 uses left. The validity of your 10-class pass"
        " resets: it is valid for 30 days from the next class booked.",
    }
    assert "9 of 10 uses left" in browser.open("/account/passes").text
    browser.open(cancellation_of(site, booking))
    done = browser.press("Cancel ticket")
    assert (done.path, done.heading) == (page_of(booking), "This booking is cancelled")
    assert "Your ticket for Morning Yoga on 10 Dec is cancelled." in done.text
    assert "Cancelled You cancelled it on 1 Dec. One use went back to your 10-class pass." in done.text
    text = browser.open(f"/account/passes/{owned.id}").text
    assert "Not started Valid for 30 days from your first class · 10 of 10 uses left" in text


def test_b13_without_the_preference_the_use_stays_spent(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    prefer(site, ada.business, Preferences(returns_use=False))
    with site.app_context():
        owned = a_pass_of(ada)
        booking = a_booking(ada, yoga)
    asked = browser.open(cancellation_of(site, booking))
    assert what_will_happen(asked)["This ticket"] == "The use of your 10-class pass is not returned."
    assert "No use was returned." in browser.press("Cancel ticket").text
    text = browser.open(f"/account/passes/{owned.id}").text
    assert "9 of 10 uses left" in text
    assert "You cancelled Morning Yoga on 10 Dec. Your 30 days start again with your next class." in text


def test_b15_b16_b17_a_pass_bought_along_shows_its_period_again_and_a_date_with_the_next_ticket(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        later = a_class(ada.business, on=SECOND)
        booking = a_booking(ada, yoga, a_purchase_option(ada.business))
    assert "Expires 8 Jan 2027" in browser.open("/account/passes").text
    browser.open(cancellation_of(site, booking))
    done = browser.press("Cancel ticket")
    assert "Your 10-class pass stays yours." in done.text
    assert "Valid for 30 days from your first class" in browser.open("/account/passes").text
    with site.app_context():
        a_booking(ada, later)
    assert "Expires 15 Jan 2027" in browser.open("/account/passes").text


def test_the_story_of_the_pass_tells_of_it_in_words(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        owned = a_pass_of(ada)
        first, second = a_booking(ada, yoga), a_booking(ada, a_class(ada.business, on=SECOND))
    for booking in (first, second):
        browser.open(cancellation_of(site, booking))
        browser.press("Cancel ticket")
    page = browser.open(f"/account/passes/{owned.id}")
    entries = [" ".join(entry.get_text(" ").split()) for entry in page.soup.select(".ledger li")]
    assert "Use returned: you cancelled Morning Yoga on 17 Dec. Your 30 days start again" in entries[0]
    assert "with your next class." in entries[0]
    assert second.reference in entries[0]
    assert (
        "Use returned: you cancelled Morning Yoga on 10 Dec. Your 30 days now start on 17 Dec." in entries[1]
    )
    assert [entry.split()[-1] for entry in entries] == ["+1", "+1", "−1", "−1", "+10"]


def test_looking_changes_nothing(browser: Browser, site: Flask, ada: APerson, yoga: AClass) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga)
    for _ in range(2):
        browser.open(cancellation_of(site, booking))
        browser.open(page_of(booking, "/cancellation"))
    assert browser.open(page_of(booking)).heading == "You are booked"


def test_money_goes_back_to_the_card_by_the_codes_share(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        clay = a_class(ada.business, name="Wheel Throwing", on=SECOND, price=3400)
        a_code(ada.business, "SPRING20", percent=20)
        booking = a_booking(ada, yoga, clay, code="SPRING20")
    asked = browser.open(cancellation_of(site, booking))
    assert what_will_happen(asked) == {"This ticket": "£9.60 goes back to the card that paid."}
    done = browser.press("Cancel ticket")
    assert done.heading == "You are booked"
    assert "£9.60 goes back to the card that paid: under way." in done.text
    assert "Paid £36.80 Refunded to your card −£9.60" in done.text
    receipt = browser.open(page_of(booking, "/receipt"))
    assert "Cancelled on 1 Dec 2026" in receipt.text
    assert "1 Dec 2026 The card that paid Under way £9.60" in receipt.text


def test_money_goes_to_the_account_where_the_studio_prefers_that(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    prefer(site, ada.business, Preferences(refund_to=RefundTo.ACCOUNT))
    with site.app_context():
        booking = a_booking(ada, yoga)
    browser.open(cancellation_of(site, booking))
    assert "£12.00 went to your account balance." in browser.press("Cancel ticket").text
    assert "Your account balance Done £12.00" in browser.open(page_of(booking, "/receipt")).text


def test_after_the_cut_off_the_page_says_what_giving_up_the_place_costs(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass, still_clock: Path
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga)
    still_clock.write_text(THE_EVENING_BEFORE.isoformat())
    assert (
        "The time to cancel is over. You can still give up the place" in browser.open(page_of(booking)).text
    )
    asked = browser.open(cancellation_of(site, booking))
    assert asked.heading == "Give up your place?"
    assert "The time to cancel ended Wed 9 Dec, 21:30." in asked.text
    assert "The £12.00 paid for it is not returned." in asked.text
    done = browser.press("Cancel ticket")
    assert "You gave up the place on 9 Dec, after the cut-off." in done.text
    assert "Refund" not in done.text


def test_once_the_class_has_begun_there_is_nothing_to_press(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass, still_clock: Path
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga)
    address = cancellation_of(site, booking)
    browser.open(address)
    still_clock.write_text(yoga.starts_at.isoformat())
    page = browser.press("Cancel ticket", status=409)
    assert page.heading == "This cannot be cancelled here"
    assert "Morning Yoga on 10 Dec has begun" in page.text
    assert address not in browser.open(page_of(booking)).links()


def test_a_page_left_open_past_the_cut_off_cancels_nothing_and_shows_what_changed(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass, still_clock: Path
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga)
    browser.open(cancellation_of(site, booking))
    still_clock.write_text(THE_EVENING_BEFORE.isoformat())
    page = browser.press("Cancel ticket", status=409)
    assert page.heading == "Give up your place?"
    assert "has changed since you opened the page, so nothing was cancelled." in page.text
    assert browser.press("Cancel ticket").heading == "This booking is cancelled"


def test_where_customers_may_not_cancel_the_booking_says_whom_to_ask(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    prefer(site, ada.business, Preferences(customers_may_cancel=False))
    with site.app_context():
        booking = a_booking(ada, yoga)
    page = browser.open(page_of(booking))
    assert f"To cancel, write to {ada.business.contact_email}." in page.text
    assert not any("cancellation" in link for link in page.links())
    asked = browser.open(cancellation_of(site, booking))
    assert "Please ask Riverside Studio to cancel: it cannot be done here." in asked.text
    assert not asked.has_button("Cancel ticket")


def test_a_button_pressed_twice_cancels_once_and_says_so(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga)
    twin = browser.copy()
    for each in (browser, twin):
        each.open(cancellation_of(site, booking))
    browser.press("Cancel ticket")
    again = twin.press("Cancel ticket")
    assert (again.path, again.heading) == (page_of(booking), "This booking is cancelled")
    assert "This ticket is cancelled already." in again.text


def test_b8_a_whole_booking_is_cancelled_in_one_act_and_its_pass_stays(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        later = a_class(ada.business, on=SECOND)
        booking = a_booking(ada, yoga, later, a_purchase_option(ada.business))
    page = browser.open(page_of(booking))
    assert page_of(booking, "/cancellation") in page.links()
    asked = browser.open(page_of(booking, "/cancellation"))
    assert asked.heading == "Cancel this booking?"
    assert list(what_will_happen(asked)) == [
        "Morning Yoga, Thu 10 Dec",
        "Morning Yoga, Thu 17 Dec",
        "10-class pass",
    ]
    done = browser.press("Cancel booking")
    assert "Your 2 tickets are cancelled." in done.text
    assert "10-class pass Not started" in browser.open("/account/passes").text
    again = browser.open(page_of(booking, "/cancellation"))
    assert "There is nothing left to cancel." in again.text


def test_a_booking_with_one_ticket_left_has_one_link_to_cancel(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga)
    links = [link for link in browser.open(page_of(booking)).links() if "cancellation" in link]
    assert links == [cancellation_of(site, booking)]


def test_a_guest_cancels_by_the_secret_link(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    with site.app_context():
        booking = a_booking(studio, yoga)
    guest = Browser(site, studio)
    page = guest.open(page_of(booking, f"?secret={booking.secret}"))
    (link,) = [link for link in page.links() if "cancellation" in link]
    asked = guest.open(link)
    assert asked.part("form")["action"] == link
    assert guest.press("Cancel ticket").heading == "This booking is cancelled"


@pytest.mark.parametrize("ending", ["/cancellation", "/tickets/{ticket}/cancellation"])
def test_nobody_else_cancels_it(site: Flask, studio: BusinessFacts, yoga: AClass, ending: str) -> None:
    with site.app_context():
        ada, bo = a_customer(studio), a_customer(studio, "Bo Lee")
        booking, guests = a_booking(ada, yoga), a_booking(studio, yoga)
        other = a_business("Harbour Pottery")
    ending = ending.format(ticket=tickets_of(site, booking)[0])
    signed_in_browser(site, bo).open(page_of(booking, ending), status=404)
    bos = signed_in_browser(site, bo)
    bos.open("/account/details")
    assert bos.post(page_of(booking, ending), digest="x").status_code == 404
    Browser(site, studio).open(page_of(guests, f"{ending}?secret=wrong"), status=404)
    Browser(site, other).open(page_of(booking, f"{ending}?secret={booking.secret}"), status=404)
    assert Browser(site, studio).open(page_of(booking, ending)).heading == "Sign in"
    assert signed_in_browser(site, ada).open(page_of(booking)).heading == "You are booked"


def test_a_ticket_of_another_booking_of_ones_own_is_not_found_under_this_one(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        one, other = a_booking(ada, yoga), a_booking(ada, a_class(ada.business, on=SECOND))
    browser.open(page_of(one, f"/tickets/{tickets_of(site, other)[0]}/cancellation"), status=404)


def test_staff_without_a_customers_sign_in_are_nobody_here(
    site: Flask, studio: BusinessFacts, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        a_staff_member_with_password(studio)
        booking = a_booking(ada, yoga)
    desk = Browser(site, studio)
    desk.sign_in_as_staff("olive@example.com", "a few good words")
    assert desk.open(cancellation_of(site, booking)).heading == "Sign in"


def test_a_booking_that_is_being_paid_is_changed_in_the_basket(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        booking = check_out(ada, a_basket(ada, yoga))
    page = browser.open(cancellation_of(site, booking))
    assert "This booking is still being paid. Choose Change basket" in page.text


def test_the_calendar_file_marks_what_is_cancelled(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga, a_class(ada.business, on=SECOND, name="Evening Flow"))
    browser.open(cancellation_of(site, booking))
    browser.press("Cancel ticket")
    answer = browser.client.get(page_of(booking, ".ics"), base_url=ada.business.public_address)
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    assert [(str(event["summary"]), str(event.get("status", ""))) for event in events] == [
        ("Cancelled: Morning Yoga, Riverside Studio", "CANCELLED"),
        ("Evening Flow, Riverside Studio", ""),
    ]


def test_a_booking_that_is_cancelled_whole_is_no_longer_to_come(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga)
        other = a_booking(ada, a_class(ada.business, on=SECOND, name="Evening Flow"))
    for path in ("/account", "/account/bookings"):
        assert cancellation_of(site, booking) in browser.open(path).links()
    browser.open(cancellation_of(site, booking))
    browser.press("Cancel ticket")
    to_come = browser.open("/account/bookings")
    assert page_of(other) in to_come.links()
    assert page_of(booking) not in to_come.links()
    past = browser.open("/account/bookings?show=past")
    assert "Morning Yoga 09:30–10:30 · River Room · Adult Cancelled 1 Dec" in past.text
    assert not any("cancellation" in link for link in past.links())


def test_of_a_booking_that_is_cancelled_in_part_the_rest_is_to_come(
    browser: Browser, site: Flask, ada: APerson, yoga: AClass
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga, a_class(ada.business, on=SECOND, name="Evening Flow"))
    browser.open(cancellation_of(site, booking))
    browser.press("Cancel ticket")
    links = [link for link in browser.open("/account/bookings").links() if "cancellation" in link]
    assert links == [cancellation_of(site, booking, 1)]


def test_looking_costs_as_many_statements_with_more_tickets(
    browser: Browser, site: Flask, ada: APerson
) -> None:
    costs = []
    for number in (1, 5):
        with site.app_context():
            classes = [
                a_class(ada.business, on=FIRST + timedelta(days=nth), at=time(9 + number))
                for nth in range(number)
            ]
            booking = a_booking(ada, *classes)
        for path in (page_of(booking), page_of(booking, "/cancellation")):
            with statements(site) as sent:
                browser.open(path)
            costs.append(len(sent))
    assert costs[:2] == costs[2:]
    assert costs[0] <= 8
