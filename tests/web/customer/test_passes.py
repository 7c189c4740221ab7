"""The passes on sale."""

from datetime import date

from flask import Flask

from portal.models.business import BusinessFacts, Plan
from portal.models.database import transaction
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import set_plan
from portal.rules.validity import FixedDates
from tests.studio import NOW, a_business, a_class, a_purchase_option
from tests.web.browser import Browser


def test_a_pass_says_what_it_promises(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        yoga = a_class(studio)
        a_purchase_option(
            studio, uses=10, days=30, price=9600, covers=yoga, uses_per_week=3, start_within_days=60
        )
    page = Browser(site, studio).open("/passes")
    for words in (
        "10-class pass £96.00",
        "10 classes, £9.60 each",
        "Valid for 30 days from your first class",
        "Your first class must be within 60 days of buying it",
        "Up to 3 classes a week",
        "For Morning Yoga",
    ):
        assert words in page.text


def test_holes_are_as_many_as_uses(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_purchase_option(studio, uses=5)
    assert len(Browser(site, studio).open("/passes").soup.select(".pass-card .holes i")) == 5


def test_an_unlimited_term_pass_says_so(site: Flask, studio: BusinessFacts) -> None:
    term = FixedDates(date(2026, 12, 1), date(2027, 2, 28))
    with site.app_context():
        a_purchase_option(studio, "Winter term", uses=None, validity=term)
    page = Browser(site, studio).open("/passes")
    assert "As many classes as you like" in page.text
    assert "Valid from 1 Dec 2026 to 28 Feb 2027" in page.text


def test_a_plan_without_passes_sells_none(site: Flask) -> None:
    with site.app_context():
        plain = a_business(plan=Plan.STANDARD)
        a_purchase_option(plain)
        with transaction():
            plain = set_plan(plain, plan=Plan.FREE, actor=SYSTEM, now=NOW)
    browser = Browser(site, plain)
    assert "No passes on sale" in browser.open("/passes").text
    assert "/passes" not in [link.get("href") for link in browser.open("/").soup.select("nav a")]
