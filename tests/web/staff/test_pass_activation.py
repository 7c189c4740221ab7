"""Activate, and Reactivate: what comes back, what needs a new date, and what is refused (S7, S8)."""

from datetime import date, timedelta
from pathlib import Path

from flask import Flask

from portal.rules.passes import PassStatus
from portal.rules.validity import FixedDates
from tests.accounts import instalments_of
from tests.desk import Desk, acts_on, scheduled_instalments
from tests.studio import NOW, APass, APerson, a_pass_of
from tests.web.browser import Browser
from tests.web.staff.pass_addresses import address_of, passes_of

REFUSED = "Promotion was terminated and can not be activated"
LATER = NOW + timedelta(days=40)


def test_w3_w24_w25_a_deactivated_pass_is_reactivated(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    with site.app_context():
        desk.deactivate(ten_classes)
    page = browser.open(address_of(ten_classes, "activation"))
    assert page.heading == "Reactivate Ada Park’s 10-class pass"
    assert "Olive Owen deactivated it on 1 Dec 2026: Asked at the desk" in page.text
    assert not page.soup.select("#expires_on")
    page = browser.press("Reactivate", reason="Came back")
    assert page.path == passes_of(ten_classes)
    assert page.part(".notice.good p").get_text() == "Ada Park’s 10-class pass is active again."
    with site.app_context():
        assert desk.status(ten_classes) is PassStatus.NOT_STARTED
        assert acts_on(ten_classes.id)[-1].reason == "Came back"


def test_w4_what_expired_meanwhile_comes_back_with_a_new_date(
    browser: Browser, site: Flask, desk: Desk, ada: APerson, still_clock: Path
) -> None:
    with site.app_context():
        term = a_pass_of(ada, name="Term", validity=FixedDates(NOW.date(), NOW.date() + timedelta(days=20)))
        desk.deactivate(term)
    still_clock.write_text(LATER.isoformat())
    browser.sign_in_as_staff("olive@example.com", "a few good words")
    browser.open(address_of(term, "activation"))
    page = browser.press("Reactivate", status=422, reason="Came back")
    assert page.errors == ["This pass has expired. Give it a new expiry date."]
    assert page.part("#expires_on-error").get_text() == page.errors[0]
    assert page.part("#reason").get_text().strip() == "Came back"
    page = browser.press("Reactivate", status=422, reason="Came back", expires_on="2027-01-10")
    assert page.errors == ["The new expiry must be 11 Jan 2027 or later."]
    assert page.part("#expires_on")["value"] == "2027-01-10"
    page = browser.press("Reactivate", reason="Came back", expires_on="2027-02-28")
    assert page.path == passes_of(term)
    with site.app_context():
        assert desk.at(LATER).status(term) is PassStatus.ACTIVE
        assert desk.at(LATER).last_day(term) == date(2027, 2, 28)


def test_w8_an_expiry_in_the_future_may_be_set_beforehand(
    browser: Browser, site: Flask, desk: Desk, ada: APerson, still_clock: Path
) -> None:
    with site.app_context():
        term = a_pass_of(ada, name="Term", validity=FixedDates(NOW.date(), NOW.date() + timedelta(days=20)))
        desk.deactivate(term)
    still_clock.write_text(LATER.isoformat())
    browser.sign_in_as_staff("olive@example.com", "a few good words")
    browser.open(address_of(term, "edit"))
    browser.press("Save for Ada Park", reason="She is back", expires_on="2027-02-28")
    assert "expires_on" not in str(browser.open(address_of(term, "activation")).part("main form"))
    browser.press("Reactivate", reason="Came back")
    with site.app_context():
        assert desk.at(LATER).status(term) is PassStatus.ACTIVE


def test_w9_a_pass_of_a_deactivated_purchase_option_is_refused_in_those_words(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    with site.app_context():
        desk.deactivate(ten_classes)
        desk.withdraw(ten_classes.purchase_option_id)
    page = browser.open(address_of(ten_classes, "activation"))
    assert page.part(".notice.bad").get_text(strip=True) == REFUSED
    assert "/staff/purchase-options" in page.links()
    page = browser.press("Reactivate", status=409, reason="Came back")
    assert page.part(".notice.bad").get_text(strip=True) == REFUSED
    with site.app_context():
        assert desk.status(ten_classes) is PassStatus.DEACTIVATED


def test_w10_once_the_purchase_option_is_active_again_so_can_the_pass_be(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    with site.app_context():
        desk.deactivate(ten_classes)
        desk.withdraw(ten_classes.purchase_option_id)
    browser.open(f"/staff/purchase-options/{ten_classes.purchase_option_id}/activation")
    browser.press("Activate", reason="Sold again")
    with site.app_context():
        assert desk.status(ten_classes) is PassStatus.DEACTIVATED
    browser.open(address_of(ten_classes, "activation"))
    browser.press("Reactivate", reason="Came back")
    with site.app_context():
        assert desk.status(ten_classes) is PassStatus.NOT_STARTED


def test_s7_the_confirmation_lists_the_instalments_that_resume(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass, still_clock: Path
) -> None:
    with site.app_context():
        scheduled_instalments(ten_classes, 3000, 3500, on=[date(2026, 12, 20), date(2027, 1, 20)])
        desk.deactivate(ten_classes)
    still_clock.write_text(LATER.isoformat())
    browser.sign_in_as_staff("olive@example.com", "a few good words")
    text = browser.open(address_of(ten_classes, "activation")).text
    assert "1 auto-payment resumes. £35.00 on 20 Jan" in text
    assert "1 auto-payment whose day has passed meanwhile will not be charged." in text
    page = browser.press("Reactivate", reason="Came back")
    assert "£30.00 of instalments whose day passed meanwhile is not charged." in page.text
    with site.app_context():
        assert instalments_of(ten_classes) == [("skipped", 3000), ("scheduled", 3500)]


def test_s7_a_termination_ahead_is_cleared_by_reactivating(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    with site.app_context():
        desk.terminate(ten_classes, date(2026, 12, 20))
    page = browser.open(address_of(ten_classes, "activation"))
    assert "Olive Owen set it to end on 20 Dec 2026" in page.text
    assert "Its termination is cleared." in page.text
    browser.press("Reactivate", reason="Stays after all")
    with site.app_context():
        assert desk.owned(ten_classes).deactivated_from is None


def test_s7_a_used_up_pass_is_led_to_adjust_uses(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    with site.app_context():
        desk.adjust(ten_classes, -10)
    page = browser.open(address_of(ten_classes, "activation"))
    assert "It has no uses left" in page.text
    assert address_of(ten_classes, "adjustment") in page.links()
    assert not page.has_button("Reactivate")


def test_a_pass_in_use_has_nothing_to_reactivate(browser: Browser, ten_classes: APass) -> None:
    page = browser.open(address_of(ten_classes, "activation"))
    assert "Nothing to reactivate" in page.text
    assert not page.has_button("Reactivate")
