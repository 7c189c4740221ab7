"""Search in the top bar finds clients, and their names lead to them (W11, S1)."""

import csv
import io
from urllib.parse import quote

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.operations.auditing import SYSTEM
from portal.operations.people import NewPerson, add_customer
from portal.web.staff.search import CLIENTS_A_PAGE
from tests.studio import NOW, APerson, a_business, a_customer
from tests.web.browser import Browser, Page


def listed(page: Page) -> list[str]:
    return [link.get_text(strip=True) for link in page.soup.select("tbody th a")]


def test_w11_search_lists_clients_and_the_name_opens_the_client(browser: Browser, ada: APerson) -> None:
    browser.open("/staff")
    page = browser.press("Search", q="par")
    assert (page.path, listed(page)) == ("/staff/search?q=par", ["Ada Park"])
    assert browser.open(str(page.part("tbody th a")["href"])).heading == "Ada Park"


def test_a_client_is_found_by_phone(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context(), transaction():
        grace = NewPerson(name="Grace Mbeki", email="g@example.com", phone="+44 7700 900123")
        add_customer(studio, grace, actor=SYSTEM, now=NOW)
    page = browser.open("/staff/search?q=07700%20900")
    assert listed(page) == ["Grace Mbeki"]
    assert "+44 7700 900123" in page.text


def test_nobody_found_says_what_to_do(browser: Browser, ada: APerson) -> None:
    page = browser.open("/staff/search?q=xylophone")
    assert "Nobody found" in page.text
    assert "/staff/search" in page.links()


def test_without_a_word_everybody_is_listed_the_newest_first(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    assert "No clients yet" in browser.open("/staff/search").text
    with site.app_context():
        a_customer(studio, "Ada Park")
        a_customer(studio, "Ben Osei")
        a_customer(a_business(), "Zoe Elsewhere")
    assert listed(browser.open("/staff/search")) == ["Ben Osei", "Ada Park"]


@pytest.mark.parametrize("asked", ["", "?q=ada", "?q=ada+example"])
def test_more_leads_through_all_of_them(
    browser: Browser, site: Flask, studio: BusinessFacts, asked: str
) -> None:
    names = [f"Ada {chr(97 + nth // 26)}{chr(97 + nth % 26)}" for nth in range(CLIENTS_A_PAGE + 5)]
    with site.app_context():
        for name in names:
            a_customer(studio, name)
    first = browser.open(f"/staff/search{asked}")
    then = browser.open(str(first.part(".pager a[rel=next]")["href"]))
    assert len(listed(first)) == CLIENTS_A_PAGE
    assert sorted(listed(first) + listed(then)) == names
    assert then.soup.select_one("a[rel=next]") is None


def test_an_address_with_nonsense_in_it_shows_the_beginning(browser: Browser, ada: APerson) -> None:
    assert listed(browser.open("/staff/search?q=ada&after=nonsense")) == ["Ada Park"]


def test_what_is_found_can_be_exported(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_customer(studio, "Ada Park", email="ada@example.com")
        a_customer(studio, "=cmd", email="adalbert@example.com")
    page = browser.open("/staff/search?q=ada")
    answer = browser.client.get(
        next(link for link in page.links() if "csv" in link), base_url=studio.public_address
    )
    assert answer.headers["Content-Disposition"] == 'attachment; filename="clients-2026-12-01.csv"'
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows == [
        ["Name", "E-mail", "Phone", "Client since"],
        ["Ada Park", "ada@example.com", "", "2026-12-01"],
        ["'=cmd", "adalbert@example.com", "", "2026-12-01"],
    ]


@pytest.mark.parametrize("text", ["%", "_", "'; DROP TABLE customer", "é" * 500, "\u202e", "@@", "a" * 3000])
def test_whatever_is_typed_is_only_looked_for(browser: Browser, ada: APerson, text: str) -> None:
    browser.open(f"/staff/search?q={quote(text)}")
