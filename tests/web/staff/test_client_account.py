"""/staff/clients/<id>/account: ledger, outstanding balances, Add charge, Add credit, Refund to card (M5)."""

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from tests.accounts import balance_of, entries_of, failed_instalments, in_debt, in_favour
from tests.instalments import pass_of
from tests.studio import (
    APass,
    APerson,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_purchase_option,
)
from tests.web.browser import Browser, statements
from tests.web.people import PASSWORD, a_staff_member_with_password

MOST_TO_LOOK = 8


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts) -> APerson:
    """A client."""
    with site.app_context():
        return a_customer(studio)


@pytest.fixture
def browser(site: Flask, studio: BusinessFacts) -> Browser:
    """Olive's."""
    with site.app_context():
        a_staff_member_with_password(studio)
    browser = Browser(site, studio)
    browser.sign_in_as_staff("olive@example.com", PASSWORD)
    return browser


@pytest.fixture
def bought(site: Flask, ada: APerson) -> APass:
    """A pass of £100.00 for ten classes that Ada bought by card."""
    with site.app_context():
        option = a_purchase_option(ada.business, price=10000)
        a_booking(ada, option)
        return pass_of(ada, option.id, option.name)


def account(ada: APerson) -> str:
    return f"/staff/clients/{ada.id}/account"


def test_an_account_without_entries_says_what_comes_there(browser: Browser, ada: APerson) -> None:
    page = browser.open(account(ada))
    assert page.heading == "Ada Park’s account"
    assert "No entries yet." in page.text
    assert f"{account(ada)}/refund" not in page.links()


def test_a_charge_is_added_with_its_reason(site: Flask, browser: Browser, ada: APerson) -> None:
    browser.open(f"{account(ada)}/charge")
    page = browser.press("Add charge", amount="20.00", reason="A broken mat")
    assert page.path == account(ada)
    assert "£20.00 is charged to Ada Park’s account." in page.text
    assert "Charged by Olive Owen: A broken mat −£20.00 −£20.00" in page.text
    with site.app_context():
        assert entries_of(ada) == [("charge", -2000)]


def test_a_credit_is_added(site: Flask, browser: Browser, ada: APerson) -> None:
    browser.open(f"{account(ada)}/credit")
    page = browser.press("Add credit", amount="£12,5", reason="Sorry for the cold room")
    assert "£12.50 is credited to Ada Park’s account." in page.text
    with site.app_context():
        assert balance_of(ada) == (1250, 0)


def test_the_same_form_sent_twice_charges_once(site: Flask, browser: Browser, ada: APerson) -> None:
    page = browser.open(f"{account(ada)}/charge")
    entry = str(page.part("input[name=entry]")["value"])
    for _ in range(2):
        answer = browser.post(f"{account(ada)}/charge", entry=entry, amount="20", reason="A broken mat")
        assert answer.status_code == 303
    with site.app_context():
        assert entries_of(ada) == [("charge", -2000)]


@pytest.mark.parametrize(
    ("amount", "reason", "said"),
    [
        ("", "Why", "Please give an amount above zero."),
        ("0", "Why", "Please give an amount above zero."),
        ("-5", "Why", "Enter an amount, like 12.00."),
        ("twenty", "Why", "Enter an amount, like 12.00."),
        ("1.005", "Why", "Enter an amount, like 12.00."),
        ("9999999", "Why", "Please give £999,999.99 at most."),
        ("20", " ", "Please say why: the reason is kept with what you do."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_in_the_summary(
    site: Flask, browser: Browser, ada: APerson, amount: str, reason: str, said: str
) -> None:
    before = browser.open(f"{account(ada)}/charge").part("input[name=entry]")["value"]
    page = browser.press("Add charge", status=422, amount=amount, reason=reason)
    assert page.errors == [said]
    assert page.part(".field .error").get_text() == said
    assert page.part("#amount")["value"] == amount
    assert page.part("input[name=entry]")["value"] == before
    with site.app_context():
        assert entries_of(ada) == []


def test_outstanding_balances_stand_beside_the_account(site: Flask, browser: Browser, ada: APerson) -> None:
    with site.app_context():
        month = a_pass_of(ada, name="Yoga month")
        failed_instalments(month, 3000, 2500)
        in_debt(ada, 2000)
    page = browser.open(account(ada))
    assert "Account balance −£20.00 Owed" in page.text
    assert "Outstanding balance £55.00 of Yoga month Instalment 2 of 1 Nov 2026, £30.00 ;" in page.text
    assert "The card is not tried again." in page.text


def test_a_balance_is_refunded_to_the_card(
    site: Flask, browser: Browser, ada: APerson, bought: APass
) -> None:
    with site.app_context():
        in_favour(ada, 3000)
    assert f"{account(ada)}/refund" in browser.open(account(ada)).links()
    page = browser.open(f"{account(ada)}/refund")
    assert "£30.00 at most" in page.text
    assert browser.press("Refund to card", status=422, amount="30.01", reason="Moving").errors == [
        "The account has £30.00 in the client’s favour that could be refunded."
    ]
    page = browser.press("Refund to card", amount="10", reason="Moving away")
    assert "£10.00 goes back to Ada Park’s card." in page.text
    with site.app_context():
        assert balance_of(ada) == (2000, 0)


def test_where_nothing_can_go_back_the_page_says_why(site: Flask, browser: Browser, ada: APerson) -> None:
    page = browser.open(f"{account(ada)}/refund")
    assert "Nothing on the account is in the client’s favour" in page.text
    assert not page.has_button("Refund to card")
    with site.app_context():
        in_favour(ada, 3000)
    page = browser.open(f"{account(ada)}/refund")
    assert "no card payment of theirs is left" in page.text
    assert not page.has_button("Refund to card")


def test_a_pass_is_refunded_in_part_to_the_account(
    site: Flask, browser: Browser, ada: APerson, bought: APass
) -> None:
    with site.app_context():
        for name in ("Yoga", "Clay"):
            a_booking(ada, a_class(ada.business, name=name))
    address = f"/staff/clients/{ada.id}/passes/{bought.id}/refund"
    page = browser.open(address)
    assert "Value already used £20.00" in page.text
    assert "Can be refunded £100.00 , £100.00 of it to the card" in page.text
    assert page.part("#amount")["value"] == "80.00"
    assert f"/staff/clients/{ada.id}/passes/{bought.id}/deactivation" in page.links()
    assert browser.press("Refund", status=422, reason="Injured").errors == ["Choose where the money goes."]
    assert browser.press("Refund", status=422, to="card", amount="100.01", reason="Injured").errors == [
        "Only £100.00 can be refunded for this pass."
    ]
    answer = browser.post(
        address,
        refund=str(page.part("input[name=refund]")["value"]),
        to="account",
        amount="80",
        reason="Injured",
    )
    assert answer.status_code == 303
    with site.app_context():
        assert balance_of(ada) == (8000, 0)
        assert entries_of(ada) == [("pass_refund", 8000)]
    page = browser.open(address)
    assert "Refunded before £80.00" in page.text


def test_a_pass_that_was_given_has_nothing_to_refund(site: Flask, browser: Browser, ada: APerson) -> None:
    with site.app_context():
        given = a_pass_of(ada)
    page = browser.open(f"/staff/clients/{ada.id}/passes/{given.id}/refund")
    assert "Nothing was paid for this pass." in page.text
    assert not page.has_button("Refund")


@pytest.mark.parametrize("act", ["", "/charge", "/credit", "/refund"])
def test_only_staff_and_only_of_this_studio(
    site: Flask, studio: BusinessFacts, browser: Browser, ada: APerson, act: str
) -> None:
    assert Browser(site, studio).open(account(ada) + act).path.startswith("/staff/sign-in")
    with site.app_context():
        cleo = a_customer(a_business("Harbour Pottery"), "Cleo Elsewhere")
    browser.open(account(cleo) + act, status=404)


def test_looking_costs_few_statements(site: Flask, browser: Browser, ada: APerson) -> None:
    with site.app_context():
        for _ in range(3):
            in_debt(ada, 100)
    browser.open(account(ada))
    with statements(site) as sent:
        browser.open(account(ada))
    assert len(sent) <= MOST_TO_LOOK, "\n".join(sent)
