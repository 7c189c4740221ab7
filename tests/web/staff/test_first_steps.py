"""A new studio's first steps, and how it presents itself (issue 5)."""

from datetime import date

import pytest
from flask import Flask

from portal.models.business import BusinessFacts, Plan
from portal.models.businesses import business_of
from portal.models.database import transaction
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import set_plan
from tests.studio import NOW, a_booking, a_class, a_purchase_option
from tests.web.browser import Browser, statements


def steps_done(browser: Browser) -> list[bool]:
    steps = browser.open("/staff").soup.select(".first-steps ol > li")
    return ["done" in (step.get("class") or ()) for step in steps]


def test_each_step_is_done_once_it_is_there(site: Flask, studio: BusinessFacts, browser: Browser) -> None:
    assert steps_done(browser) == [False] * 5
    with site.app_context():
        a_class(studio, on=date(2026, 11, 30))  # over by now: nobody can buy it
    assert steps_done(browser) == [False] * 5
    with site.app_context():
        yoga = a_class(studio)
    assert steps_done(browser) == [False, True, False, False, False]
    with site.app_context():
        a_purchase_option(studio)
        a_booking(studio, yoga)
    assert steps_done(browser) == [False, True, True, False, True]


def test_a_plan_without_passes_has_no_step_about_them(
    site: Flask, studio: BusinessFacts, browser: Browser
) -> None:
    with site.app_context(), transaction():
        set_plan(studio, plan=Plan.FREE, actor=SYSTEM, now=NOW)
    assert "Sell a pass" not in browser.open("/staff").text
    assert len(steps_done(browser)) == 4


def test_they_are_put_away_for_good(browser: Browser) -> None:
    browser.open("/staff")
    page = browser.press("Put these steps away")
    assert "The first steps are put away." in page.text
    assert steps_done(browser) == []
    assert not browser.open("/staff/setup").soup.select(".first-steps")


def test_put_away_they_cost_no_statement(site: Flask, browser: Browser) -> None:
    with statements(site) as before:
        browser.open("/staff")
    browser.press("Put these steps away")
    with statements(site) as after:
        browser.open("/staff")
    assert len(after) == len(before) - 1


def test_the_details_are_kept_and_told(site: Flask, studio: BusinessFacts, browser: Browser) -> None:
    browser.open("/staff/setup/studio")
    page = browser.press(
        "Save",
        name="Hill  Yoga",
        tagline="High up",
        postal_address="1 Hill Road\nLondon",
        email="hi@hill.example",
    )
    assert "The studio’s details are saved." in page.text
    assert steps_done(browser)[0]
    with site.app_context():
        now_is = business_of(studio.id)
    assert (now_is.name, now_is.tagline, now_is.contact_email) == ("Hill Yoga", "High up", "hi@hill.example")
    assert "Changed the studio’s details" in browser.open("/staff/audit").text


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"name": " "}, "Enter the studio’s name."),
        ({"email": "hill"}, "Enter an e-mail address like name@example.com."),
        ({"tagline": "x" * 201}, "Use at most 200 characters."),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_typed(
    studio: BusinessFacts, browser: Browser, typed: dict[str, str], error: str
) -> None:
    browser.open("/staff/setup/studio")
    page = browser.press("Save", status=422, postal_address="1 Hill Road", **typed)
    assert page.errors == [error]
    assert "1 Hill Road" in page.part("textarea").get_text()
    assert browser.open("/").soup.select("header .studio")[0].get_text() == studio.name
