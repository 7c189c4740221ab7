"""Extend, pause, adjust, issue, and undo: each with its reason, each once (S9)."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.models.account_pages import passes_of as passes_of_client
from portal.models.business import BusinessFacts, Plan
from portal.models.database import transaction
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import set_plan
from portal.rules.passes import PassStatus
from tests.desk import Desk, acts_on, uses_of
from tests.studio import (
    NOW,
    APass,
    APerson,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_purchase_option,
)
from tests.web.browser import Browser
from tests.web.people import PASSWORD, a_staff_member_with_password
from tests.web.staff.pass_addresses import address_of, passes_of

ENDS_TOO_SOON = (
    "A pause ends on its first day or later, and not before 1 Dec 2026. For days that are over,"
    " extend the pass."
)
CHANGED = "This has been changed since you opened the page. Please look at it again."


def test_a_pass_is_extended_and_the_notice_says_to_when(
    browser: Browser, site: Flask, desk: Desk, ada: APerson, ten_classes: APass
) -> None:
    with site.app_context():
        a_booking(ada, a_class(ada.business, on=date(2026, 12, 10)))
    browser.open(address_of(ten_classes, "extension"))
    page = browser.press("Extend", days="7", reason="The boiler broke")
    assert page.path == passes_of(ten_classes)
    assert "Ada Park’s 10-class pass has 7 days more. Expires 15 Jan 2027." in page.text
    with site.app_context():
        assert desk.last_day(ten_classes) == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Enter how many days to add."),
        ("a week", "Enter a whole number."),
        ("1.5", "Enter a whole number."),
        ("0", "Give a number of days from 1 to 3,650."),
        ("-7", "Give a number of days from 1 to 3,650."),
        ("99999999999999999999", "Give a number of days from 1 to 3,650."),
    ],
)
def test_days_that_nobody_can_mean_are_refused_beside_the_field(
    browser: Browser, ten_classes: APass, typed: str, told: str
) -> None:
    browser.open(address_of(ten_classes, "extension"))
    page = browser.press("Extend", status=422, days=typed, reason="The boiler broke")
    assert (page.errors, page.part("#days-error").get_text()) == ([told], told)
    assert page.part("#reason").get_text().strip() == "The boiler broke"


@pytest.mark.parametrize(
    ("act", "button", "typed"),
    [("extension", "Extend", {"days": "7"}), ("adjustment", "Adjust uses", {"way": "add", "uses": "2"})],
)
def test_the_same_form_sent_twice_acts_once(
    browser: Browser, site: Flask, ten_classes: APass, act: str, button: str, typed: dict[str, Any]
) -> None:
    page = browser.open(address_of(ten_classes, act))
    browser.press(button, reason="Twice", **typed)
    with site.app_context():
        acts = len(acts_on(ten_classes.id))
    browser.page = page
    page = browser.press(button, status=409, reason="Twice", **typed)
    assert page.part(".notice.bad").get_text(strip=True) == CHANGED
    with site.app_context():
        assert len(acts_on(ten_classes.id)) == acts


def test_a_pass_is_paused_and_its_pause_ended(
    browser: Browser, site: Flask, desk: Desk, ada: APerson, ten_classes: APass, still_clock: Path
) -> None:
    with site.app_context():
        a_booking(ada, a_class(ada.business, on=date(2026, 12, 3)))
    browser.open(address_of(ten_classes, "pause"))
    page = browser.press("Pause", first_day="2026-12-05", last_day="2026-12-14", reason="A broken toe")
    assert "is paused from 5 Dec to 14 Dec. Expires 11 Jan 2027." in page.text
    still_clock.write_text((NOW + timedelta(days=8)).isoformat())
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    page = browser.open(address_of(ten_classes, "pause"))
    assert "It is paused from 5 Dec 2026 to 14 Dec 2026: A broken toe" in page.text
    assert not page.has_button("Pause")
    page = browser.press("End pause", reason="Healed early")
    assert "is no longer paused. Expires 5 Jan 2027." in page.text
    with site.app_context():
        assert desk.owned(ten_classes).paused_from is None


@pytest.mark.parametrize(
    ("first_day", "last_day", "errors"),
    [
        ("", "", ["Enter the first day of the pause.", "Enter the last day of the pause."]),
        (
            "2026-12-14",
            "2026-12-05",
            [ENDS_TOO_SOON],
        ),
        ("2026-12-05", "2028-12-05", ["A pause is 366 days at most."]),
    ],
)
def test_a_pause_has_a_first_day_and_a_last(
    browser: Browser, ten_classes: APass, first_day: str, last_day: str, errors: list[str]
) -> None:
    browser.open(address_of(ten_classes, "pause"))
    page = browser.press("Pause", status=422, first_day=first_day, last_day=last_day, reason="A broken toe")
    assert page.errors == errors


@pytest.mark.parametrize(("way", "left"), [("add", 12), ("take", 8)])
def test_uses_are_added_and_taken_away(
    browser: Browser, site: Flask, ten_classes: APass, way: str, left: int
) -> None:
    browser.open(address_of(ten_classes, "adjustment"))
    page = browser.press("Adjust uses", way=way, uses="2", reason="Counted again")
    assert f"Ada Park’s 10-class pass: {'12 uses' if way == 'add' else '8 of 10 uses'} left." in page.text
    with site.app_context():
        assert uses_of(ten_classes) == (left, 0)


def test_no_more_uses_are_taken_than_there_are(browser: Browser, site: Flask, ten_classes: APass) -> None:
    browser.open(address_of(ten_classes, "adjustment"))
    page = browser.press("Adjust uses", status=422, way="take", uses="11", reason="Too many")
    told = "Only 10 uses can be taken off this pass."
    assert (page.errors, page.part("#uses-error").get_text()) == ([told], told)
    assert page.part("#uses")["value"] == "11"
    with site.app_context():
        assert uses_of(ten_classes) == (10, 0)


def test_an_unlimited_pass_has_no_uses_to_adjust(browser: Browser, site: Flask, ada: APerson) -> None:
    with site.app_context():
        unlimited = a_pass_of(ada, name="Unlimited", uses=None)
    page = browser.open(address_of(unlimited, "adjustment"))
    assert "This pass has unlimited uses." in page.text
    assert not page.has_button("Adjust uses")


def test_the_last_act_is_undone_from_its_notice(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    browser.open(address_of(ten_classes, "deactivation"))
    told = browser.press("DEACTIVATE", reason="The wrong Ada")
    page = browser.open(str(told.part(".notice a")["href"]))
    assert "Olive Owen deactivated it on 1 Dec 2026, 09:00: The wrong Ada" in page.text
    page = browser.press("Undo", status=422, reason="")
    assert page.errors == ["Please say why: the reason is kept with what you do."]
    page = browser.press("Undo", reason="It was the other Ada")
    assert "The last change to Ada Park’s 10-class pass is undone." in page.text
    with site.app_context():
        assert desk.status(ten_classes) is PassStatus.NOT_STARTED
        assert [entry.act for entry in acts_on(ten_classes.id)][-2:] == ["pass.deactivated", "pass.undone"]


def test_where_something_has_happened_since_there_is_nothing_to_undo(
    browser: Browser, site: Flask, desk: Desk, ada: APerson, ten_classes: APass
) -> None:
    with site.app_context():
        desk.extend(ten_classes, 7)
    browser.open(address_of(ten_classes, "undo"))
    with site.app_context():
        a_booking(ada, a_class(ada.business), now=NOW + timedelta(minutes=1))
    page = browser.press("Undo", status=409, reason="Too late")
    assert "Nothing to undo" in page.text
    assert not page.has_button("Undo")
    with site.app_context():
        assert desk.owned(ten_classes).added_days == 7


def test_a_pass_is_issued(browser: Browser, site: Flask, ada: APerson) -> None:
    with site.app_context():
        option = a_purchase_option(ada.business, "5-class pass", uses=5)
    browser.open(f"/staff/clients/{ada.id}/passes/issue")
    page = browser.press("Issue pass", status=422, reason="A prize")
    assert page.errors == ["Choose a purchase option."]
    page = browser.press("Issue pass", option=str(option.id), reason="A prize")
    assert page.path == f"/staff/clients/{ada.id}/passes"
    assert page.part(".notice.good p").get_text() == "Ada Park has a 5-class pass now."
    assert page.part(".notice.good a").get_text() == "Undo"


def test_the_same_form_sent_twice_issues_one_pass(browser: Browser, site: Flask, ada: APerson) -> None:
    with site.app_context():
        option = a_purchase_option(ada.business, "5-class pass", uses=5)
    page = browser.open(f"/staff/clients/{ada.id}/passes/issue")
    for _ in range(2):
        browser.page = page
        browser.press("Issue pass", option=str(option.id), reason="A prize")
    with site.app_context():
        assert len(passes_of_client(ada.business.id, ada.id)) == 1
    browser.open(f"/staff/clients/{ada.id}/passes/issue")
    browser.press("Issue pass", option=str(option.id), reason="Another prize")
    with site.app_context():
        assert len(passes_of_client(ada.business.id, ada.id)) == 2


def test_s8_b2_what_cannot_be_issued_is_not_offered_and_is_refused_when_posted(
    browser: Browser, site: Flask, desk: Desk, ada: APerson
) -> None:
    with site.app_context():
        a_purchase_option(ada.business, "5-class pass")
        gone = a_purchase_option(ada.business, "Old pass")
        strangers = a_purchase_option(a_business(), "Strangers' pass")
        desk.withdraw(gone.id)
    page = browser.open(f"/staff/clients/{ada.id}/passes/issue")
    assert [option.get_text() for option in page.soup.select("#option option")] == [
        "Choose one",
        "5-class pass",
    ]
    for option in (gone, strangers):
        page = browser.press("Issue pass", status=422, option=str(option.id), reason="A prize")
        assert page.errors == ["This purchase option is no longer there. Choose another one."]


def test_b2_on_a_plan_without_passes_none_is_issued(site: Flask) -> None:
    with site.app_context():
        free = a_business()
        a_staff_member_with_password(free)
        ada = a_customer(free, "Ada Park")
        option = a_purchase_option(free)
        with transaction():
            set_plan(free, plan=Plan.FREE, actor=SYSTEM, now=NOW)
    browser = Browser(site, free)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    page = browser.open(f"/staff/clients/{ada.id}/passes/issue")
    assert "Passes are on the Standard plan or above." in page.text
    assert not page.has_button("Issue pass")
    refused = browser.post(f"/staff/clients/{ada.id}/passes/issue", option=str(option.id), reason="A prize")
    assert refused.status_code == 409
    assert "Passes are on the Standard plan or above." in refused.text


def test_another_businesss_client_is_issued_nothing(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        option = a_purchase_option(studio)
        stranger = a_customer(a_business())
    browser.open(f"/staff/clients/{stranger.id}/passes/issue", status=404)
    browser.open("/staff/purchase-options")
    browser.open(f"/staff/purchase-options/{option.id}/off-sale")
    answer = browser.post(f"/staff/clients/{stranger.id}/passes/issue", option=str(option.id), reason="Hm")
    assert answer.status_code == 404
