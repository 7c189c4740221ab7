"""Staff cancel for a client or a guest: the same page, what they decide otherwise, and why (C1–C5, B8)."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.accounts import CustomerAccount
from portal.models.audit import AuditEntry
from portal.models.bookings import Ticket
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.rules.roles import Role
from tests.studio import ABooking, AClass, APass, APerson, a_booking, a_business, a_class
from tests.web.browser import Browser
from tests.web.people import PASSWORD
from tests.web.signed_in import signed_in_browser
from tests.web.staff.who_comes_in import browser_of

FIRST = date(2026, 12, 10)
SECOND = date(2026, 12, 17)
WHY = "Ada rang up"


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga on 10 Dec at 09:30, £12.00."""
    with site.app_context():
        return a_class(studio, on=FIRST)


@pytest.fixture
def by_pass(site: Flask, ada: APerson, ten_classes: APass, yoga: AClass) -> ABooking:
    """Ada's ticket for it, by a pass."""
    with site.app_context():
        return a_booking(ada, yoga)


@pytest.fixture
def by_card(site: Flask, ada: APerson, yoga: AClass) -> ABooking:
    """Ada's ticket for it, by card."""
    with site.app_context():
        return a_booking(ada, yoga)


def later(browser: Browser, clock: Path, moment: str) -> None:
    """Another day: Olive signs in anew."""
    clock.write_text(moment)
    browser.open("/staff")
    browser.sign_in_as_staff("olive@example.com", PASSWORD)


def cancellation_of(site: Flask, booking: ABooking) -> str:
    with site.app_context():
        wanted = select(Ticket.id).where(
            Ticket.business_id == booking.business.id, Ticket.booking_id == booking.id
        )
        (ticket_id,) = db.session.scalars(wanted)
    return f"/staff/bookings/{booking.reference}/tickets/{ticket_id}/cancellation"


def test_the_page_says_what_will_happen_and_names_the_client(
    browser: Browser, site: Flask, by_pass: ABooking, ada: APerson, ten_classes: APass
) -> None:
    page = browser.open(cancellation_of(site, by_pass))
    assert page.heading == "Cancel Ada Park’s ticket"
    assert "One use goes back to the 10-class pass." in page.text
    assert "Cancelling never cancels a pass." in page.text
    assert f"/staff/clients/{ada.id}/passes/{ten_classes.id}/deactivation" in page.links()
    assert browser.open(f"/account/passes/{ten_classes.id}").path.startswith("/sign-in")


def test_b8_it_needs_a_reason_and_leaves_the_pass(
    browser: Browser, site: Flask, by_pass: ABooking, ada: APerson, ten_classes: APass
) -> None:
    browser.open(cancellation_of(site, by_pass))
    page = browser.press("Cancel ticket", status=422, use="keep", reason=" ")
    assert len(page.errors) == 1
    assert page.part("#reason").has_attr("aria-invalid")
    assert page.part("input[name=use][value=keep]").has_attr("checked")
    assert "The use of the 10-class pass is not returned." in page.text
    done = browser.press("Cancel ticket", use="return", reason=WHY)
    assert done.path == f"/staff/clients/{ada.id}/schedule"
    assert "Ada Park’s ticket for Morning Yoga on 10 Dec is cancelled." in done.text
    assert f"Riverside Studio cancelled it on 1 Dec: {WHY}" in (
        signed_in_browser(site, ada).open(f"/bookings/{by_pass.reference}").text
    )
    told = signed_in_browser(site, ada).open(f"/account/passes/{ten_classes.id}").text
    assert "Not started Valid for 30 days from your first class · 10 of 10 uses left" in told
    assert "Use returned: Riverside Studio cancelled your Morning Yoga on 10 Dec" in told


def test_the_use_can_be_kept_although_the_studio_returns_it(
    browser: Browser, site: Flask, by_pass: ABooking, ada: APerson, ten_classes: APass
) -> None:
    browser.open(cancellation_of(site, by_pass))
    browser.press("Cancel ticket", use="keep", reason=WHY)
    told = signed_in_browser(site, ada).open(f"/account/passes/{ten_classes.id}").text
    assert "9 of 10 uses left" in told
    assert f"Riverside Studio cancelled your Morning Yoga on 10 Dec: {WHY}. Your 30 days start again" in told


def test_the_use_can_be_returned_after_the_cut_off(
    browser: Browser, site: Flask, by_pass: ABooking, ada: APerson, ten_classes: APass, still_clock: Path
) -> None:
    later(browser, still_clock, "2026-12-10T08:00:00+00:00")
    page = browser.open(cancellation_of(site, by_pass))
    assert "Do not return the use (as your preferences have it)" in page.text
    assert page.part("input[name=use][value=keep]").has_attr("checked")
    browser.press("Cancel ticket", use="return", reason=WHY)
    assert (
        "One use went back to the 10-class pass." in browser.open(f"/staff/bookings/{by_pass.reference}").text
    )


def test_staff_cancel_even_after_the_class(
    browser: Browser, site: Flask, by_pass: ABooking, ada: APerson, ten_classes: APass, still_clock: Path
) -> None:
    later(browser, still_clock, "2026-12-11T08:00:00+00:00")
    page = browser.open(cancellation_of(site, by_pass))
    assert "The class has begun." in page.text
    browser.press("Cancel ticket", use="return", reason=WHY)
    told = signed_in_browser(site, ada).open(f"/account/passes/{ten_classes.id}").text
    assert "Expires 8 Jan 2027 · 10 of 10 uses left" in told


@pytest.mark.parametrize(
    ("money", "said"),
    [
        ("card", "£12.00 goes back to the card that paid: under way."),
        ("account", "£12.00 went to the client’s account balance."),
        ("none", f"cancelled it on 1 Dec: {WHY}"),
    ],
)
def test_the_refund_can_be_decided_otherwise(
    browser: Browser, site: Flask, by_card: ABooking, ada: APerson, money: str, said: str
) -> None:
    page = browser.open(cancellation_of(site, by_card))
    for choice in (
        "£12.00 to the card that paid (as your preferences have it)",
        "£12.00 to the client’s account",
        "Keep the £12.00",
    ):
        assert choice in page.text
    browser.press("Cancel ticket", money=money, reason=WHY)
    text = browser.open(f"/staff/bookings/{by_card.reference}").text
    assert said in text
    assert ("Refunded to" in text) == (money != "none")
    with site.app_context():
        balance = db.session.scalar(
            select(CustomerAccount.balance).where(CustomerAccount.customer_id == ada.id)
        )
    assert (balance or 0) == (1200 if money == "account" else 0)


def test_what_changed_meanwhile_is_shown_and_nothing_is_cancelled(
    browser: Browser, site: Flask, by_card: ABooking, still_clock: Path
) -> None:
    later(browser, still_clock, "2026-12-09T21:00:00+00:00")
    browser.open(cancellation_of(site, by_card))
    still_clock.write_text("2026-12-09T22:00:00+00:00")
    page = browser.press("Cancel ticket", status=409, money="account", reason=WHY)
    assert "has changed since you opened the page, so nothing was cancelled." in page.text
    assert page.part("#reason").get_text().strip() == WHY
    assert page.part("input[name=money][value=account]").has_attr("checked")
    browser.press("Cancel ticket", money="account", reason=WHY)
    assert "£12.00 went to the client’s account" in browser.open(f"/staff/bookings/{by_card.reference}").text


def test_pressed_twice_it_is_done_once_and_told(browser: Browser, site: Flask, by_card: ABooking) -> None:
    twin = browser.copy()
    for each in (browser, twin):
        each.open(cancellation_of(site, by_card))
    browser.press("Cancel ticket", reason=WHY)
    again = twin.press("Cancel ticket", reason=WHY)
    assert (again.path, again.status) == (f"/staff/bookings/{by_card.reference}", 200)
    assert "This ticket is cancelled already." in again.text
    with site.app_context():
        acts = db.session.scalars(select(AuditEntry.reason).where(AuditEntry.act == "ticket.cancelled"))
        assert list(acts) == [WHY]


def test_a_whole_booking_is_cancelled_in_one_act(
    browser: Browser, site: Flask, ada: APerson, ten_classes: APass, yoga: AClass
) -> None:
    with site.app_context():
        booking = a_booking(ada, yoga, a_class(ada.business, on=SECOND))
    page = browser.open(f"/staff/bookings/{booking.reference}")
    assert f"/staff/bookings/{booking.reference}/cancellation" in page.links()
    browser.open(f"/staff/bookings/{booking.reference}/cancellation")
    done = browser.press("Cancel booking", reason=WHY)
    assert "Ada Park’s 2 tickets are cancelled." in done.text
    assert "Cancelled" in browser.open(f"/staff/bookings/{booking.reference}").text
    again = browser.open(f"/staff/bookings/{booking.reference}/cancellation")
    assert "There is nothing left to cancel." in again.text


def test_a_guests_booking_is_cancelled_too_without_an_account_to_pay_into(
    browser: Browser, site: Flask, studio: BusinessFacts, yoga: AClass
) -> None:
    with site.app_context():
        booking = a_booking(studio, yoga)
    page = browser.open(cancellation_of(site, booking))
    assert page.heading == "Cancel Gil Guest’s ticket"
    assert "account" not in page.text
    done = browser.press("Cancel ticket", money="card", reason=WHY)
    assert done.path == f"/staff/bookings/{booking.reference}"
    assert "Guest Gil Guest, guest@example.com" in done.text
    assert "Under way" in done.text


@pytest.mark.parametrize("ending", ["", "/cancellation", "/tickets/{ticket}/cancellation"])
def test_only_staff_of_this_studio_get_there(
    browser: Browser, site: Flask, ada: APerson, by_card: ABooking, ending: str
) -> None:
    address = (
        cancellation_of(site, by_card)
        if "ticket" in ending
        else f"/staff/bookings/{by_card.reference}{ending}"
    )
    assert signed_in_browser(site, ada).open(address).path.startswith("/staff/sign-in")
    with site.app_context():
        other = a_business("Harbour Pottery")
        elsewhere = a_booking(other, a_class(other, on=FIRST))
    browser.open(address.replace(by_card.reference, elsewhere.reference), status=404)
    browser.open(address.replace(by_card.reference, "NOSUCH99"), status=404)


def test_a_ticket_of_another_booking_is_not_found_under_this_one(
    browser: Browser, site: Flask, ada: APerson, by_card: ABooking
) -> None:
    with site.app_context():
        other = a_booking(ada, a_class(ada.business, on=FIRST + timedelta(days=2)))
    browser.open(cancellation_of(site, other).replace(other.reference, by_card.reference), status=404)


def test_whoever_may_not_decide_on_money_is_not_asked_and_cancels_by_the_preferences(
    site: Flask, studio: BusinessFacts, by_card: ABooking
) -> None:
    desk = browser_of(site, studio, Role.FRONT_DESK)
    address = cancellation_of(site, by_card)
    page = desk.open(address)
    assert not page.soup.select("input[name=money]")
    digest = str(page.part("input[name=digest]")["value"])
    assert desk.post(address, digest=digest, money="none", reason=WHY).status_code == 303
    told = desk.open(f"/staff/bookings/{by_card.reference}").text
    assert "£12.00 goes back to the card that paid: under way." in told
