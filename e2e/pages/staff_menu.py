"""The menus of the studio's own people: on top of every page, and beside a client's."""

import re

from playwright.sync_api import Locator, Page

from e2e.pages.staff import StaffScreen
from e2e.pages.staff_clients import ClientAccount, ClientSchedule, ClientScreen, FoundClients
from e2e.pages.staff_passes import ClientPasses
from e2e.pages.staff_purchase_options import PurchaseOptions


class StaffMenu:
    """From any page of the staff's to its main ones."""

    def __init__(self, screen: StaffScreen) -> None:
        self.screen = screen
        self.page: Page = screen.page

    def search(self, text: str) -> FoundClients:
        """Type into Search in the top navigation bar, and send it."""
        bar = self.page.get_by_role("banner").get_by_role("search", name="Clients")
        bar.get_by_label("Search", exact=True).fill(text)
        self.screen.press(bar.get_by_role("button", name="Search", exact=True))
        return FoundClients(self.page)

    def to_purchase_options(self) -> PurchaseOptions:
        """Setup › Purchase Options."""
        menu = self.page.get_by_role("navigation", name="Main")
        self.screen.follow(menu.get_by_role("link", name="Setup", exact=True))
        self.screen.follow(self.screen.main.get_by_role("link", name="Purchase Options", exact=True).first)
        return PurchaseOptions(self.page)


class ClientMenu:
    """From any page about a client to the others."""

    def __init__(self, screen: ClientScreen) -> None:
        self.screen = screen
        self.page: Page = screen.page
        self.root = screen.main.get_by_role("complementary").get_by_role("navigation")

    def to_passes(self) -> ClientPasses:
        """Account › Passes & Memberships."""
        account = self.root.get_by_role("listitem").filter(has_text=re.compile(r"^\s*Account\b"))
        self.screen.follow(self._link("Passes & Memberships", within=account))
        return ClientPasses(self.page)

    def to_schedule(self) -> ClientSchedule:
        """Follow Schedule."""
        self.screen.follow(self._link("Schedule"))
        return ClientSchedule(self.page)

    def to_account(self) -> ClientAccount:
        """Account › Account balance."""
        self.screen.follow(self._link("Account balance"))
        return ClientAccount(self.page)

    def _link(self, name: str, within: Locator | None = None) -> Locator:
        return (within or self.root).get_by_role("link", name=name, exact=True).first
