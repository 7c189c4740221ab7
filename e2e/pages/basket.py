"""The basket."""

import re
from typing import Self

from playwright.sync_api import Locator, Page, expect

from e2e.pages import booking, checkout, stripe_page
from e2e.pages.screen import Screen, Words

PASS_USE = "Pass use"


class BasketLine:
    """One ticket or pass in a basket, and what pays for it."""

    def __init__(self, basket: "ShownBasket", root: Locator) -> None:
        self.basket = basket
        self.root = root

    def costs(self, price: str) -> Self:
        """Check what is to pay for it."""
        expect(self.root.locator(".price")).to_have_text(re.compile(rf"(^|\s){re.escape(price)}$"))
        return self

    def is_paid_by_a_pass(self) -> Self:
        """Check that it says Pass use, and that nothing is to pay."""
        expect(self.root.get_by_text(PASS_USE)).to_be_visible()
        return self.costs("£0.00")

    def is_not_paid_by_a_pass(self) -> Self:
        """Check that it does not say Pass use."""
        expect(self.root.get_by_text(PASS_USE)).to_have_count(0)
        return self

    def is_lowered_by(self, code: str, discount: str) -> Self:
        """Check that it shows the code and what it takes off, in place of a pass."""
        expect(self.root.get_by_text(f"{code} −{discount}")).to_be_visible()
        return self.is_not_paid_by_a_pass()

    def says(self, sentence: Words) -> Self:
        """Check that this is said on the line."""
        expect(self.root.get_by_text(sentence).first).to_be_visible()
        return self

    def offers_no_pay_with(self) -> Self:
        """Check that there is nothing to choose."""
        expect(self.root.get_by_label("Pay with")).to_have_count(0)
        return self

    def has_chosen(self, option: str) -> Self:
        """Check which option of Pay with is the present one."""
        expect(self.pay_with.locator("option:checked")).to_have_text(option)
        return self

    def change_to(self, option: str) -> "Basket":
        """Choose another way to pay under Pay with, and press Change."""
        self.pay_with.select_option(label=option)
        self.basket.press(self.root.get_by_role("button", name="Change", exact=True))
        return Basket(self.basket.page)

    def remove(self) -> "Basket":
        """Press Remove."""
        self.basket.press(self.root.get_by_role("button", name="Remove", exact=True))
        return Basket(self.basket.page)

    @property
    def pay_with(self) -> Locator:
        """The choice of what pays."""
        return self.root.get_by_label("Pay with")


class ShownBasket(Screen):
    """A basket to read: a customer's own, or the preview of staff (S10)."""

    def line(self, title: str) -> BasketLine:
        """The line of a class or a pass."""
        return BasketLine(
            self, self.lines.filter(has=self.page.get_by_role("heading", name=title, exact=True))
        )

    def has_lines(self, count: int) -> Self:
        """Check how many lines there are."""
        expect(self.lines).to_have_count(count)
        return self

    def comes_to(self, total: str) -> Self:
        """Check the total under To pay."""
        expect(self.main.locator("dt", has_text="To pay").locator("+ dd")).to_have_text(total)
        return self

    def words(self) -> list[str]:
        """What is written on lines and totals, for comparing what two people see."""
        written = [*self.lines.locator("h2, h2 + .quiet, .price, .chip, .why").all_inner_texts()]
        return [
            *written,
            *self.main.get_by_role("region", name="Summary").locator("dt, dd").all_inner_texts(),
        ]

    @property
    def lines(self) -> Locator:
        """A list item for each line."""
        return self.main.get_by_role("listitem").filter(has=self.page.get_by_role("heading", level=2))


class Basket(ShownBasket):
    """The visitor's own basket."""

    path = "/basket"
    heading = "Basket"

    def apply(self, code: str) -> "Basket":
        """Type a discount code that is good, and press Apply."""
        self._send_code(code)
        expect(self.button("Remove code")).to_be_visible()
        return Basket(self.page)

    def apply_in_vain(self, code: str) -> "RefusedCode":
        """Type a discount code that is refused, and press Apply."""
        self._send_code(code)
        return RefusedCode(self.page)

    def remove_code(self) -> "Basket":
        """Press Remove code."""
        self.press(self.button("Remove code"))
        expect(self.button("Remove code")).to_have_count(0)
        return Basket(self.page)

    def keep_my_places(self) -> "Basket":
        """Press Keep my places."""
        self.press(self.button("Keep my places"))
        return Basket(self.page)

    def keeps_places_until(self, clock: str) -> "Basket":
        """Check until when the place is kept, or the places are."""
        expect(self.main.get_by_text(re.compile(f"We keep your places? until {clock}\\."))).to_be_visible()
        return self

    def does_not_warn(self) -> "Basket":
        """Check that there is no warning of an end that is far away."""
        expect(self.main.locator("[data-hold-seconds]")).to_be_hidden()
        return self

    def check_out(self) -> "checkout.CheckOut":
        """Follow Check out to the review page."""
        self.follow(self.link("Check out"))
        return checkout.CheckOut(self.page)

    def cannot_be_checked_out(self) -> "Basket":
        """Check that there is nothing that could be booked."""
        expect(self.link("Check out")).to_have_count(0)
        return self

    def is_empty(self) -> "Basket":
        """Check that nothing is in it, and that the page says what to do next."""
        expect(self.main.get_by_role("heading", name="Your basket is empty")).to_be_visible()
        expect(self.link("To the classes")).to_be_visible()
        return self

    def is_being_paid(self, amount: str) -> "Basket":
        """Check that it waits for a payment, and cannot be changed meanwhile."""
        self.announces(f"You are paying {amount} for this basket")
        for act in ("Remove", "Change", "Apply", "Keep my places"):
            expect(self.button(act)).to_have_count(0)
        return self.cannot_be_checked_out()

    def continue_payment(self) -> "stripe_page.PayPage":
        """Press Continue payment: on to the card."""
        self.button("Continue payment").click()
        return stripe_page.PayPage(self.page)

    def continue_payment_that_is_paid(self) -> "booking.Booking":
        """Press Continue payment where the money has arrived meanwhile."""
        self.press(self.button("Continue payment"))
        return booking.Booking(self.page)

    def change_basket(self) -> "Basket":
        """Press Change basket: the payment ends, and the lines can be changed again."""
        self.press(self.button("Change basket"))
        expect(self.button("Continue payment")).to_have_count(0)
        return Basket(self.page)

    def change_basket_that_is_paid(self) -> "booking.Booking":
        """Press Change basket where the money has arrived meanwhile."""
        self.press(self.button("Change basket"))
        return booking.Booking(self.page)

    def _send_code(self, code: str) -> None:
        self.field("Discount code").fill(code)
        self.press(self.button("Apply"))

    @property
    def _piece(self) -> Locator:
        return self.page.locator("#basket")


class RefusedCode(Basket):
    """The basket after a code was refused: what was typed is still there, at the address that it went to."""

    path = r"/basket(/code)?"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        expect(self.field("Discount code")).to_have_attribute("aria-invalid", "true")

    def because(self, sentence: str) -> "RefusedCode":
        """Check the sentence, in the summary and beside the field."""
        self.has_wrong("Discount code", sentence)
        return self
