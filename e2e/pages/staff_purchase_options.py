"""Setup › Purchase Options."""

import re
from typing import Self

from playwright.sync_api import Locator, expect

from e2e.pages import staff
from e2e.pages.screen import Words

OPTION = r"/staff/purchase-options/[0-9a-f-]{36}"


class PurchaseOptions(staff.StaffScreen):
    """What the studio sells as passes."""

    path = "/staff/purchase-options"
    heading = "Purchase Options"

    def says_of(self, name: str, *words: Words) -> Self:
        """Check what it says of one."""
        for sentence in words:
            expect(self._row(name).get_by_text(sentence).first).to_be_visible()
        return self

    def choose(self, name: str, act: str) -> "OptionAct":
        """Follow one of its acts: "Deactivate", "Activate", "Take off sale", "Put on sale"."""
        self.follow(self._row(name).get_by_role("link", name=f"{act} {name}", exact=True))
        return OptionAct(self.page)

    def extend_all(self, name: str) -> "ExtendAll":
        """Follow Extend all passes."""
        self.follow(self._row(name).get_by_role("link", name=f"Extend all passes of {name}", exact=True))
        return ExtendAll(self.page)

    def _row(self, name: str) -> Locator:
        return self.main.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", name=name, exact=True)
        )


class OptionAct(staff.StaffScreen):
    """The confirmation of a change, which says how many clients it touches."""

    path = rf"{OPTION}/(deactivation|activation|off-sale|on-sale)"
    heading = re.compile(r"^(Deactivate|Activate|Take|Put) ")

    def carry_out(self, button: str, reason: str) -> PurchaseOptions:
        """Say why, and press the button."""
        self.field("Reason").fill(reason)
        self.press(self.button(button))
        return PurchaseOptions(self.page)


class ExtendAll(staff.StaffScreen):
    """How many days, for all passes of a purchase option."""

    path = rf"{OPTION}/extension"
    heading = re.compile(r"^Extend all passes of ")

    def preview(self, days: int) -> "ExtensionPreview":
        """See whose passes it is, and to when."""
        self.field("Days to add").fill(str(days))
        self.press(self.button("Show whose and to when"))
        return ExtensionPreview(self.page)


class ExtensionPreview(staff.StaffScreen):
    """Whose passes will be extended, and to when; nothing has changed yet."""

    path = rf"{OPTION}/extension"
    heading = re.compile(r"^Extend all passes of .* by \d+ days?$")

    def lists(self, client: str, *words: Words) -> Self:
        """Check what stands beside a client."""
        named = self.page.get_by_role("link", name=client, exact=True)
        row = self.main.get_by_role("row").filter(has=named)
        for sentence in words:
            expect(row.get_by_text(sentence).first).to_be_visible()
        return self

    def extend(self, reason: str) -> PurchaseOptions:
        """Say why, and press Extend all passes."""
        self.field("Reason").fill(reason)
        self.press(self.button("Extend all passes"))
        return PurchaseOptions(self.page)
