"""Passes on sale."""

from playwright.sync_api import Locator

from e2e.pages import basket
from e2e.pages.screen import Screen


class PassShop(Screen):
    """The passes that the studio sells."""

    path = "/passes"
    heading = "Passes"

    def add_to_basket(self, name: str) -> "basket.Basket":
        """Put a pass into the basket."""
        self.press(self.card(name).get_by_role("button", name="Add to basket"))
        return basket.Basket(self.page)

    def card(self, name: str) -> Locator:
        """A pass with its price and conditions."""
        return self.main.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", name=name, exact=True)
        )
