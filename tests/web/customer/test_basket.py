"""The basket's page: every word that it owes to the rules, and every way to change it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from tests.studio import (
    NOW,
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
from tests.web.browser import Browser, Page
from tests.web.signed_in import signed_in_browser

SOON = date(2026, 12, 10)


@pytest.fixture
def yoga(site: Flask, studio: BusinessFacts) -> AClass:
    """Morning Yoga at £12.00."""
    with site.app_context():
        return a_class(studio, on=SOON)


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts) -> APerson:
    """A customer."""
    with site.app_context():
        return a_customer(studio)


def line_text(page: Page, nth: int = 0) -> str:
    return " ".join(page.soup.select(".lines > li")[nth].get_text(" ").split())


def line_id_in(page: Page) -> str:
    return str(page.part(".lines > li")["id"]).removeprefix("line-")


def to_pay(page: Page) -> str:
    return page.part("#to-pay").get_text()


def added(browser: Browser, of: AClass) -> Page:
    browser.open(f"/classes/{of.id}")
    return browser.press("Add to basket")


def test_an_empty_basket_says_what_to_do(site: Flask, studio: BusinessFacts) -> None:
    page = Browser(site, studio).open("/basket")
    assert "Your basket is empty" in page.text
    assert "/" in page.links()


def test_a_line_says_class_date_ticket_and_price(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    page = added(Browser(site, studio), yoga)
    assert page.path == "/basket"
    assert line_text(page).startswith("Thu 10 Dec Morning Yoga 09:30–10:30 · Maya Lindqvist · Adult £12.00")
    assert to_pay(page) == "£12.00"
    assert page.text.count("London time (GMT)") == 1


def test_the_menu_counts_the_lines(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    page = added(Browser(site, studio), yoga)
    assert page.part("#basket-count").get_text().strip() == "(1)"


def test_a_place_is_kept_until_a_time_that_the_basket_names(
    site: Flask, studio: BusinessFacts, yoga: AClass
) -> None:
    page = added(Browser(site, studio), yoga)
    assert "We keep your place until 09:15 ." in page.text
    assert page.has_button("Keep my places")


def test_keep_my_places_starts_the_time_anew(
    site: Flask, studio: BusinessFacts, yoga: AClass, still_clock: Path
) -> None:
    browser = Browser(site, studio)
    added(browser, yoga)
    still_clock.write_text((NOW + timedelta(minutes=10)).isoformat())
    browser.open("/basket")
    assert "until 09:25" in browser.press("Keep my places").text


def test_looking_holds_nothing_anew(
    site: Flask, studio: BusinessFacts, yoga: AClass, still_clock: Path
) -> None:
    browser = Browser(site, studio)
    added(browser, yoga)
    still_clock.write_text((NOW + timedelta(minutes=10)).isoformat())
    assert "until 09:15" in browser.open("/basket").text


def test_an_ended_hold_says_so_and_stays_in_the_total_while_a_place_is_free(
    site: Flask, studio: BusinessFacts, yoga: AClass, still_clock: Path
) -> None:
    browser = Browser(site, studio)
    added(browser, yoga)
    still_clock.write_text((NOW + timedelta(minutes=16)).isoformat())
    page = browser.open("/basket")
    assert "We no longer keep this place, but it is still free" in line_text(page)
    assert to_pay(page) == "£12.00"


def test_a_line_whose_class_filled_up_counts_for_nothing(
    site: Flask, studio: BusinessFacts, still_clock: Path
) -> None:
    with site.app_context():
        last_place = a_class(studio, on=SOON, capacity=1)
    browser = Browser(site, studio)
    added(browser, last_place)
    later = NOW + timedelta(minutes=16)
    with site.app_context():
        a_basket(studio, last_place, now=later)
    still_clock.write_text(later.isoformat())
    page = browser.open("/basket")
    assert "the class is full now. It is not part of the total." in line_text(page)
    assert to_pay(page) == "£0.00"
    assert "/checkout" not in page.links()


def test_removing_a_line_empties_the_basket(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    browser = Browser(site, studio)
    added(browser, yoga)
    assert "Your basket is empty" in browser.press("Remove").text


def test_b6_a_usable_pass_pays_as_soon_as_the_ticket_is_in_the_basket(
    site: Flask, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada, uses=3)
    page = added(signed_in_browser(site, ada), yoga)
    assert "£0.00 Pass use" in line_text(page)
    assert "10-class pass, 2 left after this" in line_text(page)
    assert to_pay(page) == "£0.00"


def test_b7_a_code_takes_the_place_of_the_pass_use_and_says_both_sides(
    site: Flask, studio: BusinessFacts, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada, uses=3)
        a_code(studio, "SPRING20", percent=20)
    browser = signed_in_browser(site, ada)
    added(browser, yoga)
    page = browser.press("Apply", code=" spring20 ")
    assert "You pay £9.60 and keep 1 pass use. Your 10-class pass stays at 3 uses." in page.text
    assert "SPRING20 −£2.40 instead of your 10-class pass. Remove code to use your pass." in line_text(page)
    assert "Pass use" not in line_text(page)
    assert not page.has_button("Change")
    assert to_pay(page) == "£9.60"


def test_removing_the_code_brings_the_pass_use_back(
    site: Flask, studio: BusinessFacts, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada)
        a_code(studio, "SPRING20")
    browser = signed_in_browser(site, ada)
    before = added(browser, yoga).text
    browser.press("Apply", code="SPRING20")
    assert browser.press("Remove code").text == before


def test_where_the_basket_holds_more_the_sentence_names_the_line(
    site: Flask, studio: BusinessFacts, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        clay = a_class(studio, name="Wheel Throwing", on=SOON + timedelta(days=1), price=3400)
        a_pass_of(ada, covers=yoga)
        a_code(studio, "YOGA20", percent=20, covers=yoga)
    browser = signed_in_browser(site, ada)
    added(browser, yoga)
    added(browser, clay)
    page = browser.press("Apply", code="YOGA20")
    assert "Morning Yoga: you pay £9.60 and keep 1 pass use." in page.text


def test_an_unlimited_pass_is_not_used(
    site: Flask, studio: BusinessFacts, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada, name="Unlimited month", uses=None)
        a_code(studio, "SPRING20")
    browser = signed_in_browser(site, ada)
    added(browser, yoga)
    assert "You pay £9.60 and your pass is not used." in browser.press("Apply", code="SPRING20").text


def test_the_customer_can_pay_with_money_instead(site: Flask, yoga: AClass, ada: APerson) -> None:
    with site.app_context():
        a_pass_of(ada)
    browser = signed_in_browser(site, ada)
    added(browser, yoga)
    page = browser.press("Change", pay_with="money")
    assert to_pay(page) == "£12.00"
    assert page.part("select[name=pay_with] option[selected]").get_text() == "Money, £12.00"


def test_a_pass_that_does_not_pay_says_why(site: Flask, studio: BusinessFacts, ada: APerson) -> None:
    with site.app_context():
        yoga = a_class(studio, on=SOON)
        clay = a_class(studio, name="Wheel Throwing", on=SOON + timedelta(days=1), price=3400)
        a_pass_of(ada, name="Yoga pass", covers=yoga)
        a_pass_of(ada, name="Also yoga", covers=yoga)
    page = added(signed_in_browser(site, ada), clay)
    assert "does not cover Wheel Throwing." in line_text(page)
    assert page.part("details summary").get_text() == "Why not my other passes?"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("NOSUCH", "There is no code NOSUCH. Please check how it is spelt."),
        ("OLDCODE", "OLDCODE has expired."),
        ("CLAY", "This code doesn't apply to anything in your basket."),
        ("", "Type a discount code first."),
        ("X" * 60, "That is too long for a discount code."),
    ],
)
def test_a_refused_code_is_told_beside_the_field_and_in_the_summary(
    site: Flask, studio: BusinessFacts, yoga: AClass, typed: str, said: str
) -> None:
    with site.app_context():
        a_code(studio, "OLDCODE", ends_at=NOW - timedelta(days=1), now=NOW - timedelta(days=9))
        a_code(studio, "CLAY", covers=a_class(studio, name="Wheel Throwing"))
    browser = Browser(site, studio)
    added(browser, yoga)
    page = browser.press("Apply", status=422, code=typed)
    field = page.part("#code")
    assert page.errors == [said]
    assert page.part("#code-error").get_text() == said
    assert field["aria-describedby"] == "code-error"
    assert field["value"] == typed
    assert to_pay(page) == "£12.00"
    assert page.part("title").get_text().startswith("Problem: ")


def test_a_code_that_ends_while_it_lies_in_the_basket_is_dropped_with_a_sentence(
    site: Flask, studio: BusinessFacts, yoga: AClass, still_clock: Path
) -> None:
    with site.app_context():
        a_code(studio, "SPRING20", ends_at=NOW + timedelta(minutes=5))
    browser = Browser(site, studio)
    added(browser, yoga)
    browser.press("Apply", code="SPRING20")
    still_clock.write_text((NOW + timedelta(minutes=6)).isoformat())
    page = browser.open("/basket")
    assert "SPRING20 has expired." in page.text
    assert to_pay(page) == "£12.00"


def test_a_code_dropped_at_check_out_is_told_of_once(
    site: Flask, studio: BusinessFacts, yoga: AClass, still_clock: Path
) -> None:
    with site.app_context():
        a_code(studio, "SPRING20", ends_at=NOW + timedelta(minutes=5))
    browser = Browser(site, studio)
    added(browser, yoga)
    browser.press("Apply", code="SPRING20")
    browser.open("/checkout")
    still_clock.write_text((NOW + timedelta(minutes=6)).isoformat())
    page = browser.press("Pay £9.60", name="Grace Guest", email="grace@example.com")
    assert page.path == "/basket"
    assert page.text.count("SPRING20 has expired.") == 1
    assert "nothing has been booked" in page.text


def test_the_basket_speaks_of_places_where_it_keeps_several(
    site: Flask, studio: BusinessFacts, yoga: AClass
) -> None:
    browser = Browser(site, studio)
    assert "We keep your place until" in added(browser, yoga).text
    assert "We keep your places until" in added(browser, yoga).text


def test_a_pass_in_the_basket_pays_for_a_guests_ticket_too(
    site: Flask, studio: BusinessFacts, yoga: AClass
) -> None:
    with site.app_context():
        a_purchase_option(studio, price=9600)
    browser = Browser(site, studio)
    added(browser, yoga)
    browser.open("/passes")
    page = browser.press("Add to basket")
    assert "£0.00 Pass use" in line_text(page)
    assert "10-class pass 10 uses · Valid for 30 days from your first class £96.00" in line_text(page, 1)
    assert to_pay(page) == "£96.00"


def test_adding_to_a_full_class_goes_back_with_a_sentence(
    site: Flask, studio: BusinessFacts, still_clock: Path
) -> None:
    with site.app_context():
        last_place = a_class(studio, on=SOON, capacity=1)
    browser = Browser(site, studio)
    browser.open(f"/classes/{last_place.id}")
    with site.app_context():
        a_basket(studio, last_place)
    page = browser.press("Add to basket")
    assert page.path == f"/classes/{last_place.id}"
    assert page.part(".notice.bad")


@pytest.mark.parametrize("made_up", ["price=1", "to_pay=0", "quantity=50"])
def test_what_a_browser_makes_up_changes_nothing(
    site: Flask, studio: BusinessFacts, yoga: AClass, made_up: str
) -> None:
    browser = Browser(site, studio)
    browser.open(f"/classes/{yoga.id}")
    name, value = made_up.split("=")
    fields = {"class": str(yoga.id), "ticket": str(yoga.ticket_type_id), name: value}
    assert browser.post("/basket/lines", **fields).status_code == 303
    page = browser.open("/basket")
    assert len(page.soup.select(".lines > li")) == 1
    assert to_pay(page) == "£12.00"


def test_another_studios_class_cannot_be_added(site: Flask, studio: BusinessFacts, yoga: AClass) -> None:
    with site.app_context():
        theirs = a_class(a_business("Harbour Pottery"))
    browser = Browser(site, studio)
    browser.open(f"/classes/{yoga.id}")
    fields = {"class": str(theirs.id), "ticket": str(theirs.ticket_type_id)}
    browser.post("/basket/lines", **fields)
    assert "Your basket is empty" in browser.open("/basket").text


def test_another_persons_line_cannot_be_removed(
    site: Flask, studio: BusinessFacts, yoga: AClass, ada: APerson
) -> None:
    hers = signed_in_browser(site, ada)
    page = added(hers, yoga)
    line_id = line_id_in(page)
    stranger = Browser(site, studio)
    added(stranger, yoga)
    stranger.post(f"/basket/lines/{line_id}/removal")
    assert len(hers.open("/basket").soup.select(".lines > li")) == 1


def test_another_persons_pass_cannot_pay(
    site: Flask, studio: BusinessFacts, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        theirs = a_pass_of(a_customer(studio, "Bo Lee"))
    browser = signed_in_browser(site, ada)
    page = added(browser, yoga)
    line_id = line_id_in(page)
    browser.post(f"/basket/lines/{line_id}/payment", pay_with=str(theirs.id))
    assert to_pay(browser.open("/basket")) == "£12.00"


@pytest.mark.parametrize("act", ["lines", "code", "hold", "lines/0/removal", "payment"])
def test_whoever_asks_for_the_address_of_a_form_is_shown_the_basket(
    site: Flask, studio: BusinessFacts, act: str
) -> None:
    assert Browser(site, studio).open(f"/basket/{act}").path == "/basket"


def test_forms_say_the_same_to_htmx_as_to_a_browser(
    site: Flask, studio: BusinessFacts, yoga: AClass, ada: APerson
) -> None:
    with site.app_context():
        a_pass_of(ada)
    page = added(signed_in_browser(site, ada), yoga)
    swapped = page.soup.select("form[hx-post]")
    assert len(swapped) == 4  # Change, Remove, Apply, Keep my places
    assert all(form["hx-post"] == form["action"] for form in swapped)
    assert page.part("#basket")["hx-select"] == "#basket"


def test_a_guests_adding_is_slowed_down(
    site: Flask, studio: BusinessFacts, yoga: AClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.customer.basket.MOST_ADDED", 2)
    browser = Browser(site, studio)
    for _ in range(2):
        added(browser, yoga)
    browser.open(f"/classes/{yoga.id}")
    assert browser.press("Add to basket", status=429).heading == "Too many tries"


def test_guessing_codes_is_slowed_down(
    site: Flask, studio: BusinessFacts, yoga: AClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.customer.basket.MOST_WRONG_CODES", 2)
    with site.app_context():
        a_code(studio, "SPRING20")
    browser = Browser(site, studio)
    added(browser, yoga)
    for _ in range(4):  # a code that works is no guess
        browser.press("Apply", code="SPRING20")
    for guess in ("A", "B"):
        browser.press("Apply", status=422, code=guess)
    browser.press("Apply", status=429, code="C")
