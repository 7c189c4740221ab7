"""The classes to come, and the page of each."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from tests.studio import NOW, a_basket, a_business, a_class, a_series
from tests.web.browser import Browser

TODAY = date(2026, 12, 1)


def test_classes_stand_by_day_with_time_price_and_places(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_class(studio, on=TODAY + timedelta(days=1), capacity=12)
    page = Browser(site, studio).open("/")
    assert page.heading == "Classes"
    assert (
        "Tomorrow Wed 2 Dec 09:30 –10:30 Morning Yoga Maya Lindqvist · River Room 12 places left £12.00"
        in page.text
    )
    assert page.text.count("London time (GMT)") == 1


def test_few_places_and_none_are_told_apart(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_class(studio, capacity=1, name="Nearly gone")
        full = a_class(studio, capacity=1, at=time(12), name="Gone")
        a_basket(studio, full)
    page = Browser(site, studio).open("/")
    assert "1 place left" in page.text
    assert "Full" in page.text


def test_a_place_whose_hold_has_ended_is_free_again_at_once(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        yoga = a_class(studio, capacity=1)
        a_basket(studio, yoga, now=NOW - timedelta(minutes=16))
    assert "1 place left" in Browser(site, studio).open(f"/classes/{yoga.id}").text


def test_what_has_started_is_not_listed(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        a_class(studio, on=TODAY, at=time(8, 59), name="Begun")
        a_class(studio, on=TODAY, at=time(9, 1), name="About to begin")
    page = Browser(site, studio).open("/")
    assert "About to begin" in page.text
    assert not [link for link in page.soup.select(".class-rows a") if link.get_text() == "Begun"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("teacher=Jonah+Reid", {"Wheel Throwing"}),
        ("day=2026-12-10", {"Morning Yoga", "Wheel Throwing"}),
        ("day=2026-12-11", set()),
        ("day=nonsense&series=nonsense&page=-7", {"Morning Yoga", "Wheel Throwing"}),
    ],
)
def test_the_address_filters_the_list(
    site: Flask, studio: BusinessFacts, query: str, found: set[str]
) -> None:
    with site.app_context():
        a_class(a_series(studio, "Morning Yoga"), on=date(2026, 12, 10))
        a_class(a_series(studio, "Wheel Throwing", teacher="Jonah Reid"), on=date(2026, 12, 10))
    page = Browser(site, studio).open(f"/?{query}")
    assert {link.get_text() for link in page.soup.select(".class-rows h3 a")} == found


def test_a_series_can_be_picked(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        yoga = a_class(studio, name="Morning Yoga")
        a_class(studio, name="Wheel Throwing", at=time(18))
    page = Browser(site, studio).open(f"/?series={yoga.series_id}")
    assert {link.get_text() for link in page.soup.select(".class-rows h3 a")} == {"Morning Yoga"}
    assert page.part("#series option[selected]").get_text() == "Morning Yoga"


def test_twenty_classes_stand_on_a_page_and_the_rest_on_the_next(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        series = a_series(studio)
        for ahead in range(23):
            a_class(series, on=date(2026, 12, 2) + timedelta(days=ahead))
    browser = Browser(site, studio)
    first = browser.open("/?teacher=Maya+Lindqvist")
    assert len(first.soup.select(".class-rows li")) == 20
    rest = browser.open(str(first.part("a[rel=next]")["href"]))
    assert len(rest.soup.select(".class-rows li")) == 3
    assert "teacher=Maya+Lindqvist" in rest.path


def test_an_empty_list_says_what_to_do(site: Flask, studio: BusinessFacts) -> None:
    browser = Browser(site, studio)
    assert "No classes to come" in browser.open("/").text
    assert "/" in browser.open("/?day=2026-12-25").links()


def test_a_class_has_a_page_with_its_tickets(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        yoga = a_class(a_series(studio, tickets={"Adult": 1200, "Concession": 900}), capacity=3)
    page = Browser(site, studio).open(f"/classes/{yoga.id}")
    assert page.heading == "Morning Yoga"
    assert "3 places left" in page.text
    assert "Adult £12.00" in page.text
    assert "Concession £9.00" in page.text
    assert page.has_button("Add to basket")


def test_a_full_class_says_so_and_sells_nothing(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        yoga = a_class(studio, capacity=1)
        a_basket(studio, yoga)
    page = Browser(site, studio).open(f"/classes/{yoga.id}")
    assert "This class is full." in page.text
    assert not page.has_button("Add to basket")


def test_a_class_that_has_begun_sells_nothing(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        yoga = a_class(studio, on=TODAY, at=time(8))
    page = Browser(site, studio).open(f"/classes/{yoga.id}")
    assert "already started" in page.text
    assert not page.has_button("Add to basket")


def test_another_studios_class_is_not_found_here(site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        theirs = a_class(a_business("Harbour Pottery"))
    browser = Browser(site, studio)
    browser.open(f"/classes/{theirs.id}", status=404)
    browser.open(f"/classes/{uuid4()}", status=404)
