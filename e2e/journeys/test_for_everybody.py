"""Each screen, in each of its states, on a phone and on a desk, in light and in dark: WCAG 2.2 AA, by axe.

The markup is the same without JavaScript, so these run with it only.
"""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.accessibility import assert_accessible
from e2e.journeys.conftest import StoppedClock
from e2e.journeys.devices import SCRIPT_ONLY
from e2e.journeys.signing_in import sign_in, sign_in_as_staff
from e2e.pages.account import Account, Bookings
from e2e.pages.basket import Basket
from e2e.pages.booking import RefundedBooking, ReleasedBooking, WaitingBooking
from e2e.pages.checkout import CheckOut
from e2e.pages.class_list import ClassList
from e2e.pages.class_page import ClassPage
from e2e.pages.errors import NoStudio, NotFound
from e2e.pages.mailbox import Mailbox
from e2e.pages.menu import Menu
from e2e.pages.pass_shop import PassShop
from e2e.pages.register import CheckYourEmail, EndedLink, FinishAccount, Register
from e2e.pages.reset_password import NewPassword, ResetPassword
from e2e.pages.sign_in import SignIn
from e2e.pages.staff import StaffSignIn
from e2e.shop import Shop
from e2e.studio import Studio

pytestmark = SCRIPT_ONLY


PASS = "10-class pass"


def check(page: Page) -> None:
    """Axe, and that nothing has to be scrolled sideways."""
    page.wait_for_load_state()  # what was followed has left; what comes may not be there yet
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is too wide"
    assert_accessible(page)


def test_looking_for_a_class(page: Page, studio: Studio) -> None:
    ClassList.open(page)
    check(page)
    ClassList.open(page, "?day=2199-01-01")
    check(page)
    full = studio.puts_on("Swing for Beginners", places=1)
    studio.fills(full)
    ClassPage.of(page, full.id)
    check(page)
    ClassPage.of(page, studio.puts_on("Morning Yoga").id)
    check(page)
    PassShop.open(page)
    check(page)


def test_the_basket_in_each_of_its_states(
    page: Page, studio: Studio, shop: Shop, clock: StoppedClock
) -> None:
    clock.shows("09:00")
    yoga, clay = studio.puts_on("Morning Yoga"), studio.puts_on("Wheel Throwing", places=1)
    Basket.open(page).is_empty()
    check(page)
    sign_in(page, studio.knows("Ada Park", passes=(PASS, "5-class pass")))
    ClassPage.of(page, yoga.id).add_to_basket()
    basket = ClassPage.of(page, clay.id).add_to_basket()
    basket.main.get_by_text("Why not my other passes?").click()
    check(page)
    basket.apply_in_vain("OLDCODE")
    check(page)
    basket.apply("SPRING20").announces("keep 1 pass use")
    check(page)
    clock.shows("09:30")
    studio.fills(clay)
    basket.reload().says("the class is full now")
    check(page)
    basket.check_out()
    check(page)
    CheckOut(page).pay("£9.60")
    Basket.open(page).is_being_paid("£9.60")
    check(page)


def test_the_check_out_of_a_guest(page: Page, studio: Studio) -> None:
    ClassPage.of(page, studio.puts_on("Morning Yoga").id).add_to_basket().check_out()
    check(page)
    CheckOut(page).send_incomplete()
    CheckOut(page).has_wrong("Name", "Enter your name.")
    check(page)
    PassShop.open(page).add_to_basket(PASS).check_out().asks_for_an_account()
    check(page)


def test_a_booking_in_each_of_its_states(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga", places=1)
    sign_in(page, studio.knows("Ada Park", passes=(PASS,)))
    basket = ClassPage.of(page, yoga.id).add_to_basket().apply("SPRING20")
    at_stripe = basket.check_out().pay("£9.60")
    check(page)
    at_stripe.pay_with_declined_card()
    check(page)
    at_stripe.pay_with_3d_secure()
    check(page)
    bookings = Bookings.open(page).says("Waiting for payment")
    check(page)
    bookings.follow(bookings.main.get_by_role("link", name="Show booking"))
    WaitingBooking(page)
    check(page)
    shop.set_clock("+40m")
    studio.worker_looks_round()
    ReleasedBooking.once_worked(page)
    check(page)
    studio.fills(yoga)
    (session,) = shop.stripe.client().v1.checkout.sessions.list().data
    shop.stripe.pay(session.id, even_if_expired=True)
    shop.stripe.webhooks_settle()
    page.reload()
    RefundedBooking(page)
    check(page)
    basket = Basket.open(page)
    basket.line("Morning Yoga").remove()
    dance = ClassPage.of(page, studio.puts_on("Contemporary Dance").id).add_to_basket()
    booking = dance.remove_code().check_out().book_now()
    check(page)
    booking.receipt()
    check(page)


def test_the_account(page: Page, studio: Studio, shop: Shop) -> None:
    account = sign_in(page, studio.knows("Noor Newcomer"))
    check(page)
    account.to_passes()
    check(page)
    Menu(account).to_account().to_bookings()
    check(page)
    Account.open(page).to_sign_out()
    check(page)
    page.context.clear_cookies()
    yoga = studio.puts_on("Morning Yoga", in_days=2)
    ada = studio.knows("Ada Park", passes=(PASS, PASS))
    sign_in(page, ada)
    booking = ClassPage.of(page, yoga.id).add_to_basket().check_out().book_now()
    account = Menu(booking).to_account()
    check(page)
    own_pass = account.to_passes()
    check(page)
    own_pass.follow(own_pass.main.get_by_role("article").get_by_role("link").first)
    check(page)
    Account.open(page).to_details()
    check(page)
    Account.open(page).to_details().change_password("wrong", "short")
    check(page)


def test_signing_in_and_letters(page: Page, studio: Studio) -> None:
    ada = studio.somebody("Ada Park")
    SignIn.open(page)
    check(page)
    SignIn.open(page).sign_in_in_vain(ada.email, ada.password)
    check(page)
    Register.open(page).send("", "", "")
    check(page)
    Register.open(page).register(ada.name, ada.email, ada.password)
    CheckYourEmail(page)
    check(page)
    studio.worker_looks_round()
    Mailbox.open(page).letter(ada.email, "Finish your account")
    check(page)
    Mailbox.open(page).letter(ada.email, "Finish your account").follow("/register/")
    check(page)
    FinishAccount(page).confirm()
    page.go_back()
    page.reload()
    EndedLink(page)
    check(page)
    Account.open(page).to_sign_out().sign_out()
    ResetPassword.open(page)
    check(page)
    ResetPassword.open(page).send_letter(ada.email)
    studio.worker_looks_round()
    Mailbox.open(page).letter(ada.email, "Set a new password").follow("/reset-password/")
    NewPassword(page)
    check(page)


def test_the_staff_pages(page: Page, new_visitor: Callable[[], Page], studio: Studio) -> None:
    StaffSignIn.open(page)
    check(page)
    clients = new_visitor()
    sign_in(clients, studio.knows("Ada Park", passes=(PASS,)))
    ClassPage.of(clients, studio.puts_on("Morning Yoga").id).add_to_basket().apply("SPRING20")
    today = sign_in_as_staff(page, studio.employs("Fran Desk"))
    check(page)
    baskets = today.to_baskets()
    check(page)
    baskets.look_at("Ada Park")
    check(page)


def test_what_is_not_to_be_had(page: Page, studio: Studio, shop: Shop) -> None:
    page.goto("/no-such-page")
    NotFound(page)
    check(page)
    page.goto(shop.url.replace("//localhost", "//nobody.localhost"))
    NoStudio(page)
    check(page)
    left_open = ClassPage.of(page, studio.puts_on("Morning Yoga").id)
    page.context.clear_cookies()
    left_open.press(left_open.button("Add to basket"))
    expect(page.get_by_role("heading", name="Please send that again")).to_be_visible()
    check(page)
