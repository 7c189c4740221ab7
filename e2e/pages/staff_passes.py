"""A client's Passes & Memberships, and the Action menu of each pass."""

from typing import Self, TypeVar

from playwright.sync_api import Locator, Page, expect

from e2e.pages import staff_clients, staff_pass_acts
from e2e.pages.screen import Screen, Words

Next = TypeVar("Next", bound=Screen)


class ClientPasses(staff_clients.ClientScreen):
    """A client's passes: with a search box, Filter, and an Action column."""

    path = r"/staff/clients/[0-9a-f-]{36}/passes"
    heading = "Passes & Memberships"

    def row(self, name: str) -> "PassRow":
        """One of them."""
        return PassRow(self, self._rows.filter(has=self.page.get_by_role("link", name=name, exact=True)))

    def lists(self, *names: str) -> Self:
        """Check that these passes stand there, and no others."""
        expect(self._rows).to_have_count(len(names))
        for name in names:
            expect(self.row(name).root).to_be_visible()
        return self

    def search_for(self, text: str) -> "ClientPasses":
        """Type into the search box of this list, and send it."""
        self._sift.get_by_label("Search", exact=True).fill(text)
        self.press(self._sift.get_by_role("button", name="Search", exact=True))
        return ClientPasses(self.page)

    def filter_by_status(self, status: str) -> "ClientPasses":
        """Filter › Status › that checkbox › Apply."""
        self._sift.locator("summary", has_text="Filter").click()
        self._sift.get_by_role("group", name="Status").get_by_label(status, exact=True).check()
        self.press(self._sift.get_by_role("button", name="Apply", exact=True))
        return ClientPasses(self.page)

    def issue(self) -> "staff_pass_acts.Issue":
        """Follow Issue a pass."""
        self.follow(self.link("Issue a pass").first)
        return staff_pass_acts.Issue(self.page)

    def follow_undo(self) -> "staff_pass_acts.Undo":
        """Follow Undo in the notice that says what was done."""
        self.follow(self.main.get_by_role("status").get_by_role("link", name="Undo", exact=True))
        return staff_pass_acts.Undo(self.page)

    @property
    def _sift(self) -> Locator:
        return self.main.get_by_role("search", name="Passes")

    @property
    def _rows(self) -> Locator:
        return self.main.get_by_role("row").filter(has=self.page.get_by_role("rowheader"))


class PassRow:
    """One pass in the list."""

    def __init__(self, passes: ClientPasses, root: Locator) -> None:
        self.passes = passes
        self.root = root

    def says(self, *words: Words) -> Self:
        """Check that these stand in the row."""
        for sentence in words:
            expect(self.root.get_by_text(sentence).first).to_be_visible()
        return self

    def offers(self, *acts: str) -> Self:
        """Check that the Action menu shows these."""
        self._open_menu()
        for act in acts:
            expect(self._act(act)).to_be_visible()
        return self

    def does_not_offer(self, act: str) -> Self:
        """Check that the Action menu does not show this."""
        self._open_menu()
        expect(self._act(act)).to_have_count(0)
        return self

    def deactivate(self) -> "staff_pass_acts.Deactivation":
        """Action › Deactivate."""
        return self._choose("Deactivate", staff_pass_acts.Deactivation)

    def activate(self) -> "staff_pass_acts.Activation":
        """Action › Activate."""
        return self._choose("Activate", staff_pass_acts.Activation)

    def edit(self) -> "staff_pass_acts.EditPurchaseOption":
        """Action › Edit Purchase Option."""
        return self._choose("Edit Purchase Option", staff_pass_acts.EditPurchaseOption)

    def extend(self) -> "staff_pass_acts.Extension":
        """Action › Extend."""
        return self._choose("Extend", staff_pass_acts.Extension)

    def pause(self) -> "staff_pass_acts.Pause":
        """Action › Pause."""
        return self._choose("Pause", staff_pass_acts.Pause)

    def adjust_uses(self) -> "staff_pass_acts.Adjustment":
        """Action › Adjust uses."""
        return self._choose("Adjust uses", staff_pass_acts.Adjustment)

    def _choose(self, act: str, screen: type[Next]) -> Next:
        self._open_menu()
        self.passes.follow(self._act(act))
        return screen(self._page)

    def _open_menu(self) -> None:
        """Press Action in the Action column, unless its menu is open."""
        if self._menu.get_attribute("open") is None:
            self._menu.locator("summary", has_text="Action").click()

    def _act(self, name: str) -> Locator:
        return self._menu.get_by_role("link", name=name, exact=True)

    @property
    def _menu(self) -> Locator:
        return self.root.locator("details")

    @property
    def _page(self) -> Page:
        return self.passes.page
