"""The hosted page, as a browser without JavaScript uses it."""

from typing import Any
from urllib.parse import urljoin

import pytest
import requests
import stripe
from bs4 import BeautifulSoup, Tag

from e2e.stripe_stand_in.testing import RunningStandIn

from .shop import a_customer, a_payment, a_session, a_setup_session

GOOD = {"Card number": "4242 4242 4242 4242", "Expiry": "12/34", "CVC": "123"}


class Page:
    """A page as a person sees it: fields by label, buttons by name."""

    def __init__(self, answer: requests.Response) -> None:
        self.url = answer.url
        self.status = answer.status_code
        self.headers = answer.headers
        self.location = answer.headers.get("Location", "")
        self.soup = BeautifulSoup(answer.text, "html.parser")
        assert "Set-Cookie" not in answer.headers
        assert not self.soup.find("script")

    @classmethod
    def at(cls, url: str | None) -> "Page":
        assert url is not None
        return cls(requests.get(url, timeout=5))

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    @property
    def title(self) -> str:
        assert self.soup.title is not None
        return self.soup.title.get_text()

    def field(self, label: str) -> Tag:
        named = self.soup.find("label", string=label)
        assert isinstance(named, Tag), f"no field {label}"
        field = self.soup.find(id=str(named["for"]))
        assert isinstance(field, Tag)
        return field

    def press(self, button: str, **filled: str) -> "Page":
        """Fills fields in by their labels and presses; does not follow where that leads."""
        pressed = self.soup.find("button", string=button)
        assert isinstance(pressed, Tag), f"no button {button}"
        form = pressed.find_parent("form")
        assert form is not None
        sent = {str(self.field(label)["name"]): text for label, text in filled.items()}
        if pressed.get("name"):
            sent[str(pressed["name"])] = str(pressed["value"])
        action = urljoin(self.url, str(form.get("action", "")))
        return Page(requests.post(action, data=sent, timeout=5, allow_redirects=False))

    def follow(self) -> "Page":
        assert self.status == 303
        return Page.at(urljoin(self.url, self.location))


def pay(page: Page, **changes: str) -> Page:
    return page.press("Pay", **GOOD | {label.replace("_", " "): text for label, text in changes.items()})


def test_it_says_what_is_paid_for_and_that_no_money_moves(client: stripe.StripeClient) -> None:
    page = Page.at(a_session(client).url)
    assert page.title == "Pay £12.00 · Stripe stand-in"
    assert "Stripe stand-in: no real money." in page.text
    assert "Morning Yoga" in page.text
    assert "to shop.example, as ada@example.com" in page.text


def test_paying_goes_to_the_success_address_with_the_sessions_id(client: stripe.StripeClient) -> None:
    session = a_session(client)
    paid = pay(Page.at(session.url))
    assert (paid.status, paid.location) == (303, f"http://shop.example/done?session={session.id}")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_back_goes_to_the_cancel_address_and_leaves_the_session_open(client: stripe.StripeClient) -> None:
    session = a_session(client)
    assert Page.at(session.url).press("Back").location == "http://shop.example/basket"
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_without_a_cancel_address_there_is_no_back(client: stripe.StripeClient) -> None:
    assert Page.at(a_session(client, cancel_url=None).url).soup.find("button", string="Back") is None


def test_wrong_fields_are_told_beside_them_and_in_a_summary(client: stripe.StripeClient) -> None:
    page = pay(Page.at(a_session(client).url), Card_number="4242", Expiry="12/20", CVC="")
    assert page.title.startswith("Error: ")
    summary = page.soup.find(role="alert")
    assert isinstance(summary, Tag)
    links = {str(link["href"]): link.get_text() for link in summary.find_all("a")}
    assert links == {
        "#number": "Your card number is incomplete.",
        "#exp": "Your card's expiration year is in the past.",
        "#cvc": "Your card's security code is incomplete.",
    }
    for label, message in zip(GOOD, links.values(), strict=True):
        field = page.field(label)
        assert field["aria-invalid"] == "true"
        beside = page.soup.find(id=str(field["aria-describedby"]).split()[-1])
        assert isinstance(beside, Tag)
        assert beside.get_text() == message


def test_a_card_number_is_never_shown_again(client: stripe.StripeClient) -> None:
    page = pay(Page.at(a_session(client).url), CVC="")
    assert "value" not in page.field("Card number").attrs
    assert page.field("Expiry")["value"] == "12/34"


def test_a_decline_shows_its_reason_and_another_card_pays(client: stripe.StripeClient) -> None:
    session = a_session(client)
    declined = pay(Page.at(session.url), Card_number="4000000000009995")
    assert (declined.status, "Your card has insufficient funds." in declined.text) == (200, True)
    assert pay(declined).status == 303


def test_a_wrong_security_code_is_told_beside_its_field(client: stripe.StripeClient) -> None:
    page = pay(Page.at(a_session(client).url), Card_number="4000000000000127")
    assert page.field("CVC")["aria-invalid"] == "true"


def test_3d_secure_passed_pays(client: stripe.StripeClient) -> None:
    session = a_session(client)
    bank = pay(Page.at(session.url), Card_number="4000002760003184").follow()
    assert "Your bank asks whether you are paying £12.00" in bank.text
    assert bank.press("Complete").location == f"http://shop.example/done?session={session.id}"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_3d_secure_failed_returns_to_the_page_which_says_so(client: stripe.StripeClient) -> None:
    session = a_session(client)
    page = pay(Page.at(session.url), Card_number="4000002760003184").follow().press("Fail").follow()
    assert page.url == session.url
    assert "We are unable to authenticate your payment method." in page.text
    assert pay(page).status == 303


def test_3d_secure_passed_and_declined_all_the_same_says_why(client: stripe.StripeClient) -> None:
    page = (
        pay(Page.at(a_session(client).url), Card_number="4000008260003178")
        .follow()
        .press("Complete")
        .follow()
    )
    assert "Your card has insufficient funds." in page.text


def test_a_second_answer_of_the_bank_changes_nothing(client: stripe.StripeClient) -> None:
    session = a_session(client)
    bank = pay(Page.at(session.url), Card_number="4000002760003184").follow()
    bank.press("Complete")
    assert "Nothing to confirm" in bank.press("Fail").text
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_paying_twice_charges_once_and_leads_back(client: stripe.StripeClient) -> None:
    session = a_session(client)
    page = Page.at(session.url)
    pay(page)
    again = pay(page)
    assert "This payment is complete" in again.text
    link = again.soup.find("a", string="Back to shop.example")
    assert isinstance(link, Tag)
    assert link["href"] == f"http://shop.example/done?session={session.id}"
    assert len(client.v1.charges.list().data) == 1


def test_an_expired_session_says_so_and_leads_back(client: stripe.StripeClient) -> None:
    session = a_session(client)
    page = Page.at(session.url)
    client.v1.checkout.sessions.expire(session.id)
    for seen in (Page.at(session.url), pay(page)):
        assert "This page has expired" in seen.text
        link = seen.soup.find("a", string="Back to shop.example")
        assert isinstance(link, Tag)
        assert link["href"] == "http://shop.example/basket"


def test_a_session_that_expires_at_the_bank_takes_no_money(client: stripe.StripeClient) -> None:
    session = a_session(client)
    bank = pay(Page.at(session.url), Card_number="4000002760003184").follow()
    client.v1.checkout.sessions.expire(session.id)
    assert "Nothing to confirm" in bank.press("Complete").text
    assert client.v1.charges.list().data == []


def test_a_card_can_be_saved(client: stripe.StripeClient) -> None:
    customer = a_customer(client).id
    session = a_setup_session(client, customer)
    page = Page.at(session.url)
    assert page.title == "Save your card · Stripe stand-in"
    assert page.press("Save card", **GOOD).location == f"http://shop.example/done?session={session.id}"
    assert len(client.v1.customers.payment_methods.list(customer).data) == 1


def test_it_asks_for_an_address_that_nobody_gave(client: stripe.StripeClient) -> None:
    session = a_session(client, customer_email=None)
    page = pay(Page.at(session.url))
    assert "Enter an e-mail address" in page.text
    pay(page, **{"E-mail": "eve@example.com"})
    details: Any = client.v1.checkout.sessions.retrieve(session.id).customer_details
    assert details.email == "eve@example.com"


def test_an_intents_own_3d_secure_returns_to_its_address(client: stripe.StripeClient) -> None:
    intent = a_payment(client, token="pm_card_authenticationRequired")
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    back = Page.at(intent.next_action.redirect_to_url.url).press("Complete")
    assert back.location.startswith(f"http://shop.example/back?payment_intent={intent.id}&")
    assert back.location.endswith("redirect_status=succeeded")
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize("path", ["/c/pay/cs_test_nothing", "/authenticate/pi_nothing"])
def test_an_unknown_address_is_not_found(stand_in: RunningStandIn, path: str) -> None:
    page = Page.at(stand_in.url + path)
    assert (page.status, page.title) == (404, "Nothing to pay here · Stripe stand-in")


def test_it_lists_the_test_cards(client: stripe.StripeClient) -> None:
    details = Page.at(a_session(client).url).soup.find("details")
    assert isinstance(details, Tag)
    assert "4000002500003155" in details.get_text()


def test_its_pages_load_nothing_from_elsewhere_and_run_nothing(
    stand_in: RunningStandIn, client: stripe.StripeClient
) -> None:
    page = Page.at(a_session(client).url)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    link = page.soup.find("link", rel="stylesheet")
    assert isinstance(link, Tag)
    assert requests.get(stand_in.url + str(link["href"]), timeout=5).status_code == 200
