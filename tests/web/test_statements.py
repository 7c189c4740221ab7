"""How many statements a page costs, however much is in the database: 8 to look, 12 to change."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.models.discount_codes import DiscountCode
from tests.studio import AClass, APerson, a_booking, a_class, a_code, a_customer, a_pass_of, a_purchase_option
from tests.web.browser import Browser, statements
from tests.web.signed_in import signed_in_browser

MOST_TO_LOOK = 8
MOST_TO_CHANGE = 12
MOST_TO_CHECK_OUT = 30
MOST_TO_BOOK_BY_PASS = 60
SOON = date(2026, 12, 10)

Many = Callable[[int], tuple[APerson, list[AClass]]]


@pytest.fixture
def many(site: Flask, studio: BusinessFacts) -> Many:
    """So many of everything: classes, passes of one customer, and bookings."""

    def make(number: int) -> tuple[APerson, list[AClass]]:
        with site.app_context():
            ada = a_customer(studio)
            a_code(studio, "SPRING20")
            classes = [
                a_class(studio, name=f"Yoga {nth}", on=SOON + timedelta(days=nth))
                for nth in range(number + 2)
            ]
            for nth in range(number):
                a_pass_of(ada, name=f"Pass {nth}", covers=classes[nth])
                a_purchase_option(studio, f"Option {nth}", covers=classes[nth])
                a_booking(studio, classes[0], email=f"guest-{nth}@example.com")
        return ada, classes

    return make


def cost(site: Flask, browser: Browser, path: str) -> int:
    browser.open(path)
    with statements(site) as sent:
        browser.open(path)
    return len(sent)


@pytest.mark.parametrize("path", ["/", "/classes/{class_id}", "/passes", "/basket", "/checkout"])
def test_looking_costs_few_statements_and_as_many_with_more_in_the_database(
    site: Flask, many: Many, path: str
) -> None:
    costs = []
    for number in (1, 6):
        ada, classes = many(number) if number == 1 else _again(site, many, number)
        browser = signed_in_browser(site, ada)
        for of in classes[:3]:
            browser.open(f"/classes/{of.id}")
            browser.press("Add to basket")
        browser.press("Apply", code="SPRING20")
        costs.append(cost(site, browser, path.format(class_id=classes[0].id)))
    assert costs[0] == costs[1]
    assert costs[0] <= MOST_TO_LOOK


@pytest.mark.parametrize("act", ["add", "apply", "remove code", "change", "keep", "remove"])
def test_changing_costs_few_statements(site: Flask, many: Many, act: str) -> None:
    ada, classes = many(3)
    browser = signed_in_browser(site, ada)
    for of in classes[:3]:
        browser.open(f"/classes/{of.id}")
        browser.press("Add to basket")
    line = str(browser.open("/basket").part(".lines > li")["id"]).removeprefix("line-")
    if act == "remove code":
        browser.press("Apply", code="SPRING20")
    path, fields = {
        "add": ("/basket/lines", {"class": str(classes[3].id), "ticket": str(classes[3].ticket_type_id)}),
        "apply": ("/basket/code", {"code": "SPRING20"}),
        "remove code": ("/basket/code/removal", {}),
        "change": (f"/basket/lines/{line}/payment", {"pay_with": "money"}),
        "keep": ("/basket/hold", {}),
        "remove": (f"/basket/lines/{line}/removal", {}),
    }[act]
    with statements(site) as sent:
        assert browser.post(path, **fields).status_code == 303
    assert len(sent) <= MOST_TO_CHANGE, "\n".join(sent)


def test_a_whole_booking_by_a_pass_costs_few_statements(site: Flask, many: Many) -> None:
    ada, classes = many(2)
    browser = signed_in_browser(site, ada)
    with statements(site) as all_sent:
        browser.open("/")
        browser.open(f"/classes/{classes[0].id}")
        browser.press("Add to basket")
        browser.open("/checkout")
        with statements(site) as sent:
            browser.press("Book now")
    assert len(sent) <= MOST_TO_CHECK_OUT + MOST_TO_LOOK, "\n".join(sent)  # the booking's page included
    assert len(all_sent) <= MOST_TO_BOOK_BY_PASS


def _again(site: Flask, many: Many, number: int) -> tuple[APerson, list[AClass]]:
    with site.app_context(), transaction():
        db.session.query(DiscountCode).update({"code": "SPRING10", "code_key": "SPRING10"})
    return many(number)
