"""Settings › Plan: what each plan includes, who may change it, and what a change will do (B2, B3)."""

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.business import BusinessFacts, Plan
from portal.models.businesses import business_of
from portal.models.class_passes import ClassPass
from portal.models.database import db, transaction
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import set_plan
from portal.rules.instalments import Rhythm
from portal.rules.roles import Role
from tests.studio import NOW, a_basket, a_booking, a_class, a_customer, a_pass_of, a_purchase_option
from tests.web.browser import Browser, Page, statements
from tests.web.people import PASSWORD, a_customer_with_password, a_staff_member_with_password

PLAN = "/staff/settings/plan"


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    """The owner's."""
    with site.app_context():
        a_staff_member_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    return browser


def _put_on(site: Flask, studio: BusinessFacts, plan: Plan) -> None:
    with site.app_context(), transaction():
        set_plan(studio, plan=plan, actor=SYSTEM, now=NOW)


def _plan_of(site: Flask, studio: BusinessFacts) -> Plan:
    with site.app_context():
        return business_of(studio.id).plan


def _told(page: Page, about: str) -> str:
    for row in page.soup.select("dl.glance > div"):
        name, words = row.find("dt"), row.find("dd")
        assert name is not None
        assert words is not None
        if name.get_text(strip=True) == about:
            return words.get_text(" ", strip=True)
    raise AssertionError(f"Nothing about {about}: {page.text}")


def test_the_three_plans_stand_there_with_what_each_includes(browser: Browser) -> None:
    page = browser.open(PLAN)
    assert page.heading == "Plan"
    titles = [title.get_text() for title in page.soup.select(".plans h2")]
    words = [card.get_text(" ", strip=True) for card in page.soup.select(".plans > li")]
    cards = dict(zip(titles, words, strict=True))
    assert list(cards) == ["Free", "Standard", "Plus"]
    assert "Your plan" in cards["Standard"]
    assert "Passes: sold in the shop" in cards["Standard"]
    assert "Passes" not in cards["Free"]


def test_the_settings_menu_leads_there(browser: Browser) -> None:
    menu = browser.open(PLAN).part("nav[aria-labelledby='settings']")
    assert {str(link["href"]) for link in menu.select("a")} >= {PLAN, "/staff/settings/booking-preferences"}


def test_b3_before_a_downgrade_the_page_says_what_it_will_do(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        ten = a_purchase_option(studio, "10-class pass")
        by_parts = a_purchase_option(
            studio, "Yearly", uses=None, price=12000, instalments=4, rhythm=Rhythm.MONTHLY
        )
        a_pass_of(a_customer(studio), ten)
        a_booking(a_customer(studio), by_parts)
        a_basket(a_customer(studio), ten)
    page = browser.open(f"{PLAN}/free")
    assert page.heading == "Change to Free"
    assert _told(page, "Passes in use") == (
        "2 passes stay usable: they pay in baskets as before. 10-class pass: 1 pass Yearly: 1 pass"
    )
    assert _told(page, "Comes off sale").startswith("2 purchase options, until you are on Standard")
    assert _told(page, "Auto-payments").startswith(
        "3 auto-payments to come go on, £90.00 in all, the next on 1 Jan 2027."
    )
    assert _told(page, "Being bought").startswith("1 open basket holds a pass")
    assert _plan_of(site, studio) is Plan.STANDARD


def test_b3_looking_and_leaving_changes_nothing(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    browser.open(f"{PLAN}/free")
    browser.open(PLAN)
    assert _plan_of(site, studio) is Plan.STANDARD


def test_b3_the_owner_changes_the_plan_and_back(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_purchase_option(studio, "10-class pass")
    browser.open(f"{PLAN}/free")
    page = browser.press("Change to Free")
    assert "The studio is on Free now." in page.text
    assert _plan_of(site, studio) is Plan.FREE
    page = browser.open(f"{PLAN}/standard")
    assert _told(page, "On sale") == "1 purchase option, as before. 10-class pass"
    browser.press("Change to Standard")
    assert _plan_of(site, studio) is Plan.STANDARD
    assert "10-class pass" in browser.open("/passes").text


def test_between_standard_and_plus_nothing_changes_for_customers(browser: Browser) -> None:
    assert _told(browser.open(f"{PLAN}/plus"), "Customers") == "Nothing changes for them."


def test_pressed_twice_it_is_on_it(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    browser.open(f"{PLAN}/free")
    for _ in range(2):
        assert browser.post(f"{PLAN}/free").status_code == 303
    assert _plan_of(site, studio) is Plan.FREE


def test_the_plan_one_is_on_leads_back(browser: Browser) -> None:
    assert browser.open(f"{PLAN}/standard").path == PLAN


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FRONT_DESK, Role.INSTRUCTOR])
def test_only_an_owner_may_change_it(site: Flask, studio: BusinessFacts, role: Role) -> None:
    with site.app_context():
        a_staff_member_with_password(studio, role=role)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    assert browser.post(f"{PLAN}/free").status_code == 403
    browser.open(f"{PLAN}/free", status=403)
    assert _plan_of(site, studio) is Plan.STANDARD


def test_a_manager_looks_at_the_plan(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_staff_member_with_password(studio, role=Role.MANAGER)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    page = browser.open(PLAN)
    assert "Only an owner of the studio can change the plan." in page.text
    assert not page.soup.select(f"a[href^='{PLAN}/']")


@pytest.mark.parametrize(
    ("contact", "sentence"),
    [
        ("", "To change the plan, ask whoever runs this portal for you."),
        ("plans@example.com", "To change the plan, write to plans@example.com ."),
        ("https://example.com/plans", "To change the plan, ask here: https://example.com/plans ."),
    ],
)
def test_where_the_setting_keeps_the_page_it_says_who_to_ask(
    browser: Browser,
    site: Flask,
    studio: BusinessFacts,
    monkeypatch: pytest.MonkeyPatch,
    contact: str,
    sentence: str,
) -> None:
    outside = site.extensions["punchcard"]
    settings = replace(outside.settings, plan_page=False, plan_contact=contact)
    monkeypatch.setitem(site.extensions, "punchcard", replace(outside, settings=settings))
    assert sentence in browser.open(PLAN).text
    assert browser.post(f"{PLAN}/free").status_code == 403
    browser.open(f"{PLAN}/free", status=403)
    assert _plan_of(site, studio) is Plan.STANDARD


def test_a_customer_is_not_let_in(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_customer_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in("ada@example.com", PASSWORD)
    assert browser.open(PLAN).path.startswith("/staff/sign-in")
    assert browser.post(f"{PLAN}/free").status_code == 303
    assert _plan_of(site, studio) is Plan.STANDARD


def test_b1_below_standard_setup_keeps_but_locks_purchase_options(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        option = a_purchase_option(studio, "10-class pass")
    _put_on(site, studio, Plan.FREE)
    page = browser.open("/staff/purchase-options")
    assert "10-class pass" in page.text
    assert "Passes are on the Standard plan or above, so purchase options are locked" in page.text
    assert not [link for link in page.links() if link.endswith(("/on-sale", "/off-sale"))]
    for act in ("on-sale", "off-sale"):
        refused = browser.post(f"/staff/purchase-options/{option.id}/{act}", reason="Trying")
        assert refused.status_code == 409
        assert "Passes are on the Standard plan or above." in refused.text


def test_b3_below_standard_no_pass_is_sold_by_page_by_old_basket_or_by_hand(
    site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        a_customer_with_password(studio)
        option = a_purchase_option(studio, "10-class pass", price=0)
    customers = Browser(site, studio)
    customers.sign_in("ada@example.com", PASSWORD)
    customers.open("/passes")
    customers.press("Add to basket")
    old_review = customers.open("/checkout")
    _put_on(site, studio, Plan.FREE)
    assert "10-class pass" not in customers.open("/passes").text
    customers.page = old_review
    refused = customers.press("Book now")
    assert refused.path == "/basket"
    assert "Your basket has changed since you saw it, so nothing was booked." in refused.text
    assert "This is not on sale any more." in refused.text
    customers.post("/basket/lines", purchase_option=str(option.id), **{"pass": str(option.id)})
    with site.app_context():
        assert _owners_of_passes() == []


def test_b3_below_standard_no_pass_is_issued(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada, option = a_customer(studio), a_purchase_option(studio, "10-class pass")
    address = f"/staff/clients/{ada.id}/passes/issue"
    browser.open(address)
    _put_on(site, studio, Plan.FREE)
    refused = browser.post(address, option=str(option.id), reason="A present")
    assert refused.status_code == 409
    assert "Passes are on the Standard plan or above" in refused.text
    with site.app_context():
        assert _owners_of_passes() == []


def test_b3_below_standard_a_pass_still_pays_in_the_basket(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = a_customer_with_password(studio)
        a_pass_of(ada)
        yoga = a_class(studio)
    _put_on(site, studio, Plan.FREE)
    customers = Browser(site, studio)
    customers.sign_in("ada@example.com", PASSWORD)
    customers.open(f"/classes/{yoga.id}")
    page = customers.press("Add to basket")
    assert "Pass use" in page.text
    customers.open("/checkout")
    assert customers.press("Book now").path.startswith("/bookings/")


@pytest.mark.parametrize("options", [1, 6])
def test_the_confirmation_takes_few_statements_however_much_is_sold(
    browser: Browser, site: Flask, studio: BusinessFacts, options: int
) -> None:
    with site.app_context():
        for nth in range(options):
            a_pass_of(a_customer(studio), name=f"Pass {nth}", uses=nth + 1)
    with statements(site) as sent:
        browser.open(f"{PLAN}/free")
    assert len(sent) == 5, "\n".join(sent)


def _owners_of_passes() -> list[UUID]:
    return list(db.session.scalars(select(ClassPass.customer_id)))
