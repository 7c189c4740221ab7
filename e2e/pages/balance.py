"""A customer's account balance: what is owed, the card on file, the ledger."""

from typing import Self

from playwright.sync_api import Page, expect

from e2e.pages import account, stripe_page


class Balance(account.AccountScreen):
    """What a client owes or has."""

    path = "/account/balance"
    heading = "Account balance"

    def owes(self, line: str, amount: str) -> Self:
        """Check that a line stands there with what is owed on it."""
        shown = self.main.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", name=line, exact=True)
        )
        expect(shown.get_by_text(amount, exact=True).first).to_be_visible()
        return self

    def comes_to(self, total: str) -> Self:
        """Check the figure of the summary."""
        summary = self.main.get_by_role("region", name="Summary")
        expect(summary.locator("dd.due")).to_have_text(total)
        return self

    def pay_now(self) -> "DuesPage":
        """Press Pay now: on to Stripe."""
        self.button("Pay now").click()
        return DuesPage(self.page)

    def pay_only(self, line: str) -> "DuesPage":
        """Pay one line by itself."""
        shown = self.main.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", name=line, exact=True)
        )
        shown.get_by_role("button", name="Pay only this", exact=True).click()
        return DuesPage(self.page)

    def change_card(self) -> "CardPage":
        """Press Change card: on to Stripe."""
        self.button("Change card").click()
        return CardPage(self.page)

    def amounts(self) -> list[str]:
        """What each entry did to the balance, the newest first: "−£30.00"."""
        rows = (
            self.main.get_by_role("region", name="Entries of your account")
            .locator("tbody")
            .get_by_role("row")
        )
        return [row.get_by_role("cell").nth(2).inner_text().strip() for row in rows.all()]


class DuesPage(stripe_page.PayPage):
    """Stripe's page for what a client owes."""

    def pay_dues(self, card: str = stripe_page.GOOD_CARD) -> Balance:
        """Pay, and come back to the account."""
        self._send(card)
        return Balance(self.page)

    def back_to_balance(self) -> Balance:
        """Press Back: nothing is paid."""
        self.button("Back").click()
        return Balance(self.page)


class CardPage:
    """Stripe's page that keeps a card and takes no money."""

    def __init__(self, page: Page) -> None:
        self.page = page
        expect(page.get_by_role("heading", level=1, name="Save your card")).to_be_visible()

    def save(self, card: str) -> Balance:
        """Leave a card."""
        self.page.get_by_label("Card number").fill(card)
        self.page.get_by_label("Expiry").fill("12/34")
        self.page.get_by_label("CVC").fill("123")
        self.page.get_by_role("button", name="Save card", exact=True).click()
        return Balance(self.page)
