"""Settings › Auto-payments: the schedule of retries, read and saved (M1)."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.audit import AuditEntry
from portal.models.business import Business, BusinessFacts
from portal.models.database import db
from tests.web.browser import Browser, Page
from tests.web.people import PASSWORD, a_staff_member_with_password

ADDRESS = "/staff/settings/auto-payments"


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    with site.app_context():
        a_staff_member_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    return browser


def save(browser: Browser, days: str, *, status: int = 200) -> Page:
    browser.open(ADDRESS)
    return browser.press("Save", status=status, days=days)


def schedule(site: Flask) -> str:
    with site.app_context():
        return db.session.scalars(select(Business.retry_after_days)).one()


def test_the_page_says_what_the_schedule_means(browser: Browser) -> None:
    page = browser.open(ADDRESS)
    assert (
        "A failed auto-payment is tried again 3 days later, then 5 days after that, then 7 days after that,"
        " and then no more." in page.text
    )
    assert page.part("#days")["value"] == "3, 5, 7"


@pytest.mark.parametrize(
    ("typed", "kept"), [("1", "1"), (" 2,4 , 30 ", "2,4,30"), ("1 2 3", "1,2,3"), ("", "")]
)
def test_a_schedule_is_saved_with_who_and_what_before(
    site: Flask, browser: Browser, typed: str, kept: str
) -> None:
    assert "Saved" in save(browser, typed).text
    assert schedule(site) == kept
    with site.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "business.retries_set")).one()
    assert (entry.before, entry.after) == ({"days": "3,5,7"}, {"days": kept})
    assert entry.actor_id is not None


def test_without_retries_the_page_says_so(browser: Browser) -> None:
    assert "A failed auto-payment is not tried again" in save(browser, "").text


@pytest.mark.parametrize("typed", ["tomorrow", "3, five", "-1", "3.5", "1000000", "٣"])
def test_what_is_no_schedule_is_refused_beside_the_field(site: Flask, browser: Browser, typed: str) -> None:
    page = save(browser, typed, status=422)
    assert page.errors == ["Enter numbers of days with commas between them, like 3, 5, 7."]
    assert page.part("#days")["value"] == typed
    assert schedule(site) == "3,5,7"


@pytest.mark.parametrize("typed", ["0", "31", "1,1,1,1,1,1,1"])
def test_what_is_out_of_range_is_refused_beside_the_field(site: Flask, browser: Browser, typed: str) -> None:
    page = save(browser, typed, status=422)
    assert page.errors == ["Give at most 6 waits of 1 to 30 days."]
    assert schedule(site) == "3,5,7"


def test_saving_the_same_leaves_no_entry(site: Flask, browser: Browser) -> None:
    save(browser, "3, 5, 7")
    with site.app_context():
        assert (
            db.session.scalars(select(AuditEntry).where(AuditEntry.act == "business.retries_set")).all() == []
        )


def test_settings_lead_here(browser: Browser) -> None:
    assert ADDRESS in [link.get("href") for link in browser.open("/staff/settings").soup.select("nav a")]


def test_nobody_else_gets_here(site: Flask, studio: BusinessFacts) -> None:
    assert Browser(site, studio).open(ADDRESS).path.startswith("/staff/sign-in")
