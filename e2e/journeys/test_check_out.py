"""Check-out: as a guest or signed in, free or by card, declined, asked by the bank, left and continued."""

from playwright.sync_api import Page, expect

from e2e.journeys.conftest import StoppedClock
from e2e.journeys.devices import SCRIPT_ON_DESK_PLAIN_ON_PHONE
from e2e.journeys.signing_in import sign_in
from e2e.pages.basket import Basket
from e2e.pages.checkout import CheckOut
from e2e.pages.class_page import ClassPage
from e2e.pages.mailbox import Mailbox
from e2e.pages.menu import Menu
from e2e.pages.pass_shop import PassShop
from e2e.pages.register import FinishAccount
from e2e.shop import Shop
from e2e.studio import Studio
from portal.models.bookings import BookingStatus

pytestmark = SCRIPT_ON_DESK_PLAIN_ON_PHONE

TEN_CLASSES = "10-class pass"


def charged(shop: Shop) -> list[int]:
    """What Stripe took, in pence."""
    return [charge.amount for charge in shop.stripe.client().v1.charges.list().data if charge.paid]


def test_a_guest_books_a_free_ticket(page: Page, studio: Studio) -> None:
    stretch = studio.puts_on("Lunchtime Stretch")
    gil = studio.somebody("Gil Guest")
    review = ClassPage.of(page, stretch.id).add_to_basket("Taster").comes_to("£0.00").check_out()

    booking = review.offers("Book now").as_guest(gil.name, gil.email).book_now()

    booking.lists("Lunchtime Stretch", "Taster", "£0.00").has_paid("£0.00").says(f"on its way to {gil.email}")
    assert studio.bookings_of(gil.email) == [BookingStatus.CONFIRMED]
    Menu(booking).to_basket().is_empty()


def test_a_guest_books_by_card(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga")
    gil = studio.somebody("Gil Guest")
    review = ClassPage.of(page, yoga.id).add_to_basket().check_out()

    booking = review.as_guest(gil.name, gil.email).offers("Pay £12.00").pay("£12.00").pay()

    booking.lists("Morning Yoga", "Adult", "£12.00").has_paid("£12.00")
    assert charged(shop) == [1200]
    assert studio.bookings_of(gil.email) == [BookingStatus.CONFIRMED]


def test_a_guest_who_forgets_a_field_is_told_in_the_same_words_twice(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    review = ClassPage.of(page, yoga.id).add_to_basket().check_out()

    review.as_guest("", "not an address").send_incomplete()

    wrong = CheckOut(page)
    wrong.has_wrong("Name", "Enter your name.")
    wrong.has_wrong("E-mail", "Enter an e-mail address like name@example.com.")
    expect(wrong.field("E-mail")).to_have_value("not an address")


def test_a_guest_who_buys_a_pass_registers_on_the_way_and_keeps_the_basket(
    page: Page, studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.somebody("Ada Park")
    ClassPage.of(page, yoga.id).add_to_basket()
    review = PassShop.open(page).add_to_basket(TEN_CLASSES).comes_to("£96.00").check_out()
    review.asks_for_an_account().to_register().register(ada.name, ada.email, ada.password)
    studio.worker_looks_round()

    Mailbox.open(page).letter(ada.email, "Finish your account").follow("/register/")
    FinishAccount(page).send()

    review = CheckOut(page)
    review.announces("Welcome! Your account is ready.").comes_to("£96.00")
    booking = review.pay("£96.00").pay()
    booking.lists("Morning Yoga", "Pass use of your 10-class pass").has_paid("£96.00")
    Menu(booking).to_account().to_passes().card(TEN_CLASSES).says("Active", "9 of 10 uses left")


def test_somebody_who_signs_in_on_the_way_comes_back_to_the_check_out(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park", passes=(TEN_CLASSES,))
    review = ClassPage.of(page, yoga.id).add_to_basket().check_out().offers("Pay £12.00")

    review.to_sign_in().send(ada.email, ada.password)

    CheckOut(page).comes_to("£0.00").book_now().lists("Morning Yoga", "Pass use of your 10-class pass")


def test_after_a_declined_card_another_one_pays(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    at_stripe = ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00")

    booking = at_stripe.pay_with_declined_card().pay()

    booking.has_paid("£12.00")
    assert charged(shop) == [1200]
    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]


def test_3d_secure_failed_books_nothing_and_passed_books(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    at_stripe = ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00")

    again = at_stripe.pay_with_3d_secure().fail()
    assert charged(shop) == []
    assert studio.bookings_of(ada.email) == [BookingStatus.PENDING]

    again.pay_with_3d_secure().complete().has_paid("£12.00")
    assert charged(shop) == [1200]
    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]


def test_whoever_walks_away_can_continue_the_payment(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00")

    waiting = Basket.open(page).is_being_paid("£12.00")
    waiting.continue_payment().pay().has_paid("£12.00")

    assert charged(shop) == [1200]
    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]


def test_whoever_comes_back_unpaid_can_change_the_basket(
    page: Page, studio: Studio, shop: Shop, clock: StoppedClock
) -> None:
    clock.shows("09:00")
    yoga, dance = studio.puts_on("Morning Yoga", places=1), studio.puts_on("Contemporary Dance")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket()
    at_stripe = ClassPage.of(page, dance.id).add_to_basket().check_out().pay("£25.00")

    clock.shows("09:20")
    changed = at_stripe.back().is_being_paid("£25.00").change_basket()

    changed.announces("The payment was ended, and nothing was charged.").keeps_places_until("09:35")
    assert studio.places_left(yoga) == 0
    changed.line("Contemporary Dance").remove().check_out().pay("£12.00").pay().has_paid("£12.00")
    assert charged(shop) == [1200]
    assert studio.bookings_of(ada.email) == [BookingStatus.RELEASED, BookingStatus.CONFIRMED]


def test_the_browsers_back_and_pay_again_make_one_booking(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00")

    page.go_back()
    waiting = Basket(page).is_being_paid("£12.00")
    waiting.continue_payment().pay().has_paid("£12.00")
    page.go_back()
    page.go_back()

    assert charged(shop) == [1200]
    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]


def test_a_double_click_on_pay_makes_one_booking(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    review = ClassPage.of(page, yoga.id).add_to_basket().check_out()

    review.pay_twice("£12.00").pay().has_paid("£12.00")

    assert charged(shop) == [1200]
    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]


def test_a_double_click_on_book_now_makes_one_booking(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park", passes=(TEN_CLASSES,))
    sign_in(page, ada)
    review = ClassPage.of(page, yoga.id).add_to_basket().check_out()

    booking = review.book_now_twice()

    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]
    Menu(booking).to_account().to_passes().card(TEN_CLASSES).says("9 of 10 uses left")


def test_what_changed_since_the_review_is_neither_charged_nor_booked(
    page: Page, studio: Studio, shop: Shop
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    code = studio.hands_out("LASTCALL", percent=50, bookings=1)
    sign_in(page, ada)
    review = ClassPage.of(page, yoga.id).add_to_basket().apply(code).check_out().comes_to("£6.00")
    studio.sells_out(code)

    basket = review.pay_in_vain()

    basket.announces(f"{code} has been used up.").comes_to("£12.00")
    assert charged(shop) == []
    assert studio.bookings_of(ada.email) == []


def test_the_last_place_goes_to_whoever_is_quicker(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga", places=1)
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    review = ClassPage.of(page, yoga.id).add_to_basket().check_out()
    shop.set_clock("+16m")
    studio.fills(yoga)

    basket = review.pay_in_vain().comes_to("£0.00").cannot_be_checked_out()

    basket.line("Morning Yoga").says("the class is full now")
    assert studio.bookings_of(ada.email) == []


def test_a_payment_that_stripe_does_not_answer_is_not_lost(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    review = ClassPage.of(page, yoga.id).add_to_basket().check_out()
    shop.stripe.fault("timeout_after_success", method="POST", path="/v1/checkout/sessions", times=3)

    silent = review.pay_in_vain()
    silent.announces("The card payment service did not answer just now. Nothing is lost")
    shop.stripe.clear_faults()
    silent.is_being_paid("£12.00").continue_payment().pay().has_paid("£12.00")

    assert charged(shop) == [1200]
    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]
