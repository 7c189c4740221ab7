"""The review page before booking."""

import re
from typing import Self

from playwright.sync_api import Locator, expect

from e2e.pages import basket, booking, register, sign_in, stripe_page
from e2e.pages.screen import Screen


class CheckOut(Screen):
    """All of it once more, and the button that names the act."""

    path = "/checkout"
    heading = "Check out"

    def as_guest(self, name: str, email: str) -> Self:
        """Say who books, without an account."""
        self.field("Name").fill(name)
        self.field("E-mail").fill(email)
        return self

    def agree_to_later_payments(self) -> Self:
        """Tick the box beside what is charged later."""
        self.field("I agree to the payments that come later").check()
        return self

    def offers(self, button: str) -> Self:
        """Check what the button is called: "Book now", "Pay £12.00"."""
        expect(self.button(button)).to_be_visible()
        return self

    def comes_to(self, total: str) -> Self:
        """Check the total under To pay."""
        expect(self.main.locator("dt", has_text="To pay").locator("+ dd")).to_have_text(total)
        return self

    def book_now(self) -> "booking.Booking":
        """Press Book now, where nothing is to pay."""
        self.press(self.button("Book now"))
        return booking.Booking(self.page)

    def book_now_twice(self) -> "booking.Booking":
        """Press Book now with a double click."""
        self._leave()
        self.button("Book now").dblclick(no_wait_after=True)
        self._has_left()
        return booking.Booking(self.page)

    def pay(self, amount: str) -> "stripe_page.PayPage":
        """Press Pay: on to the page where the card is typed."""
        self.button(f"Pay {amount}").click()
        return stripe_page.PayPage(self.page, amount)

    def pay_twice(self, amount: str) -> "stripe_page.PayPage":
        """Press Pay with a double click."""
        self.button(f"Pay {amount}").dblclick(no_wait_after=True)
        return stripe_page.PayPage(self.page, amount)

    def pay_in_vain(self) -> "basket.Basket":
        """Press the button where something has changed since the page was shown."""
        self.press(self.act)
        return basket.Basket(self.page)

    def send_incomplete(self) -> Self:
        """Press the button where a field is missing."""
        self.press(self.act)
        return self

    def asks_for_an_account(self) -> Self:
        """Check that a guest cannot buy a pass without one."""
        expect(self.main.get_by_role("heading", name="First, an account for your pass")).to_be_visible()
        expect(self.act).to_have_count(0)
        return self

    def to_register(self) -> "register.Register":
        """Follow Register."""
        self.follow(self.link("Register"))
        return register.Register(self.page)

    def to_sign_in(self) -> "sign_in.SignIn":
        """Follow Sign in."""
        self.follow(self.link("Sign in"))
        return sign_in.SignIn(self.page)

    @property
    def act(self) -> Locator:
        """The button that books or pays."""
        return self.main.get_by_role("button", name=re.compile(r"^(Pay £|Book now$)"))
