"""A pass pays by itself, a discount code wins over it, and the pass is kept (B4–B7, B16, B17)."""

from playwright.sync_api import Page

from e2e.journeys.signing_in import sign_in
from e2e.pages.account import Passes
from e2e.pages.class_page import ClassPage
from e2e.pages.menu import Menu
from e2e.shop import Shop
from e2e.studio import Studio
from portal.models.bookings import BookingStatus

PASS = "10-class pass"


def test_b6_a_pass_pays_as_soon_as_the_ticket_is_in_the_basket(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    sign_in(page, studio.knows("Ada Park", passes=(PASS,)))

    basket = ClassPage.of(page, yoga.id).add_to_basket()

    basket.line("Morning Yoga").is_paid_by_a_pass()
    basket.comes_to("£0.00")
    basket.check_out().offers("Book now").comes_to("£0.00")


def test_b4_b7_a_code_wins_over_the_pass_until_it_is_removed(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    sign_in(page, studio.knows("Ada Park", passes=(PASS,)))
    basket = ClassPage.of(page, yoga.id).add_to_basket()
    basket.line("Morning Yoga").is_paid_by_a_pass()

    swapped = basket.apply(" spring20 ")

    swapped.announces("You pay £9.60 and keep 1 pass use.")
    swapped.line("Morning Yoga").is_lowered_by("SPRING20", "£2.40").costs("£9.60")
    swapped.line("Morning Yoga").offers_no_pay_with().says("Remove code to use your pass")
    swapped.comes_to("£9.60")

    back = swapped.remove_code()

    back.line("Morning Yoga").is_paid_by_a_pass()
    back.comes_to("£0.00")


def test_b4_a_code_leaves_the_pass_to_lines_that_it_does_not_apply_to(page: Page, studio: Studio) -> None:
    yoga, dance = studio.puts_on("Morning Yoga"), studio.puts_on("Contemporary Dance")
    sign_in(page, studio.knows("Ada Park", passes=(PASS,)))
    ClassPage.of(page, yoga.id).add_to_basket()
    basket = ClassPage.of(page, dance.id).add_to_basket()

    swapped = basket.apply("YOGA10")

    swapped.announces("Morning Yoga: you pay £10.80 and keep 1 pass use.")
    swapped.line("Morning Yoga").is_lowered_by("YOGA10", "£1.20").costs("£10.80")
    swapped.line("Contemporary Dance").is_paid_by_a_pass()
    swapped.comes_to("£10.80")


def test_b5_the_booking_completes_with_the_code_and_the_pass_is_not_deducted(
    page: Page, studio: Studio, shop: Shop
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park", passes=(PASS,))
    sign_in(page, ada)
    basket = ClassPage.of(page, yoga.id).add_to_basket().apply("SPRING20")

    booking = basket.check_out().comes_to("£9.60").pay("£9.60").pay()

    booking.lists("Morning Yoga", "SPRING20 −£2.40", "£9.60").has_paid("£9.60")
    (charge,) = shop.stripe.client().v1.charges.list().data
    assert (charge.amount, charge.currency, charge.paid) == (960, "gbp", True)
    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]
    own_pass = Menu(booking).to_account().to_passes().look_at(PASS)
    own_pass.card.says("Not started", "10 of 10 uses left").has_holes(left=10, punched=0)
    assert own_pass.ledger() == ["+10"]


def test_b16_b17_a_pass_shows_its_period_before_its_first_class_and_its_last_day_after(
    page: Page, studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga", in_days=7)
    sign_in(page, studio.knows("Ada Park", passes=(PASS,)))
    before = Passes.open(page).card(PASS)
    before.says("Not started", "Valid for 30 days from your first class").has_no_time_line()
    before.does_not_say("Expires")

    booking = ClassPage.of(page, yoga.id).add_to_basket().check_out().book_now()

    after = Menu(booking).to_account().to_passes().card(PASS)
    last_day = studio.day(in_days=7 + 29)
    after.says("Active", f"Expires {last_day}", "9 of 10 uses left").has_holes(left=9, punched=1)
    after.does_not_say("from your first class")
    after.has_time_line(f"valid from {studio.day(in_days=7)} to {last_day}, 1 class date on it")
