"""Money of a cancelled ticket that the bank did not take: seen by both sides, and sent once more (M2)."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.models.bookings import Ticket
from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.models.payments import Refund, RefundStatus
from tests.studio import (
    NOW,
    ABooking,
    APerson,
    a_basket,
    a_booking,
    a_class,
    a_customer,
    check_out,
    stripe_tells,
)
from tests.web.browser import Browser
from tests.web.signed_in import signed_in_browser

FIRST = date(2026, 12, 10)
NOT_TAKEN = "£12.00 could not be sent back to the card that paid."


def address_of(site: Flask, booking: ABooking, ending: str) -> str:
    """A page of its only ticket."""
    with site.app_context():
        wanted = select(Ticket.id).where(
            Ticket.business_id == booking.business.id, Ticket.booking_id == booking.id
        )
        ticket_id = db.session.scalars(wanted).one()
    return f"/staff/bookings/{booking.reference}/tickets/{ticket_id}/{ending}"


def cancel_in_vain(browser: Browser, site: Flask, booking: ABooking) -> None:
    """Cancel it; the bank does not take the money."""
    browser.open(address_of(site, booking, "cancellation"))
    browser.press("Cancel ticket", reason="Ada rang up")
    with site.app_context(), transaction():
        of_studio = update(Refund).where(Refund.business_id == booking.business.id)
        db.session.execute(of_studio.values(status=RefundStatus.FAILED, settled_at=NOW))


@pytest.fixture
def not_taken(browser: Browser, site: Flask, ada: APerson) -> ABooking:
    """Ada's cancelled ticket, whose £12.00 came back from the bank."""
    with site.app_context():
        booking = a_booking(ada, a_class(ada.business, on=FIRST))
    cancel_in_vain(browser, site, booking)
    return booking


def test_both_sides_read_that_it_failed(
    browser: Browser, site: Flask, ada: APerson, not_taken: ABooking
) -> None:
    page = browser.open(f"/staff/bookings/{not_taken.reference}")
    assert NOT_TAKEN in page.text
    assert "Failed £12.00" in page.text
    assert address_of(site, not_taken, "refund") in page.links()
    client = signed_in_browser(site, ada)
    told = client.open(f"/bookings/{not_taken.reference}")
    assert f"{NOT_TAKEN} Please write to {ada.business.contact_email}." in told.text
    assert "Refunded" not in told.text
    assert not any("refund" in link for link in told.links())
    assert "Failed: it did not arrive" in client.open(f"/bookings/{not_taken.reference}/receipt").text


def test_it_is_sent_to_the_card_once_more(browser: Browser, site: Flask, not_taken: ABooking) -> None:
    page = browser.open(address_of(site, not_taken, "refund"))
    assert "The bank did not take £12.00 for Ada Park’s cancelled ticket" in page.text
    done = browser.press("Send again", to="card", reason="The bank says try again")
    assert done.path == f"/staff/bookings/{not_taken.reference}"
    assert "£12.00 is on its way to the card once more." in done.text
    assert "£12.00 goes back to the card that paid: under way." in done.text
    assert "Nothing to send again" in browser.open(address_of(site, not_taken, "refund")).text


def test_it_can_go_to_the_account_instead(browser: Browser, site: Flask, not_taken: ABooking) -> None:
    browser.open(address_of(site, not_taken, "refund"))
    done = browser.press("Send again", to="account", reason="The card is closed")
    assert "£12.00 went to the client’s account balance." in done.text
    assert NOT_TAKEN not in done.text


def test_it_needs_a_reason(browser: Browser, site: Flask, not_taken: ABooking) -> None:
    browser.open(address_of(site, not_taken, "refund"))
    page = browser.press("Send again", status=422, to="account", reason="")
    assert len(page.errors) == 1
    assert page.part("input[name=to][value=account]").has_attr("checked")


def test_pressed_twice_it_is_sent_once(browser: Browser, site: Flask, not_taken: ABooking) -> None:
    twin = browser.copy()
    for each in (browser, twin):
        each.open(address_of(site, not_taken, "refund"))
    browser.press("Send again", to="card", reason="Again")
    page = twin.press("Send again", status=409, to="card", reason="Again")
    assert "has been sent again already" in page.text
    with site.app_context():
        assert len(db.session.scalars(select(Refund)).all()) == 2


def test_a_guest_has_no_account_to_send_it_to(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        booking = a_booking(studio, a_class(studio, on=FIRST))
    cancel_in_vain(browser, site, booking)
    page = browser.open(address_of(site, booking, "refund"))
    assert "account" not in page.text
    assert "who has no account" in browser.press("Send again", status=422, to="account", reason="So").text
    assert "once more" in browser.press("Send again", to="card", reason="So").text


@pytest.fixture
def too_late(site: Flask, ada: APerson) -> ABooking:
    """Money of Ada's for a place that was gone, and that the bank did not take back."""
    with site.app_context():
        last_place = a_class(ada.business, on=FIRST, capacity=1)
        booking = check_out(ada, a_basket(ada, last_place))
        stripe_tells(booking, paid=False)
        a_booking(a_customer(ada.business, "Ben Cole"), last_place)
        stripe_tells(booking, paid=True)
        with transaction():
            db.session.execute(update(Refund).values(status=RefundStatus.FAILED, settled_at=NOW))
    return booking


def test_money_that_came_too_late_is_sent_once_more_from_its_booking(
    browser: Browser, site: Flask, ada: APerson, too_late: ABooking
) -> None:
    client = signed_in_browser(site, ada)
    told = "£12.00 could not be sent back to the card that paid."
    assert told in client.open(f"/bookings/{too_late.reference}").text
    page = browser.open(f"/staff/bookings/{too_late.reference}")
    assert "The bank did not take £12.00 back." in page.text
    asked = browser.open(f"/staff/bookings/{too_late.reference}/refund")
    assert asked.path in page.links()
    assert f"Ada Park’s booking {too_late.reference}: it came too late, or twice" in asked.text
    assert len(browser.press("Send again", status=422, to="card", reason="").errors) == 1
    done = browser.press("Send again", to="card", reason="A new card")
    assert "£12.00 is on its way to the card once more." in done.text
    assert "Under way" in done.text
    assert "did not take" not in done.text
    assert told not in client.open(f"/bookings/{too_late.reference}").text
    assert "Nothing to send again" in browser.open(asked.path).text


def test_money_that_came_too_late_can_be_put_on_the_account(
    browser: Browser, site: Flask, ada: APerson, too_late: ABooking
) -> None:
    browser.open(f"/staff/bookings/{too_late.reference}/refund")
    browser.press("Send again", to="account", reason="The card is closed")
    client = signed_in_browser(site, ada)
    assert "Came too late or twice for a booking" in client.open("/account/balance").text
    assert "is on your account balance" in client.open(f"/bookings/{too_late.reference}").text


def test_only_staff_get_there(site: Flask, ada: APerson, not_taken: ABooking) -> None:
    page = signed_in_browser(site, ada).open(address_of(site, not_taken, "refund"))
    assert page.path.startswith("/staff/sign-in")
