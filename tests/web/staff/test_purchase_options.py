"""Setup › Purchase Options: off sale, deactivated, activated, all passes extended (S8, S9)."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.rules.passes import PassStatus
from tests.desk import Desk, acts_on
from tests.studio import (
    APass,
    APerson,
    APurchaseOption,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_purchase_option,
)
from tests.web.browser import Browser, Page, statements
from tests.web.people import PASSWORD, a_customer_with_password

LIST = "/staff/purchase-options"
ACTS = ("deactivation", "activation", "off-sale", "on-sale", "extension")


@pytest.fixture
def option(site: Flask, studio: BusinessFacts) -> APurchaseOption:
    with site.app_context():
        return a_purchase_option(studio, "10-class pass")


def at(option: APurchaseOption, act: str) -> str:
    return f"{LIST}/{option.id}/{act}"


def lines(browser: Browser, studio: BusinessFacts, path: str) -> list[str]:
    answer = browser.client.get(path, base_url=studio.public_address)
    assert answer.mimetype == "text/csv"
    return answer.text.lstrip("\ufeff").splitlines()


def row(page: Page, name: str) -> str:
    (found,) = [item for item in page.soup.select(".option-rows > li") if name in item.get_text()]
    return " ".join(found.get_text(" ").split())


def test_the_list_says_how_each_stands_and_what_can_be_done(
    browser: Browser, site: Flask, desk: Desk, studio: BusinessFacts, option: APurchaseOption
) -> None:
    with site.app_context():
        gone = a_purchase_option(studio, "Old pass", uses=1, price=1500)
        desk.withdraw(gone.id)
    page = browser.open(LIST)
    assert row(page, "10-class pass") == (
        "10-class pass On sale £96.00 · 10 uses · Valid for 30 days from your first class"
        " Edit 10-class pass Copy 10-class pass"
        " Deactivate 10-class pass Take off sale 10-class pass Extend all passes of 10-class pass"
        " Delete 10-class pass"
    )
    assert row(page, "Old pass") == (
        "Old pass Deactivated £15.00 · 1 use · Valid for 30 days from your first class"
        " Deactivated 1 Dec 2026 by Olive Owen: Asked at the desk"
        " Edit Old pass Copy Old pass Activate Old pass Take off sale Old pass Delete Old pass"
    )


def test_the_list_and_the_preview_are_files_too(
    browser: Browser, site: Flask, ada: APerson, option: APurchaseOption
) -> None:
    with site.app_context():
        a_pass_of(ada, option)
        a_booking(ada, a_class(ada.business, on=date(2026, 12, 10)))
    assert f"{LIST}?format=csv" in browser.open(LIST).links()
    assert lines(browser, ada.business, f"{LIST}?format=csv") == [
        "Purchase Option,Status,Price (GBP),Instalments,Uses,Validity",
        "10-class pass,On sale,96.00,,10,Valid for 30 days from your first class",
    ]
    preview = f"{at(option, 'extension')}?days=7"
    assert f"{preview}&format=csv" in browser.open(preview).links()
    assert lines(browser, ada.business, f"{preview}&format=csv") == [
        "Client,Pass,Last day now,New last day",
        "Ada Park,10-class pass,2027-01-08,2027-01-15",
    ]


def test_a_studio_without_any_is_told_so(browser: Browser) -> None:
    assert "No purchase options yet" in browser.open(LIST).text


def test_off_sale_nobody_can_buy_it_and_owners_keep_theirs(
    browser: Browser, site: Flask, desk: Desk, ada: APerson, option: APurchaseOption
) -> None:
    with site.app_context():
        own = a_pass_of(ada, option)
    page = browser.open(at(option, "off-sale"))
    assert "1 client has one and can go on using it." in page.text
    page = browser.press("Take off sale", status=422, reason="")
    assert page.errors == ["Please say why: the reason is kept with what you do."]
    page = browser.press("Take off sale", reason="Autumn is over")
    assert (page.path, "10-class pass Off sale" in page.text) == (LIST, True)
    assert "10-class pass" not in browser.open("/passes").text
    with site.app_context():
        assert desk.status(own) is PassStatus.NOT_STARTED
    browser.open(at(option, "on-sale"))
    assert "10-class pass is on sale." in browser.press("Put on sale", reason="Autumn again").text
    assert "10-class pass" in browser.open("/passes").text


def test_s8_deactivating_says_before_how_many_clients_it_touches(
    browser: Browser, site: Flask, desk: Desk, ada: APerson, option: APurchaseOption
) -> None:
    with site.app_context():
        own = a_pass_of(ada, option)
        a_pass_of(ada, option)
        a_pass_of(a_customer(ada.business, "Ben Osei"), option)
        used_up = a_pass_of(a_customer(ada.business, "Cleo Grant"), option)
        desk.adjust(used_up, -10)
        a_booking(ada, a_class(ada.business))
    page = browser.open(at(option, "deactivation"))
    assert "2 clients can no longer use theirs (3 passes)." in page.text
    assert "1 visit stays booked and paid." in page.text
    with site.app_context():
        assert desk.status(own) is not PassStatus.WITHDRAWN
    page = browser.press("DEACTIVATE", reason="Not any more")
    assert "10-class pass is deactivated. Nobody can use a pass of it." in page.text
    with site.app_context():
        assert desk.status(own) is PassStatus.WITHDRAWN
        assert acts_on(option.id)[-1].reason == "Not any more"


def test_w10_activating_says_whose_passes_come_back_and_leaves_the_others(
    browser: Browser, site: Flask, desk: Desk, ada: APerson, option: APurchaseOption
) -> None:
    with site.app_context():
        adas, bens = a_pass_of(ada, option), a_pass_of(a_customer(ada.business, "Ben Osei"), option)
        desk.deactivate(bens)
        desk.withdraw(option.id)
    page = browser.open(at(option, "activation"))
    assert "1 client can use it again." in page.text
    assert "Passes that you deactivated one by one stay deactivated." in page.text
    browser.press("Activate", reason="Sold again")
    with site.app_context():
        assert desk.status(adas) is PassStatus.NOT_STARTED
        assert desk.status(bens) is PassStatus.DEACTIVATED


@pytest.mark.parametrize(("act", "button"), [("activation", "Activate"), ("on-sale", "Put on sale")])
def test_what_stands_so_already_is_not_asked_again(
    browser: Browser, option: APurchaseOption, act: str, button: str
) -> None:
    page = browser.open(at(option, act))
    assert "Nothing to do" in page.text
    assert not page.has_button(button)


def test_whoever_comes_second_is_told(
    browser: Browser, site: Flask, desk: Desk, option: APurchaseOption
) -> None:
    browser.open(at(option, "deactivation"))
    with site.app_context():
        desk.withdraw(option.id)
    page = browser.press("DEACTIVATE", status=409, reason="Not any more")
    assert page.part(".notice.bad").get_text(strip=True) == "This purchase option is deactivated already."


def test_extending_all_shows_whose_and_to_when_and_then_does_it_once(
    browser: Browser, site: Flask, desk: Desk, ada: APerson, option: APurchaseOption
) -> None:
    with site.app_context():
        adas, bens = a_pass_of(ada, option), a_pass_of(a_customer(ada.business, "Ben Osei"), option)
        a_booking(ada, a_class(ada.business, on=date(2026, 12, 10)))
    browser.open(at(option, "extension"))
    preview = browser.press("Show whose and to when", days="7")
    rows = [" ".join(found.get_text(" ").split()) for found in preview.soup.select("tbody tr")]
    assert rows == ["Ada Park 8 Jan 2027 15 Jan 2027", "Ben Osei Not started 7 days longer"]
    with site.app_context():
        assert desk.last_day(adas) == date(2027, 1, 8)
    page = browser.press("Extend all passes", status=422, reason="")
    assert page.errors == ["Please say why: the reason is kept with what you do."]
    page = browser.press("Extend all passes", reason="Closed for a week")
    assert "2 passes of 10-class pass extended by 7 days." in page.text
    browser.page = preview
    browser.press("Extend all passes", status=409, reason="Closed for a week")
    with site.app_context():
        assert desk.last_day(adas) == date(2027, 1, 15)
        assert desk.owned(bens).added_days == 7


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Enter how many days to add."),
        ("week", "Enter a whole number."),
        ("0", "Give a number of days from 1 to 3,650."),
    ],
)
def test_days_that_nobody_can_mean_are_refused_before_the_preview(
    browser: Browser, option: APurchaseOption, typed: str, told: str
) -> None:
    browser.open(at(option, "extension"))
    page = browser.press("Show whose and to when", status=422, days=typed)
    assert (page.errors, page.part("#days-error").get_text()) == ([told], told)
    assert page.part("#days")["value"] == typed


def test_where_nobody_has_one_there_is_nothing_to_extend(browser: Browser, option: APurchaseOption) -> None:
    page = browser.open(f"{at(option, 'extension')}?days=7")
    assert "No client has a pass of this kind in use." in page.text
    assert not page.has_button("Extend all passes")


@pytest.mark.parametrize("act", ACTS)
def test_another_businesss_purchase_option_is_not_to_be_found(
    browser: Browser, site: Flask, option: APurchaseOption, act: str
) -> None:
    with site.app_context():
        strangers = a_purchase_option(a_business())
    browser.open(at(strangers, act), status=404)
    browser.open(at(option, "off-sale"))
    assert browser.post(at(strangers, act), reason="Mine now", days="7").status_code == 404


@pytest.mark.parametrize("act", ["", *(f"/{{id}}/{act}" for act in ACTS)])
def test_customers_are_sent_to_the_staff_sign_in(
    site: Flask, studio: BusinessFacts, option: APurchaseOption, act: str
) -> None:
    with site.app_context():
        a_customer_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in("ada@example.com", PASSWORD)
    assert browser.open(LIST + act.format(id=option.id)).path.startswith("/staff/sign-in")


@pytest.mark.parametrize("act", ["", *(f"/{{id}}/{act}" for act in ACTS), "/{id}/extension?days=7"])
def test_looking_costs_as_many_statements_however_many_clients_have_one(
    browser: Browser, site: Flask, ada: APerson, option: APurchaseOption, act: str
) -> None:
    cost = _counted(site, browser, LIST + act.format(id=option.id))
    before = cost()
    with site.app_context():
        for _ in range(3):
            _another_owner(option)
    assert cost() == before <= 8


def _another_owner(option: APurchaseOption) -> APass:
    return a_pass_of(a_customer(option.business), option)


def _counted(site: Flask, browser: Browser, path: str) -> Callable[[], int]:
    def count() -> int:
        with statements(site) as sent:
            browser.open(path)
        return len(sent)

    return count
