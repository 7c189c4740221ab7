"""Letters as their reader chooses them, and as staff look at them."""

import re
from typing import Self

from playwright.sync_api import Page, expect

from e2e.pages.screen import Screen, Words
from e2e.pages.staff import StaffScreen


class Reminders(Screen):
    """Where a letter's own link leads: whether reminders are on."""

    path = r"/letters/[\w=-]{44}"
    heading = "Reminders"

    def stop(self) -> "Reminders":
        """Press Stop reminders."""
        self.press(self.button("Stop reminders"))
        return Reminders(self.page)

    def turn_on(self) -> "Reminders":
        """Press Turn reminders on."""
        self.press(self.button("Turn reminders on"))
        return Reminders(self.page)


class StaffLetters(StaffScreen):
    """Every kind of letter, and those that did not arrive."""

    path = "/staff/letters"
    heading = "Letters"

    def look_at(self, name: str) -> "LetterPreview":
        """Open a kind of letter."""
        self.follow(self.link(name))
        return LetterPreview(self.page)

    def send_again(self) -> "StaffLetters":
        """Press Send again of the first."""
        self.press(self.main.get_by_role("button", name="Send again", exact=True).first)
        return StaffLetters(self.page)


class LetterPreview(StaffScreen):
    """A kind of letter with example facts."""

    path = r"/staff/letters/[a-z-]+"
    heading = re.compile(r".")

    def reads(self, *words: Words) -> Self:
        """Check what stands in it."""
        for sentence in words:
            expect(self.main.get_by_text(sentence).first).to_be_visible()
        return self

    def as_html(self) -> Page:
        """Follow Show it as HTML: a page without the portal around it."""
        self.link("Show it as HTML").click()
        expect(self.page).to_have_url(re.compile(r"/html$"))
        return self.page
