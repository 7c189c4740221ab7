"""Customers, guests and staff cancel tickets, and the studio decides what comes back (B8, B10–B17)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.journeys.conftest import StoppedClock
from e2e.journeys.devices import SCRIPT_ON_DESK_PLAIN_ON_PHONE
from e2e.journeys.signing_in import sign_in, sign_in_as_staff
from e2e.pages.account import Account
from e2e.pages.booking import Booking
from e2e.pages.cancelling import Cancellation
from e2e.pages.class_page import ClassPage
from e2e.pages.mailbox import Mailbox
from e2e.pages.menu import Menu
from e2e.pages.pass_shop import PassShop
from e2e.pages.staff_bookings import StaffBooking, StaffCancellation
from e2e.pages.staff_menu import ClientMenu, StaffMenu
from e2e.pages.staff_settings import RETURN_USE, BookingPreferences
from e2e.studio import Studio
from portal.rules.roles import Role

pytestmark = SCRIPT_ON_DESK_PLAIN_ON_PHONE

TEN = "10-class pass"
PERIOD = "Valid for 30 days from your first class"


def test_b8_b15_b16_b17_a_pass_bought_along_starts_again_with_the_next_ticket(
    page: Page, studio: Studio
) -> None:
    yoga, dance = studio.puts_on("Morning Yoga", in_days=7), studio.puts_on("Contemporary Dance", in_days=9)
    sign_in(page, studio.knows("Ada Park"))
    ClassPage.of(page, yoga.id).add_to_basket()
    basket = PassShop.open(page).add_to_basket(TEN)
    booking = basket.check_out().pay("£96.00").pay()
    Account.open(page).to_passes().card(TEN).says("Active", f"Expires {studio.day(in_days=36)}")

    asked = Booking(_back(page, booking)).ask_to_cancel("Morning Yoga")
    asked.will("This ticket", "One use goes back to your 10-class pass.")
    asked.will(TEN, "resets: it is valid for 30 days from the next class booked")
    done = asked.cancel_ticket().says("This booking is cancelled").says("Your 10-class pass stays yours.")
    done.lists("Morning Yoga", "Cancelled", "One use went back to your 10-class pass.")

    card = Account.open(page).to_passes().card(TEN).says("Not started", PERIOD, "10 of 10 uses left")
    card.has_no_time_line().does_not_say(f"Expires {studio.day(in_days=36)}")

    ClassPage.of(page, dance.id).add_to_basket().line("Contemporary Dance").is_paid_by_a_pass()
    again = Menu(booking).to_basket().check_out().book_now()
    own_pass = Menu(again).to_account().to_passes().look_at(TEN)
    own_pass.card.says("Active", f"Expires {studio.day(in_days=38)}").does_not_say(PERIOD)
    own_pass.ledger_says("Your 30 days start again with your next class.")
    assert own_pass.ledger() == ["−1", "+1", "−1", "+10"]


def test_b10_b11_b12_b13_b14_the_studio_decides_what_happens_to_the_use(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga, dance = studio.puts_on("Morning Yoga", in_days=7), studio.puts_on("Contemporary Dance", in_days=9)
    ada = studio.knows("Ada Park", passes=(TEN,))
    sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket()
    booking = ClassPage.of(page, dance.id).add_to_basket().check_out().book_now()
    office = sign_in_as_staff(desk := new_visitor(), studio.employs("Olive Owen", Role.OWNER))

    preferences = BookingPreferences.by_menu(office).answers(RETURN_USE, "Yes")
    preferences = preferences.edit().is_ticked(wanted=True).returns_use(wanted=False).leave()
    preferences.answers(RETURN_USE, "Yes")
    asked = booking.ask_to_cancel("Morning Yoga").will(
        "This ticket", "One use goes back to your 10-class pass."
    )
    asked.cancel_ticket().lists("Morning Yoga", "Cancelled", "One use went back to your 10-class pass.")
    Account.open(page).to_passes().card(TEN).says("9 of 10 uses left", f"Expires {studio.day(in_days=38)}")

    preferences = preferences.edit().returns_use(wanted=False).save()
    preferences.announces("Your booking preferences are saved.").answers(RETURN_USE, "No")
    BookingPreferences.open(desk).edit().is_ticked(wanted=False)
    asked = Booking(_back(page, booking)).ask_to_cancel("Contemporary Dance")
    asked.will("This ticket", "The use of your 10-class pass is not returned.")
    asked.cancel_ticket().lists("Contemporary Dance", "Cancelled", "No use was returned.")

    own_pass = Account.open(page).to_passes().look_at(TEN)
    own_pass.card.says("Not started", PERIOD, "9 of 10 uses left")
    own_pass.ledger_says("You cancelled Contemporary Dance", "Your 30 days start again with your next class.")
    assert own_pass.ledger() == ["", "+1", "−1", "−1", "+10"]


def test_b8_b10_staff_cancel_for_a_client_as_they_see_fit_and_the_pass_stays(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga", in_days=7)
    ada = studio.knows("Ada Park", passes=(TEN,))
    studio.books(ada, yoga)
    today = sign_in_as_staff(page, studio.employs("Fran Desk"))
    schedule = ClientMenu(StaffMenu(today).search(ada.email).look_at("Ada Park")).to_schedule()

    asked = StaffCancellation.from_schedule(schedule, "Morning Yoga").leads_to_deactivate()
    asked.says("One use goes back to the 10-class pass.")
    asked.decides("Do not return the use").cancel_in_vain().has_wrong(
        "Reason", "Please say why: the reason is kept with what you do."
    )
    asked.says("The use of the 10-class pass is not returned.")
    schedule = asked.because("Third time this week").cancel()

    schedule.announces("Ada Park’s ticket for Morning Yoga").says("Cancelled")
    passes = ClientMenu(schedule).to_passes()
    passes.row(TEN).says("Not started")
    ada_at_home = new_visitor()
    own_pass = sign_in(ada_at_home, ada).to_passes().look_at(TEN)
    own_pass.card.says("Not started", PERIOD, "9 of 10 uses left")
    own_pass.ledger_says("Riverside Studio cancelled your Morning Yoga", "Third time this week")


def test_a_whole_booking_is_cancelled_in_one_act_and_money_goes_back_to_the_card(
    page: Page, studio: Studio
) -> None:
    yoga, clay = studio.puts_on("Morning Yoga", in_days=7), studio.puts_on("Wheel Throwing", in_days=8)
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket()
    review = ClassPage.of(page, clay.id).add_to_basket().apply("SPRING20").check_out()
    booking = review.pay("£36.80").pay()

    asked = booking.ask_to_cancel_all()
    asked.will("Morning Yoga", "£9.60 goes back to the card that paid.")
    asked.will("Wheel Throwing", "£27.20 goes back to the card that paid.")
    done = asked.cancel_booking().announces("Your 2 tickets are cancelled.")

    studio.worker_looks_round()
    done.says_once_worked("£27.20 went back to the card that paid")
    assert (studio.places_left(yoga), studio.places_left(clay)) == (10, 10)
    letter = Mailbox.open(page).letter(ada.email, "cancelled")
    letter.says("Morning Yoga", "Wheel Throwing")


def test_after_the_cut_off_a_place_can_be_given_up_at_a_cost_that_is_said_first(
    page: Page, studio: Studio, clock: StoppedClock
) -> None:
    clock.shows("09:00")
    yoga = studio.puts_on("Morning Yoga", in_days=1)
    ada = studio.knows("Ada Park", passes=(TEN,))
    sign_in(page, ada)
    booking = ClassPage.of(page, yoga.id).add_to_basket().check_out().book_now()
    asked = booking.says("You can cancel until").ask_to_cancel("Morning Yoga")

    clock.shows("20:00")
    late = asked.cancel_in_vain().announces("so nothing was cancelled")
    late.says("Give up your place?").says("If you give up the place now, nothing comes back.")
    late.will("This ticket", "The use of your 10-class pass is not returned.")
    kept = late.keep().says("You can still give up the place until the class starts.")
    done = kept.ask_to_cancel("Morning Yoga").cancel_ticket()

    done.says("You gave up the place").says("No use was returned.")
    assert studio.places_left(yoga) == 10


def test_a_guest_cancels_by_the_letters_link_and_staff_find_the_booking(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga, dance = studio.puts_on("Morning Yoga", in_days=7), studio.puts_on("Contemporary Dance", in_days=8)
    gil = studio.somebody("Gil Guest")
    ClassPage.of(page, yoga.id).add_to_basket()
    review = ClassPage.of(page, dance.id).add_to_basket().check_out()
    booking = review.as_guest(gil.name, gil.email).pay("£25.00").pay()
    studio.worker_looks_round()
    letter = Mailbox.open(page).letter(gil.email, f"Your booking {booking.reference}")
    letter.follow(f"/bookings/{booking.reference}?secret=")

    done = Booking(page).ask_to_cancel("Morning Yoga").cancel_ticket()
    assert "secret=" in done.address
    studio.worker_looks_round()
    done.says_once_worked("£12.00 went back to the card that paid").lists(
        "Morning Yoga", "Cancelled", "£12.00 went back to the card that paid"
    )
    summaries = [event.summary for event in Booking(page).calendar()]
    assert summaries == ["Cancelled: Morning Yoga, Riverside Studio", "Contemporary Dance, Riverside Studio"]
    Booking(page).receipt().has_row("Morning Yoga, Adult", "Cancelled on").has_row("Done", "£12.00")

    desk = new_visitor()
    sign_in_as_staff(desk, studio.employs("Fran Desk"))
    shown = StaffBooking.of(desk, booking.reference).says("Guest").says("Done")
    cancelled = shown.ask_to_cancel().because("Gil is ill").cancel_for_a_guest()
    cancelled.announces("Gil Guest’s ticket for Contemporary Dance")
    expect(cancelled.link("Cancel ticket")).to_have_count(0)


def test_cancelling_is_reached_from_the_account_and_can_be_thought_better_of(
    page: Page, studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga", in_days=7)
    ada = studio.knows("Ada Park", passes=(TEN,))
    studio.books(ada, yoga)
    account = sign_in(page, ada)

    account.follow(account.link("Cancel ticket"))
    Cancellation(page).keep()

    account = Account.open(page)
    account.follow(account.link("Cancel ticket"))
    Cancellation(page).cancel_ticket().says("This booking is cancelled")
    Account.open(page).says("You have nothing booked at the moment.")


def _back(page: Page, booking: Booking) -> Page:
    """The booking's page again."""
    page.goto(booking.address)
    return page
