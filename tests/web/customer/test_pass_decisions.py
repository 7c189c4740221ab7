"""What customers read of what staff decided about their passes (S6, S8, P10)."""

from datetime import date

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from tests.desk import Desk, a_desk
from tests.studio import APass, APerson, a_booking, a_class, a_pass_of
from tests.web.browser import Browser
from tests.web.people import PASSWORD, a_customer_with_password


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts) -> APerson:
    with site.app_context():
        return a_customer_with_password(studio)


@pytest.fixture
def ten_classes(site: Flask, ada: APerson) -> APass:
    with site.app_context():
        return a_pass_of(ada)


@pytest.fixture
def desk(site: Flask, studio: BusinessFacts) -> Desk:
    with site.app_context():
        return a_desk(studio)


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts, ada: APerson) -> Browser:
    browser = Browser(site, studio)
    browser.sign_in(ada.email, PASSWORD)
    return browser


def card(browser: Browser) -> str:
    page = browser.open("/account/passes")
    return " ".join(page.part(".own-pass").get_text(" ").split())


def test_a_deactivated_pass_is_finished_and_says_since_when(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    with site.app_context():
        desk.deactivate(ten_classes)
    assert card(browser).startswith("10-class pass Deactivated")
    assert "Deactivated on 1 Dec 2026." in card(browser)
    page = browser.page
    assert page is not None
    assert "Finished" in page.text
    assert desk.reason not in page.text


def test_a_withdrawn_pass_says_who_withdrew_it(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    with site.app_context():
        desk.withdraw(ten_classes.purchase_option_id)
    assert card(browser).startswith("10-class pass Withdrawn")
    assert "The studio has withdrawn all passes of this kind." in card(browser)


def test_s6_a_termination_ahead_is_said_as_the_last_day_on_the_card_and_its_line(
    browser: Browser, site: Flask, desk: Desk, ada: APerson, ten_classes: APass
) -> None:
    with site.app_context():
        a_booking(ada, a_class(ada.business, on=date(2026, 12, 10)))
        desk.terminate(ten_classes, date(2026, 12, 20))
    assert card(browser).startswith("10-class pass Active Last day 19 Dec · 9 of 10 uses left")
    page = browser.open(f"/account/passes/{ten_classes.id}")
    assert "valid from 10 Dec 2026 to 19 Dec 2026" in str(page.part("svg.time-line")["aria-label"])


def test_a_pause_is_said_with_its_days(browser: Browser, site: Flask, desk: Desk, ten_classes: APass) -> None:
    with site.app_context():
        desk.pause(ten_classes, date(2026, 12, 1), date(2026, 12, 14))
    assert card(browser).startswith("10-class pass Paused Not started")
    assert "Paused from 1 Dec to 14 Dec." in card(browser)


def test_a_pause_to_come_is_said_before(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    with site.app_context():
        desk.pause(ten_classes, date(2026, 12, 5), date(2026, 12, 14))
    assert card(browser).startswith("10-class pass Not started")
    assert "Paused from 5 Dec to 14 Dec." in card(browser)
