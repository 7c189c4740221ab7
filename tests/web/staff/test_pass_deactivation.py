"""Deactivating a client's pass: the confirmation, S5's question, and who may (S2–S5)."""

from collections.abc import Callable
from datetime import date, time

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.rules.passes import PassStatus
from tests.accounts import entries_of, failed_instalments, instalments_of
from tests.desk import Desk, acts_on, scheduled_instalments
from tests.studio import APass, APerson, a_booking, a_business, a_class, a_customer, a_pass_of
from tests.web.browser import Browser, statements
from tests.web.people import PASSWORD, a_customer_with_password
from tests.web.staff.pass_addresses import address_of, passes_of

SAY_WHY = "Please say why: the reason is kept with what you do."
QUESTION = "Charge the outstanding balance to the client’s account?"
ACTS = ("deactivation", "activation", "edit", "extension", "pause", "adjustment", "undo")


def test_w1_w16_w18_deactivate_does_it_with_its_reason_and_tells_so(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    page = browser.open(address_of(ten_classes, "deactivation"))
    assert page.heading == "Deactivate Ada Park’s 10-class pass"
    page = browser.press("DEACTIVATE", reason="Moved away")
    assert page.path == passes_of(ten_classes)
    assert page.part(".notice.good p").get_text() == "Ada Park’s 10-class pass is deactivated."
    assert page.part(".notice.good a")["href"] == address_of(ten_classes, "undo")
    with site.app_context():
        assert desk.status(ten_classes) is PassStatus.DEACTIVATED
        assert acts_on(ten_classes.id)[-1].reason == "Moved away"


def test_w18_before_deactivate_nothing_has_changed(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    browser.open(address_of(ten_classes, "deactivation"))
    with site.app_context():
        assert desk.status(ten_classes) is PassStatus.NOT_STARTED
        assert [entry.act for entry in acts_on(ten_classes.id)] == ["pass.issued"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", SAY_WHY), ("   ", SAY_WHY), ("x" * 501, "Please say it in 500 characters or fewer.")],
)
def test_w16_a_reason_is_asked_for_in_the_summary_and_beside_the_field(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass, typed: str, told: str
) -> None:
    browser.open(address_of(ten_classes, "deactivation"))
    page = browser.press("DEACTIVATE", status=422, reason=typed)
    assert page.errors == [told]
    assert page.part("#reason-error").get_text() == told
    assert page.part("#reason").get_text().strip() == typed.strip()
    assert page.part(".error-summary a")["href"] == "#reason"
    with site.app_context():
        assert desk.status(ten_classes) is PassStatus.NOT_STARTED


def test_the_confirmation_says_at_a_glance_what_will_happen(
    browser: Browser, site: Flask, ada: APerson, ten_classes: APass
) -> None:
    with site.app_context():
        a_booking(ada, a_class(ada.business, on=date(2026, 12, 10)))
        a_booking(ada, a_class(ada.business, on=date(2026, 12, 12), at=time(18)))
        scheduled_instalments(ten_classes, 3000, 3000, on=[date(2026, 12, 20), date(2027, 1, 20)])
    text = browser.open(address_of(ten_classes, "deactivation")).text
    assert "From now on it pays for nothing more, in any basket." in text
    assert (
        "2 visits stay booked and paid. Morning Yoga, Thu 10 Dec, 09:30 Morning Yoga, Sat 12 Dec, 18:00"
        in text
    )
    assert "2 auto-payments to come are not attempted. £30.00 on 20 Dec £30.00 on 20 Jan 2027" in text


def test_w17_without_an_outstanding_balance_nothing_is_asked_about_it(
    browser: Browser, site: Flask, ten_classes: APass
) -> None:
    with site.app_context():
        scheduled_instalments(ten_classes, 3000, on=[date(2026, 12, 20)])
    page = browser.open(address_of(ten_classes, "deactivation"))
    assert QUESTION not in page.text
    assert not page.soup.select("input[type=radio]")
    assert browser.press("DEACTIVATE", reason="Moved away").path == passes_of(ten_classes)


def test_w7_w17_an_outstanding_balance_wants_an_answer_and_none_is_preselected(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    with site.app_context():
        failed_instalments(ten_classes, 3000)
    page = browser.open(address_of(ten_classes, "deactivation"))
    assert page.part("fieldset legend").get_text() == QUESTION
    answers = [label.get_text() for label in page.soup.select("fieldset .check label")]
    assert answers == ["Yes, charge £30.00 to the client’s account", "No, do not collect it"]
    assert not page.soup.select("input[type=radio][checked]")
    page = browser.press("DEACTIVATE", status=422, reason="Moved away")
    told = "Choose whether to charge the outstanding balance to the client's account."
    assert page.errors == [told]
    assert page.part("#charges_balance-error").get_text() == told
    assert page.part(".error-summary a")["href"] == "#charges_balance"
    assert page.part("#charges_balance")["type"] == "radio"
    assert page.part("#reason").get_text().strip() == "Moved away"
    with site.app_context():
        assert desk.status(ten_classes) is PassStatus.NOT_STARTED


def test_w7_yes_is_one_debit_on_the_clients_account(
    browser: Browser, site: Flask, ada: APerson, ten_classes: APass
) -> None:
    with site.app_context():
        failed_instalments(ten_classes, 3000)
    browser.open(address_of(ten_classes, "deactivation"))
    page = browser.press("DEACTIVATE", reason="Moved away", charges_balance="yes")
    assert "is deactivated. £30.00 was charged to the client’s account." in page.text
    with site.app_context():
        assert entries_of(ada) == [("instalments", -3000)]
        assert instalments_of(ten_classes) == [("charged", 3000)]


def test_w7_no_is_none(browser: Browser, site: Flask, ada: APerson, ten_classes: APass) -> None:
    with site.app_context():
        failed_instalments(ten_classes, 3000)
    browser.open(address_of(ten_classes, "deactivation"))
    page = browser.press("DEACTIVATE", reason="Moved away", charges_balance="no")
    assert "is deactivated. £30.00 is closed as not collected." in page.text
    with site.app_context():
        assert entries_of(ada) == []
        assert instalments_of(ten_classes) == [("not_collected", 3000)]


def test_whoever_comes_second_is_told_who_was_first(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass
) -> None:
    browser.open(address_of(ten_classes, "deactivation"))
    with site.app_context():
        desk.deactivate(ten_classes)
        acts = len(acts_on(ten_classes.id))
    page = browser.press("DEACTIVATE", status=409, reason="Moved away")
    assert page.part(".notice.bad").get_text(strip=True) == (
        "Olive Owen already deactivated this pass on 1 Dec 2026."
    )
    assert "It is deactivated already" in page.text
    assert not page.has_button("DEACTIVATE")
    with site.app_context():
        assert len(acts_on(ten_classes.id)) == acts


@pytest.mark.parametrize("act", ACTS)
def test_s2_customers_cannot_do_it_themselves(
    site: Flask, studio: BusinessFacts, desk: Desk, act: str
) -> None:
    with site.app_context():
        own = a_pass_of(a_customer_with_password(studio))
    browser = Browser(site, studio)
    browser.sign_in("ada@example.com", PASSWORD)
    assert browser.open(address_of(own, act)).path.startswith("/staff/sign-in")
    browser.open("/account/passes")
    browser.open("/account/details")
    answer = browser.post(address_of(own, act), reason="I want to", days="99", uses="9", way="add")
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/staff/sign-in")
    with site.app_context():
        assert desk.status(own) is PassStatus.NOT_STARTED
        assert [entry.act for entry in acts_on(own.id)] == ["pass.issued"]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("whose", ["another business's pass", "another client's pass", "nobody's"])
def test_a_pass_that_is_not_the_clients_is_not_to_be_found(
    browser: Browser, site: Flask, desk: Desk, ten_classes: APass, act: str, whose: str
) -> None:
    address = {
        "another business's pass": lambda: address_of(_strangers(site), act),
        "another client's pass": lambda: _crossed(site, ten_classes, act),
        "nobody's": lambda: f"{passes_of(ten_classes)}/{ten_classes.customer_id}/{act}",
    }[whose]()
    browser.open(address, status=404)
    browser.open(address_of(ten_classes, "extension"))
    assert browser.post(address, reason="Mine now", days="9").status_code == 404


def _strangers(site: Flask) -> APass:
    with site.app_context():
        return a_pass_of(a_customer(a_business()))


def _crossed(site: Flask, ten_classes: APass, act: str) -> str:
    with site.app_context():
        ben = a_customer(ten_classes.business, "Ben Osei")
    return f"/staff/clients/{ben.id}/passes/{ten_classes.id}/{act}"


@pytest.mark.parametrize("act", ACTS)
def test_looking_costs_eight_statements_at_most_however_much_is_booked(
    browser: Browser, site: Flask, ada: APerson, ten_classes: APass, act: str
) -> None:
    cost = _counted(site, browser, address_of(ten_classes, act))
    with site.app_context():
        for day in range(3):
            a_booking(ada, a_class(ada.business, on=date(2026, 12, 10 + day)))
        scheduled_instalments(ten_classes, 3000, 3000, on=[date(2026, 12, 20), date(2027, 1, 20)])
    assert cost() <= 8
    assert cost() == cost()


def _counted(site: Flask, browser: Browser, path: str) -> Callable[[], int]:
    def count() -> int:
        with statements(site) as sent:
            browser.open(path)
        return len(sent)

    count()
    return count
