"""A booking's page, in each of its states, and its receipt."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from icalendar import Calendar
from playwright.sync_api import Page, expect

from e2e.pages import cancelling
from e2e.pages.screen import Screen

ADDRESS = r"/bookings/([0-9A-Z-]+)"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event of a calendar file."""

    summary: str
    starts_at: datetime
    description: str


class AnyBooking(Screen):
    """A booking, whatever has become of it."""

    path = ADDRESS
    heading = re.compile(r".")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        found = re.search(ADDRESS, page.url)
        assert found is not None
        self.reference = found[1]
        """What the customer names it by."""
        self.address = page.url
        """Where the browser is: with a guest's secret, if a guest booked it."""

    def lists(self, *facts: str) -> Self:
        """Check that one of the lines says all of this: class, ticket, what pays, price."""
        line = self.main.get_by_role("listitem")
        for fact in facts:
            line = line.filter(has_text=fact)
        expect(line.first).to_be_visible()
        return self

    def ask_to_cancel(self, class_name: str) -> "cancelling.Cancellation":
        """Follow a ticket's Cancel ticket."""
        ticket = self.main.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", name=class_name, exact=True)
        )
        self.follow(ticket.get_by_role("link", name="Cancel ticket", exact=True))
        return cancelling.Cancellation(self.page)

    def ask_to_cancel_all(self) -> "cancelling.Cancellation":
        """Follow Cancel booking."""
        self.follow(self.link("Cancel booking"))
        return cancelling.Cancellation(self.page)


class Booking(AnyBooking):
    """A booking that is made."""

    heading = re.compile(r"^(You are booked|The pass is yours)$")

    def has_paid(self, amount: str) -> "Booking":
        """Check what was paid in money."""
        expect(self.main.locator("dt", has_text=re.compile(r"^Paid$")).locator("+ dd")).to_have_text(amount)
        return self

    def receipt(self) -> "Receipt":
        """Follow Receipt to print."""
        self.follow(self.link("Receipt to print"))
        return Receipt(self.page)

    def calendar(self) -> list[CalendarEvent]:
        """Follow Add to your calendar; the events in the file, which must parse."""
        with self.page.expect_download() as downloading:
            self.link("Add to your calendar").click()
        file = downloading.value
        assert file.suggested_filename == f"{self.reference}.ics"
        calendar = Calendar.from_ical(file.path().read_bytes())
        return [
            CalendarEvent(str(event["summary"]), event.decoded("dtstart"), str(event["description"]))
            for event in calendar.walk("VEVENT")
        ]


class WaitingBooking(AnyBooking):
    """A booking whose money has not arrived yet."""

    heading = re.compile(r"^Waiting for your payment$")


class RefundedBooking(AnyBooking):
    """A booking whose money came too late, and goes back."""

    heading = re.compile(r"^Your money goes back to you$")


class ReleasedBooking(AnyBooking):
    """A booking that was given up before it was paid."""

    heading = re.compile(r"^This was not booked$")


class Receipt(Screen):
    """A booking's receipt, for paper."""

    path = ADDRESS + "/receipt"
    heading = "Receipt"

    def has_row(self, *facts: str) -> "Receipt":
        """Check that one of the rows says all of this."""
        row = self.main.get_by_role("row")
        for fact in facts:
            row = row.filter(has_text=fact)
        expect(row).to_be_visible()
        return self
