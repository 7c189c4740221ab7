"""Tickets are moved to another class by customers, who pay the difference, and by staff (C7)."""

from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_DESK_PLAIN_ON_PHONE, SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in, sign_in_as_staff
from e2e.pages.account import Account
from e2e.pages.booking import Booking
from e2e.pages.class_page import ClassPage
from e2e.pages.moving import StaffTransferChoice, TransferChoice
from e2e.pages.staff_menu import ClientMenu, StaffMenu
from e2e.pages.stripe_page import PayPage
from e2e.studio import Studio

TEN = "10-class pass"


@SCRIPT_ON_PHONE_PLAIN_ON_DESK
def test_the_same_use_moves_along_and_the_validity_with_it(page: Page, studio: Studio) -> None:
    yoga, later = studio.puts_on("Morning Yoga", in_days=7), studio.puts_on("Morning Yoga", in_days=9)
    sign_in(page, studio.knows("Ada Park", passes=(TEN,)))
    booking = ClassPage.of(page, yoga.id).add_to_basket().check_out().book_now()

    choice = TransferChoice.of(booking, "Morning Yoga")
    asked = choice.choose("Morning Yoga", later.id, day=later.on_date.isoformat())
    asked.will("The same use of your 10-class pass pays for it: no other is taken.")
    asked.will(f"and ends on {studio.day(in_days=38)}.")
    moved = asked.move().lists("Morning Yoga", "Moved", "You moved it to Morning Yoga")
    moved.lists("Morning Yoga", "Moved from Morning Yoga")
    assert [event.starts_at for event in moved.calendar()] == [later.starts_at]
    own_pass = Account.open(page).to_passes().look_at(TEN)
    own_pass.card.says("9 of 10 uses left", f"Expires {studio.day(in_days=38)}")
    own_pass.ledger_says("Use moved: you moved Morning Yoga")


@SCRIPT_ON_DESK_PLAIN_ON_PHONE
def test_a_dearer_class_is_paid_for_at_stripe_and_then_the_ticket_moves(page: Page, studio: Studio) -> None:
    yoga, wheel = studio.puts_on("Morning Yoga", in_days=7), studio.puts_on("Wheel Throwing", in_days=8)
    sign_in(page, studio.knows("Ada Park"))
    booking = ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00").pay()
    choice = TransferChoice.of(booking, "Morning Yoga")
    asked = choice.choose("Wheel Throwing", wheel.id, day=wheel.on_date.isoformat())
    asked.will("It costs £22.00 more, to be paid by card now").pay("£22.00")

    page.goto(booking.address)
    waiting = Booking(page).lists("Morning Yoga", "Being moved", "once you pay £22.00 more")
    waiting.button("Continue payment").click()
    moved = PayPage(page, "£22.00").pay()
    moved.announces("Thank you: £22.00 is paid, and your ticket is moved.")
    moved.lists("Wheel Throwing", "Moved from Morning Yoga", "£22.00 more was paid by card.")


@SCRIPT_ON_DESK_PLAIN_ON_PHONE
def test_staff_move_a_clients_ticket_and_say_why(page: Page, studio: Studio) -> None:
    yoga, dance = studio.puts_on("Morning Yoga", in_days=7), studio.puts_on("Contemporary Dance", in_days=8)
    ada = studio.knows("Ada Park", passes=(TEN,))
    studio.books(ada, yoga)
    today = sign_in_as_staff(page, studio.employs("Fran Desk"))
    schedule = ClientMenu(StaffMenu(today).search(ada.email).look_at("Ada Park")).to_schedule()
    asked = StaffTransferChoice.from_schedule(schedule, "Morning Yoga").choose("Contemporary Dance", dance.id)
    asked.move_in_vain().has_wrong("Reason", "Please say why: the reason is kept with what you do.")
    schedule = asked.because("Her train is late that day").move()
    schedule.announces("Ada Park’s ticket is now for Contemporary Dance").says("Moved")
