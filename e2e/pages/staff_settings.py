"""The studio's settings."""

from typing import Self

from playwright.sync_api import expect

from e2e.pages.staff import StaffScreen

RETURN_USE = "Return use to pass upon ticket cancellation"
SECTION = "Cancellations, Transfers & Refunds"


class BookingPreferences(StaffScreen):
    """Settings › Booking preferences, as they stand."""

    path = "/staff/settings/booking-preferences"
    heading = "Booking preferences"

    @classmethod
    def by_menu(cls, screen: StaffScreen) -> "BookingPreferences":
        """Follow Settings on top, and Booking preferences at the left."""
        page = screen.page
        main_menu = page.get_by_role("navigation", name="Main")
        screen.follow(main_menu.get_by_role("link", name="Settings", exact=True))
        settings = page.get_by_role("navigation", name="Settings")
        screen.follow(settings.get_by_role("link", name="Booking preferences", exact=True))
        return cls(page)

    def edit(self) -> "EditPreferences":
        """Follow Edit of the section."""
        section = self.main.get_by_role("region", name=SECTION)
        self.follow(section.get_by_role("link", name="Edit", exact=True))
        return EditPreferences(self.page)

    def answers(self, question: str, answer: str) -> Self:
        """Check how a preference stands."""
        row = self.main.locator(".answers > div").filter(has=self.page.get_by_text(question, exact=True))
        expect(row.locator("strong")).to_have_text(answer)
        return self


class EditPreferences(StaffScreen):
    """The form of the section."""

    path = "/staff/settings/booking-preferences/edit"
    heading = SECTION

    def returns_use(self, *, wanted: bool) -> Self:
        """Tick or untick Return use to pass upon ticket cancellation."""
        self.field(RETURN_USE).set_checked(wanted)
        return self

    def is_ticked(self, *, wanted: bool) -> Self:
        """Check whether it is ticked."""
        expect(self.field(RETURN_USE)).to_be_checked(checked=wanted)
        return self

    def save(self) -> BookingPreferences:
        """Press Save."""
        self.press(self.button("Save"))
        return BookingPreferences(self.page)

    def leave(self) -> BookingPreferences:
        """Leave without saving."""
        self.follow(self.link("Leave without saving"))
        return BookingPreferences(self.page)
