"""The studio's own people: sign-in, today, open baskets, and any basket as its customer sees it (S10)."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.baskets import BasketLine
from portal.models.business import BusinessFacts
from portal.models.classes import ClassSession
from portal.models.database import db, transaction
from portal.models.letters import Letter, LetterKind
from portal.operations.letters import write_letter
from portal.rules.roles import Role
from tests.studio import NOW, a_basket, a_business, a_class, a_code, a_customer, a_pass_of, a_placed_booking
from tests.web.browser import Browser, statements
from tests.web.people import PASSWORD, a_customer_with_password, a_staff_member_with_password


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    with site.app_context():
        a_staff_member_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    return browser


@pytest.mark.parametrize("role", Role)
def test_whatever_their_role_staff_see_today(site: Flask, studio: BusinessFacts, role: Role) -> None:
    with site.app_context():
        a_staff_member_with_password(studio, role=role)
    page = Browser(site, studio).sign_in_as_staff("olive@example.com", PASSWORD)
    assert (page.path, page.heading) == ("/staff", "Tuesday 1 December")


@pytest.mark.parametrize("path", ["/staff", "/staff/baskets"])
def test_a_customer_is_not_let_in(site: Flask, studio: BusinessFacts, path: str) -> None:
    with site.app_context():
        a_customer_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in("ada@example.com", PASSWORD)
    assert browser.open(path).path.startswith("/staff/sign-in")


def test_a_customers_password_is_no_staff_password(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_customer_with_password(studio)
    browser = Browser(site, studio)
    browser.open("/staff/sign-in")
    page = browser.press("Sign in", status=422, email="ada@example.com", password=PASSWORD)
    assert page.errors == ["No account has this e-mail address and this password."]


def test_staff_are_sent_back_to_staff_pages_only(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_staff_member_with_password(studio)
    browser = Browser(site, studio)
    for asked, led_to in (("/staff/baskets", "/staff/baskets"), ("/account", "/staff"), ("//evil", "/staff")):
        browser.open(f"/staff/sign-in?next={asked}")
        assert browser.press("Sign in", email="olive@example.com", password=PASSWORD).path == led_to
        browser.press("Sign out")


def test_staff_sign_out(browser: Browser) -> None:
    browser.open("/staff")
    assert browser.press("Sign out").path == "/staff/sign-in"
    assert browser.open("/staff").path.startswith("/staff/sign-in")


def test_todays_classes_say_how_full_they_are(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        today = a_class(studio, on=NOW.date(), capacity=10, price=0, name="Noon Yoga", now=NOW)
        a_class(studio, on=NOW.date() + timedelta(days=1), name="Tomorrow's Yoga")
        a_placed_booking(studio, today)
        a_basket(studio, today)
    page = browser.open("/staff")
    assert "Noon Yoga" in page.text
    assert "1 of 10, 1 in baskets" in page.text
    assert "Tomorrow's Yoga" not in page.text
    assert "1 open basket" in page.text


def test_a_letter_that_was_given_up_is_told(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context(), transaction():
        write_letter(
            studio.id, LetterKind.NO_ACCOUNT, to_email="gone@example.com", to_name="", facts={}, now=NOW
        )
        db.session.flush()
        letter = db.session.scalars(select(Letter)).one()
        letter.given_up_at, letter.last_error = NOW, "550 no such mailbox"
    assert "To gone@example.com (no account), given up 1 Dec 09:00: 550 no such mailbox" in (
        browser.open("/staff").text
    )


def test_open_baskets_are_listed_the_one_changed_last_first(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        yoga = a_class(studio)
        a_basket(a_customer(studio, "Grace Mbeki"), yoga, now=NOW - timedelta(minutes=20))
        a_basket(studio, yoga, yoga, now=NOW - timedelta(minutes=5))
        elsewhere = a_business()
        a_basket(a_customer(elsewhere, "Zoe Elsewhere"), a_class(elsewhere))
    page = browser.open("/staff/baskets")
    rows = [" ".join(row.get_text(" ").split()) for row in page.soup.select("tbody tr")]
    assert rows == [
        "Guest changed 08:55 2 lines £24.00 list price 09:10",
        "Grace Mbeki changed 08:40 1 line £12.00 list price Not kept",
    ]


def test_no_open_baskets_says_what_will_be_here(browser: Browser) -> None:
    assert "No open baskets" in browser.open("/staff/baskets").text


def test_s10_staff_see_a_basket_as_its_customer_does(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        ada = a_customer_with_password(studio)
        a_pass_of(ada)
        yoga = a_class(studio)
        basket_id = a_basket(
            ada, yoga, a_class(studio, name="Pottery"), code=a_code(studio, covers=yoga).text
        )
    customers = Browser(site, studio)
    customers.sign_in("ada@example.com", PASSWORD)
    hers = customers.open("/basket")
    theirs = browser.open(f"/staff/baskets/{basket_id}")
    assert theirs.heading == "Ada Park's basket"
    for part in (".lines .price", ".lines h2", ".chip", ".totals"):
        assert [tag.get_text(" ", strip=True) for tag in theirs.soup.select(f"#basket {part}")] == [
            tag.get_text(" ", strip=True) for tag in hers.soup.select(f"#basket {part}")
        ]
    assert theirs.soup.select_one("#to-pay") == hers.soup.select_one("#to-pay")


def test_s10_the_preview_offers_nothing_to_press(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        basket_id = a_basket(studio, a_class(studio))
    page = browser.open(f"/staff/baskets/{basket_id}")
    assert not page.soup.select("#basket form, #basket button")


def test_s10_looking_holds_nothing_and_extends_nothing(
    browser: Browser, site: Flask, studio: BusinessFacts, still_clock: Path
) -> None:
    with site.app_context():
        basket_id = a_basket(studio, a_class(studio))

    def facts() -> list[object]:
        with site.app_context():
            lines = db.session.execute(select(BasketLine.held_until, BasketLine.place_counted)).all()
            return [*lines, db.session.scalars(select(ClassSession.places_taken)).one()]

    before = facts()
    browser.open(f"/staff/baskets/{basket_id}")
    still_clock.write_text((NOW + timedelta(hours=1)).isoformat())
    browser.open(f"/staff/baskets/{basket_id}")
    assert facts() == before


def test_another_businesss_basket_is_not_to_be_found(browser: Browser, site: Flask) -> None:
    with site.app_context():
        elsewhere = a_business()
        basket_id = a_basket(elsewhere, a_class(elsewhere))
    browser.open(f"/staff/baskets/{basket_id}", status=404)


def test_staff_pages_take_few_statements(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        ada = a_customer_with_password(studio)
        a_pass_of(ada)
        yoga = a_class(studio, on=NOW.date(), now=NOW - timedelta(days=1))
        basket_id = a_basket(ada, a_class(studio), code=a_code(studio).text)
        for _ in range(3):
            a_basket(studio, yoga)
    for path in ("/staff", "/staff/baskets", f"/staff/baskets/{basket_id}"):
        with statements(site) as sent:
            browser.open(path)
        assert len(sent) <= 8, path
