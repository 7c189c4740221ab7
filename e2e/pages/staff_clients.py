"""Clients as staff find them, and the pages that each client has."""

import re
from typing import Self

from playwright.sync_api import expect

from e2e.pages import staff
from e2e.pages.screen import Words


class FoundClients(staff.StaffScreen):
    """What the search in the top bar found."""

    path = "/staff/search"
    heading = re.compile("^Clients")

    def look_at(self, name: str) -> "ClientOverview":
        """Click a client's name."""
        self.follow(self.link(name))
        return ClientOverview(self.page)


class ClientScreen(staff.StaffScreen):
    """A page about one client, with a side menu (see ``staff_menu.ClientMenu``)."""


class ClientOverview(ClientScreen):
    """A client at a glance."""

    path = r"/staff/clients/[0-9a-f-]{36}"
    heading = re.compile(r".")


class ClientSchedule(ClientScreen):
    """Visits, and how each is paid."""

    path = r"/staff/clients/[0-9a-f-]{36}/schedule"
    heading = "Schedule"

    def has_visit(self, class_name: str, *, paid: Words) -> Self:
        """Check that a visit stands there, and what it says of its payment."""
        visit = self.main.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", name=class_name, exact=True)
        )
        expect(visit.get_by_text(paid).first).to_be_visible()
        return self


class ClientAccount(ClientScreen):
    """A client's account balance and its ledger."""

    path = r"/staff/clients/[0-9a-f-]{36}/account"
    heading = re.compile(r"’s account$")

    def amounts(self) -> list[str]:
        """What each entry did to the balance, the newest first: "−£30.00"."""
        ledger = self.main.get_by_role("region", name="Entries of the account")
        rows = ledger.locator("tbody").get_by_role("row")
        return [row.get_by_role("cell").nth(2).inner_text().strip() for row in rows.all()]
