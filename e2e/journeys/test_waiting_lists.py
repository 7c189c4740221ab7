"""People wait for a full class, and what comes free is theirs, one after the other."""

from collections.abc import Callable

from playwright.sync_api import Page

from e2e.journeys.conftest import StoppedClock
from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in
from e2e.pages.booking import Booking
from e2e.pages.class_page import ClassPage
from e2e.pages.mailbox import Mailbox
from e2e.pages.waiting_list import FullClass, WaitingLists
from e2e.studio import Studio

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK

TEN = "10-class pass"
OFFER = "A place in Morning Yoga"


def test_a_freed_place_goes_to_the_first_in_line_who_books_it_with_a_pass(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga", places=1)
    sign_in(page, studio.knows("Bo Lee", passes=(TEN,)))
    booking = ClassPage.of(page, yoga.id).add_to_basket().check_out().book_now()

    ada, cleo = studio.knows("Ada Park", passes=(TEN,)), studio.knows("Cleo Ray")
    sign_in(adas := new_visitor(), ada)
    FullClass.of(adas, yoga.id).sells_nothing().says("This class is full.")
    FullClass(adas).join().says("You are 1st in line").has_places("Full: 1 person is waiting")
    FullClass.of(cleos := new_visitor(), yoga.id).says(
        "1 person is waiting for a place."
    ).sign_in_to_join().send(cleo.email, cleo.password)
    FullClass(cleos).join().says("You are 2nd in line").has_places("Full: 2 people are waiting")

    booking.ask_to_cancel("Morning Yoga").cancel_ticket()
    FullClass.of(new_visitor(), yoga.id).sells_nothing().says("This class is full.")
    studio.worker_looks_round()

    letter = Mailbox.open(adas).letter(ada.email, OFFER)
    letter.says("Hello Ada Park", "or it goes to the next in line")
    letter.follow("/classes/")
    basket = FullClass(adas).says("A place is yours until").add_to_basket()
    basket.line("Morning Yoga").is_paid_by_a_pass()
    Booking(basket.check_out().book_now().page).says("Morning Yoga")
    FullClass.of(cleos, yoga.id).says("You are 1st in line")


def test_an_offer_that_nobody_takes_goes_on_and_a_place_that_nobody_wants_is_everybodys(
    page: Page, new_visitor: Callable[[], Page], studio: Studio, clock: StoppedClock
) -> None:
    clock.shows("09:00")
    yoga = studio.puts_on("Morning Yoga", places=1)
    studio.fills(yoga)
    ada, cleo = studio.knows("Ada Park"), studio.knows("Cleo Ray")
    for visitor, person in ((page, ada), (cleos := new_visitor(), cleo)):
        sign_in(visitor, person)
        FullClass.of(visitor, yoga.id).join()

    clock.shows("09:15")
    FullClass.of(page, yoga.id).says("A place is free, and it is your turn.")
    studio.worker_looks_round()
    WaitingLists.open(page).waits_for("Morning Yoga", "A place is yours until 11:15")
    WaitingLists.open(cleos).waits_for("Morning Yoga", "1st in line")

    clock.shows("11:15")
    FullClass.of(page, yoga.id).says(
        "The place that we kept for you until 11:15 has gone to the next in line."
    )
    studio.worker_looks_round()
    Mailbox.open(cleos).letter(cleo.email, OFFER).says("until 13:15")
    WaitingLists.open(cleos).waits_for("Morning Yoga", "A place is yours until 13:15").leave()
    FullClass.of(page, yoga.id).has_places("1 place left").add_to_basket()
