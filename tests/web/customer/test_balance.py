"""/account/balance: what is owed line by line, Pay now, the card on file, and the ledger (M1, M5, M6)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from e2e.stripe_stand_in.testing import Controls
from portal.models.accounts import AccountCheckout
from portal.models.business import BusinessFacts
from portal.models.database import db
from portal.models.instalments import SavedCard
from tests.accounts import balance_of, entries_of, failed_instalments, in_debt, in_favour, instalments_of
from tests.studio import APass, APerson, a_booking, a_class, a_customer, a_pass_of
from tests.web.browser import Browser, statements
from tests.web.customer.card_page import stripe_behind
from tests.web.signed_in import signed_in_browser

BALANCE = "/account/balance"
MOST_TO_LOOK = 8


@pytest.fixture
def ada(site: Flask, studio: BusinessFacts) -> APerson:
    """A client."""
    with site.app_context():
        return a_customer(studio)


@pytest.fixture
def browser(site: Flask, ada: APerson) -> Browser:
    """Her browser."""
    return signed_in_browser(site, ada)


@pytest.fixture
def month(site: Flask, ada: APerson) -> APass:
    """Her pass, of which £55.00 are outstanding."""
    with site.app_context():
        owned = a_pass_of(ada, name="Yoga month")
        failed_instalments(owned, 3000, 2500)
    return owned


@pytest.fixture
def stripe(site: Flask, still_clock: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controls]:
    """The stand-in behind the portal."""
    with stripe_behind(site, still_clock, monkeypatch) as controls:
        yield controls


def sent_to(browser: Browser, button: str, **changed: str) -> str:
    """Press a button that leads to Stripe; the address it leads to."""
    page = browser.page
    assert page is not None
    form = page.form_of(button)
    kept = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
    answer = browser.post(str(form["action"]), **{**kept, **changed})
    assert answer.status_code == 303
    return answer.headers["Location"]


def session_in(url: str) -> str:
    return url.rsplit("/", 1)[-1]


def test_an_account_that_nothing_happened_on_says_so(browser: Browser) -> None:
    page = browser.open(BALANCE)
    assert "Your account is settled" in page.text
    assert "No entries yet." in page.text
    assert not page.has_button("Pay now")
    assert not page.has_button("Change card")


def test_the_account_menu_leads_there(browser: Browser) -> None:
    page = browser.open("/account")
    assert BALANCE in page.links()


def test_outstanding_balances_and_the_account_are_separate_lines_with_one_total(
    site: Flask, browser: Browser, ada: APerson, month: APass
) -> None:
    with site.app_context():
        in_debt(ada, 2000)
    page = browser.open(BALANCE)
    lines = [" ".join(line.get_text(" ").split()) for line in page.soup.select(".dues > li")]
    assert len(lines) == 2
    assert lines[0].startswith("Account balance What Riverside Studio has charged")
    assert "£20.00" in lines[0]
    assert lines[1].startswith("Yoga month, outstanding balance Instalment 2 of 1 Nov 2026, £30.00 ; Inst")
    assert "£55.00" in lines[1]
    assert page.part(".summary .due.money").get_text(strip=True) == "£75.00"


def test_pay_now_pays_all_of_it(
    site: Flask, browser: Browser, ada: APerson, month: APass, stripe: Controls
) -> None:
    with site.app_context():
        in_debt(ada, 2000)
    browser.open(BALANCE)
    url = sent_to(browser, "Pay now")
    assert stripe.pay(url)["outcome"] == "paid"
    page = browser.open(f"{BALANCE}/return?session_id={session_in(url)}")
    assert page.path == BALANCE
    assert "Thank you: £75.00 is paid." in page.text
    assert "Your account is settled" in page.text
    with site.app_context():
        assert balance_of(ada) == (0, 0)
        assert instalments_of(month) == [("paid", 3000), ("paid", 2500)]


def test_one_line_can_be_paid_by_itself(
    site: Flask, browser: Browser, ada: APerson, month: APass, stripe: Controls
) -> None:
    with site.app_context():
        in_debt(ada, 2000)
    browser.open(BALANCE)
    url = sent_to(browser, "Pay only this")
    stripe.pay(url)
    page = browser.open(f"{BALANCE}/return?session_id={session_in(url)}")
    assert "£20.00 is paid" in page.text
    assert not page.has_button("Pay only this")
    with site.app_context():
        assert instalments_of(month) == [("failed", 3000), ("failed", 2500)]


def test_coming_back_with_nothing_paid_says_so(browser: Browser, month: APass, stripe: Controls) -> None:
    browser.open(BALANCE)
    url = sent_to(browser, "Pay now")
    page = browser.open(f"{BALANCE}/return?session_id={session_in(url)}")
    assert "nothing was charged" in page.text
    assert "not completed" in browser.open(f"{BALANCE}/return?session_id=cs_of_nobody").text


def test_what_changed_in_the_meantime_is_shown_and_not_charged(
    site: Flask, browser: Browser, ada: APerson, stripe: Controls
) -> None:
    with site.app_context():
        in_debt(ada, 2000)
    browser.open(BALANCE)
    with site.app_context():
        in_debt(ada, 500)
    assert sent_to(browser, "Pay now").endswith(BALANCE)
    page = browser.open(BALANCE)
    assert "What you owe has changed since you saw it" in page.text
    assert page.part(".summary .due.money").get_text(strip=True) == "£25.00"


@pytest.mark.parametrize("amount", ["-5", "2000x", "9" * 30, ""])
def test_what_no_form_of_ours_sends_charges_nothing(
    site: Flask, browser: Browser, ada: APerson, stripe: Controls, amount: str
) -> None:
    with site.app_context():
        in_debt(ada, 2000)
    browser.open(BALANCE)
    assert browser.post(f"{BALANCE}/payment", account="yes", amount=amount).status_code == 303
    assert browser.post(f"{BALANCE}/payment", amount="2000", **{"pass": "nonsense"}).status_code == 303
    with site.app_context():
        assert db.session.scalar(select(func.count()).select_from(AccountCheckout)) == 0


def test_what_is_below_the_smallest_charge_waits_and_says_so(
    site: Flask, browser: Browser, ada: APerson
) -> None:
    with site.app_context():
        in_debt(ada, 29)
    page = browser.open(BALANCE)
    assert "A card cannot be charged less than £0.30, so this waits" in page.text
    assert not page.has_button("Pay now")


def test_a_balance_in_ones_favour_says_what_it_is_for(site: Flask, browser: Browser, ada: APerson) -> None:
    with site.app_context():
        in_favour(ada, 500)
    page = browser.open(BALANCE)
    assert "You have £5.00 in your favour. It pays in your next basket, before your card." in page.text
    assert not page.has_button("Pay now")


def test_the_ledger_tells_who_why_and_what_it_came_to(
    site: Flask, browser: Browser, ada: APerson, studio: BusinessFacts
) -> None:
    with site.app_context():
        in_favour(ada, 5000)
        a_booking(ada, a_class(studio, price=1200))
    rows = [
        " ".join(row.get_text(" ").split())
        for row in browser.open(BALANCE).soup.select(".account-lines tbody tr")
    ]
    assert "Paid for booking" in rows[0]
    assert rows[0].endswith("−£12.00 £38.00")
    assert rows[1] == "1 Dec 09:00 Credited by Riverside Studio: Agreed at the desk +£50.00 £50.00"


def test_a_long_ledger_has_pages_and_the_balance_runs_on(site: Flask, browser: Browser, ada: APerson) -> None:
    with site.app_context():
        for _ in range(27):
            in_favour(ada, 100)
    first = browser.open(BALANCE)
    assert first.soup.select(".account-lines tbody tr")[0].get_text().strip().endswith("£27.00")
    second = browser.open(f"{BALANCE}?page=2")
    assert len(second.soup.select(".account-lines tbody tr")) == 2
    assert second.soup.select(".account-lines tbody tr")[0].get_text().strip().endswith("£2.00")
    assert "No more entries." in browser.open(f"{BALANCE}?page=9").text


def test_another_card_is_put_on_file_and_no_money_taken(
    site: Flask, browser: Browser, ada: APerson, month: APass, stripe: Controls
) -> None:
    page = browser.open(BALANCE)
    assert "There is none, so instalments cannot be charged" in page.text
    url = sent_to(browser, "Add card")
    assert stripe.pay(url)["outcome"] in {"paid", "saved", "complete"}
    page = browser.open(f"{BALANCE}/return?session_id={session_in(url)}")
    assert "Your new card is on file." in page.text
    assert "Visa ending 4242" in page.text
    url = sent_to(browser, "Change card")
    stripe.pay(url, "5555555555554444")
    assert "Mastercard ending 4444" in browser.open(f"{BALANCE}/return?session_id={session_in(url)}").text
    with site.app_context():
        cards = db.session.scalars(select(SavedCard).order_by(SavedCard.id)).all()
        assert [(card.last4, card.replaced_at is None) for card in cards] == [("4242", False), ("4444", True)]
        assert cards[1].consent.startswith("Riverside Studio may keep this card and charge it")
        assert cards[0].stripe_customer == cards[1].stripe_customer
        assert entries_of(ada) == []


def test_a_customer_must_be_signed_in(site: Flask, studio: BusinessFacts) -> None:
    page = Browser(site, studio).open(BALANCE)
    assert page.path.startswith("/sign-in")


def test_looking_costs_few_statements(site: Flask, browser: Browser, ada: APerson, month: APass) -> None:
    with site.app_context():
        for _ in range(3):
            in_debt(ada, 100)
    browser.open(BALANCE)
    with statements(site) as sent:
        browser.open(BALANCE)
    assert len(sent) <= MOST_TO_LOOK, "\n".join(sent)
