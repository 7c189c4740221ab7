"""The menu on top of every page of the shop."""

from playwright.sync_api import Locator, Page, expect

from e2e.pages.account import Account
from e2e.pages.basket import Basket
from e2e.pages.pass_shop import PassShop
from e2e.pages.screen import Screen
from e2e.pages.sign_in import SignIn


class Menu:
    """From any page of the shop to its main ones."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.root = screen.page.get_by_role("navigation", name="Main")

    def to_passes(self) -> PassShop:
        """Follow Passes."""
        self.screen.follow(self.link("Passes"))
        return PassShop(self.page)

    def to_basket(self) -> Basket:
        """Follow Basket, whatever number of lines it names."""
        self.screen.follow(self.root.get_by_role("link", name="Basket"))
        return Basket(self.page)

    def to_account(self) -> Account:
        """Follow Account."""
        self.screen.follow(self.link("Account"))
        return Account(self.page)

    def to_sign_in(self) -> SignIn:
        """Follow Sign in."""
        self.screen.follow(self.link("Sign in"))
        return SignIn(self.page)

    def counts_lines(self, count: int) -> None:
        """Check how many lines the menu says are in the basket."""
        expect(self.link(f"Basket ({count})" if count else "Basket")).to_be_visible()

    def knows_nobody(self) -> None:
        """Check that it offers to sign in."""
        expect(self.link("Sign in")).to_be_visible()
        expect(self.link("Account")).to_have_count(0)

    def knows_somebody(self) -> None:
        """Check that it leads to an account."""
        expect(self.link("Account")).to_be_visible()

    def link(self, name: str) -> Locator:
        """One of its links."""
        return self.root.get_by_role("link", name=name, exact=True)

    @property
    def page(self) -> Page:
        """The browser's page."""
        return self.screen.page
