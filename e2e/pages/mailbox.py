"""The demo's mailbox: the letters that would have been sent."""

import re

from playwright.sync_api import Locator, Page, expect

from e2e.pages.screen import Screen


class Mailbox(Screen):
    """The letters of a studio, the newest first."""

    path = "/mailbox"
    heading = "Mailbox"

    def letter(self, to: str, subject: str) -> "Letter":
        """The newest letter to somebody with these words in its subject."""
        about = self.page.get_by_role("heading", name=subject)
        letter = self.main.get_by_role("article").filter(has_text=to).filter(has=about).first
        expect(letter).to_be_visible()
        return Letter(self.page, letter)


class Letter:
    """A letter in the mailbox."""

    def __init__(self, page: Page, root: Locator) -> None:
        self.page = page
        self.root = root

    def says(self, *sentences: str | re.Pattern[str]) -> "Letter":
        """Check what is written in it."""
        for sentence in sentences:
            expect(self.root).to_contain_text(sentence)
        return self

    def address(self, part: str) -> str:
        """The address in it that has this part; its reader copies it into a browser."""
        found = self.root.locator(f'a[href*="{part}"]').first.get_attribute("href")
        assert found is not None
        return found

    def follow(self, part: str) -> None:
        """Follow the link in it that has this part in its address."""
        self.root.locator(f'a[href*="{part}"]').first.click()
