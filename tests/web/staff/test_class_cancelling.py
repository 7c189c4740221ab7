"""Staff cancel a class: the page says who gets what, one button does it, and customers read why (C6)."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.jobs.class_cancellations import cancel_due_tickets
from portal.models.business import BusinessFacts
from portal.models.classes import ClassSession
from portal.models.database import db, transaction
from portal.operations.refunding import due_refunds, fail_refund
from portal.operations.waiting_lists import join_waiting_list
from portal.web.staff import class_cancelling
from tests.studio import (
    NOW,
    ABooking,
    AClass,
    APass,
    APerson,
    a_basket,
    a_booking,
    a_class,
    a_customer,
    a_placed_booking,
    a_series,
    stripe_tells,
)
from tests.web.browser import Browser, Page
from tests.web.people import PASSWORD
from tests.web.signed_in import signed_in_browser

FIRST = date(2026, 12, 10)
WHY = "The boiler is broken"


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga on 10 Dec, and again a week later."""
    with site.app_context():
        series = a_series(studio)
        a_class(series, on=date(2026, 12, 17))
        return a_class(series, on=FIRST)


@pytest.fixture
def by_pass(site: Flask, ada: APerson, ten_classes: APass, yoga: AClass) -> ABooking:
    """Ada's ticket for it, by a pass."""
    with site.app_context():
        return a_booking(ada, yoga)


@pytest.fixture
def by_card(site: Flask, yoga: AClass) -> ABooking:
    """A guest's ticket, by card."""
    with site.app_context():
        return a_booking(yoga.business, yoga, email="gil@example.com")


def page_of(yoga: AClass) -> str:
    return f"/staff/classes/{yoga.id}"


def ask(browser: Browser, yoga: AClass) -> Page:
    return browser.open(f"{page_of(yoga)}/cancellation")


def is_cancelled(site: Flask, yoga: AClass) -> bool:
    with site.app_context():
        return (
            db.session.scalar(select(ClassSession.cancelled_at).where(ClassSession.id == yoga.id)) is not None
        )


def test_the_page_says_in_sum_and_for_each_what_will_happen(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson, by_pass: ABooking, by_card: ABooking
) -> None:
    assert f"{page_of(yoga)}/cancellation" in browser.open(page_of(yoga)).links()
    page = ask(browser, yoga)
    assert page.heading == "Cancel Morning Yoga, Thu 10 Dec"
    for told in (
        "2 tickets of 2 bookings are cancelled. Each booking gets one e-mail, with your reason.",
        "1 use goes back to the passes that paid.",
        "£12.00 goes back to cards.",
        "1 pass paid for a place. The next Morning Yoga is on 17 Dec, 7 days later. 0 for none.",
        f"Ada Park 1 1 use {by_pass.reference}",
        f"Gil Guest Guest 1 £12.00 to the card {by_card.reference}",
    ):
        assert told in page.text
    assert page.part("#days")["value"] == "7"
    assert page.part("input[name=money][value=card]").has_attr("checked")
    assert not is_cancelled(site, yoga)


def test_who_waits_pays_or_only_holds_a_place_is_told_of_too(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson
) -> None:
    with site.app_context():
        full = a_class(studio, capacity=2)
        a_placed_booking(studio, full)
        a_basket(studio, full)
        with transaction():
            join_waiting_list(studio, class_session_id=full.id, customer_id=ada.id, now=NOW)
    text = ask(browser, full).text
    assert "1 person stands in line. The list ends, and an e-mail says so." in text
    assert "1 ticket is being paid for. Once paid, they are cancelled too, and the money goes back." in text
    assert "1 basket holds a place. It cannot be booked any more." in text
    assert "Nobody has booked it." in text


def test_it_needs_a_reason_and_sensible_days_and_keeps_what_was_typed(
    browser: Browser, site: Flask, yoga: AClass, by_pass: ABooking, by_card: ABooking
) -> None:
    ask(browser, yoga)
    page = browser.press("Cancel class", status=422, days="many", money="account", reason=" ")
    assert page.errors == ["Enter a whole number.", "Please say why: the reason is kept with what you do."]
    assert page.part("#days")["value"] == "many"
    assert page.part("input[name=money][value=account]").has_attr("checked")
    page = browser.press("Cancel class", status=422, days="367", money="account", reason=WHY)
    assert page.errors == ["Choose a number of days from 0 to 366."]
    assert page.part("#reason").get_text().strip() == WHY
    assert not is_cancelled(site, yoga)


def test_cancel_class_does_it_and_everybody_reads_why(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson, ten_classes: APass, by_pass: ABooking
) -> None:
    ask(browser, yoga)
    done = browser.press("Cancel class", reason=WHY)
    assert done.path == page_of(yoga)
    assert "Morning Yoga on 10 Dec is cancelled." in done.text
    assert f"Olive Owen cancelled it on 1 Dec 2026, 09:00: {WHY}" in done.text
    assert "1 ticket is cancelled, and everybody was told" in done.text
    assert not done.has_button("Cancel class")
    assert "Cancelled" in browser.open("/staff/classes").text
    client = signed_in_browser(site, ada)
    told = client.open(f"/bookings/{by_pass.reference}").text
    assert (
        f"Riverside Studio cancelled this class on 1 Dec: {WHY}. One use went back to your 10-class pass."
        in told
    )
    story = client.open(f"/account/passes/{ten_classes.id}").text
    assert (
        "Use returned: Riverside Studio cancelled Morning Yoga on 10 Dec. Your pass is 7 days longer."
        in story
    )
    assert "10 of 10 uses left" in story
    calendar = client.client.get(f"/bookings/{by_pass.reference}.ics", base_url=ada.business.public_address)
    assert "STATUS:CANCELLED" in calendar.text
    assert client.open(f"/classes/{yoga.id}").has_button("Add to basket") is False


def test_the_audit_tells_it(browser: Browser, yoga: AClass, by_pass: ABooking) -> None:
    ask(browser, yoga)
    browser.press("Cancel class", reason=WHY)
    text = browser.open("/staff/audit").text
    assert "Cancelled a class" in text
    assert "Extended 10-class pass for a cancelled class" in text
    assert "Money back to Card" in text


def test_a_large_class_shows_how_far_it_is(
    browser: Browser,
    site: Flask,
    yoga: AClass,
    by_pass: ABooking,
    by_card: ABooking,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(class_cancelling, "AT_A_TIME", 1)
    ask(browser, yoga)
    page = browser.press("Cancel class", reason=WHY)
    assert "1 of 2 tickets cancelled." in page.text
    assert page_of(yoga) in page.links()
    told = Browser(site, yoga.business).open(f"/bookings/{by_card.reference}?secret={by_card.secret}")
    assert "The studio has cancelled this class. Your ticket is cancelled with it any moment." in told.text
    assert not any("/cancellation" in link or "/transfer" in link for link in told.links())
    with site.app_context():
        cancel_due_tickets(now=NOW)
    assert "2 tickets are cancelled, and everybody was told" in browser.open(page_of(yoga)).text


def test_who_was_paying_follows(browser: Browser, site: Flask, yoga: AClass, ada: APerson) -> None:
    with site.app_context():
        paying = a_placed_booking(ada, yoga)
    ask(browser, yoga)
    assert "0 of 1 ticket cancelled." in browser.press("Cancel class", reason=WHY).text
    with site.app_context():
        stripe_tells(paying, paid=True)
        cancel_due_tickets(now=NOW)
    assert "1 ticket is cancelled, and everybody was told" in browser.open(page_of(yoga)).text
    told = signed_in_browser(site, ada).open(f"/bookings/{paying.reference}").text
    assert "£12.00 goes back to the card that paid: under way." in told


def test_money_can_go_to_the_accounts(browser: Browser, site: Flask, yoga: AClass, ada: APerson) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga)
    page = ask(browser, yoga)
    assert "Back to how it was paid: £12.00 to cards" in page.text
    assert "To the clients’ account balances: £12.00 to account balances" in page.text
    browser.press("Cancel class", money="account", reason=WHY)
    told = signed_in_browser(site, ada).open(f"/bookings/{booking.reference}").text
    assert "£12.00 went to your account balance." in told


def test_money_that_the_bank_did_not_take_is_seen_where_the_class_was_cancelled(
    browser: Browser, site: Flask, yoga: AClass, by_card: ABooking
) -> None:
    ask(browser, yoga)
    assert "did not arrive" not in browser.press("Cancel class", reason=WHY).text
    with site.app_context():
        due = due_refunds(now=NOW)
        for refund in due:
            with transaction():
                fail_refund(refund, reason="The card is closed.", now=NOW)
    page = browser.open(page_of(yoga))
    assert "£12.00 did not arrive: Send refund again" in page.text
    browser.open(str(page.part("td a[href$='/refund']")["href"]))
    browser.press("Send again", to="card", reason="A new card")
    assert "did not arrive" not in browser.open(page_of(yoga)).text


def test_where_nobody_comes_nothing_is_asked_but_the_reason(browser: Browser, yoga: AClass) -> None:
    page = ask(browser, yoga)
    assert not page.soup.select("input[name=money], #days")
    assert "Nobody had booked it." in browser.press("Cancel class", reason=WHY).text


def test_what_changed_meanwhile_is_shown_before_it_is_done(
    browser: Browser, site: Flask, yoga: AClass, by_card: ABooking, ada: APerson
) -> None:
    ask(browser, yoga)
    with site.app_context():
        a_booking(ada, yoga)
    page = browser.press("Cancel class", status=409, reason=WHY)
    assert (
        "Somebody has booked or cancelled since you opened the page, so nothing was cancelled." in page.text
    )
    assert "2 tickets of 2 bookings are cancelled." in page.text
    assert "2 tickets are cancelled, and everybody was told" in browser.press("Cancel class", reason=WHY).text


def test_the_button_pressed_twice_leads_to_what_is_done(
    browser: Browser, site: Flask, yoga: AClass, by_card: ABooking
) -> None:
    ask(browser, yoga)
    again = browser.copy()
    again.page = browser.page
    browser.press("Cancel class", reason=WHY)
    assert "Morning Yoga on 10 Dec is cancelled already." in again.press("Cancel class", reason=WHY).text
    assert ask(browser, yoga).path == page_of(yoga)


def test_a_past_class_says_so(browser: Browser, yoga: AClass, by_pass: ABooking, still_clock: Path) -> None:
    still_clock.write_text("2026-12-10T12:00:00+00:00")
    browser.open("/staff")
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    assert "This class has begun or is past." in ask(browser, yoga).text
    assert "1 ticket is cancelled, and everybody was told" in browser.press("Cancel class", reason=WHY).text


def test_the_preview_is_a_file_too(
    browser: Browser, yoga: AClass, by_pass: ABooking, by_card: ABooking
) -> None:
    file = browser.client.get(
        f"{page_of(yoga)}/cancellation?format=csv", base_url=yoga.business.public_address
    )
    _, ada, gil = file.text.splitlines()
    assert ada == f"Ada Park,{by_pass.reference},1,1,0.00,0.00"
    assert gil == f"Gil Guest,{by_card.reference},1,0,12.00,0.00"


def test_a_long_preview_goes_on_over_the_page(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        full = a_class(studio, capacity=30)
        for nth in range(26):
            a_booking(a_customer(studio, f"Client {nth:02}"), full)
    address = f"{page_of(full)}/cancellation"
    assert "Client 25" not in browser.open(address).text
    assert "Client 25" in browser.open(f"{address}?page=2").text
    assert "26 tickets of 26 bookings are cancelled." in browser.open(f"{address}?page=2").text
