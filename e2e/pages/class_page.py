"""One dated class."""

import re
from typing import Self

from playwright.sync_api import Page, expect

from e2e.pages import basket
from e2e.pages.screen import Screen


class ClassPage(Screen):
    """When, where, with whom, how many places are left, and its tickets."""

    path = r"/classes/[0-9a-f-]{36}"
    heading = re.compile(r".")

    @classmethod
    def of(cls, page: Page, class_session_id: object) -> Self:
        """Type the address of a class into the browser."""
        page.goto(f"/classes/{class_session_id}")
        return cls(page)

    def add_to_basket(self, ticket: str | None = None) -> "basket.Basket":
        """Pick a ticket, where there are several, and put it into the basket."""
        if ticket:
            self.main.get_by_role("radio", name=ticket).check()
        self.press(self.button("Add to basket"))
        return basket.Basket(self.page)

    def has_places(self, words: str) -> Self:
        """Check what the page says of its places: "3 places left", "Full"."""
        expect(self.main.get_by_role("definition").filter(has_text=words)).to_be_visible()
        return self
