"""A pass in instalments, from the shop to the receipt: the words are the same everywhere (M1)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from e2e.stripe_stand_in.testing import Controls
from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.instalments import SavedCard
from tests.instalments import SoldInParts, auto_payment_on_paper, deactivate, sold_on_paper
from tests.studio import NOW, APerson, APurchaseOption, a_customer, a_pass_of, a_purchase_option
from tests.web.browser import Browser
from tests.web.customer.card_page import stripe_behind
from tests.web.customer.test_checkout import returned, sent_to, session_in
from tests.web.signed_in import signed_in_browser

TODAY = "£30.00 today, then 3 monthly instalments of £30.00"
SOLD = "£30.00 with the booking, then 3 monthly instalments of £30.00"
ASKED = (
    "Riverside Studio may keep my card and charge it for the 10-class pass: 3 payments of £30.00,"
    " on 1 Jan 2027, 1 Feb 2027 and 1 Mar 2027."
)


@pytest.fixture
def in_parts(site: Flask, studio: BusinessFacts) -> APurchaseOption:
    """A pass of £120.00 in four parts."""
    with site.app_context():
        return a_purchase_option(studio, price=12000, instalments=4)


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts) -> APerson:
    with site.app_context():
        return a_customer(studio)


@pytest.fixture
def stripe(site: Flask, still_clock: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controls]:
    """The stand-in behind the portal."""
    with stripe_behind(site, still_clock, monkeypatch) as controls:
        yield controls


def test_the_shop_says_what_is_paid_today_and_what_later(
    site: Flask, studio: BusinessFacts, in_parts: APurchaseOption
) -> None:
    with site.app_context():
        a_purchase_option(studio, "Penny pass", price=40, instalments=4)
    page = Browser(site, studio).open("/passes")
    assert TODAY in page.text
    assert page.text.count("instalments") == 1, "a price too small to be parted is paid at once"


def test_basket_and_review_have_the_same_words_and_add_up(
    site: Flask, ada: APerson, in_parts: APurchaseOption
) -> None:
    browser = signed_in_browser(site, ada)
    browser.open("/passes")
    basket = browser.press("Add to basket")
    review = browser.open("/checkout")
    for page in (basket, review):
        assert TODAY in page.text
        assert "1 pass £120.00 Later, in instalments −£90.00 To pay £30.00" in page.text
    assert ASKED in review.text
    assert review.has_button("Pay £30.00")
    assert not review.part("#consent").has_attr("checked")


def test_nobody_pays_in_instalments_without_having_agreed(
    site: Flask, ada: APerson, in_parts: APurchaseOption, stripe: Controls
) -> None:
    browser = signed_in_browser(site, ada)
    browser.open("/passes")
    browser.press("Add to basket")
    browser.open("/checkout")
    page = browser.press("Pay £30.00", status=422)
    assert page.errors == ["Please agree to the payments that come later."]
    assert ASKED in page.text
    with site.app_context():
        assert db.session.scalar(select(func.count()).select_from(Booking)) == 0


def test_who_agreed_pays_and_reads_the_plan_with_the_booking(
    site: Flask, ada: APerson, in_parts: APurchaseOption, stripe: Controls
) -> None:
    browser = signed_in_browser(site, ada)
    browser.open("/passes")
    browser.press("Add to basket")
    browser.open("/checkout")
    url = sent_to(browser, "Pay £30.00", consent=ASKED)
    assert stripe.pay(url)["outcome"] == "paid"
    booked = returned(browser, session_in(url))
    assert SOLD in booked.text
    assert "Later, in instalments −£90.00" in booked.text
    receipt = browser.open(booked.path + "/receipt")
    assert SOLD in receipt.text
    with site.app_context():
        assert db.session.scalars(select(SavedCard.consent)).all() == [ASKED]


def test_a_pass_paid_at_once_asks_for_nothing(site: Flask, ada: APerson, studio: BusinessFacts) -> None:
    with site.app_context():
        a_purchase_option(studio)
    browser = signed_in_browser(site, ada)
    browser.open("/passes")
    browser.press("Add to basket")
    assert not browser.open("/checkout").soup.select("#consent")


def test_a_guest_is_asked_for_an_account_first(
    site: Flask, studio: BusinessFacts, in_parts: APurchaseOption
) -> None:
    browser = Browser(site, studio)
    browser.open("/passes")
    browser.press("Add to basket")
    page = browser.open("/checkout")
    assert "First, an account for your pass" in page.text
    assert not page.soup.select("#consent")


@pytest.fixture
def sold(site: Flask, studio: BusinessFacts, still_clock: Path) -> SoldInParts:
    """A pass in four parts, a week apart: the second was taken, the third declined; the fourth is to come."""
    with site.app_context():
        made = sold_on_paper(studio)
        auto_payment_on_paper(made, nth=2, now=NOW + timedelta(days=7))
        auto_payment_on_paper(made, nth=3, declined="insufficient_funds", now=NOW + timedelta(days=14))
    still_clock.write_text((NOW + timedelta(days=14)).isoformat())
    return made


def test_a_pass_shows_each_payment_and_how_it_stands(site: Flask, sold: SoldInParts) -> None:
    page = signed_in_browser(site, sold.ada).open(f"/account/passes/{sold.own.id}")
    for words in (
        "£60.00 paid, £30.00 outstanding, £30.00 to come. The first of 4, £30.00, was paid with the booking.",
        "2 of 4 8 Dec 2026 £30.00 Paid on 8 Dec 2026",
        (
            "3 of 4 15 Dec 2026 £30.00 Did not go through. There was not enough money on the card's account."
            " We try again on Fri 18 Dec."
        ),
        "4 of 4 22 Dec 2026 £30.00 To come",
    ):
        assert words in page.text
    assert page.part("a.button[href='/account/balance']").text == "Pay £30.00"


def test_a_deactivated_pass_shows_that_nothing_more_is_charged(site: Flask, sold: SoldInParts) -> None:
    with site.app_context():
        deactivate(sold, charges_balance=True, now=NOW + timedelta(days=14))
    page = signed_in_browser(site, sold.ada).open(f"/account/passes/{sold.own.id}")
    assert "3 of 4 15 Dec 2026 £30.00 Moved to your account balance on 15 Dec 2026" in page.text
    assert "4 of 4 22 Dec 2026 £30.00 Not charged while the pass cannot be used" in page.text


def test_a_pass_paid_at_once_shows_no_payments(site: Flask, ada: APerson) -> None:
    with site.app_context():
        own = a_pass_of(ada)
    assert not signed_in_browser(site, ada).open(f"/account/passes/{own.id}").soup.select("#payments")
