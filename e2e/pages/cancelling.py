"""The pages that ask before a customer's ticket or booking is cancelled, and what is left afterwards."""

import re
from typing import Self

from playwright.sync_api import expect

from e2e.pages import booking
from e2e.pages.screen import Screen


class Cancellation(Screen):
    """What cancelling will do, and the button."""

    path = r"/bookings/[0-9A-Z-]+(/tickets/[0-9a-f-]{36})?/cancellation"
    heading = re.compile(r"^(Cancel this|Give up your) ")

    def will(self, about: str, *told: str) -> Self:
        """Check what it says, at a glance, will happen."""
        row = self.main.locator(".glance > div").filter(
            has=self.page.locator("dt", has_text=re.compile(f"^{about}"))
        )
        for sentence in told:
            expect(row.locator("dd")).to_contain_text(sentence)
        return self

    def cancel_ticket(self) -> "booking.AnyBooking":
        """Press Cancel ticket."""
        self.press(self.button("Cancel ticket"))
        return booking.AnyBooking(self.page)

    def cancel_booking(self) -> "booking.AnyBooking":
        """Press Cancel booking."""
        self.press(self.button("Cancel booking"))
        return booking.AnyBooking(self.page)

    def cancel_in_vain(self) -> "Cancellation":
        """Press Cancel ticket where what it does has changed meanwhile."""
        self.press(self.button("Cancel ticket"))
        return Cancellation(self.page)

    def keep(self) -> "booking.Booking":
        """Follow the way out that changes nothing."""
        self.follow(self.main.get_by_role("link", name=re.compile("^Keep ")))
        return booking.Booking(self.page)
