"""A customer's own pages."""

import re
from typing import Self

from playwright.sync_api import Locator, expect

from e2e.pages import sign_in
from e2e.pages.screen import Screen, Words


class AccountScreen(Screen):
    """A page of the account, with its menu."""

    def to_bookings(self) -> "Bookings":
        """Account menu, Bookings."""
        self.follow(self.room("Bookings"))
        return Bookings(self.page)

    def to_passes(self) -> "Passes":
        """Account menu, Passes."""
        self.follow(self.room("Passes"))
        return Passes(self.page)

    def to_details(self) -> "Details":
        """Account menu, Details."""
        self.follow(self.room("Details"))
        return Details(self.page)

    def room(self, name: str) -> Locator:
        """A link of the account's menu."""
        return self.page.get_by_role("navigation", name="Account").get_by_role("link", name=name, exact=True)


class Account(AccountScreen):
    """What comes next, and the passes that may pay for it."""

    path = "/account"
    heading = re.compile(r"^Hello, ")

    def to_sign_out(self) -> "sign_in.SignOut":
        """Follow Sign out: in the account's menu, and on a phone at the end of the page."""
        self.follow(self.link("Sign out").filter(visible=True).last)
        return sign_in.SignOut(self.page)


class Bookings(AccountScreen):
    """Bookings to come, and past ones."""

    path = "/account/bookings"
    heading = re.compile(r"^(Your|Past) bookings$")

    def past(self) -> "Bookings":
        """Follow Past."""
        self.follow(self.link("Past"))
        return Bookings(self.page)

    def has(self, reference: str) -> "Bookings":
        """Check that a booking is listed."""
        expect(self.link(f"Show booking {reference}")).to_be_visible()
        return self


class Passes(AccountScreen):
    """All passes."""

    path = "/account/passes"
    heading = "Your passes"

    def card(self, name: str) -> "PassCard":
        """One of them."""
        root = self.main.get_by_role("article").filter(
            has=self.page.get_by_role("heading", name=name, exact=True)
        )
        return PassCard(root)

    def look_at(self, name: str) -> "OwnPass":
        """Open one."""
        self.follow(self.link(name))
        return OwnPass(self.page)


class OwnPass(AccountScreen):
    """One pass, and what happened with it."""

    path = r"/account/passes/[0-9a-f-]{36}"
    heading = re.compile(r".")

    @property
    def card(self) -> "PassCard":
        """The pass."""
        return PassCard(self.main.get_by_role("article"))

    def ledger(self) -> list[str]:
        """What each entry did to the uses, the newest first: "−1", "+10"."""
        return [text.strip() for text in self._ledger.get_by_role("listitem").locator("b").all_inner_texts()]

    def ledger_says(self, *sentences: Words) -> "OwnPass":
        """Check that these stand in what happened with it."""
        for sentence in sentences:
            expect(self._ledger.get_by_text(sentence).first).to_be_visible()
        return self

    @property
    def _ledger(self) -> Locator:
        return self.main.get_by_role("region", name="What happened with it")


class PassCard:
    """A client's pass as it is drawn: status, punched holes, when it counts."""

    def __init__(self, root: Locator) -> None:
        self.root = root

    def says(self, *sentences: Words) -> Self:
        """Check that these stand on it."""
        for sentence in sentences:
            expect(self.root.get_by_text(sentence).first).to_be_visible()
        return self

    def does_not_say(self, sentence: Words) -> Self:
        """Check that this does not."""
        expect(self.root.get_by_text(sentence)).to_have_count(0)
        return self

    def has_holes(self, *, left: int, punched: int) -> Self:
        """Check the drawing: how many uses are left, and how many are gone."""
        holes = self.root.locator(".holes")
        expect(holes.locator("i:not(.used)")).to_have_count(left)
        expect(holes.locator("i.used")).to_have_count(punched)
        return self

    def has_time_line(self, told: Words) -> Self:
        """Check the drawing of its validity, by what it tells those who do not see it."""
        expect(self.root.get_by_role("img", name=told)).to_be_visible()
        return self

    def has_no_time_line(self) -> Self:
        """Check that there is none, because nothing has started."""
        expect(self.root.get_by_role("img")).to_have_count(0)
        return self


class Details(AccountScreen):
    """Name, address and password."""

    path = "/account/details(/name|/password)?"
    heading = "Your details"

    def rename(self, name: str) -> "Details":
        """Keep another name."""
        self.field("Name").fill(name)
        self.press(self.button("Save name"))
        return Details(self.page)

    def change_password(self, present: str, new: str) -> "Details":
        """Choose another password."""
        self.field("Current password").fill(present)
        self.field("New password").fill(new)
        self.press(self.button("Change password"))
        return Details(self.page)
