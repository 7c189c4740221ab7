"""The classes to come."""

from datetime import date

from playwright.sync_api import Locator, expect

from e2e.pages import class_page
from e2e.pages.screen import Screen


class ClassList(Screen):
    """The list by day, with its filters."""

    path = "/"
    heading = "Classes"

    def show(
        self, *, series: str = "All classes", teacher: str = "All teachers", day: date | None = None
    ) -> "ClassList":
        """Choose in the filters and press Show."""
        self.field("Class").select_option(label=series)
        self.field("Teacher").select_option(label=teacher)
        self.field("Day").fill(day.isoformat() if day else "")
        self.press(self.button("Show"))
        return ClassList(self.page)

    def show_all(self) -> "ClassList":
        """Take the filters away."""
        self.follow(self.link("Show all"))
        return ClassList(self.page)

    def pick(self, name: str) -> "class_page.ClassPage":
        """Open the first class of that name."""
        self.follow(self.main.get_by_role("link", name=name, exact=True).first)
        return class_page.ClassPage(self.page)

    def lists_only(self, name: str) -> "ClassList":
        """Check that every class shown is of that name."""
        expect(self.classes.first).to_be_visible()
        expect(
            self.classes.filter(has_not=self.page.get_by_role("heading", name=name, exact=True))
        ).to_have_count(0)
        return self

    def lists(self, name: str, *facts: str) -> "ClassList":
        """Check that a class of that name is shown, with these facts: time, teacher, places left, price."""
        row = self.classes.filter(has=self.page.get_by_role("heading", name=name, exact=True)).first
        for fact in facts:
            expect(row).to_contain_text(fact)
        return self

    @property
    def classes(self) -> Locator:
        """A row for each class."""
        return self.main.get_by_role("listitem").filter(has=self.page.get_by_role("heading", level=3))
