"""The waiting list of a full class, on its page and in the account."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from portal.models.business import BusinessFacts
from portal.models.classes import ClassSession
from portal.models.database import db, transaction
from portal.models.waiting_lists import WaitingStatus
from tests.cancellations import cancelled, with_preferences
from tests.studio import NOW, ABooking, AClass, APerson, a_basket, a_booking, a_business, a_class, a_customer
from tests.waiting import a_queue, statuses, the_worker_looks, waits
from tests.web.browser import Browser, statements
from tests.web.people import PASSWORD, a_customer_with_password
from tests.web.signed_in import signed_in_browser

BOOKINGS = "/account/bookings"
OFFER_ENDS = NOW + timedelta(hours=2)


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga, which has one place."""
    with site.app_context():
        return a_class(studio, capacity=1)


@pytest.fixture
def booking(site: Flask, yoga: AClass) -> ABooking:
    """Somebody has booked that place."""
    with site.app_context():
        return a_booking(yoga.business, yoga)


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts, booking: ABooking) -> APerson:
    """A customer who comes too late."""
    assert booking.business == studio
    with site.app_context():
        return a_customer(studio)


def page_of(yoga: AClass) -> str:
    return f"/classes/{yoga.id}"


def test_joining_says_which_place_in_line_it_is_and_how_an_offer_works(
    site: Flask, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_queue(yoga, "Bo Lee")
    browser = signed_in_browser(site, ada)
    page = browser.open(page_of(yoga))
    assert "This class is full. 1 person is waiting for a place." in page.text
    assert not page.has_button("Add to basket")
    page = browser.press("Join waiting list")
    assert page.path == page_of(yoga)
    assert "You are 2nd in line for this class." in page.text
    assert "we e-mail you and keep a place for you for 2 hours, or until the class starts" in page.text
    assert "Places Full: 2 people are waiting" in page.text
    page = browser.press("Leave waiting list")
    assert "You have left the waiting list." in page.text
    assert page.has_button("Join waiting list")


def test_the_studios_own_time_for_an_offer_is_said(site: Flask, yoga: AClass, ada: APerson) -> None:
    with site.app_context():
        with_preferences(yoga.business, offer_minutes=45)
    page = signed_in_browser(site, ada).open(page_of(yoga))
    assert "keep a place for you for 45 minutes" in page.text


def test_an_offer_is_taken_by_adding_to_the_basket(
    site: Flask, yoga: AClass, ada: APerson, booking: ABooking
) -> None:
    with site.app_context():
        waits(ada, yoga)
        cancelled(booking)
    browser = signed_in_browser(site, ada)
    page = browser.open(page_of(yoga))
    assert "A place is yours until 11:00." in page.text
    assert "Join waiting list" not in page.text
    page = browser.press("Add to basket")
    assert page.heading == "Basket"
    assert "We keep your place until 09:15" in page.text
    with site.app_context():
        assert statuses(yoga) == [WaitingStatus.TAKEN]
    assert "Your basket keeps a place for you." in browser.open(page_of(yoga)).text


def test_whose_turn_it_is_sees_so_though_no_job_has_run(
    site: Flask, yoga: AClass, ada: APerson, still_clock: Path
) -> None:
    with site.app_context():
        with transaction():
            db.session.execute(update(ClassSession).values(capacity=2))
        a_basket(yoga.business, yoga)
        waits(ada, yoga)
        (bo,) = a_queue(yoga, "Bo Lee")
    still_clock.write_text((NOW + timedelta(minutes=15)).isoformat())
    second = signed_in_browser(site, bo)
    assert "You are 2nd in line" in second.open(page_of(yoga)).text
    assert "This class is full." in Browser(site, yoga.business).open(page_of(yoga)).text
    first = signed_in_browser(site, ada)
    assert "A place is free, and it is your turn." in first.open(page_of(yoga)).text
    assert "A place is free for you" in first.open(BOOKINGS).text
    first.open(page_of(yoga))
    assert first.press("Add to basket").heading == "Basket"


def test_a_missed_offer_is_told_of(
    site: Flask, yoga: AClass, ada: APerson, booking: ABooking, still_clock: Path
) -> None:
    with site.app_context():
        waits(ada, yoga)
        a_queue(yoga, "Bo Lee")
        cancelled(booking)
    still_clock.write_text(OFFER_ENDS.isoformat())
    page = signed_in_browser(site, ada).open(page_of(yoga))
    assert "The place that we kept for you until 11:00 has gone to the next in line." in page.text
    assert page.has_button("Join waiting list")


def test_a_form_that_was_left_open_takes_no_place_that_went_on(
    site: Flask, yoga: AClass, ada: APerson, booking: ABooking, still_clock: Path
) -> None:
    with site.app_context():
        waits(ada, yoga)
        a_queue(yoga, "Bo Lee")
        cancelled(booking)
    browser = signed_in_browser(site, ada)
    browser.open(page_of(yoga))
    still_clock.write_text(OFFER_ENDS.isoformat())
    page = browser.press("Add to basket")
    assert page.path == page_of(yoga)
    assert "Sorry, this class is full" in page.text


def test_a_guest_signs_in_and_comes_back_to_the_class(
    site: Flask, studio: BusinessFacts, yoga: AClass, booking: ABooking
) -> None:
    assert booking.business == studio
    with site.app_context():
        ada = a_customer_with_password(studio)
    browser = Browser(site, studio)
    page = browser.open(page_of(yoga))
    assert f"/register?next={page_of(yoga)}" in page.links()
    assert f"/sign-in?next={page_of(yoga)}" in page.links()
    browser.open(f"/sign-in?next={page_of(yoga)}")
    page = browser.press("Sign in", email=ada.email, password=PASSWORD)
    assert page.path == page_of(yoga)
    assert "You are 1st in line" in browser.press("Join waiting list").text


@pytest.mark.parametrize("act", ["", "/removal"])
def test_whose_sign_in_has_ended_is_asked_to_sign_in_and_comes_back(
    site: Flask, studio: BusinessFacts, yoga: AClass, act: str
) -> None:
    answer = Browser(site, studio).post(f"{page_of(yoga)}/waiting-list{act}")
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={page_of(yoga)}")


@pytest.mark.parametrize("act", ["", "/removal"])
def test_a_form_of_somebody_elses_page_joins_and_leaves_nothing(
    site: Flask, yoga: AClass, ada: APerson, act: str
) -> None:
    with site.app_context():
        a_queue(yoga, "Bo Lee")
    browser = signed_in_browser(site, ada)
    answer = browser.client.post(
        f"{page_of(yoga)}/waiting-list{act}", base_url=yoga.business.public_address, data={}
    )
    assert answer.status_code == 400
    with site.app_context():
        assert statuses(yoga) == [WaitingStatus.WAITING]


def test_whoever_asks_anew_for_the_address_of_a_form_is_shown_the_class(
    site: Flask, yoga: AClass, ada: APerson
) -> None:
    browser = signed_in_browser(site, ada)
    for act in ("", "/removal"):
        assert browser.open(f"{page_of(yoga)}/waiting-list{act}").heading == "Morning Yoga"


def test_one_persons_leaving_leaves_the_others_in_line(site: Flask, yoga: AClass, ada: APerson) -> None:
    with site.app_context():
        a_queue(yoga, "Bo Lee")
    browser = signed_in_browser(site, ada)
    browser.open(page_of(yoga))
    assert browser.post(f"{page_of(yoga)}/waiting-list/removal").status_code == 303
    with site.app_context():
        assert statuses(yoga) == [WaitingStatus.WAITING]


def test_another_businesss_class_has_no_waiting_list_here(site: Flask, yoga: AClass, ada: APerson) -> None:
    with site.app_context():
        elsewhere = a_class(a_business("Harbour Pottery"), capacity=1)
        a_booking(elsewhere.business, elsewhere)
    browser = signed_in_browser(site, ada)
    browser.open(page_of(yoga))
    assert browser.post(f"{page_of(elsewhere)}/waiting-list").status_code == 303
    with site.app_context():
        assert statuses(elsewhere) == []


def test_who_has_a_ticket_is_told_so(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    with site.app_context():
        ada = a_customer(studio)
        a_booking(ada, yoga)
    browser = signed_in_browser(site, ada)
    page = browser.open(page_of(yoga))
    assert "You have a ticket for it." in page.text
    assert not page.has_button("Join waiting list")
    browser.open("/account/details")
    browser.post(f"{page_of(yoga)}/waiting-list")
    assert "You have a ticket for this class already." in browser.open(page_of(yoga)).text


def test_the_account_lists_what_one_waits_for_and_leaves_from_there(
    site: Flask, yoga: AClass, ada: APerson, booking: ABooking
) -> None:
    browser = signed_in_browser(site, ada)
    assert "Waiting lists" not in browser.open(BOOKINGS).text
    with site.app_context():
        waits(ada, yoga)
    assert "1st in line" in browser.open(BOOKINGS).text
    with site.app_context():
        cancelled(booking)
    page = browser.open(BOOKINGS)
    assert "A place is yours until 11:00 Take the place" in page.text
    page = browser.press("Leave waiting list")
    assert page.path == BOOKINGS
    assert "Waiting lists" not in page.text.replace("You have left the waiting list.", "")
    assert page_of(yoga) not in page.links()


def test_the_account_opens_with_a_place_that_is_on_offer(
    site: Flask, yoga: AClass, ada: APerson, booking: ABooking
) -> None:
    browser = signed_in_browser(site, ada)
    with site.app_context():
        waits(ada, yoga)
    assert page_of(yoga) not in browser.open("/account").links()
    with site.app_context():
        cancelled(booking)
    page = browser.open("/account")
    assert page.part("main h2").get_text() == "A place is free for you"
    assert "A place is yours until 11:00 Take the place" in page.text
    page = browser.press("Leave waiting list")
    assert page.path == "/account"
    assert page_of(yoga) not in page.links()


def test_an_offer_until_another_day_is_told_with_its_date(
    site: Flask, yoga: AClass, ada: APerson, booking: ABooking
) -> None:
    with site.app_context():
        with_preferences(yoga.business, offer_minutes=24 * 60)
        waits(ada, yoga)
        cancelled(booking)
    assert "until Wed 2 Dec, 09:00" in signed_in_browser(site, ada).open(page_of(yoga)).text


def test_a_list_of_classes_says_how_many_wait_and_what_is_cancelled(
    site: Flask, studio: BusinessFacts, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        waits(ada, yoga)
    browser = Browser(site, studio)
    assert "Full 1 waiting" in browser.open("/").text
    with site.app_context(), transaction():
        db.session.execute(update(ClassSession).values(cancelled_at=NOW, waiting=0, capacity=9))
    page = browser.open("/")
    assert "Cancelled" in page.text
    assert "£12.00" not in page.text
    page = browser.open(page_of(yoga))
    assert "The studio has cancelled this class." in page.text
    assert not page.has_button("Add to basket")
    browser.open("/sign-in")
    answer = browser.post("/basket/lines", **{"class": str(yoga.id), "ticket": str(yoga.ticket_type_id)})
    assert answer.location == page_of(yoga)
    assert "The studio has cancelled this class." in browser.open(page_of(yoga)).text


def test_a_class_that_has_begun_has_no_line(
    site: Flask, yoga: AClass, ada: APerson, still_clock: Path
) -> None:
    with site.app_context():
        waits(ada, yoga)
    still_clock.write_text(yoga.starts_at.astimezone(UTC).isoformat())
    browser = signed_in_browser(site, ada)
    page = browser.open(page_of(yoga))
    assert "already started" in page.text
    assert "in line" not in page.text
    assert "Waiting lists" not in browser.open(BOOKINGS).text


def test_the_basket_says_that_an_ended_hold_went_to_those_who_wait(
    site: Flask, studio: BusinessFacts, still_clock: Path
) -> None:
    with site.app_context():
        yoga = a_class(studio, capacity=1)
        bo = a_customer(studio, "Bo Lee")
        a_basket(bo, yoga)
        a_queue(yoga, "Ada Park")
    still_clock.write_text((NOW + timedelta(minutes=15)).isoformat())
    browser = signed_in_browser(site, bo)
    told = "Our hold ended, and the place went to those who wait. It is not part of the total."
    assert told in browser.open("/basket").text
    with site.app_context():
        the_worker_looks(NOW + timedelta(minutes=15))
        assert statuses(yoga) == [WaitingStatus.OFFERED]
    assert "the class is full now" in browser.open("/basket").text


def test_the_pages_cost_no_more_statements_with_a_longer_queue(
    site: Flask, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        waits(ada, yoga)
    browser = signed_in_browser(site, ada)
    browser.open(page_of(yoga))
    short = costs(site, browser, yoga)
    with site.app_context():
        a_queue(yoga, *(f"Person {nth}" for nth in range(6)))
        others = [a_class(yoga.business, name=f"Clay {nth}", capacity=1) for nth in range(3)]
        for other in others:
            a_booking(yoga.business, other)
            waits(ada, other)
    assert costs(site, browser, yoga) == short
    assert max(short) <= 8


def costs(site: Flask, browser: Browser, yoga: AClass) -> list[int]:
    """Statements of the page of the class, of the list of bookings, and of the list of classes."""
    found = []
    for path in (page_of(yoga), BOOKINGS, "/"):
        with statements(site) as sent:
            browser.open(path)
        found.append(len(sent))
    return found


def test_joining_and_leaving_cost_few_statements(site: Flask, yoga: AClass, ada: APerson) -> None:
    browser = signed_in_browser(site, ada)
    browser.open(page_of(yoga))
    for act in ("", "/removal"):
        with statements(site) as sent:
            assert browser.post(f"{page_of(yoga)}/waiting-list{act}").status_code == 303
        assert len(sent) <= 12, "\n".join(sent)
