"""Edit Purchase Option: the client's own dates, and Advanced Settings › Termination (S6, P4)."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.rules.passes import PassStatus
from tests.accounts import failed_instalments
from tests.desk import Desk, acts_on, deactivations_of, scheduled_instalments
from tests.studio import APass, APerson, a_booking, a_class
from tests.web.browser import Browser
from tests.web.staff.pass_addresses import address_of, passes_of

SAVE = "Save for Ada Park"


def test_w19_w21_it_opens_the_clients_own_copy_and_the_button_has_their_name(
    browser: Browser, ten_classes: APass
) -> None:
    page = browser.open(address_of(ten_classes, "edit"))
    assert page.heading == "Edit Purchase Option"
    assert "This is Ada Park’s own copy" in page.text
    assert page.part("details summary").get_text() == "Advanced Settings"
    assert page.part("details fieldset legend").get_text() == "Termination"
    assert page.has_button(SAVE)


def test_w14_w20_terminate_takes_a_date_and_the_day_before_is_the_last(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    browser.open(address_of(ten_classes, "edit"))
    page = browser.press(SAVE, reason="Moves away", terminates="y", terminates_on="2026-12-20")
    assert page.path == passes_of(ten_classes)
    assert page.part(".notice.good p").get_text() == "Saved for Ada Park: 10-class pass, Last day 19 Dec."
    with site.app_context():
        assert desk.owned(ten_classes).deactivated_from == date(2026, 12, 20)
        assert desk.status(ten_classes) is PassStatus.NOT_STARTED


def test_what_is_set_stands_in_the_form_and_saving_it_again_changes_nothing(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    with site.app_context():
        desk.terminate(ten_classes, date(2026, 12, 20))
        desk.set_dates(ten_classes, date(2026, 12, 2), date(2027, 3, 31))
        acts = len(acts_on(ten_classes.id))
    page = browser.open(address_of(ten_classes, "edit"))
    assert page.part("details").has_attr("open")
    assert page.part("#terminates").has_attr("checked")
    shown = [page.part(f"#{name}")["value"] for name in ("starts_on", "expires_on", "terminates_on")]
    assert shown == ["2026-12-02", "2027-03-31", "2026-12-20"]
    page = browser.press(SAVE, reason="Only looking", terminates="y")
    assert "Nothing was changed about Ada Park’s 10-class pass." in page.text
    with site.app_context():
        assert len(acts_on(ten_classes.id)) == acts


def test_s6_until_it_comes_the_date_can_be_changed_and_cleared(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    with site.app_context():
        desk.terminate(ten_classes, date(2026, 12, 20))
    browser.open(address_of(ten_classes, "edit"))
    page = browser.press(SAVE, reason="A week more", terminates="y", terminates_on="2026-12-27")
    assert "Last day 26 Dec" in page.text
    browser.open(address_of(ten_classes, "edit"))
    page = browser.press(SAVE, reason="Stays after all")
    assert "Valid for 30 days from your first class" in page.part(".notice.good").get_text()
    with site.app_context():
        assert desk.owned(ten_classes).deactivated_from is None
        assert [row.from_day.day for row in deactivations_of(ten_classes)] == [20, 27]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Enter the date on which the pass ends."),
        ("2026-12-01", "Choose 2 Dec 2026 or a later day. To end the pass today, deactivate it."),
        ("2026-11-01", "Choose 2 Dec 2026 or a later day. To end the pass today, deactivate it."),
        ("someday", "Enter a date: year, month and day, like 2027-01-19."),
        ("0026-12-20", "Enter a date with its whole year, like 2027-01-19."),
    ],
)
def test_a_termination_wants_a_day_to_come(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass, typed: str, told: str
) -> None:
    browser.open(address_of(ten_classes, "edit"))
    page = browser.press(SAVE, status=422, reason="Moves", terminates="y", terminates_on=typed)
    assert page.errors == [told]
    assert page.part("#terminates_on-error").get_text() == told
    assert page.part("#terminates_on")["value"] == typed
    assert page.part("details").has_attr("open")
    with site.app_context():
        assert desk.owned(ten_classes).deactivated_from is None


def test_a_date_without_terminate_is_not_looked_at(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    browser.open(address_of(ten_classes, "edit"))
    page = browser.press(SAVE, reason="Nothing yet", terminates_on="2026-12-20")
    assert "Nothing was changed" in page.text
    with site.app_context():
        assert desk.owned(ten_classes).deactivated_from is None


@pytest.mark.parametrize("unpaid", ["failed", "scheduled"])
def test_s6_the_question_is_asked_wherever_instalments_are_unpaid(
    browser: Browser, site: Flask, ten_classes: APass, unpaid: str
) -> None:
    with site.app_context():
        if unpaid == "failed":
            failed_instalments(ten_classes, 3000)
        else:
            scheduled_instalments(ten_classes, 3000, on=[date(2026, 12, 10)])
    page = browser.open(address_of(ten_classes, "edit"))
    assert "Charge the outstanding balance to the client’s account?" in page.text
    assert ("Today £30.00 is outstanding." in page.text) is (unpaid == "failed")
    asked: dict[str, Any] = {"terminates": "y", "terminates_on": "2026-12-20", "reason": "Moves away"}
    page = browser.press(SAVE, status=422, **asked)
    assert page.errors == ["Choose whether to charge the outstanding balance to the client's account."]
    browser.press(SAVE, **asked, charges_balance="no")
    with site.app_context():
        assert [row.charges_balance for row in deactivations_of(ten_classes)] == [False]
    page = browser.open(address_of(ten_classes, "edit"))
    assert page.part("input[type=radio][checked]")["value"] == "no"
    browser.press(SAVE, **asked, charges_balance="yes")
    with site.app_context():
        assert [row.charges_balance for row in deactivations_of(ten_classes)] == [False, True]


def test_without_unpaid_instalments_it_is_not_asked(browser: Browser, ten_classes: APass) -> None:
    assert not browser.open(address_of(ten_classes, "edit")).soup.select("input[type=radio]")


def test_dates_of_the_clients_own_are_set_and_cleared(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    browser.open(address_of(ten_classes, "edit"))
    page = browser.press(SAVE, reason="Was ill", expires_on="2027-03-31")
    assert "Saved for Ada Park: 10-class pass, Expires 31 Mar 2027." in page.text
    browser.open(address_of(ten_classes, "edit"))
    browser.press(SAVE, reason="Was a mistake", expires_on="")
    with site.app_context():
        assert desk.last_day(ten_classes) is None


def test_an_end_before_the_start_is_refused_beside_the_expiry(browser: Browser, ten_classes: APass) -> None:
    browser.open(address_of(ten_classes, "edit"))
    page = browser.press(SAVE, status=422, reason="Oh", starts_on="2026-12-20", expires_on="2026-12-10")
    told = "The pass would end on 10 Dec 2026, before it starts on 20 Dec 2026."
    assert (page.errors, page.part("#expires_on-error").get_text()) == ([told], told)
    assert page.part("#starts_on")["value"] == "2026-12-20"


def test_both_or_nothing_where_one_of_two_changes_is_refused(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    browser.open(address_of(ten_classes, "edit"))
    browser.press(
        SAVE,
        status=422,
        reason="Oh",
        expires_on="2027-03-31",
        terminates="y",
        terminates_on="2026-11-30",
    )
    with site.app_context():
        assert desk.owned(ten_classes).expires_on_set is None


def test_a_form_that_was_overtaken_says_so_and_keeps_what_was_typed(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    browser.open(address_of(ten_classes, "edit"))
    with site.app_context():
        desk.set_dates(ten_classes, None, date(2027, 1, 31))
    page = browser.press(SAVE, status=409, reason="Was ill", expires_on="2027-03-31")
    assert "changed since you opened the page" in page.part(".notice.bad").get_text()
    assert page.part("#expires_on")["value"] == "2027-03-31"
    browser.press(SAVE, reason="Was ill", expires_on="2027-03-31")
    with site.app_context():
        assert desk.last_day(ten_classes) == date(2027, 3, 31)


def test_a_deactivated_pass_has_dates_to_edit_and_no_termination(
    browser: Browser, site: Flask, desk: Desk, ada: APerson, ten_classes: APass
) -> None:
    with site.app_context():
        a_booking(ada, a_class(ada.business))
        desk.deactivate(ten_classes)
    page = browser.open(address_of(ten_classes, "edit"))
    assert not page.soup.select("#terminates")
    assert address_of(ten_classes, "activation") in page.links()
    browser.press(SAVE, reason="For later", expires_on="2027-03-31")
    with site.app_context():
        assert desk.status(ten_classes) is PassStatus.DEACTIVATED
        assert desk.owned(ten_classes).expires_on_set == date(2027, 3, 31)
