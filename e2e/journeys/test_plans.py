"""Passes are on the Standard plan or above; what is sold stays in use below it (B1, B3)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in, sign_in_as_staff
from e2e.pages.basket import Basket
from e2e.pages.class_page import ClassPage
from e2e.pages.menu import Menu
from e2e.pages.pass_shop import PassShop
from e2e.pages.staff_menu import StaffMenu
from e2e.pages.staff_plan import Plan
from e2e.studio import Studio
from portal.rules.roles import Role

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK


def test_b1_b3_an_owner_downgrades_passes_in_use_go_on_and_an_upgrade_brings_all_back(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park", passes=("10-class pass",))
    sign_in(page, ada)
    PassShop.open(page).add_to_basket("5-class pass")
    desk = new_visitor()
    today = sign_in_as_staff(desk, studio.employs("Olive Owner", Role.OWNER))

    plan = Plan.by_menu(today).is_on("Standard").includes("Standard", "Passes: sold in the shop")
    asked = (
        plan.change_to("Free").tells("Comes off sale", "5-class pass").tells("Passes in use", "stay usable")
    )
    asked.tells("Being bought", "open basket").leave().is_on("Standard")
    lowered = Plan(desk).change_to("Free").change().announces("The studio is on Free now.").is_on("Free")

    setup = StaffMenu(lowered).to_purchase_options()
    setup.says("Passes are on the Standard plan or above, so purchase options are locked")
    setup.says_of("10-class pass", "Locked")
    Basket.open(page).line("5-class pass").says("This is not on sale any more.").remove()
    page.goto("/passes")
    expect(page.get_by_role("button", name="Add to basket")).to_have_count(0)
    basket = ClassPage.of(page, yoga.id).add_to_basket()
    basket.line("Morning Yoga").is_paid_by_a_pass()
    basket.comes_to("£0.00").check_out().book_now()

    Plan.open(desk).change_to("Standard").tells("On sale", "5-class pass").change().is_on("Standard")
    page.goto("/")
    Menu(Basket.open(page)).to_passes().add_to_basket("5-class pass").has_lines(1)


def test_b1_whoever_is_not_an_owner_sees_the_plans_and_who_may_change_them(
    page: Page, studio: Studio
) -> None:
    today = sign_in_as_staff(page, studio.employs("Fran Desk"))

    plan = Plan.by_menu(today).is_on("Standard").says("Only an owner of the studio can change the plan.")

    expect(plan.link("Change to Free")).to_have_count(0)
