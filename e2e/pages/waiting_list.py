"""The waiting list of a class: on the page of the class, and in the account."""

from playwright.sync_api import Locator, expect

from e2e.pages import sign_in
from e2e.pages.account import Bookings
from e2e.pages.class_page import ClassPage


class FullClass(ClassPage):
    """The page of a class for which people wait."""

    def sign_in_to_join(self) -> "sign_in.SignIn":
        """Follow the way of who is not signed in."""
        self.follow(self.link("Sign in to join"))
        return sign_in.SignIn(self.page)

    def join(self) -> "FullClass":
        """Press Join waiting list."""
        self.press(self.button("Join waiting list"))
        return FullClass(self.page).announces("You are on the waiting list.")

    def leave(self) -> "FullClass":
        """Press Leave waiting list."""
        self.press(self.button("Leave waiting list"))
        return FullClass(self.page).announces("You have left the waiting list.")

    def sells_nothing(self) -> "FullClass":
        """Check that nobody finds a place here."""
        expect(self.button("Add to basket")).to_have_count(0)
        return self


class WaitingLists(Bookings):
    """What a customer waits for, above their bookings."""

    def waits_for(self, name: str, words: str) -> "WaitingLists":
        """Check how somebody stands with a class."""
        line = self._region.get_by_role("listitem").filter(has_text=name)
        expect(line.filter(has_text=words)).to_be_visible()
        return self

    def leave(self) -> "WaitingLists":
        """Press the only Leave waiting list."""
        self.press(self.button("Leave waiting list"))
        left = WaitingLists(self.page).announces("You have left the waiting list.")
        return left.waits_for_nothing()

    def waits_for_nothing(self) -> "WaitingLists":
        """Check that there is no such list."""
        expect(self._region).to_have_count(0)
        return self

    @property
    def _region(self) -> Locator:
        return self.main.get_by_role("region", name="Waiting lists")
