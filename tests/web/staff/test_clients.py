"""A client's own pages, as staff see them (S1)."""

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from tests.studio import APerson, a_basket, a_booking, a_business, a_class, a_customer, a_pass_of
from tests.web.browser import Browser
from tests.web.people import PASSWORD, a_customer_with_password


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


@pytest.mark.parametrize("below", ["", "/schedule", "/passes", "/basket", "/audit", "/details"])
def test_only_staff_see_a_client(site: Flask, studio: BusinessFacts, ada: APerson, below: str) -> None:
    with site.app_context():
        a_customer_with_password(studio, "Ben Osei", email="ben@example.com")
    somebody = Browser(site, studio)
    somebody.sign_in("ben@example.com", PASSWORD)
    assert somebody.open(f"/staff/clients/{ada.id}{below}").path.startswith("/staff/sign-in")


def test_s10_the_basket_is_as_the_client_sees_it_with_nothing_to_press(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson
) -> None:
    assert "Nothing in the basket" in browser.open(f"/staff/clients/{ada.id}/basket").text
    with site.app_context():
        a_pass_of(ada)
        a_basket(ada, a_class(studio))
    page = browser.open(f"/staff/clients/{ada.id}/basket")
    assert page.heading == "Basket of Ada Park"
    assert page.part("#basket .chip").get_text(strip=True) == "Pass use"
    assert not page.soup.select("#basket form, #basket button")


def test_the_overview_says_what_comes_and_what_happened_last(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada)
        a_booking(ada, a_class(studio, name="Evening Flow"))
    page = browser.open(f"/staff/clients/{ada.id}")
    assert "Evening Flow" in page.part("section[aria-labelledby=next]").get_text()
    assert "Paid with 10-class pass" in page.part("section[aria-labelledby=next]").get_text()
    assert "Confirmed booking" in page.part("section[aria-labelledby=last]").get_text()


def test_staff_keep_a_clients_name_and_number_and_find_them_by_both(browser: Browser, ada: APerson) -> None:
    browser.open(f"/staff/clients/{ada.id}/details")
    page = browser.press("Save", name="Ada Lovelace", phone="020 7946 0958")
    assert (page.path, page.heading) == (f"/staff/clients/{ada.id}", "Ada Lovelace")
    for asked in ("lovelace", "7946 0958"):
        assert "Ada Lovelace" in browser.open(f"/staff/search?q={asked}").text
    assert "Nobody found" in browser.open("/staff/search?q=park").text
    entry = " ".join(
        browser.open(f"/staff/clients/{ada.id}/audit").part(".records > li").get_text(" ").split()
    )
    assert "Changed the details Olive Owen Name Ada Park → became Ada Lovelace" in entry


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": " "}, "Enter a name."),
        ({"phone": "ask Ada"}, "Enter a phone number like 020 7946 0958 or +44 20 7946 0958."),
        ({"phone": "+"}, "Enter a phone number like 020 7946 0958 or +44 20 7946 0958."),
        ({"phone": "1" * 41}, "Enter at most 40 characters."),
    ],
)
def test_what_is_no_name_or_number_is_refused(
    browser: Browser, ada: APerson, fields: dict[str, str], error: str
) -> None:
    browser.open(f"/staff/clients/{ada.id}/details")
    page = browser.press("Save", status=422, **fields)
    assert page.errors == [error]


def test_nothing_changed_leaves_no_entry(browser: Browser, ada: APerson) -> None:
    before = browser.open(f"/staff/clients/{ada.id}/audit").soup.select(".records > li")
    browser.open(f"/staff/clients/{ada.id}/details")
    assert "Nothing was changed." in browser.press("Save").text
    assert len(browser.open(f"/staff/clients/{ada.id}/audit").soup.select(".records > li")) == len(before)
