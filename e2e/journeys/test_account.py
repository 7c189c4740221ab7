"""An account: opened by letter, its passes and bookings, its password, and every way out of it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_DESK_PLAIN_ON_PHONE
from e2e.journeys.signing_in import sign_in
from e2e.pages.account import Account, Bookings
from e2e.pages.class_page import ClassPage
from e2e.pages.mailbox import Mailbox
from e2e.pages.menu import Menu
from e2e.pages.register import EndedLink, FinishAccount, Register
from e2e.pages.reset_password import NewPassword
from e2e.pages.sign_in import SignIn
from e2e.shop import Shop
from e2e.studio import Studio

pytestmark = SCRIPT_ON_DESK_PLAIN_ON_PHONE

NEW_PASSWORD = "a-boat-called-patience"
WRONG = "No account has this e-mail address and this password."


def test_an_account_is_opened_by_a_letter_and_a_guests_bookings_join_it(page: Page, studio: Studio) -> None:
    stretch = studio.puts_on("Lunchtime Stretch")
    ada = studio.somebody("Ada Park")
    review = ClassPage.of(page, stretch.id).add_to_basket("Taster").check_out()
    booking = review.as_guest(ada.name, ada.email).book_now()
    SignIn.open(page).sign_in_in_vain(ada.email, ada.password).has_wrong("Password", WRONG)

    Register.open(page).register(ada.name, ada.email, ada.password).says(ada.email)
    studio.worker_looks_round()
    Mailbox.open(page).letter(ada.email, "Finish your account").follow("/register/")
    link = page.url
    account = FinishAccount(page).says(ada.email).confirm()

    account.announces("Welcome! Your account is ready.").says("Hello, Ada Park")
    account.to_bookings().has(booking.reference)
    page.goto(link)
    EndedLink(page)

    Account.open(page).to_sign_out().sign_out()
    sign_in(page, ada)


def test_the_letters_link_asks_for_the_password_in_another_browser(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    ada = studio.somebody("Ada Park")
    Register.open(page).register(ada.name, ada.email, ada.password)
    studio.worker_looks_round()
    elsewhere = new_visitor()

    Mailbox.open(elsewhere).letter(ada.email, "Finish your account").follow("/register/")

    FinishAccount(elsewhere).confirm_elsewhere(ada.password).says("Hello, Ada Park")


def test_whoever_is_known_gets_another_letter_and_the_page_says_the_same(page: Page, studio: Studio) -> None:
    ada = studio.knows("Ada Park")

    Register.open(page).register("Somebody Else", ada.email, "another-good-password").says(ada.email)
    studio.worker_looks_round()

    letter = Mailbox.open(page).letter(ada.email, "You have an account at Riverside Studio already")
    letter.says("nothing about it has changed")


def test_a_weak_password_is_refused_beside_its_field(page: Page, studio: Studio) -> None:
    ada = studio.somebody("Ada Park")
    register = Register.open(page)

    register.send(ada.name, ada.email, "short")

    Register(page).has_wrong("Password", "Choose a password of at least 10 characters.")


def test_a_forgotten_password_is_set_anew_by_letter_and_ends_every_other_sign_in(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    ada = studio.knows("Ada Park")
    left_open = new_visitor()
    sign_in(left_open, ada)
    asked = SignIn.open(page).forgot_password().send_letter(ada.email).says(ada.email)
    studio.worker_looks_round()
    Mailbox.open(asked.page).letter(ada.email, "Set a new password").follow("/reset-password/")
    link = page.url

    account = NewPassword(page).set(NEW_PASSWORD)

    account.announces("Your new password is set. Every other browser is signed out.")
    page.goto(link)
    EndedLink(page)
    left_open.reload()
    SignIn(left_open).sign_in_in_vain(ada.email, ada.password).has_wrong("Password", WRONG)
    SignIn(left_open).sign_in(ada.email, NEW_PASSWORD)


def test_an_unknown_address_is_told_the_same_and_told_by_letter(page: Page, studio: Studio) -> None:
    nobody = studio.somebody("Nora Nobody")

    SignIn.open(page).forgot_password().send_letter(nobody.email).says(nobody.email)
    studio.worker_looks_round()

    Mailbox.open(page).letter(nobody.email, "account")


def test_signing_out_everywhere_ends_every_browser(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    ada = studio.knows("Ada Park")
    elsewhere = new_visitor()
    sign_in(elsewhere, ada)

    classes = sign_in(page, ada).to_sign_out().sign_out_everywhere()

    classes.announces("You are signed out, here and in every other browser.")
    Menu(classes).knows_nobody()
    elsewhere.goto("/account")
    Menu(SignIn(elsewhere)).knows_nobody()


def test_name_and_password_can_be_changed(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    ada = studio.knows("Ada Park")
    elsewhere = new_visitor()
    sign_in(elsewhere, ada)

    details = sign_in(page, ada).to_details().rename("Ada Park-Osei").announces("Your name is changed.")
    refused = details.change_password("not-my-password", NEW_PASSWORD)
    refused.has_wrong("Current password", "That is not your password.")
    changed = refused.change_password(ada.password, NEW_PASSWORD)

    changed.announces("Your password is changed. Every other browser is signed out.")
    Account.open(page).says("Hello, Ada Park-Osei")
    elsewhere.reload()
    SignIn(elsewhere).sign_in(ada.email, NEW_PASSWORD)


def test_a_pass_shows_its_holes_its_time_line_and_its_ledger(page: Page, studio: Studio) -> None:
    yoga, dance = studio.puts_on("Morning Yoga", in_days=7), studio.puts_on("Contemporary Dance", in_days=9)
    ada = studio.knows("Ada Park", passes=("10-class pass",))
    sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket()
    booking = ClassPage.of(page, dance.id).add_to_basket().check_out().book_now()

    own_pass = Menu(booking).to_account().to_passes().look_at("10-class pass")

    card = own_pass.card.says("Active", "8 of 10 uses left", f"Expires {studio.day(in_days=36)}")
    card.has_holes(left=8, punched=2)
    card.has_time_line(f"valid from {studio.day(in_days=7)} to {studio.day(in_days=36)}, 2 class dates on it")
    own_pass.ledger_says(
        "You booked Morning Yoga",
        "You booked Contemporary Dance",
        "Riverside Studio gave you this pass: A present",
        f"Booking {booking.reference}",
    )
    assert own_pass.ledger() == ["−1", "−1", "+10"]


def test_bookings_to_come_become_past_ones(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga", in_days=2)
    ada = studio.knows("Ada Park", passes=("10-class pass",))
    sign_in(page, ada)
    booking = ClassPage.of(page, yoga.id).add_to_basket().check_out().book_now()
    to_come = Menu(booking).to_account().says("Morning Yoga").to_bookings().has(booking.reference)
    to_come.past().says("No past bookings")

    shop.set_clock("+3d")

    Bookings.open(page).says("Nothing booked").past().has(booking.reference)


def test_every_status_of_a_pass_is_said_in_a_word(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga", in_days=2)
    ada = studio.knows("Ada Park", passes=("10-class pass", "5-class pass"))
    account = sign_in(page, ada)
    account.to_passes().card("5-class pass").says("Not started", "Valid for 2 months from your first class")
    basket = ClassPage.of(page, yoga.id).add_to_basket()
    Menu(basket.check_out().book_now()).to_account().to_passes().card("10-class pass").says("Active")

    shop.set_clock("+29d")
    Account.open(page).to_passes().card("10-class pass").says("Active", re.compile("^Expires "))
    shop.set_clock("+33d")
    sign_in(page, ada).to_passes().card("10-class pass").says("Expired", re.compile("^Expired \\d"))
