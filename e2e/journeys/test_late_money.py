"""Money that comes in an unusual order: after its claims were let go of, before the browser, untold."""

from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in
from e2e.pages.basket import Basket
from e2e.pages.booking import Booking, RefundedBooking, ReleasedBooking, WaitingBooking
from e2e.pages.class_page import ClassPage
from e2e.pages.mailbox import Mailbox
from e2e.pages.menu import Menu
from e2e.shop import Shop
from e2e.studio import Studio
from portal.models.bookings import BookingStatus

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK


def session_of(shop: Shop) -> str:
    """The Checkout Session that was opened last."""
    return str(shop.stripe.client().v1.checkout.sessions.list().data[0].id)


def test_paying_after_the_places_were_let_go_of_books_them_if_they_are_free(
    page: Page, studio: Studio, shop: Shop
) -> None:
    yoga = studio.puts_on("Morning Yoga", places=1)
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00")
    shop.set_clock("+40m")
    studio.worker_looks_round()
    assert studio.bookings_of(ada.email) == [BookingStatus.RELEASED]
    Basket.open(page).line("Morning Yoga").says("We no longer keep this place")

    shop.stripe.pay(session_of(shop), even_if_expired=True)
    shop.stripe.webhooks_settle()

    bookings = Menu(Basket.open(page).is_empty()).to_account().to_bookings()
    bookings.says("Morning Yoga")
    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]
    assert studio.places_left(yoga) == 0


def test_paying_after_the_place_went_to_somebody_else_is_refunded_and_told(
    page: Page, studio: Studio, shop: Shop
) -> None:
    yoga = studio.puts_on("Morning Yoga", places=1)
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00")
    shop.set_clock("+40m")
    studio.worker_looks_round()
    studio.fills(yoga)

    session = session_of(shop)
    shop.stripe.pay(session, even_if_expired=True)
    shop.stripe.webhooks_settle()
    studio.worker_looks_round()

    page.goto(f"/checkout/return?session_id={session}")
    booking = RefundedBooking(page)
    booking.says("we refund £12.00 to your card in full").lists("Morning Yoga")
    letter = Mailbox.open(page).letter(
        ada.email, f"Your money is on its way back: booking {booking.reference}"
    )
    letter.says("£12.00", "nothing was booked", "Morning Yoga")
    (refund,) = shop.stripe.client().v1.refunds.list().data
    assert (refund.amount, refund.status) == (1200, "succeeded")
    assert studio.bookings_of(ada.email) == [BookingStatus.RELEASED]


def test_the_webhook_books_before_the_browser_is_back(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00")

    session = session_of(shop)
    shop.stripe.pay(session)
    shop.stripe.webhooks_settle()

    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]
    page.goto(f"/checkout/return?session_id={session}")
    booking = Booking(page).has_paid("£12.00")
    page.goto(f"/checkout/return?session_id={session}")
    assert Booking(page).reference == booking.reference
    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]


def test_the_return_books_where_the_webhook_is_late(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    shop.stripe.fault("webhook_late", times=9)

    ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00").pay().has_paid("£12.00")
    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]

    shop.stripe.release_webhooks()
    assert shop.stripe.webhooks_settle()
    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]


def test_the_worker_books_where_neither_webhook_nor_browser_came(
    page: Page, studio: Studio, shop: Shop
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    shop.stripe.fault("webhook_lost", times="forever")
    ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00")
    shop.stripe.pay(session_of(shop))
    assert studio.bookings_of(ada.email) == [BookingStatus.PENDING]

    shop.set_clock("+2m")
    studio.worker_looks_round()

    assert studio.bookings_of(ada.email) == [BookingStatus.CONFIRMED]
    Menu(Basket.open(page).is_empty()).to_account().to_bookings().says("Morning Yoga")


def test_continuing_or_changing_what_is_paid_already_leads_to_the_booking(
    page: Page, studio: Studio, shop: Shop
) -> None:
    yoga, dance = studio.puts_on("Morning Yoga"), studio.puts_on("Contemporary Dance")
    gil = studio.somebody("Gil Guest")
    shop.stripe.fault("webhook_lost", times="forever")

    review = ClassPage.of(page, yoga.id).add_to_basket().check_out().as_guest(gil.name, gil.email)
    review.pay("£12.00")
    shop.stripe.pay(session_of(shop))
    Basket.open(page).is_being_paid("£12.00").change_basket_that_is_paid().announces(
        "You had paid already, so this is booked."
    )

    review = ClassPage.of(page, dance.id).add_to_basket().check_out().as_guest(gil.name, gil.email)
    review.pay("£13.00")
    shop.stripe.pay(session_of(shop))
    Basket.open(page).is_being_paid("£13.00").continue_payment_that_is_paid().has_paid("£13.00")

    assert studio.bookings_of(gil.email) == [BookingStatus.CONFIRMED, BookingStatus.CONFIRMED]


def test_a_booking_that_waits_and_one_that_was_given_up_say_so(
    page: Page, studio: Studio, shop: Shop
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00")

    bookings = Menu(Basket.open(page)).to_account().to_bookings().says("Waiting for payment")
    bookings.follow(bookings.main.get_by_role("link", name="Show booking").first)
    WaitingBooking(page).says("is not made yet")

    shop.set_clock("+40m")
    studio.worker_looks_round()
    ReleasedBooking.once_worked(page).says("Nothing was charged, and its places were let go of.")
