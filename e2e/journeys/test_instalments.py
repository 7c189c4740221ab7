"""A pass in instalments: what it costs today and later, agreed to, paid, and charged by itself (M1)."""

from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in
from e2e.pages.account import Passes
from e2e.pages.checkout import CheckOut
from e2e.pages.pass_shop import PassShop
from e2e.shop import Shop
from e2e.studio import Studio

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK

HALF_YEAR = "Half-year pass"
TODAY = "£78.00 today, then 3 monthly instalments of £78.00"
AGREE = "I agree to the payments that come later"


def test_a_pass_is_bought_in_instalments_and_the_next_is_taken_on_its_day(
    page: Page, studio: Studio, shop: Shop
) -> None:
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    review = PassShop.open(page).says(TODAY).add_to_basket(HALF_YEAR).says(TODAY).check_out()
    review.comes_to("£78.00").says("may keep my card and charge it for the Half-year pass")

    review.send_incomplete()
    CheckOut(page).has_wrong(AGREE, "Please agree to the payments that come later.")
    booking = CheckOut(page).agree_to_later_payments().pay("£78.00").pay()

    booking.says("£78.00 with the booking, then 3 monthly instalments of £78.00").has_paid("£78.00")
    Passes.open(page).look_at(HALF_YEAR).says("£78.00 paid, £234.00 to come.")

    shop.set_clock("+33d")
    shop.work()
    sign_in(page, ada)
    Passes.open(page).look_at(HALF_YEAR).says("£156.00 paid, £156.00 to come.").says("Paid on")
