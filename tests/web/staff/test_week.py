"""The week as a calendar."""

from datetime import date

from flask import Flask

from portal.models.business import BusinessFacts
from tests.studio import NOW, APerson, a_booking, a_business, a_class
from tests.web.browser import Browser, statements


def test_a_week_shows_each_day_with_its_classes_and_how_full_they_are(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson
) -> None:
    with site.app_context():
        yoga = a_class(studio, on=date(2026, 12, 10), capacity=4)
        a_class(studio, name="Clay", on=date(2026, 12, 14))
        a_class(a_business("Harbour Pottery"), name="Wheel", on=date(2026, 12, 10))
        a_booking(ada, yoga)
    page = browser.open("/staff/week?day=2026-12-13")
    assert page.heading == "7 Dec to 13 Dec 2026"
    assert "Morning Yoga" in page.text
    assert "1 of 4" in page.text
    assert "1 class, 25% full." in page.text
    assert "Clay" not in page.text
    assert "Wheel" not in page.text
    assert {"/staff/week?day=2026-11-30", "/staff/week?day=2026-12-14"} <= set(page.links())
    assert f"/staff/classes/{yoga.id}" in page.links()


def test_without_a_day_or_with_nonsense_it_is_this_week(browser: Browser, studio: BusinessFacts) -> None:
    for address in ("/staff/week", "/staff/week?day=nonsense"):
        page = browser.open(address)
        assert "No classes" in page.text
        assert "/staff/week" not in page.part("nav[aria-label=Weeks]").get_text()
        assert page.part("li[aria-current=date]")
    assert "Mon " in browser.open("/staff/week?day=9999-12-31").text
    assert "Mon " in browser.open("/staff/week?day=0001-01-01").text


def test_a_full_week_takes_as_many_statements(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    def counted() -> int:
        with statements(site) as made:
            browser.open(f"/staff/week?day={NOW.date()}")
        return len(made)

    none = counted()
    with site.app_context():
        for hour_name in ("Yoga", "Clay", "Swing"):
            a_class(studio, name=hour_name, on=NOW.date())
    assert counted() == none
