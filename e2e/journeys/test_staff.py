"""Staff: open baskets, and each exactly as its customer sees it, without holding anything (S10)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.journeys.conftest import StoppedClock
from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in, sign_in_as_staff
from e2e.pages.basket import Basket
from e2e.pages.class_page import ClassPage
from e2e.pages.menu import Menu
from e2e.pages.staff import StaffSignIn
from e2e.studio import Studio

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK


def test_staff_see_a_clients_basket_exactly_as_the_client_does(
    page: Page, new_visitor: Callable[[], Page], studio: Studio, clock: StoppedClock
) -> None:
    clock.shows("09:00")
    yoga, clay = studio.puts_on("Morning Yoga"), studio.puts_on("Wheel Throwing")
    sign_in(page, studio.knows("Ada Park", passes=("10-class pass",)))
    ClassPage.of(page, yoga.id).add_to_basket()
    clients = ClassPage.of(page, clay.id).add_to_basket().apply("SPRING20").comes_to("£36.80")

    desk = new_visitor()
    baskets = sign_in_as_staff(desk, studio.employs("Fran Desk")).to_baskets()
    expect(baskets.row("Ada Park")).to_contain_text("2 lines")
    expect(baskets.row("Ada Park")).to_contain_text("09:15")
    preview = baskets.look_at("Ada Park").is_read_only().has_lines(2).comes_to("£36.80")

    preview.announces("You pay £9.60 and keep 1 pass use.")
    assert preview.words() == clients.words()


def test_looking_at_a_basket_holds_nothing_and_extends_nothing(
    page: Page, new_visitor: Callable[[], Page], studio: Studio, clock: StoppedClock
) -> None:
    clock.shows("09:00")
    yoga = studio.puts_on("Morning Yoga", places=1)
    sign_in(page, studio.knows("Ada Park"))
    ClassPage.of(page, yoga.id).add_to_basket().keeps_places_until("09:15")
    desk = new_visitor()
    baskets = sign_in_as_staff(desk, studio.employs("Fran Desk")).to_baskets()

    clock.shows("09:10")
    preview = baskets.look_at("Ada Park").says("Place kept until 09:15.")
    clock.shows("09:16")
    preview.reload().line("Morning Yoga").says("We no longer keep this place, but it is still free")

    assert studio.places_left(yoga) == 1
    Basket.open(page).line("Morning Yoga").says("We no longer keep this place, but it is still free")


def test_a_basket_that_is_being_paid_says_so_to_staff(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    sign_in(page, studio.knows("Ada Park"))
    ClassPage.of(page, yoga.id).add_to_basket().check_out().pay("£12.00")
    desk = new_visitor()

    baskets = sign_in_as_staff(desk, studio.employs("Fran Desk")).to_baskets()

    expect(baskets.row("Ada Park")).to_contain_text("Being paid")
    preview = baskets.look_at("Ada Park").is_read_only().comes_to("£12.00")
    preview.announces("You are paying £12.00 for this basket")


def test_staff_pages_send_customers_to_the_staff_sign_in_which_refuses_them(
    page: Page, studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket()

    for address in ("/staff", "/staff/baskets", f"/staff/baskets/{studio.basket_of(ada.email)}"):
        page.goto(address)
        asked = StaffSignIn(page)
    refused = asked.sign_in_in_vain(ada.email, ada.password)

    refused.has_wrong("Password", "No account has this e-mail address and this password.")


def test_staff_sign_out(page: Page, studio: Studio) -> None:
    today = sign_in_as_staff(page, studio.employs("Fran Desk")).says("Today’s classes")

    today.sign_out().announces("You are signed out.")

    page.goto("/staff")
    StaffSignIn(page)


def test_a_customers_sign_in_and_a_staff_sign_in_live_side_by_side(page: Page, studio: Studio) -> None:
    sign_in(page, studio.knows("Ada Park"))
    today = sign_in_as_staff(page, studio.employs("Fran Desk"))

    today.sign_out()

    page.goto("/basket")
    Menu(Basket(page)).knows_somebody()
