"""A booking afterwards: its page, calendar file, receipt and letter, and who may see it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_DESK_PLAIN_ON_PHONE
from e2e.journeys.signing_in import sign_in
from e2e.pages.booking import Booking
from e2e.pages.class_page import ClassPage
from e2e.pages.errors import NotFound
from e2e.pages.mailbox import Mailbox
from e2e.pages.menu import Menu
from e2e.pages.sign_in import SignIn
from e2e.studio import Studio

pytestmark = SCRIPT_ON_DESK_PLAIN_ON_PHONE


def test_the_confirmation_has_a_reference_a_calendar_file_and_a_receipt(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park", passes=("10-class pass",))
    sign_in(page, ada)
    booking = ClassPage.of(page, yoga.id).add_to_basket().check_out().book_now()
    booking.says(booking.reference).says(re.compile("Give your name at the door"))
    booking.says(re.compile(r"^All times are London time \("))

    (event,) = booking.calendar()
    assert (event.summary, event.starts_at) == ("Morning Yoga, Riverside Studio", yoga.starts_at)
    assert booking.reference in event.description

    receipt = booking.receipt().has_row("Morning Yoga, Adult", "Pass use, 10-class pass", "£12.00")
    receipt.says("Ada Park").says("Riverside Studio").says(booking.reference)


def test_a_guest_finds_the_booking_by_the_link_in_the_letter_and_nobody_does_without_it(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    gil = studio.somebody("Gil Guest")
    review = ClassPage.of(page, yoga.id).add_to_basket().check_out().as_guest(gil.name, gil.email)
    booking = review.pay("£12.00").pay()
    studio.worker_looks_round()

    letter = Mailbox.open(page).letter(gil.email, f"Your booking {booking.reference} at Riverside Studio")
    letter.says("Hello Gil Guest", "Morning Yoga", "Total paid: £12.00", "All times are London time")
    letter.follow(f"/bookings/{booking.reference}?secret=")
    assert [event.summary for event in Booking(page).calendar()] == ["Morning Yoga, Riverside Studio"]
    Booking(page).receipt().has_row("Morning Yoga, Adult", "£12.00").says("Paid by card")

    stranger = new_visitor()
    stranger.goto(f"/bookings/{booking.reference}")
    SignIn(stranger)
    stranger.goto(f"/bookings/{booking.reference}?secret=guessed")
    NotFound(stranger)


def test_another_customers_booking_and_pass_are_not_to_be_found(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada, ben = studio.knows("Ada Park", passes=("10-class pass",)), studio.knows("Ben Osei")
    sign_in(page, ada)
    booking = ClassPage.of(page, yoga.id).add_to_basket().check_out().book_now()
    own_pass = Menu(booking).to_account().to_passes().look_at("10-class pass")

    bens = new_visitor()
    sign_in(bens, ben)
    for address in (booking.address, own_pass.page.url):
        bens.goto(address)
        NotFound(bens)
