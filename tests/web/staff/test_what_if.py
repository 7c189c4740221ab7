"""The page of the what-if: its address keeps the question, and nothing is ever touched (S10)."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.models.database import new_id
from tests.studio import (
    AClass,
    APerson,
    a_basket,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_purchase_option,
)
from tests.tables import all_tables
from tests.web.browser import Browser, Page, statements

PAGE = "/staff/what-if"
MOST_TO_ASK = 10
ONE_LOST = "One line of this address names nothing that is to be found. It is left out."


def address(*classes: AClass, of: APerson | None = None, below: str = "", **more: object) -> str:
    """A what-if of a client, or of a guest, about classes."""
    told: list[tuple[str, object]] = [("client", of.id)] if of else []
    told += [("ticket", f"{it.id}.{it.ticket_type_id}") for it in classes]
    return f"{PAGE}{below}?{urlencode([*told, *more.items()])}"


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga on 10 Dec, £12.00."""
    with site.app_context():
        return a_class(studio)


def lines(page: Page) -> list[str]:
    return [" ".join(line.get_text(" ").split()) for line in page.soup.select(".lines > li")]


def test_a_what_if_is_put_together_by_links_and_forms_alone(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada)
        a_code(yoga.business)
        five = a_purchase_option(yoga.business, "5-class pass", uses=5, price=5500)
    page = browser.open(f"/staff/clients/{ada.id}")
    page = browser.open(next(link for link in page.links() if link.startswith(PAGE)))
    assert "Add a class or a pass, and the quote stands here: what Ada Park would pay" in page.text
    page = browser.open(_link(page, "Add class"))
    page = browser.open(_link(page, "Add Adult"))
    (line,) = lines(page)
    assert line.startswith(
        "Thu 10 Dec Morning Yoga 09:30–10:30 · Maya Lindqvist · Adult £0.00 10 places left"
    )
    assert line.endswith("Pass use of your 10-class pass, 9 left after this Remove")
    page = browser.press("Show", code="SPRING20")
    assert "You pay £9.60 and keep 1 pass use" in page.text
    page = browser.open(_link(page, "Add pass"))
    page = browser.open(_link(page, "Add 5-class pass"))
    assert page.part("#to-pay").get_text() == "£64.60"
    assert f"pass={five.id}" in str(page.response.request.full_path)
    page = browser.open(_link(page, "Remove"))
    assert page.part("#to-pay").get_text() == "£55.00"
    assert "SPRING20" in str(page.part("#code"))


def test_a_client_is_chosen_by_search_and_let_go_of_again(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada)
    page = browser.open(address(yoga))
    assert page.part("#to-pay").get_text() == "£12.00"
    page = browser.open(_link(page, "Choose a client"))
    page = browser.press("Show", q="ada")
    page = browser.open(_link(page, "Ada Park"))
    assert page.part("#to-pay").get_text() == "£0.00"
    assert "As Ada Park would see it now." in page.text
    assert browser.open(_link(page, "Look as a guest")).part("#to-pay").get_text() == "£12.00"


def test_a_line_says_why_an_owned_pass_does_not_pay_the_others_folded_away_r2(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        pottery = a_class(yoga.business, name="Pottery")
        a_pass_of(ada, name="Pottery pass", covers=pottery)
        a_pass_of(ada, name="Dance pass", covers=a_class(yoga.business, name="Dance"))
    page = browser.open(address(yoga, of=ada))
    assert [text.get_text() for text in page.soup.select(".lines .why p, .lines .why li")] == [
        "Your Pottery pass does not cover Morning Yoga.",
        "Your Dance pass does not cover Morning Yoga.",
    ]
    assert page.part(".why summary").get_text() == "Why not my other passes?"


@pytest.mark.parametrize(
    ("asked", "field", "sentence"),
    [
        ({"day": "2031-01-01"}, "day", "Choose a day from today to 2 Dec 2027."),
        ({"day": "tomorrow"}, "day", "Enter a date: year, month and day, like 2027-01-19."),
        ({"code": "NOPE"}, "code", "There is no code NOPE. Please check how it is spelt."),
        ({"client": "nobody"}, "who", "There is no such client."),
        ({"client": new_id()}, "who", "There is no such client."),
        ({"pass": "x"}, "lines", ONE_LOST),
        ({"ticket": f"{new_id()}.{new_id()}"}, "lines", ONE_LOST),
    ],
)
def test_what_makes_no_sense_is_said_in_its_place_and_the_rest_is_kept(
    browser: Browser, yoga: AClass, asked: dict[str, object], field: str, sentence: str
) -> None:
    page = browser.open(f"{address(yoga)}&{urlencode(asked)}")
    assert page.errors == [sentence]
    assert page.part(f'.error-summary a[href="#{field}"]')
    assert page.part(f"#{field}")
    assert page.part("#to-pay").get_text() == "£12.00"
    if field in {"day", "code"}:
        typed = str(asked[field])
        assert page.part(f"#{field}")["value"] == typed
        assert str(page.part(f"#{field}")["aria-describedby"]).split()[0] == f"{field}-error"


def test_a_basket_takes_twenty_lines_p2(browser: Browser, site: Flask, studio: BusinessFacts) -> None:
    with site.app_context():
        yoga = a_class(studio, capacity=30)
    page = browser.open(address(*[yoga] * 21))
    assert page.errors == ["A basket takes 20 lines. Those beyond are left out."]
    assert len(lines(page)) == 20
    assert "Add class" not in page.text


def test_another_studios_class_client_or_pass_is_not_to_be_found_b1(browser: Browser, site: Flask) -> None:
    with site.app_context():
        elsewhere = a_business()
        zoe = a_customer(elsewhere, "Zoe Elsewhere")
        theirs, option = a_class(elsewhere, name="Theirs"), a_purchase_option(elsewhere, "Their pass")
    page = browser.open(f"{address(theirs, of=zoe)}&pass={option.id}")
    assert page.errors == [
        "There is no such client.",
        "2 lines of this address name nothing that is to be found. They are left out.",
    ]
    for told in ("Zoe", "Theirs", "Their pass"):
        assert told not in page.text
    assert "Theirs" not in browser.open(f"{PAGE}/classes").text
    assert "Their pass" not in browser.open(f"{PAGE}/passes").text
    assert "Zoe" not in browser.open(f"{PAGE}/clients").text


def test_classes_are_picked_from_a_day_on_and_by_series(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    with site.app_context():
        for nth in range(20):
            a_class(studio, name=f"Class {nth:02}", on=date(2026, 12, 2) + timedelta(days=nth))
    page = browser.open(f"{PAGE}/classes?code=KEPT")
    assert "Class 14" in page.part("main .agenda").get_text()
    assert "Class 15" not in page.part("main .agenda").get_text()
    page = browser.open(_link(page, "Later"))
    assert "Class 15" in page.part("main .agenda").get_text()
    page = browser.open(f"{PAGE}/classes?code=KEPT&from=2026-12-20")
    assert "Class 17" not in page.part("main .agenda").get_text()
    assert "code=KEPT" in _link(page, "Add Adult")
    assert "No such class" in browser.open(f"{PAGE}/classes?from=2027-12-20").text


def test_looking_touches_nothing_on_any_of_its_pages_s10(
    browser: Browser, site: Flask, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada)
        a_basket(ada, yoga)
        a_code(yoga.business)
        before = all_tables()
    for below in ("", "/classes", "/passes", "/clients"):
        browser.open(address(yoga, yoga, of=ada, below=below, code="SPRING20", day="2026-12-08"))
    with site.app_context():
        assert all_tables() == before


def test_asking_costs_as_few_statements_however_much_is_asked(
    browser: Browser, site: Flask, studio: BusinessFacts, ada: APerson
) -> None:
    with site.app_context():
        a_code(studio, per_person_limit=100)
    costs = []
    for number in (1, 5):
        with site.app_context():
            classes = [a_class(studio, name=f"Yoga {nth}") for nth in range(number)]
            options = [a_purchase_option(studio, f"Option {nth}", covers=classes[0]) for nth in range(number)]
            for nth in range(number):
                a_pass_of(ada, name=f"Pass {nth}", covers=classes[nth])
        asked = address(*classes, of=ada, code="SPRING20") + "".join(f"&pass={it.id}" for it in options)
        paths = [asked, *(f"{PAGE}/{below}" for below in ("classes", "passes", "clients"))]
        for path in paths:
            browser.open(path)
        counted = []
        for path in paths:
            with statements(site) as sent:
                browser.open(path)
            counted.append(len(sent))
        costs.append(counted)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= MOST_TO_ASK


def _link(page: Page, words: str) -> str:
    """Where the first link of these words leads, or of words that begin with them."""
    for link in page.soup.select("main a[href]"):
        if " ".join(link.get_text().split()).startswith(words):
            return str(link["href"])
    raise AssertionError(f"no link {words!r} on {page.path}")
