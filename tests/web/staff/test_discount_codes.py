"""Setup › Discount codes: the list, the form, who used one, batches, and switching off (D3, D6)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.models.code_pages import batches_listed
from portal.models.database import end_reading
from tests.studio import (
    NOW,
    ACode,
    APerson,
    ASeries,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_code,
    a_series,
    check_out,
)
from tests.web.browser import Browser, Page, statements
from tests.web.people import PASSWORD, a_customer_with_password

LIST = "/staff/discount-codes"
BATCHES = f"{LIST}/batches"
PERCENT: dict[str, Any] = {"kind": "percent", "reduces": "tickets", "limited": "all"}


@pytest.fixture
def code(site: Flask, studio: BusinessFacts) -> ACode:
    with site.app_context():
        return a_code(studio, "SPRING20")


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> ASeries:
    with site.app_context():
        return a_series(studio, tickets={"Adult": 1200, "Child": 600})


def rows(page: Page) -> list[str]:
    return [" ".join(found.get_text(" ").split()) for found in page.soup.select("tbody tr")]


def named(page: Page) -> list[str]:
    return [found.get_text(strip=True) for found in page.soup.select("tbody th a")]


def lines(browser: Browser, studio: BusinessFacts, path: str) -> list[str]:
    answer = browser.client.get(path, base_url=studio.public_address)
    assert answer.mimetype == "text/csv"
    return answer.text.lstrip("\ufeff").splitlines()


def test_a_studio_without_codes_is_told_what_to_do(browser: Browser) -> None:
    page = browser.open(LIST)
    assert "No discount codes yet" in page.text
    assert {f"{LIST}/new", f"{BATCHES}/new"} <= set(page.links())
    assert "No batches yet" in browser.open(BATCHES).text


def test_a_code_with_all_its_limits_is_made_and_told(browser: Browser, yoga: ASeries) -> None:
    browser.open(f"{LIST}/new")
    page = browser.press(
        "Save",
        code=" Spring20 ",
        kind="amount_each",
        value="£2.50",
        reduces="both",
        limited="chosen",
        covers=str(yoga.ticket_types["Child"]),
        class_from="2026-12-10",
        class_to="2026-12-20",
        valid_from="2026-12-01",
        valid_to="2026-12-05",
        bookings_limit="10",
        per_person_limit="2",
        least_spend="12,50",
    )
    assert page.heading == "Spring20"
    told = [" ".join(row.get_text(" ").split()) for row in page.soup.select(".glance > div")]
    assert told == [
        "Discount £2.50 off each ticket and pass",
        "Classes Morning Yoga (Child)",
        "Class dates 10 Dec 2026 to 20 Dec 2026",
        "Can be used 1 Dec 2026 to 5 Dec 2026",
        "Bookings in all 10 bookings at most",
        "Per customer 2 bookings at most",
        "Least spend £12.50 at list prices",
    ]
    assert "Nobody yet" in page.text
    page = browser.open(page.path + "/edit")
    kept = {name: page.part(f"#{name}")["value"] for name in ("code", "value", "valid_to", "least_spend")}
    assert kept == {"code": "Spring20", "value": "2.50", "valid_to": "2026-12-05", "least_spend": "12.50"}
    assert page.part(f'input[value="{yoga.ticket_types["Child"]}"]').has_attr("checked")
    assert not page.part(f'input[value="{yoga.ticket_types["Adult"]}"]').has_attr("checked")


def test_what_was_typed_wrong_stays_and_is_told_at_its_field(browser: Browser, code: ACode) -> None:
    browser.open(f"{LIST}/new")
    typed: dict[str, Any] = {
        "code": "spring20",
        "value": "a fifth",
        "bookings_limit": "many",
        "class_from": "soon",
    }
    page = browser.press("Save", status=422, **{**PERCENT, "limited": "chosen"}, **typed)
    assert page.errors == [
        "Tick at least one class or ticket, or choose all classes.",
        "Enter a whole percentage, like 20.",
        "Enter a date: year, month and day, like 2027-01-19.",
        "Enter a whole number.",
    ]
    for name, text in typed.items():
        assert page.part(f"#{name}")["value"] == text
    page = browser.press("Save", status=422, **PERCENT, code="spring20", value="20%", bookings_limit="")
    assert page.errors == ["Enter a date: year, month and day, like 2027-01-19."]
    page = browser.press("Save", status=422, **PERCENT, class_from="")
    assert page.errors == ["You already have a code spring20."]
    assert page.part("#code-error").get_text() == page.errors[0]


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"value": "101"}, "value", "Give a whole percentage from 1 to 100."),
        ({"value": "0"}, "value", "Give a whole percentage from 1 to 100."),
        ({"value": "1", "kind": "amount_each", "code": "A B"}, "code", "without spaces"),
        ({"value": "12.505", "kind": "amount_basket"}, "value", "Enter an amount, like 12.00."),
        ({"per_person_limit": "0"}, "per_person_limit", "Give a number from 1 to 1,000,000"),
        ({"least_spend": "0"}, "least_spend", "Give an amount above zero, £1,000,000.00 at most"),
        (
            {"class_from": "2026-12-02", "class_to": "2026-12-01"},
            "class_to",
            "The last class date is before the first.",
        ),
        ({"valid_from": "2026-12-02", "valid_to": "2026-12-01"}, "valid_to", "The last day is before"),
        ({"reduces": "passes", "class_from": "2026-12-02"}, "reduces", "A code for passes alone"),
        ({"valid_to": "9999-12-31"}, "valid_to", "Enter a date with its whole year"),
    ],
)
def test_limits_that_nobody_can_mean_are_refused_beside_their_field(
    browser: Browser, typed: dict[str, Any], field: str, told: str
) -> None:
    browser.open(f"{LIST}/new")
    page = browser.press("Save", status=422, **{**PERCENT, "code": "X", "value": "20", **typed})
    assert told in page.part(f"#{field}-error").get_text()
    assert len(page.errors) == 1


def test_the_last_day_counts_to_its_midnight_in_the_studios_zone(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    browser.open(f"{LIST}/new")
    browser.press("Save", **PERCENT, code="X", value="20", valid_to="2026-12-01")
    with site.app_context():
        yoga = a_class(studio)
        a_basket(studio, yoga, code="X", now=NOW.replace(hour=23, minute=59))
        with pytest.raises(Exception, match="X has expired"):
            a_basket(studio, yoga, code="X", now=NOW.replace(hour=0) + timedelta(days=1))


def test_editing_says_whom_it_touches_and_then_does_it(
    browser: Browser, site: Flask, ada: APerson, code: ACode
) -> None:
    with site.app_context():
        yoga = a_class(code.business)
        a_basket(ada, yoga, code="SPRING20")
        check_out(code.business, a_basket(code.business, yoga, code="SPRING20"))
    page = browser.open(f"{LIST}/{code.id}/edit")
    assert "It is in 1 basket now, reckoned anew as soon as you save." in page.text
    assert "1 booking that is being paid keeps the discount as agreed." in page.text
    page = browser.press("Save", status=422, **PERCENT, code="SUMMER", bookings_limit="5")
    assert page.errors == ["This code has been used, so its text stays. Make another code instead."]
    page = browser.press("Save", **PERCENT, code="SPRING20", value="50")
    assert "The discount code is saved." in page.text
    assert "50% off tickets" in page.text
    browser.open(f"{LIST}/{code.id}/edit")
    page = browser.press("Save", **PERCENT)
    assert "Nothing was changed." in page.text


def test_whoever_comes_second_is_told(browser: Browser, code: ACode) -> None:
    first = browser.open(f"{LIST}/{code.id}/edit")
    browser.press("Save", **PERCENT, value="50")
    browser.page = first
    page = browser.press("Save", status=409, **PERCENT, value="10")
    assert "This has been changed since you opened the page." in page.part(".notice.bad").get_text()


def test_the_report_says_who_used_it_when_and_for_how_much(
    browser: Browser, site: Flask, ada: APerson, code: ACode
) -> None:
    with site.app_context():
        yoga = a_class(code.business)
        booked = a_booking(ada, yoga, code="SPRING20")
        waiting = check_out(
            code.business, a_basket(code.business, yoga, yoga, code="SPRING20"), email="gil@example.com"
        )
    page = browser.open(f"{LIST}/{code.id}")
    assert "2 bookings , £7.20 given." in page.text
    by_name = sorted(rows(page))
    assert by_name[0] == f"Ada Park {ada.email} {booked.reference} 1 Dec 2026, 09:00 £2.40"
    assert f"gil@example.com {waiting.reference} Being paid 1 Dec 2026, 09:00 £4.80" in by_name[1]
    file = lines(browser, code.business, f"{LIST}/{code.id}?format=csv")
    assert file[0] == "Discount code,Used,Booking,Name,E-mail,Discount (GBP),Paid"
    assert f"SPRING20,2026-12-01 09:00,{booked.reference},Ada Park,{ada.email},2.40,booked" in file


def test_the_list_filters_sorts_searches_and_is_a_file(
    browser: Browser, site: Flask, studio: BusinessFacts, code: ACode
) -> None:
    with site.app_context():
        a_code(studio, "OLD", ends_at=NOW)
        a_code(studio, "SOON", starts_at=NOW + timedelta(days=1))
        a_code(studio, "ONCE", bookings_limit=1)
        a_booking(studio, a_class(studio), code="ONCE")
    assert named(browser.open(LIST)) == ["ONCE", "SOON", "OLD", "SPRING20"]
    assert rows(browser.page)[0] == "ONCE Used up 20% off tickets 1 of 1 booking Always Edit ONCE"  # type: ignore[arg-type]
    assert named(browser.open(f"{LIST}?sort=code")) == ["OLD", "ONCE", "SOON", "SPRING20"]
    assert named(browser.open(f"{LIST}?sort=ends"))[0] == "OLD"
    assert named(browser.open(f"{LIST}?sort=used"))[0] == "ONCE"
    for state, name in (
        ("running", "SPRING20"),
        ("ended", "OLD"),
        ("not-begun", "SOON"),
        ("used-up", "ONCE"),
    ):
        assert named(browser.open(f"{LIST}?state={state}")) == [name]
    assert named(browser.open(f"{LIST}?q=spr")) == ["SPRING20"]
    assert "No such code" in browser.open(f"{LIST}?q=%25").text
    assert len(lines(browser, studio, f"{LIST}?state=ended&format=csv")) == 2


def test_switching_off_says_what_it_does_wants_a_reason_and_can_be_undone(
    browser: Browser, site: Flask, ada: APerson, code: ACode
) -> None:
    with site.app_context():
        a_basket(ada, a_class(code.business), code="SPRING20")
    page = browser.open(f"{LIST}/{code.id}/switch-off")
    assert "It drops out of 1 basket, and each says so." in page.text
    assert browser.press("Switch off", status=422).errors == [
        "Please say why: the reason is kept with what you do."
    ]
    page = browser.press("Switch off", reason="Printed wrong")
    assert "You switched SPRING20 off." in page.text
    assert "Switched off" in page.text
    assert "Nothing to do" in browser.open(f"{LIST}/{code.id}/switch-off").text
    browser.open(f"{LIST}/{code.id}/switch-on")
    assert "Running" in browser.press("Switch on", reason="Printed anew").text
    told = browser.open("/staff/audit").text
    assert "Switched off the discount code SPRING20" in told


def test_a_batch_is_made_listed_downloaded_and_switched_off(
    browser: Browser, site: Flask, studio: BusinessFacts
) -> None:
    browser.open(f"{BATCHES}/new")
    page = browser.press("Make the codes", status=422, **PERCENT, prefix="", size="501", value="20")
    assert page.errors == ["Enter what each code begins with, like SUMMER."]
    page = browser.press("Make the codes", status=422, **PERCENT, prefix="SUMMER")
    assert page.errors == ["Give a number from 1 to 500."]
    page = browser.press("Make the codes", **PERCENT, size="3")
    assert "3 codes are made. Download them as CSV." in page.text
    assert rows(browser.open(BATCHES)) == ["SUMMER 1 Dec 2026 3 0 3 left"]
    with site.app_context():
        (batch,) = batches_listed(studio.id, most=9)
        end_reading()
    file = lines(browser, studio, f"{batch.address}?format=csv")
    texts = [line.split(",")[0] for line in file[1:]]
    assert len(texts) == 3
    with site.app_context():
        a_booking(studio, a_class(studio), code=texts[0])
    page = browser.open(batch.address)
    assert "1 booking , £2.40 given." in page.text
    assert texts[0] in rows(page)[0]
    assert lines(browser, studio, f"{batch.address}?format=csv&uses=1")[1].startswith(texts[0])
    assert named(browser.open(f"{LIST}?q=summer")) != []
    assert "No codes made one by one" in browser.open(LIST).text
    assert "share their terms" in browser.open(f"{LIST}/{batch.first_id}/edit").text
    browser.open(f"{batch.address}/switch-off")
    assert "You switched all codes of SUMMER off." in browser.press("Switch off", reason="Leaked").text


def test_the_same_batch_form_sent_twice_makes_one(browser: Browser) -> None:
    form = browser.open(f"{BATCHES}/new")
    for _ in range(2):
        browser.page = form
        browser.press("Make the codes", **PERCENT, prefix="SUMMER", size="3", value="20")
    assert len(rows(browser.open(BATCHES))) == 1


@pytest.mark.parametrize("path", ["", "/edit", "/switch-off", "/switch-on"])
def test_another_businesss_code_is_not_to_be_found(browser: Browser, site: Flask, path: str) -> None:
    with site.app_context():
        theirs = a_code(a_business())
    browser.open(f"{LIST}/{theirs.id}{path}", status=404)
    if path:
        browser.open(LIST + "/new")
        assert browser.post(f"{LIST}/{theirs.id}{path}", reason="Mine now").status_code == 404


@pytest.mark.parametrize(
    "path", ["", "/new", "/{id}", "/{id}/edit", "/{id}/switch-off", "/batches", "/batches/new"]
)
def test_customers_are_sent_to_the_staff_sign_in(
    site: Flask, studio: BusinessFacts, code: ACode, path: str
) -> None:
    with site.app_context():
        a_customer_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in("ada@example.com", PASSWORD)
    assert browser.open(LIST + path.format(id=code.id)).path.startswith("/staff/sign-in")


@pytest.mark.parametrize("path", ["", "?q=s", "/{id}", "/{id}/edit", "/{id}/switch-off", "/new", "/batches"])
def test_looking_costs_as_many_statements_however_much_there_is(
    browser: Browser, site: Flask, studio: BusinessFacts, code: ACode, path: str
) -> None:
    cost = _counted(site, browser, LIST + path.format(id=code.id))
    _more(browser, site, studio, "A")
    before = cost()
    for name in "BCD":
        _more(browser, site, studio, name)
    assert cost() == before <= 8


def _more(browser: Browser, site: Flask, studio: BusinessFacts, name: str) -> None:
    with site.app_context():
        yoga = a_class(studio, name=f"Yoga {name}")
        a_code(studio, f"S{name}", covers=yoga)
        a_booking(studio, yoga, code="SPRING20", email=f"{name}@example.com")
        a_basket(studio, yoga, code="SPRING20")
    browser.open(f"{BATCHES}/new")
    browser.press("Make the codes", **PERCENT, prefix=name, size="2", value="20")


def _counted(site: Flask, browser: Browser, path: str) -> Callable[[], int]:
    def count() -> int:
        with statements(site) as sent:
            browser.open(path)
        return len(sent)

    return count
