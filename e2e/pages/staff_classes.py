"""Staff's classes: the list, one class, and the page on which the studio cancels it."""

import re
from typing import Self
from uuid import UUID

from playwright.sync_api import Locator, expect

from e2e.pages.staff import StaffScreen

CLASS = r"/staff/classes/[0-9a-f-]{36}"


class StaffClasses(StaffScreen):
    """The classes to come, or past ones."""

    path = "/staff/classes"
    heading = "Classes"

    @classmethod
    def by_menu(cls, screen: StaffScreen) -> "StaffClasses":
        """Follow Classes on top."""
        menu = screen.page.get_by_role("navigation", name="Main")
        screen.follow(menu.get_by_role("link", name="Classes", exact=True))
        return cls(screen.page)

    def show_only(self, class_name: str, day: str) -> "StaffClasses":
        """Narrow the list to a class and a day, "2026-12-10"."""
        self.field("Class").select_option(label=class_name)
        self.field("Day").fill(day)
        self.press(self.button("Show"))
        return StaffClasses(self.page)

    def row(self, class_id: UUID) -> Locator:
        """One class of the list."""
        link = self.page.locator(f'a[href="/staff/classes/{class_id}"]')
        return self.main.get_by_role("listitem").filter(has=link)

    def look_at(self, class_id: UUID) -> "StaffClass":
        """Open a class."""
        self.follow(self.row(class_id).get_by_role("link"))
        return StaffClass(self.page)


class StaffClass(StaffScreen):
    """One class: who comes, who waits, and how its cancelling stands."""

    path = CLASS
    heading = re.compile(r".")

    def who(self, name: str, *facts: str) -> Self:
        """Check what stands beside somebody who comes, or waits."""
        row = self.main.get_by_role("row").filter(has_text=name).first
        for fact in facts:
            expect(row).to_contain_text(fact)
        return self

    def ask_to_cancel(self) -> "ClassCancellation":
        """Follow Cancel class."""
        self.follow(self.link("Cancel class"))
        return ClassCancellation(self.page)


class ClassCancellation(StaffScreen):
    """What cancelling a class will do, and the button."""

    path = CLASS + "/cancellation"
    heading = re.compile(r"^Cancel ")

    def will(self, about: str, told: str) -> Self:
        """Check what it says, at a glance, will happen."""
        row = self.main.locator(".glance > div").filter(has=self.page.locator("dt", has_text=about))
        expect(row.locator("dd")).to_contain_text(told)
        return self

    def gives(self, name: str, what: str) -> Self:
        """Check what one booking gets back."""
        expect(self.main.get_by_role("row").filter(has_text=name)).to_contain_text(what)
        return self

    def makes_passes_longer(self, days: str) -> Self:
        """Choose by how many days."""
        self.field("Make the passes longer by (days)").fill(days)
        return self

    def because(self, reason: str) -> Self:
        """Say why, for customers to read."""
        self.field("Reason").fill(reason)
        return self

    def cancel(self) -> StaffClass:
        """Press Cancel class."""
        self.press(self.button("Cancel class"))
        return StaffClass(self.page)

    def cancel_in_vain(self) -> "ClassCancellation":
        """Press it where something is missing, or has changed meanwhile."""
        self.press(self.button("Cancel class"))
        return ClassCancellation(self.page)
