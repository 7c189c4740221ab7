"""A client's Passes & Memberships: search, filter, columns, and the Action menu (W12, W13, W15, W22–W24)."""

import csv
import io
from datetime import date, timedelta

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.models.instalments import Instalment, InstalmentStatus
from tests.desk import Desk, scheduled_instalments
from tests.studio import NOW, APass, APerson, a_business, a_customer, a_pass_of
from tests.web.browser import Browser, Page
from tests.web.staff.pass_addresses import passes_of


def names(page: Page) -> list[str]:
    return [link.get_text(strip=True) for link in page.soup.select("tbody th a")]


def cells(page: Page) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in page.soup.select("tbody tr")
    ]


def acts(page: Page) -> list[str]:
    return [link.get_text(strip=True) for link in page.soup.select("tbody .menu a")]


def test_w13_the_columns_say_how_each_pass_stands(browser: Browser, ten_classes: APass) -> None:
    page = browser.open(passes_of(ten_classes))
    assert page.heading == "Passes & Memberships"
    heads = [head.get_text(strip=True) for head in page.soup.select("thead th")]
    assert heads == ["Pass", "Status", "Uses left", "Validity", "Outstanding balance", "Action"]
    (row,) = cells(page)
    assert row[:5] == [
        "10-class pass bought 1 Dec 2026",
        "Not started",
        "10 of 10",
        "Valid for 30 days from your first class",
        "–",
    ]


def test_w15_the_action_menu_offers_deactivate_as_a_plain_link(browser: Browser, ten_classes: APass) -> None:
    page = browser.open(passes_of(ten_classes))
    assert page.part("tbody .menu summary").get_text(" ", strip=True).startswith("Action")
    assert acts(page) == [
        "Deactivate",
        "Edit Purchase Option",
        "Extend",
        "Pause",
        "Adjust uses",
        "Refund",
        "Undo",
        "History",
    ]
    assert (
        str(page.part("tbody .menu a")["href"]) == f"{passes_of(ten_classes)}/{ten_classes.id}/deactivation"
    )


def test_every_act_leads_to_a_page(browser: Browser, ten_classes: APass) -> None:
    page = browser.open(passes_of(ten_classes))
    for link in page.soup.select("tbody .menu a"):
        browser.open(str(link["href"]))


def test_w22_w23_w24_inactive_filters_search_works_within_and_activate_is_offered(
    browser: Browser, site: Flask, ada: APerson, ten_classes: APass, desk: Desk
) -> None:
    with site.app_context():
        summer = a_pass_of(ada, name="Summer pass")
        winter = a_pass_of(ada, name="Winter pass")
        desk.deactivate(summer)
        desk.deactivate(winter)
    form = browser.open(passes_of(ten_classes)).form_of("Apply")
    assert (form["method"], form["action"]) == ("get", passes_of(ten_classes))
    assert form.select_one("input[type=checkbox][name=status][value=inactive]")
    page = browser.open(f"{passes_of(ten_classes)}?q=&status=inactive")
    assert names(page) == ["Winter pass", "Summer pass"]
    assert {row[1] for row in cells(page)} == {"Deactivated"}
    assert acts(page)[0] == "Activate"
    within = browser.open(f"{passes_of(ten_classes)}?status=inactive&q=summer")
    assert names(within) == ["Summer pass"]
    assert within.part("#status-inactive").has_attr("checked")
    assert within.part("#q")["value"] == "summer"


def test_the_filter_knows_every_status(
    browser: Browser, site: Flask, ada: APerson, ten_classes: APass, desk: Desk
) -> None:
    with site.app_context():
        used_up = a_pass_of(ada, name="Used up", uses=1)
        desk.adjust(used_up, -1)
        expired = a_pass_of(ada, name="Expired", now=NOW - timedelta(days=9))
        desk.at(NOW - timedelta(days=9)).set_dates(expired, None, NOW.date() - timedelta(days=1))
        withdrawn = a_pass_of(ada, name="Withdrawn")
        desk.withdraw(withdrawn.purchase_option_id)
        deactivated = a_pass_of(ada, name="Deactivated")
        desk.deactivate(deactivated)
        active = a_pass_of(ada, name="Active")
        desk.set_dates(active, NOW.date(), None)
    expected = {
        "active": ["Active"],
        "not_started": ["10-class pass"],
        "used_up": ["Used up"],
        "expired": ["Expired"],
        "withdrawn": ["Withdrawn"],
        "deactivated": ["Deactivated"],
        "inactive": ["Deactivated", "Withdrawn", "Used up", "Expired"],
        "nonsense": ["Active", "10-class pass", "Deactivated", "Withdrawn", "Used up", "Expired"],
    }
    for status, wanted in expected.items():
        page = browser.open(f"{passes_of(ten_classes)}?status={status}")
        assert names(page) == wanted, status
    both = browser.open(f"{passes_of(ten_classes)}?status=used_up&status=withdrawn")
    assert names(both) == ["Withdrawn", "Used up"]
    assert [chip["href"] for chip in both.soup.select(".narrowed .chip")] == [
        f"{passes_of(ten_classes)}?status=withdrawn",
        f"{passes_of(ten_classes)}?status=used_up",
    ]


def test_a_used_up_pass_offers_adjust_uses_instead_of_activate(
    browser: Browser, site: Flask, ten_classes: APass, desk: Desk
) -> None:
    with site.app_context():
        desk.adjust(ten_classes, -10)
    offered = acts(browser.open(passes_of(ten_classes)))
    assert "Adjust uses" in offered
    assert "Activate" not in offered


def test_s8_a_withdrawn_pass_offers_activate_and_its_page_says_why_not(
    browser: Browser, site: Flask, ten_classes: APass, desk: Desk
) -> None:
    with site.app_context():
        desk.withdraw(ten_classes.purchase_option_id)
    page = browser.open(passes_of(ten_classes))
    assert acts(page)[0] == "Activate"
    activation = browser.open(str(page.part("tbody .menu a")["href"]))
    assert "Promotion was terminated and can not be activated" in activation.text


def test_s6_a_termination_ahead_is_told_beside_the_validity(
    browser: Browser, site: Flask, ten_classes: APass, desk: Desk
) -> None:
    with site.app_context():
        desk.terminate(ten_classes, date(2027, 1, 20))
    (row,) = cells(browser.open(passes_of(ten_classes)))
    assert "Last day 19 Jan" in row[3]


def test_an_outstanding_balance_is_told(browser: Browser, site: Flask, ten_classes: APass) -> None:
    with site.app_context():
        scheduled_instalments(ten_classes, 3000, on=[NOW.date()])
        with transaction():
            db.session.query(Instalment).update({"status": InstalmentStatus.FAILED, "try_on": None})
    (row,) = cells(browser.open(passes_of(ten_classes)))
    assert row[4] == "£30.00"


def test_no_passes_say_what_to_do(browser: Browser, ada: APerson) -> None:
    page = browser.open(f"/staff/clients/{ada.id}/passes")
    assert "No passes yet" in page.text
    assert f"/staff/clients/{ada.id}/passes/issue" in page.links()


def test_no_such_pass_leads_back_to_all(browser: Browser, ten_classes: APass) -> None:
    page = browser.open(f"{passes_of(ten_classes)}?q=swimming")
    assert "No such pass" in page.text
    assert passes_of(ten_classes) in page.links()


def test_the_list_is_exported_with_its_filters(
    browser: Browser, studio: BusinessFacts, site: Flask, ada: APerson, ten_classes: APass, desk: Desk
) -> None:
    with site.app_context():
        desk.deactivate(a_pass_of(ada, name="Summer pass", uses=None))
    address = f"{passes_of(ten_classes)}?status=inactive&format=csv"
    answer = browser.client.get(address, base_url=studio.public_address)
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows == [
        ["Pass", "Status", "Uses left", "Validity", "Bought", "Outstanding balance (GBP)"],
        ["Summer pass", "Deactivated", "Unlimited", rows[1][3], "2026-12-01", "0.00"],
    ]


def test_the_pass_itself_shows_uses_and_what_was_done_and_why(
    browser: Browser, site: Flask, ten_classes: APass, desk: Desk
) -> None:
    with site.app_context():
        desk.adjust(ten_classes, -3)
        desk.deactivate(ten_classes)
    page = browser.open(f"{passes_of(ten_classes)}/{ten_classes.id}")
    assert page.heading == "10-class pass"
    told = [" ".join(entry.get_text(" ").split()) for entry in page.soup.select(".ledger li")]
    assert [entry.rsplit(" ", 1)[1] for entry in told] == ["−3", "+10"]
    assert f"Adjusted by {desk.staff.name}" in told[0]
    history = page.part(".records").get_text(" ", strip=True)
    assert "Deactivated 10-class pass" in history
    assert "Asked at the desk" in history
    assert page.part(".acts a").get_text(strip=True) == "Activate"


def test_auto_payments_are_told_one_by_one(browser: Browser, site: Flask, ten_classes: APass) -> None:
    with site.app_context():
        days = [date(2026, 12, 12), date(2027, 1, 12)]
        scheduled_instalments(ten_classes, 3000, 3000, on=days)
    page = browser.open(f"{passes_of(ten_classes)}/{ten_classes.id}")
    assert [row[1:] for row in cells(page)] == [
        ["12 Dec 2026", "£30.00", "Will be charged 12 Dec"],
        ["12 Jan 2027", "£30.00", "Will be charged 12 Jan 2027"],
    ]


@pytest.mark.parametrize("whose", ["another client's", "another business's"])
def test_a_pass_is_found_under_its_own_client_alone(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson, whose: str
) -> None:
    with site.app_context():
        of = studio if whose == "another client's" else a_business()
        other = a_pass_of(a_customer(of, "Ben Osei"))
    browser.open(f"/staff/clients/{ada.id}/passes/{other.id}", status=404)
