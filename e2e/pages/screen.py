"""What all screens share."""

import re
from typing import ClassVar, Self

from playwright.sync_api import Locator, Page, expect

from e2e.accessibility import assert_accessible

Words = str | re.Pattern[str]
LOOKS, BETWEEN_LOOKS = 40, 250  # milliseconds


class Screen:
    """A screen that has arrived, for everybody: its address and its heading are there and axe finds nothing
    wrong, or making it fails.

    ``path`` is the address within the site as a regular expression; where it has no variable part,
    ``open`` goes there. ``heading`` is the text of the page's only first-level heading.
    """

    path: ClassVar[str]
    heading: ClassVar[Words]

    def __init__(self, page: Page) -> None:
        self.page = page
        expect(page).to_have_url(re.compile(rf"^https?://[^/]+{self.path}(\?.*)?$"))
        expect(page.get_by_role("heading", level=1, name=self.heading)).to_be_visible()
        assert_accessible(page)

    @classmethod
    def open(cls, page: Page, query: str = "") -> Self:
        """Type the address into the browser."""
        page.goto(cls.path + query)
        return cls(page)

    @classmethod
    def once_worked(cls, page: Page) -> Self:
        """The screen that comes of what a worker does: the address is loaded anew until it is there, for the
        shop's own worker may be at it.
        """
        heading = page.get_by_role("heading", level=1, name=cls.heading)
        _reload_until(page, heading)
        return cls(page)

    @property
    def main(self) -> Locator:
        """The page without its top and foot."""
        return self.page.get_by_role("main")

    def button(self, name: Words) -> Locator:
        """The button that is called exactly that."""
        return self.main.get_by_role("button", name=name, exact=True)

    def link(self, name: Words) -> Locator:
        """The link that is called exactly that."""
        return self.main.get_by_role("link", name=name, exact=True)

    def field(self, label: str) -> Locator:
        """The field of that label."""
        return self.main.get_by_label(label, exact=True)

    def reload(self) -> Self:
        """Load the page anew."""
        self.page.reload()
        return type(self)(self.page)

    def says_once_worked(self, sentence: Words) -> Self:
        """Load the page anew until it says what comes of a worker's work (see ``once_worked``)."""
        _reload_until(self.page, self.main.get_by_text(sentence).locator("visible=true").first)
        return type(self)(self.page).says(sentence)

    def says(self, sentence: Words) -> Self:
        """Check that the person can read this somewhere on the page."""
        expect(self.main.get_by_text(sentence).locator("visible=true").first).to_be_visible()
        return self

    def does_not_say(self, sentence: Words) -> Self:
        """Check that this stands nowhere on the page."""
        expect(self.main.get_by_text(sentence)).to_have_count(0)
        return self

    def announces(self, sentence: Words) -> Self:
        """Check that the page tells the person so by itself: a notice, or a summary of errors."""
        told = self.main.get_by_role("status").or_(self.main.get_by_role("alert"))
        expect(told.filter(has_text=sentence).first).to_be_visible()
        return self

    def has_wrong(self, label: str, sentence: str) -> Self:
        """Check that a field is called wrong: in the summary with a link, and beside it in the same words."""
        field = self.field(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(re.escape(sentence)))
        summary = self.main.get_by_role("alert", name="There is a problem")
        link = summary.get_by_role("link", name=sentence)
        expect(link).to_have_attribute("href", f"#{field.get_attribute('id')}")
        return self

    def press(self, button: Locator) -> None:
        """Press a button, and wait until the page, or the piece of it that the button is for, is another."""
        self._leave()
        button.click()
        self._has_left()

    def follow(self, link: Locator) -> None:
        """Follow a link, and wait until it has led somewhere."""
        self._leave()
        link.click()
        self._has_left()

    def _leave(self) -> None:
        """Put a mark on what is shown, so that the same page drawn anew can be told from it."""
        self._piece.evaluate("piece => piece.setAttribute('data-left', '')")

    def _has_left(self) -> None:
        expect(self.page.locator("[data-left]")).to_have_count(0)

    @property
    def _piece(self) -> Locator:
        """What is drawn anew by an act on this screen."""
        return self.page.locator("main")


def _reload_until(page: Page, there: Locator) -> None:
    for _ in range(LOOKS):
        page.reload()
        if there.is_visible():
            return
        page.wait_for_timeout(BETWEEN_LOOKS)
