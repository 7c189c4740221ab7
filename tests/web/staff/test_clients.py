"""A client's own pages, as staff see them (S1)."""

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from tests.studio import a_business, a_customer, a_pass_of
from tests.web.browser import Browser
from tests.web.people import PASSWORD, a_staff_member_with_password


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    with site.app_context():
        a_staff_member_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    return browser


def test_a_client_at_a_glance(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = a_customer(studio, "Ada Park")
        a_pass_of(ada, name="10-class pass")
    page = browser.open(f"/staff/clients/{ada.id}")
    assert page.heading == "Ada Park"
    assert "10-class pass" in page.text


def test_w12_the_side_menu_leads_to_account_passes_and_memberships(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        ada = a_customer(studio)
    menu = browser.open(f"/staff/clients/{ada.id}").part("nav[aria-label='Ada Park']")
    group = menu.select_one(".side-group")
    assert group is not None
    assert [link.get_text(strip=True) for link in group.select("a")] == [
        "Account",
        "Passes & Memberships",
        "Account balance",
    ]


def test_another_businesss_client_is_not_to_be_found(browser: Browser, site: Flask) -> None:
    with site.app_context():
        stranger = a_customer(a_business())
    browser.open(f"/staff/clients/{stranger.id}", status=404)
