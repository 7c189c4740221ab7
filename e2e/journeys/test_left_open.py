"""Pages that were left open for hours, or since before a sign-in or sign-out."""

from playwright.sync_api import Page, expect

from e2e.journeys.devices import SCRIPT_ON_DESK_PLAIN_ON_PHONE
from e2e.journeys.signing_in import sign_in
from e2e.pages.account import Account, Passes
from e2e.pages.basket import Basket
from e2e.pages.class_page import ClassPage
from e2e.pages.menu import Menu
from e2e.pages.sign_in import SignIn, StaleForm
from e2e.shop import Shop
from e2e.studio import Studio

pytestmark = SCRIPT_ON_DESK_PLAIN_ON_PHONE


def test_a_sign_in_form_works_after_a_night(page: Page, studio: Studio, shop: Shop) -> None:
    ada = studio.knows("Ada Park")
    form = SignIn.open(page)

    shop.set_clock("+14h")

    form.sign_in(ada.email, ada.password).says("Hello, Ada Park")


def test_a_basket_left_open_for_hours_takes_a_code(page: Page, studio: Studio, shop: Shop) -> None:
    yoga = studio.puts_on("Morning Yoga")
    basket = ClassPage.of(page, yoga.id).add_to_basket()

    shop.set_clock("+5h")

    basket.apply("SPRING20").comes_to("£9.60")


def test_an_ended_sign_in_asks_to_sign_in_again_and_comes_back(
    page: Page, studio: Studio, shop: Shop
) -> None:
    ada = studio.knows("Ada Park", passes=("10-class pass",))
    account = sign_in(page, ada)

    shop.set_clock("+31d")
    account.follow(account.room("Passes"))
    ended = SignIn(page).announces("Your sign-in has ended, as it does after a while. Please sign in again.")
    ended.send(ada.email, ada.password)

    Passes(page)


def test_a_basket_whose_sign_in_has_ended_says_so_and_is_back_after_signing_in(
    page: Page, studio: Studio, shop: Shop
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    basket = ClassPage.of(page, yoga.id).add_to_basket()

    shop.set_clock("+31d")
    basket.press(basket.button("Remove"))
    nobodys = Basket(page).announces("Your sign-in has ended, as it does after a while.")

    account = Menu(nobodys.reload()).to_sign_in().sign_in(ada.email, ada.password)
    Menu(account).to_basket().line("Morning Yoga").says("This class has already started.")


def test_a_form_from_before_the_sign_in_in_another_tab_can_be_sent_again(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    left_open = ClassPage.of(page, yoga.id)
    other_tab = page.context.new_page()
    sign_in(other_tab, ada)

    left_open.press(left_open.button("Add to basket"))

    stale = StaleForm(page).says("Nothing was changed.")
    stale.press(stale.button("Send it again"))
    basket = Basket(page).has_lines(1)
    basket.line("Morning Yoga").costs("£12.00")
    Menu(basket).knows_somebody()


def test_a_sign_in_form_from_before_another_sign_in_says_what_to_do(page: Page, studio: Studio) -> None:
    ada = studio.knows("Ada Park")
    left_open = SignIn.open(page)
    other_tab = page.context.new_page()
    sign_in(other_tab, ada)

    left_open.send(ada.email, ada.password)

    stale = StaleForm(page).says("Nothing was changed.")
    expect(stale.field("Password")).to_have_count(0)
    Account.open(page)
