"""A booking as staff see it, and the page on which they cancel for a client."""

import re
from typing import Self

from playwright.sync_api import Page, expect

from e2e.pages import staff_clients
from e2e.pages.staff import StaffScreen

REFERENCE = r"/staff/bookings/[0-9A-Z-]+"


class StaffBooking(StaffScreen):
    """A booking: its tickets, what paid, what went back."""

    path = REFERENCE
    heading = re.compile(r"^Booking ")

    @classmethod
    def of(cls, page: Page, reference: str) -> "StaffBooking":
        """Type its address into the browser."""
        page.goto(f"/staff/bookings/{reference}")
        return cls(page)

    def ask_to_cancel(self) -> "StaffCancellation":
        """Follow Cancel ticket, where there is one ticket."""
        self.follow(self.link("Cancel ticket"))
        return StaffCancellation(self.page)


class StaffCancellation(StaffScreen):
    """What cancelling will do, what staff decide otherwise, and why."""

    path = REFERENCE + r"(/tickets/[0-9a-f-]{36})?/cancellation"
    heading = re.compile(r"^Cancel ")

    @classmethod
    def from_schedule(cls, schedule: "staff_clients.ClientSchedule", class_name: str) -> "StaffCancellation":
        """Follow a visit's Cancel ticket."""
        name = re.compile(f"^Cancel ticket for {re.escape(class_name)}")
        schedule.follow(schedule.main.get_by_role("link", name=name))
        return cls(schedule.page)

    def because(self, reason: str) -> Self:
        """Say why."""
        self.field("Reason").fill(reason)
        return self

    def decides(self, choice: str) -> Self:
        """Choose otherwise than the studio's preferences."""
        self.field(choice).check()
        return self

    def cancel(self) -> "staff_clients.ClientSchedule":
        """Press Cancel ticket, for a client."""
        self.press(self.button("Cancel ticket"))
        return staff_clients.ClientSchedule(self.page)

    def cancel_for_a_guest(self) -> StaffBooking:
        """Press Cancel ticket, for somebody without an account."""
        self.press(self.button("Cancel ticket"))
        return StaffBooking(self.page)

    def cancel_in_vain(self) -> "StaffCancellation":
        """Press it where something is missing."""
        self.press(self.button("Cancel ticket"))
        return StaffCancellation(self.page)

    def leads_to_deactivate(self) -> Self:
        """Check that it links to the pass's own Deactivate."""
        link = self.link("Deactivate")
        expect(link).to_have_attribute("href", re.compile(r"/passes/[0-9a-f-]{36}/deactivation$"))
        return self
