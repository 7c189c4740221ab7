"""Setup: the first steps of a new studio, its details, and its classes."""

import re
from typing import Self

from playwright.sync_api import Locator, expect

from e2e.pages.staff import StaffScreen, Today


class FirstSteps(Today):
    """The staff page of a studio that is being set up."""

    def step(self, title: str) -> Locator:
        """One of the first steps."""
        steps = self.main.get_by_role("region", name="First steps")
        return steps.get_by_role("listitem").filter(has_text=title)

    def has_done(self, *titles: str) -> Self:
        """Check that these steps are done, and how many that is."""
        for title in titles:
            expect(self.step(title).get_by_text("Done", exact=True)).to_be_visible()
        return self.says(f"{len(titles)} of 5 done")

    def to_details(self) -> "StudioDetails":
        """Take the step that asks where the studio is."""
        self.follow(self.step("Say where you are").get_by_role("link"))
        return StudioDetails(self.page)

    def to_new_class(self) -> "NewClass":
        """Take the step that asks for a class."""
        self.follow(self.step("Put the first class on sale").get_by_role("link"))
        return NewClass(self.page)

    def to_shop(self) -> None:
        """Take the step that leads to the shop."""
        self.follow(self.step("Make the first booking").get_by_role("link"))

    def put_away(self) -> Today:
        """Put these steps away."""
        self.press(self.button("Put these steps away"))
        return Today(self.page)


class StudioDetails(StaffScreen):
    """How the studio presents itself."""

    path = "/staff/setup/studio"
    heading = "Studio details"

    def save(self, *, address: str) -> FirstSteps:
        """Say where the studio is, and come back to the first steps."""
        self.field("Address").fill(address)
        self.press(self.button("Save"))
        return FirstSteps(self.page)


class NewClass(StaffScreen):
    """A class from nothing to on sale."""

    path = "/staff/setup/classes/new"
    heading = "Add a class"

    def fill_in(self, days: tuple[str, ...] = (), **fields: str) -> Self:
        """Type into fields by their labels ("Starts_at"), and tick days."""
        for day in days:
            self.field(day).check()
        for label, text in fields.items():
            self.field(label.replace("_", " ")).fill(text)
        return self

    def put_on_sale(self) -> "SetUpClass":
        """Press the button where all is well."""
        self.press(self.button("Put on sale"))
        return SetUpClass(self.page)

    def put_on_sale_in_vain(self) -> "NewClass":
        """Press the button where something is missing."""
        self.press(self.button("Put on sale"))
        return NewClass(self.page)


class SetUpClass(StaffScreen):
    """One class with its times, tickets and next dates."""

    path = r"/staff/setup/classes/[0-9a-f-]{36}"
    heading = re.compile(r".")

    def to_today(self) -> FirstSteps:
        """Menu, Today."""
        menu = self.page.get_by_role("navigation", name="Main")
        self.follow(menu.get_by_role("link", name="Today", exact=True))
        return FirstSteps(self.page)
