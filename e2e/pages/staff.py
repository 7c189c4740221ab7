"""What the people who work at the studio see."""

import re

from playwright.sync_api import Locator, expect

from e2e.pages.basket import ShownBasket
from e2e.pages.screen import Screen


class StaffSignIn(Screen):
    """The form that lets staff in."""

    path = "/staff/sign-in"
    heading = "Sign in as staff"

    def sign_in(self, email: str, password: str) -> "Today":
        """Sign in, and arrive at today."""
        self.send(email, password)
        return Today(self.page)

    def sign_in_in_vain(self, email: str, password: str) -> "StaffSignIn":
        """Sign in with what does not match."""
        self.send(email, password)
        return StaffSignIn(self.page)

    def send(self, email: str, password: str) -> None:
        """Sign in on the way to somewhere else."""
        self.field("E-mail").fill(email)
        self.field("Password").fill(password)
        self.press(self.button("Sign in"))


class StaffScreen(Screen):
    """A page of the studio's own people."""

    def to_baskets(self) -> "OpenBaskets":
        """Menu, Baskets."""
        self.follow(
            self.page.get_by_role("navigation", name="Main").get_by_role("link", name="Baskets", exact=True)
        )
        return OpenBaskets(self.page)

    def sign_out(self) -> StaffSignIn:
        """Press Sign out, at the foot of the page."""
        self.press(self.page.get_by_role("contentinfo").get_by_role("button", name="Sign out", exact=True))
        return StaffSignIn(self.page)


class Today(StaffScreen):
    """Today at the studio."""

    path = "/staff"
    heading = re.compile(r"\w+day \d+ \w+")


class OpenBaskets(StaffScreen):
    """What people are about to book."""

    path = "/staff/baskets"
    heading = "Open baskets"

    def row(self, whose: str) -> Locator:
        """The basket of somebody."""
        return self.main.get_by_role("row").filter(has=self.page.get_by_role("link", name=whose, exact=True))

    def look_at(self, whose: str) -> "BasketPreview":
        """Open somebody's basket."""
        self.follow(self.row(whose).get_by_role("link", name=whose, exact=True))
        return BasketPreview(self.page)


class BasketPreview(ShownBasket):
    """A customer's basket, exactly as they see it, to read only (S10)."""

    path = r"/staff/baskets/[0-9a-f-]{36}"
    heading = re.compile(r"('s basket|guest's basket)$")

    def is_read_only(self) -> "BasketPreview":
        """Check that nothing on it can be pressed."""
        expect(self.main.get_by_role("button")).to_have_count(0)
        expect(self.main.get_by_role("textbox").or_(self.main.get_by_role("combobox"))).to_have_count(0)
        return self
