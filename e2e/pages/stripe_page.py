"""Stripe's own pages, as the stand-in serves them."""

import re

from playwright.sync_api import Locator, Page, expect

from e2e.pages import basket, booking

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
CARD_WITH_3D_SECURE = "4000002500003155"


class PayPage:
    """Stripe's page, where the card is typed."""

    def __init__(self, page: Page, amount: str | None = None) -> None:
        self.page = page
        name = re.compile(rf"^Pay {re.escape(amount) if amount else ''}")
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        expect(page.get_by_label("Card number")).to_be_visible()

    def pay(self, card: str = GOOD_CARD) -> "booking.Booking":
        """Pay with a card that simply works, and come back to the booking."""
        self._send(card)
        return booking.Booking(self.page)

    def pay_with_declined_card(self) -> "PayPage":
        """Pay with a card that the bank declines: the page says so and takes another."""
        self._send(DECLINED_CARD)
        expect(self.page.get_by_role("alert")).to_contain_text("Your card was declined")
        return PayPage(self.page)

    def pay_with_3d_secure(self) -> "BankPage":
        """Pay with a card whose bank wants to ask."""
        self._send(CARD_WITH_3D_SECURE)
        return BankPage(self.page)

    def back(self) -> "basket.Basket":
        """Press Back: to the shop, without paying."""
        self.button("Back").click()
        return basket.Basket(self.page)

    def type_card(self, card: str) -> None:
        """Fill in the card."""
        self.page.get_by_label("Card number").fill(card)
        self.page.get_by_label("Expiry").fill("12/34")
        self.page.get_by_label("CVC").fill("123")

    def button(self, name: str) -> Locator:
        """A button of the page."""
        return self.page.get_by_role("button", name=name, exact=True)

    def _send(self, card: str) -> None:
        self.type_card(card)
        self.button("Pay").click()


class BankPage:
    """The page on which the customer's bank asks whether it is them (3-D Secure)."""

    def __init__(self, page: Page) -> None:
        self.page = page
        expect(page.get_by_role("heading", level=1, name="Confirm with your bank")).to_be_visible()

    def complete(self) -> "booking.Booking":
        """Say that it is."""
        self.page.get_by_role("button", name="Complete", exact=True).click()
        return booking.Booking(self.page)

    def fail(self) -> PayPage:
        """Fail to say so: the page for the card shows again."""
        self.page.get_by_role("button", name="Fail", exact=True).click()
        expect(self.page.get_by_role("alert")).to_be_visible()
        return PayPage(self.page)
