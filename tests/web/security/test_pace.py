"""No bot empties a studio, nor uses up what Stripe takes from all of us (R4)."""

from datetime import date

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from tests.studio import AClass, a_class, a_customer
from tests.web.browser import Browser
from tests.web.signed_in import signed_in_browser

NETWORK, ANOTHER = "192.0.2.1", "198.51.100.1"
MOST = 8


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """A class with room for a crowd."""
    with site.app_context():
        return a_class(studio, on=date(2026, 12, 10), capacity=50)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test reaches soon."""
    monkeypatch.setattr("portal.web.customer.basket.MOST_ADDED", MOST)
    monkeypatch.setattr("portal.web.customer.basket.MOST_PAYMENT_CHANGES", 2)
    monkeypatch.setattr("portal.web.customer.checkout.MOST_GUEST_CHECK_OUTS", 2)


def test_a_new_basket_is_no_new_beginning(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    for _ in range(MOST):
        _added(Browser(site, studio), yoga)
    another = Browser(site, studio)
    another.open(f"/classes/{yoga.id}")
    another.press("Add to basket", status=429)
    _added(Browser(site, studio, address=ANOTHER), yoga)


def test_to_keep_places_counts_as_much_as_to_add_them(
    site: Flask, studio: BusinessFacts, yoga: AClass
) -> None:
    browser = Browser(site, studio)
    for _ in range(3):
        _added(browser, yoga)
    browser.press("Keep my places")
    browser.press("Keep my places", status=429)


def test_a_customer_has_one_basket_and_keeps_it(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    with site.app_context():
        ada = a_customer(studio)
    browser = signed_in_browser(site, ada)
    for _ in range(MOST + 1):
        _added(browser, yoga)
    browser.press("Keep my places")


def test_a_guests_check_outs_are_slowed_down(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    browser = Browser(site, studio)
    _added(browser, yoga)
    guest = {"name": "Gus Guest", "email": "gus@example.com", "digest": "of another quote"}
    for _ in range(2):
        assert browser.post("/checkout", **guest).status_code == 303
    assert browser.post("/checkout", **guest).status_code == 429


@pytest.mark.parametrize("form", ["/basket/payment", "/basket/payment/removal"])
def test_asking_stripe_is_slowed_down(site: Flask, studio: BusinessFacts, yoga: AClass, form: str) -> None:
    browser = Browser(site, studio)
    _added(browser, yoga)
    browser.open("/checkout")
    digest = str(browser.page.part("input[name=digest]")["value"]) if browser.page else ""
    assert (
        browser.post("/checkout", name="Gus Guest", email="gus@example.com", digest=digest).status_code == 303
    )
    for _ in range(2):  # Stripe is silent, so the payment stays
        assert browser.post(form).status_code == 303
    assert browser.post(form).status_code == 429


def _added(browser: Browser, of: AClass) -> None:
    browser.open(f"/classes/{of.id}")
    browser.press("Add to basket")
