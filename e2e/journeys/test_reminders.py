"""A reminder the day before a class, and how its reader gets no more of them."""

from playwright.sync_api import Page, expect

from e2e.journeys.conftest import StoppedClock
from e2e.journeys.devices import SCRIPT_ON_DESK_PLAIN_ON_PHONE
from e2e.journeys.signing_in import sign_in, sign_in_as_staff
from e2e.pages.account import Account
from e2e.pages.class_page import ClassPage
from e2e.pages.letters import Reminders, StaffLetters
from e2e.pages.mailbox import Mailbox
from e2e.studio import Studio

pytestmark = SCRIPT_ON_DESK_PLAIN_ON_PHONE

REMINDER = "Tomorrow at Riverside Studio: Morning Yoga"


def test_the_day_before_a_class_its_booker_is_reminded_and_may_choose_to_be_no_more(
    page: Page, studio: Studio, clock: StoppedClock
) -> None:
    yoga = studio.puts_on("Morning Yoga", in_days=2)
    ada = studio.knows("Ada Park", passes=("10-class pass",))
    sign_in(page, ada)
    booking = ClassPage.of(page, yoga.id).add_to_basket().check_out().book_now()

    clock.shows("08:00")
    studio.worker_looks_round()
    studio.worker_looks_round()

    letter = Mailbox.open(page).letter(ada.email, REMINDER)
    letter.says("Hello Ada Park", "Pass use: 10-class pass", f"Booking {booking.reference}")
    expect(page.get_by_role("heading", name=REMINDER)).to_have_count(1)
    letter.follow("/letters/")
    off = Reminders(page).says("Reminders are on").stop()
    off.announces(f"Reminders are off for {ada.email}.").says("Reminders are off")

    details = Account.open(page).to_details()
    expect(details.field("Remind me by e-mail")).not_to_be_checked()
    details.field("Remind me by e-mail").check()
    details.press(details.button("Save reminders"))
    details.announces("Reminders are on.")
    expect(details.field("Remind me by e-mail")).to_be_checked()


def test_staff_read_a_letter_before_anybody_gets_it(page: Page, studio: Studio) -> None:
    sign_in_as_staff(page, studio.employs("Fran Desk"))

    letters = StaffLetters.open(page).says("Every letter got out, or is still being tried.")
    preview = letters.look_at("Reminder of a class").reads(
        REMINDER, "Choose to get no more", "nobody gets it"
    )

    shown = preview.as_html()
    expect(shown.get_by_role("heading", name="See you tomorrow")).to_be_visible()
    corner = shown.locator(".card").evaluate("card => getComputedStyle(card).borderRadius")
    assert corner == "14px", "the letter's own style does not apply"
