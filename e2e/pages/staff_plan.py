"""Settings › Plan."""

import re
from typing import Self

from playwright.sync_api import Locator, expect

from e2e.pages.screen import Words
from e2e.pages.staff import StaffScreen


class Plan(StaffScreen):
    """The three plans, and which is the studio's."""

    path = "/staff/settings/plan"
    heading = "Plan"

    @classmethod
    def by_menu(cls, screen: StaffScreen) -> "Plan":
        """Follow Settings on top, and Plan at the left."""
        page = screen.page
        main_menu = page.get_by_role("navigation", name="Main")
        screen.follow(main_menu.get_by_role("link", name="Settings", exact=True))
        settings = page.get_by_role("navigation", name="Settings")
        screen.follow(settings.get_by_role("link", name="Plan", exact=True))
        return cls(page)

    def is_on(self, name: str) -> Self:
        """Check which plan is the studio's."""
        expect(self._card(name).get_by_text("Your plan")).to_be_visible()
        return self

    def includes(self, name: str, words: Words) -> Self:
        """Check what a plan includes."""
        expect(self._card(name).get_by_text(words)).to_be_visible()
        return self

    def change_to(self, name: str) -> "PlanChange":
        """Follow Change to Free: nothing changes yet."""
        self.follow(self.link(f"Change to {name}"))
        return PlanChange(self.page)

    def _card(self, name: str) -> Locator:
        return self.main.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", name=name, exact=True)
        )


class PlanChange(StaffScreen):
    """What a change of the plan will do."""

    path = r"/staff/settings/plan/(free|standard|plus)"
    heading = re.compile(r"^Change to (Free|Standard|Plus)$")

    def tells(self, about: str, *words: Words) -> Self:
        """Check what will happen to something."""
        row = self.main.locator("dl > div").filter(has=self.page.get_by_text(about, exact=True))
        for sentence in words:
            expect(row.get_by_text(sentence).first).to_be_visible()
        return self

    def change(self) -> Plan:
        """Press the button."""
        self.press(self.main.get_by_role("button", name=re.compile("^Change to ")))
        return Plan(self.page)

    def leave(self) -> Plan:
        """Leave it as it is."""
        self.follow(self.link("Leave it as it is"))
        return Plan(self.page)
