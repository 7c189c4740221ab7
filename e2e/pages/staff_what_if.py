"""What a basket would cost somebody, and the page that books it for them."""

import re
from typing import Self

from playwright.sync_api import expect

from e2e.pages import staff_bookings
from e2e.pages.staff import StaffScreen
from e2e.pages.staff_clients import ClientOverview


class WhatIf(StaffScreen):
    """The lines that are asked about, and their quote."""

    path = "/staff/what-if"
    heading = "What-if"

    @classmethod
    def of(cls, client: ClientOverview, name: str) -> "WhatIf":
        """Follow Book for, on a client's page."""
        client.follow(client.link(f"Book for {name}"))
        return cls(client.page)

    def add_class(self, class_name: str, day: str) -> "WhatIf":
        """Add class: choose the series and the day, "2026-12-10", and its first ticket."""
        self.follow(self.link("Add class"))
        choice = ClassChoice(self.page)
        choice.field("Class").select_option(label=class_name)
        choice.field("From").fill(day)
        choice.press(choice.button("Show"))
        choice.follow(choice.main.get_by_role("link", name=re.compile("^Add ")).first)
        return WhatIf(self.page)

    def asks_with(self, code: str) -> "WhatIf":
        """Type a discount code, and press Show."""
        self.field("Discount code").fill(code)
        self.press(self.button("Show"))
        return WhatIf(self.page)

    def comes_to(self, amount: str) -> Self:
        """Check what is to pay."""
        expect(self.page.locator("#to-pay")).to_have_text(amount)
        return self

    def book(self, name: str) -> "BookForClient":
        """Follow Book for."""
        self.follow(self.link(f"Book for {name}"))
        return BookForClient(self.page)


class ClassChoice(StaffScreen):
    """Classes to come, each with its tickets."""

    path = "/staff/what-if/classes"
    heading = "Add class"


class BookForClient(StaffScreen):
    """What will be booked, and how it is paid."""

    path = "/staff/what-if/booking"
    heading = re.compile("^Book for ")

    def paid(self, how: str) -> Self:
        """Choose how it is paid."""
        self.field(how).check()
        return self

    def book(self, name: str) -> "staff_bookings.StaffBooking":
        """Press Book for."""
        self.press(self.button(f"Book for {name}"))
        return staff_bookings.StaffBooking(self.page)
