"""Setup › Purchase Options: new, copy, edit, delete (P6, M1, B2)."""

from typing import Any

import pytest
from flask import Flask

from portal.models.business import BusinessFacts, Plan
from portal.models.database import transaction
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import set_plan
from tests.studio import (
    NOW,
    APerson,
    APurchaseOption,
    ASeries,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_purchase_option,
    a_series,
    check_out,
)
from tests.web.browser import Browser, Page, statements

LIST = "/staff/purchase-options"
TEN: dict[str, Any] = {
    "name": "10-class pass",
    "price": "96.00",
    "paid": "no",
    "counted": "yes",
    "uses": "10",
    "validity": "from_first_class",
    "period_length": "30",
    "period_unit": "days",
    "rhythm": "monthly",
    "limited": "all",
    "place": "stays",
}


@pytest.fixture
def option(site: Flask, studio: BusinessFacts) -> APurchaseOption:
    with site.app_context():
        return a_purchase_option(studio, "10-class pass")


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> ASeries:
    with site.app_context():
        return a_series(studio, tickets={"Adult": 1200, "Child": 600})


def rows(page: Page) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in page.soup.select(".option-rows > li")]


def conditions(page: Page) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in page.soup.select(".conditions li")]


def test_a_pass_with_all_its_terms_is_made_and_stands_in_the_shop(browser: Browser, yoga: ASeries) -> None:
    assert f"{LIST}/new" in browser.open(LIST).links()
    browser.open(f"{LIST}/new")
    page = browser.press(
        "Save",
        **TEN
        | {
            "description": "For regulars",
            "paid": "yes",
            "instalments": "4",
            "period_length": "6",
            "period_unit": "weeks",
            "start_within_days": "60",
            "uses_per_day": "1",
            "uses_per_week": "3",
            "several_per_class": "y",
            "limited": "chosen",
            "covers": str(yoga.id),
            "on_sale": "y",
        },
    )
    assert "10-class pass is saved." in page.text
    page = browser.open("/passes")
    assert "For regulars" in page.text
    assert conditions(page) == [
        "10 classes, £9.60 each",
        "£24.00 today, then 3 monthly instalments of £24.00",
        "Valid for 42 days from your first class",
        "Your first class must be within 60 days of buying it",
        "Up to 1 class a day",
        "Up to 3 classes a week",
        "Bring friends: it pays for more than one ticket of the same class",
        "For Morning Yoga",
    ]


def test_fixed_dates_unlimited_and_off_sale(browser: Browser) -> None:
    browser.open(f"{LIST}/new")
    wanted = {
        "name": "Term pass",
        "counted": "no",
        "validity": "fixed_dates",
        "first_day": "2027-01-11",
        "last_day": "2027-03-31",
    }
    page = browser.press("Save", **TEN | wanted)
    assert rows(page)[0].startswith(
        "Term pass Off sale £96.00 · unlimited uses · Valid from 11 Jan 2027 to 31 Mar 2027"
    )
    assert "Term pass" not in browser.open("/passes").text


def test_what_was_typed_wrong_stays_and_is_told_at_its_field(browser: Browser) -> None:
    browser.open(f"{LIST}/new")
    page = browser.press(
        "Save",
        status=422,
        **TEN | {"name": "", "price": "a lot", "uses": "", "period_length": "", "paid": "yes"},
    )
    assert page.errors == [
        "Enter a name, like 10-class pass.",
        "Enter an amount, like 12.00.",
        "Enter how many classes it is for.",
        "Enter how long it is valid.",
        "Enter in how many instalments it is paid.",
    ]
    assert page.part("#price")["value"] == "a lot"
    assert page.part("#price-error").get_text() == "Enter an amount, like 12.00."
    assert page.part("#paid-1").has_attr("checked")


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"uses": "1001"}, "uses", "Give a number of uses from 1 to 1,000."),
        ({"period_length": "4000"}, "period_length", "Give a number of days from 1 to 3,650."),
        ({"period_unit": "months", "period_length": "121"}, "period_length", "from 1 to 120"),
        ({"validity": "fixed_dates"}, "first_day", "Enter the first day."),
        (
            {"validity": "fixed_dates", "first_day": "2027-02-01", "last_day": "2027-01-01"},
            "last_day",
            "The last day is before the first.",
        ),
        ({"start_within_days": "0"}, "start_within_days", "Give a number of days from 1"),
        ({"uses_per_day": "0"}, "uses_per_day", "Give a number from 1 to 100"),
        ({"counted": "no", "several_per_class": "y"}, "several_per_class", "An unlimited pass"),
        ({"paid": "yes", "instalments": "25"}, "instalments", "from 2 to 24"),
        (
            {"paid": "yes", "instalments": "24", "price": "1.00"},
            "instalments",
            "Each instalment must come to £0.30 or more.",
        ),
        ({"limited": "chosen"}, "covers", "Tick at least one class"),
    ],
)
def test_terms_that_nobody_can_mean_are_refused_beside_their_field(
    browser: Browser, typed: dict[str, str], field: str, told: str
) -> None:
    browser.open(f"{LIST}/new")
    page = browser.press("Save", status=422, **TEN | typed)
    assert told in page.part(f"#{field}-error").get_text()


def test_the_same_form_sent_twice_makes_one(browser: Browser) -> None:
    form = browser.open(f"{LIST}/new")
    for _ in range(2):
        browser.page = form
        browser.press("Save", **TEN)
    assert len(rows(browser.open(LIST))) == 1


def test_editing_says_whom_it_touches_and_passes_sold_keep_their_terms(
    browser: Browser, site: Flask, ada: APerson, option: APurchaseOption
) -> None:
    with site.app_context():
        a_pass_of(ada, option)
        a_basket(ada, option)
        ben = a_customer(ada.business, "Ben Osei")
        check_out(ben, a_basket(ben, option))
    page = browser.open(f"{LIST}/{option.id}/edit")
    told = [" ".join(row.get_text(" ").split()) for row in page.soup.select(".glance > div")]
    assert told == [
        "Passes sold 1 pass keeps the terms it was sold with.",
        "Classes it covers A change reaches 1 pass at once; visits that are booked stay.",
        "Baskets 1 basket holds it and shows the new price and terms as soon as you save.",
        "Being paid 1 booking that is being paid brings the pass as it was quoted.",
    ]
    assert page.part("#uses")["value"] == "10"
    page = browser.press("Save", **TEN | {"uses": "8", "price": "80"})
    assert "10-class pass is saved." in page.text
    assert "£80.00 · 8 uses" in rows(page)[0]
    assert "10 uses" in browser.open(f"/staff/clients/{ada.id}/passes").text.replace("10 of", "10 uses")
    browser.open(f"{LIST}/{option.id}/edit")
    assert "Nothing was changed." in browser.press("Save", **TEN | {"uses": "8", "price": "80"}).text


def test_whoever_comes_second_is_told(browser: Browser, option: APurchaseOption) -> None:
    first = browser.open(f"{LIST}/{option.id}/edit")
    browser.press("Save", **TEN | {"price": "80"})
    browser.page = first
    page = browser.press("Save", status=409, **TEN | {"price": "70"})
    assert "This has been changed since you opened the page." in page.part(".notice.bad").get_text()


def test_a_copy_begins_with_all_of_it_and_stands_where_it_is_put(
    browser: Browser, site: Flask, studio: BusinessFacts, yoga: ASeries
) -> None:
    with site.app_context():
        first = a_purchase_option(studio, "Five", uses=5, covers=yoga, uses_per_week=2)
    page = browser.open(f"{LIST}/new?copy={first.id}")
    kept = {name: page.part(f"#{name}")["value"] for name in ("name", "uses", "uses_per_week", "price")}
    assert kept == {"name": "Five (copy)", "uses": "5", "uses_per_week": "2", "price": "96.00"}
    assert page.part(f'input[value="{yoga.id}"]').has_attr("checked")
    page = browser.press("Save", **TEN | {"name": "Before five", "place": "first"})
    assert [row.split(" O")[0] for row in rows(page)] == ["Before five", "Five"]
    browser.open(f"{LIST}/{first.id}/edit")
    page = browser.press("Save", **TEN | {"name": "Five", "place": "first"})
    assert [row.split(" O")[0] for row in rows(page)] == ["Five", "Before five"]


def test_what_nobody_bought_is_deleted_and_the_rest_is_told_why_not(
    browser: Browser, site: Flask, ada: APerson, option: APurchaseOption
) -> None:
    with site.app_context():
        sold = a_purchase_option(ada.business, "Sold")
        a_booking(ada, sold)
    page = browser.open(LIST)
    assert f"{LIST}/{option.id}/deletion" in page.links()
    assert f"{LIST}/{sold.id}/deletion" not in page.links()
    page = browser.open(f"{LIST}/{sold.id}/deletion")
    assert "It cannot be deleted" in page.text
    assert browser.post(f"{LIST}/{sold.id}/deletion").status_code == 409
    browser.open(f"{LIST}/{option.id}/deletion")
    page = browser.press("Delete")
    assert "10-class pass is deleted." in page.text
    assert "Deleted a purchase option" in browser.open("/staff/audit").text


def test_b2_on_a_plan_without_passes_setup_keeps_them_and_is_locked(
    browser: Browser, site: Flask, studio: BusinessFacts, option: APurchaseOption
) -> None:
    open_form = browser.open(f"{LIST}/{option.id}/edit")
    with site.app_context(), transaction():
        set_plan(studio, plan=Plan.FREE, actor=SYSTEM, now=NOW)
    page = browser.open(LIST)
    assert "purchase options are locked" in page.text
    assert not [link for link in page.links() if link.endswith(("/new", "/edit", "/deletion"))]
    for path in (f"{LIST}/new", f"{LIST}/{option.id}/edit"):
        assert not browser.open(path).has_button("Save")
    browser.page = open_form
    page = browser.press("Save", status=409, **TEN)
    assert "Passes are on the Standard plan or above." in page.text


@pytest.mark.parametrize("path", ["edit", "deletion"])
def test_another_businesss_purchase_option_is_not_to_be_found(
    browser: Browser, site: Flask, path: str
) -> None:
    with site.app_context():
        strangers = a_purchase_option(a_business())
    browser.open(f"{LIST}/{strangers.id}/{path}", status=404)
    browser.open(f"{LIST}/new")
    assert browser.post(f"{LIST}/{strangers.id}/{path}", **TEN).status_code == 404
    browser.open(f"{LIST}/new?copy={strangers.id}", status=404)


@pytest.mark.parametrize("path", ["", "/new", "/{id}/edit", "/{id}/deletion", "/new?copy={id}"])
def test_looking_costs_as_many_statements_however_much_there_is(
    browser: Browser, site: Flask, ada: APerson, option: APurchaseOption, path: str
) -> None:
    def cost() -> int:
        with statements(site) as sent:
            browser.open(LIST + path.format(id=option.id))
        return len(sent)

    before = cost()
    with site.app_context():
        for nth in range(3):
            another = a_purchase_option(ada.business, f"Pass {nth}", covers=a_class(ada.business))
            a_pass_of(a_customer(ada.business), another)
            a_basket(a_customer(ada.business), option)
    assert cost() == before <= 8
