"""The studio cancels a class: everybody gets everything back and is told, and passes become longer (C6)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in, sign_in_as_staff
from e2e.pages.account import Account
from e2e.pages.booking import AnyBooking
from e2e.pages.class_page import ClassPage
from e2e.pages.mailbox import Mailbox
from e2e.pages.staff_classes import ClassCancellation, StaffClasses
from e2e.pages.waiting_list import FullClass
from e2e.studio import Studio

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK

TEN = "10-class pass"
WHY = "The heating is broken"


def test_a_class_is_cancelled_and_everybody_gets_everything_back(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga", in_days=7, places=2)
    ada, gil, cleo = (
        studio.knows("Ada Park", passes=(TEN,)),
        studio.somebody("Gil Guest"),
        studio.knows("Cleo Ray"),
    )
    studio.books(ada, yoga)
    review = ClassPage.of(guest := new_visitor(), yoga.id).add_to_basket().check_out()
    by_card = review.as_guest(gil.name, gil.email).pay("£12.00").pay()
    sign_in(cleos := new_visitor(), cleo)
    FullClass.of(cleos, yoga.id)
    FullClass(cleos).join()

    office = sign_in_as_staff(desk := new_visitor(), studio.employs("Fran Desk"))
    classes = StaffClasses.by_menu(office).show_only("Morning Yoga", yoga.on_date.isoformat())
    shown = classes.look_at(yoga.id).who("Ada Park", f"Paid with {TEN}").who("Gil Guest", "Paid £12.00")
    asked = shown.who("Cleo Ray", "1st in line").ask_to_cancel()
    asked.will("Tickets", "2 tickets of 2 bookings are cancelled.")
    asked.will("Pass uses", "1 use goes back").will("Money", "£12.00 goes back to cards.")
    asked.will("Waiting list", "1 person stands in line.")
    asked.gives("Ada Park", "1 use").gives("Gil Guest", "£12.00 to the card")
    asked = asked.cancel_in_vain().has_wrong("Reason", "Please say why: the reason is kept with what you do.")
    asked.makes_passes_longer("7").because(WHY).cancel().says("2 tickets are cancelled").says(WHY)

    studio.worker_looks_round()
    studio.worker_looks_round()
    told = Mailbox.open(desk).letter(ada.email, "Class cancelled: Morning Yoga")
    told.says(WHY, f"One use goes back to your {TEN}.", f"Your {TEN} is 7 days longer")
    Mailbox(desk).letter(gil.email, "Class cancelled: Morning Yoga").says("£12.00 goes back to the card")
    Mailbox(desk).letter(gil.email, "£12.00 is on its way to your card").says(by_card.reference)
    Mailbox(desk).letter(cleo.email, "Class cancelled: Morning Yoga").says("You were on its waiting list")

    guest.goto(by_card.address)
    AnyBooking(guest).says("Riverside Studio cancelled this class on").says(WHY)
    AnyBooking(guest).says("£12.00 went back to the card that paid")
    sign_in(page, ada)
    own_pass = Account.open(page).to_passes().look_at(TEN)
    own_pass.card.says("Not started", "10 of 10 uses left", "Valid for 37 days from your first class")
    own_pass.ledger_says(
        "Use returned: Riverside Studio cancelled Morning Yoga", "Your pass is 7 days longer."
    )
    page.goto(f"/classes/{yoga.id}")
    expect(page.get_by_role("main")).to_contain_text("Cancelled")
    expect(page.get_by_role("button", name="Add to basket")).to_have_count(0)


def test_a_page_left_open_is_asked_again_once_somebody_has_booked(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga", in_days=7)
    office = sign_in_as_staff(page, studio.employs("Fran Desk"))
    classes = StaffClasses.by_menu(office).show_only("Morning Yoga", yoga.on_date.isoformat())
    asked = classes.look_at(yoga.id).says("Nobody has booked it yet.").ask_to_cancel()
    asked.will("Tickets", "Nobody has booked it.")

    studio.books(ada := studio.knows("Ada Park", passes=(TEN,)), yoga)
    asked = asked.because(WHY).cancel_in_vain().announces("Somebody has booked or cancelled since")
    expect(asked.field("Reason")).to_have_value(WHY)
    asked.will("Tickets", "1 ticket of 1 booking is cancelled.").gives("Ada Park", "1 use")
    ClassCancellation(page).cancel().says("1 ticket is cancelled")

    sign_in(adas := new_visitor(), ada)
    Account.open(adas).says("You have nothing booked at the moment.")
