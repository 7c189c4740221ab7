"""The pages on which a ticket is moved to another class: by customers, guests and staff."""

import re
from typing import Self
from uuid import UUID

from playwright.sync_api import expect

from e2e.pages import booking, staff_clients
from e2e.pages.screen import Screen
from e2e.pages.staff import StaffScreen
from e2e.pages.stripe_page import PayPage

TICKET = r"/bookings/[0-9A-Z-]+/tickets/[0-9a-f-]{36}/transfer"
ONE = TICKET + r"/[0-9a-f-]{36}/[0-9a-f-]{36}"
MOVE_HERE = re.compile("^Move here")


class Transfer(Screen):
    """What moving will do, and the button."""

    path = ONE
    heading = "Move this ticket?"

    def will(self, *told: str) -> Self:
        """Check what it says will happen."""
        for sentence in told:
            expect(self.main.locator(".glance")).to_contain_text(sentence)
        return self

    def move(self) -> "booking.Booking":
        """Press Move ticket."""
        self.press(self.button("Move ticket"))
        return booking.Booking(self.page)

    def pay(self, amount: str) -> PayPage:
        """Press Pay £3.00: on to Stripe's page."""
        self.button(f"Pay {amount}").click()
        return PayPage(self.page, amount)


class TransferChoice(Screen):
    """The classes to choose from."""

    path = TICKET
    heading = "Move to another class"

    @classmethod
    def of(cls, shown: "booking.AnyBooking", class_name: str) -> "TransferChoice":
        """Follow a ticket's Move to another class."""
        ticket = shown.main.get_by_role("listitem").filter(
            has=shown.page.get_by_role("heading", name=class_name, exact=True)
        )
        shown.follow(ticket.get_by_role("link", name="Move to another class", exact=True))
        return cls(shown.page)

    def choose(self, class_name: str, class_session_id: UUID, *, day: str) -> Transfer:
        """Show a class on a day ("2026-12-03"), and follow its Move here."""
        self.field("Class").select_option(label=class_name)
        self.field("Day").fill(day)
        self.press(self.button("Show"))
        one = self.main.locator(f"a[href*='{class_session_id}']")
        self.follow(self.main.get_by_role("link", name=MOVE_HERE).and_(one))
        return Transfer(self.page)


class StaffTransfer(StaffScreen):
    """What moving will do, and why staff do it."""

    path = r"/staff" + ONE
    heading = re.compile(r"^Move .*ticket\?$")

    def because(self, reason: str) -> Self:
        """Say why."""
        self.field("Reason").fill(reason)
        return self

    def move_in_vain(self) -> "StaffTransfer":
        """Press Move ticket where something is missing."""
        self.press(self.button("Move ticket"))
        return StaffTransfer(self.page)

    def move(self) -> "staff_clients.ClientSchedule":
        """Press Move ticket."""
        self.press(self.button("Move ticket"))
        return staff_clients.ClientSchedule(self.page)


class StaffTransferChoice(StaffScreen):
    """The classes that staff choose from."""

    path = r"/staff" + TICKET
    heading = re.compile(r"^Move .*ticket$")

    @classmethod
    def from_schedule(
        cls, schedule: "staff_clients.ClientSchedule", class_name: str
    ) -> "StaffTransferChoice":
        """Follow a visit's Move to another class."""
        name = re.compile(f"^Move to another class from {re.escape(class_name)}")
        schedule.follow(schedule.main.get_by_role("link", name=name))
        return cls(schedule.page)

    def choose(self, class_name: str, class_session_id: UUID) -> StaffTransfer:
        """Show a class, and follow its Move here."""
        self.field("Class").select_option(label=class_name)
        self.press(self.button("Show"))
        one = self.main.locator(f"a[href*='{class_session_id}']")
        self.follow(self.main.get_by_role("link", name=MOVE_HERE).and_(one))
        return StaffTransfer(self.page)
