"""Staff deactivate a pass and reactivate it, from the search in the top bar on (W1–W5, W8–W16, W18–W25).

Every passage of the article is a journey; those about money are in ``test_pass_money``.
"""

from collections.abc import Callable

from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in, sign_in_as_staff
from e2e.pages.account import Account
from e2e.pages.basket import Basket
from e2e.pages.class_page import ClassPage
from e2e.pages.staff_menu import ClientMenu, StaffMenu
from e2e.pages.staff_pass_acts import Deactivation
from e2e.pages.staff_passes import ClientPasses
from e2e.shop import Shop
from e2e.studio import Person, Studio

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK

TEN = "10-class pass"
FIVE = "5-class pass"
UNLIMITED = "Unlimited month"
SAY_WHY = "Please say why: the reason is kept with what you do."
REFUSED = "Promotion was terminated and can not be activated"


def passes_of(page: Page, studio: Studio, client: Person) -> ClientPasses:
    """Come to work, find a client by Search, and open their Passes & Memberships."""
    today = sign_in_as_staff(page, studio.employs("Fran Desk"))
    found = StaffMenu(today).search(client.email)
    return ClientMenu(found.look_at(client.name)).to_passes()


def test_w1_w2_w5_w14_w16_w18_b9_staff_deactivate_one_clients_pass_at_once(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    visit, wanted = studio.puts_on("Morning Yoga"), studio.puts_on("Contemporary Dance")
    ada, ben = studio.knows("Ada Lovelace", passes=(TEN,)), studio.knows("Ben Okri", passes=(TEN,))
    studio.books(ada, visit)
    sign_in(page, ada)
    ClassPage.of(page, wanted.id).add_to_basket().line("Contemporary Dance").is_paid_by_a_pass()

    desk = new_visitor()
    confirmation = passes_of(desk, studio, ada).row(TEN).deactivate()
    confirmation.will("Paying", "pays for nothing more, in any basket", "stops paying at once")
    confirmation.will("Upcoming visits", "1 visit stays booked and paid.", "Morning Yoga")
    confirmation.deactivate_in_vain().has_wrong("Reason", SAY_WHY)
    Basket.open(page).line("Contemporary Dance").is_paid_by_a_pass()

    passes = Deactivation(desk).because("Moved to Paris").deactivate()
    passes.announces("Ada Lovelace’s 10-class pass is deactivated.").row(TEN).says("Deactivated")
    line = Basket.open(page).line("Contemporary Dance").is_not_paid_by_a_pass()
    line.says("Your 10-class pass has been deactivated.").costs("£13.00")
    ClientMenu(passes).to_schedule().has_visit("Morning Yoga", paid="Paid with 10-class pass")
    Account.open(page).to_passes().card(TEN).says("Deactivated", "9 of 10 uses left")

    elsewhere = new_visitor()
    sign_in(elsewhere, ben)
    ClassPage.of(elsewhere, wanted.id).add_to_basket().line("Contemporary Dance").is_paid_by_a_pass()


def test_w11_w12_w15_a_client_is_found_by_search_and_their_passes_in_the_side_menu(
    page: Page, studio: Studio
) -> None:
    ada = studio.knows("Ada Lovelace", passes=(TEN,))
    today = sign_in_as_staff(page, studio.employs("Fran Desk"))

    found = StaffMenu(today).search("lovel")
    passes = ClientMenu(found.look_at(ada.name)).to_passes()

    passes.lists(TEN).row(TEN).says("Not started", "Valid for 30 days from your first class")
    passes.row(TEN).offers("Deactivate", "Edit Purchase Option").does_not_offer("Activate")
    confirmation = passes.row(TEN).deactivate().asks_nothing_about_money()
    confirmation.keep().row(TEN).says("Not started")


def test_w3_w13_w22_w23_w24_w25_an_inactive_pass_is_found_by_filter_and_search_and_reactivated(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    climbing = studio.puts_on("Bouldering Basics")  # of the three only the 10-class pass covers it
    ada = studio.knows("Ada Lovelace", passes=(TEN, FIVE, UNLIMITED))
    for name in (TEN, FIVE):
        studio.deactivates(ada, name)

    passes = passes_of(page, studio, ada).lists(TEN, FIVE, UNLIMITED)
    passes = passes.filter_by_status("Inactive").lists(TEN, FIVE)
    passes = passes.search_for("10").lists(TEN)
    confirmation = passes.row(TEN).offers("Activate").does_not_offer("Deactivate").activate()
    confirmation.asks_for_no_date().reactivate_in_vain().has_wrong("Reason", SAY_WHY)
    passes = confirmation.because("Back from Paris").reactivate()

    passes.announces("Ada Lovelace’s 10-class pass is active again.").row(TEN).says("Not started")
    customer = new_visitor()
    sign_in(customer, ada)
    ClassPage.of(customer, climbing.id).add_to_basket().line("Bouldering Basics").is_paid_by_a_pass()


def test_w14_w19_w20_w21_a_pass_ends_on_the_day_that_staff_set(
    page: Page, new_visitor: Callable[[], Page], studio: Studio, shop: Shop
) -> None:
    before, after = studio.puts_on("Morning Yoga", in_days=5), studio.puts_on("Vinyasa Flow", in_days=10)
    ada = studio.knows("Ada Lovelace", passes=(TEN,))
    desk = new_visitor()

    edit = passes_of(desk, studio, ada).row(TEN).edit().because("Moves to Paris")
    passes = edit.terminate(studio.date(in_days=10)).save_for("Ada Lovelace")

    last_day = f"Last day {studio.day_this_year(in_days=9)}"
    passes.announces(last_day).row(TEN).says(last_day, "Not started").offers("Deactivate")
    account = sign_in(page, ada)
    account.to_passes().card(TEN).says(last_day)
    ClassPage.of(page, before.id).add_to_basket().line("Morning Yoga").is_paid_by_a_pass()
    basket = ClassPage.of(page, after.id).add_to_basket()
    basket.line("Vinyasa Flow").is_not_paid_by_a_pass()
    basket.line("Vinyasa Flow").says(f"Your 10-class pass ends on {studio.day_this_year(in_days=9)}")
    basket.line("Vinyasa Flow").remove().check_out().book_now()

    shop.set_clock("+10d")
    Account.open(page).to_passes().card(TEN).says("Deactivated", "9 of 10 uses left")
    row = passes_of(desk, studio, ada).row(TEN).says("Deactivated")
    row.offers("Activate").does_not_offer("Deactivate")


def test_w20_until_it_comes_the_day_can_be_changed_and_cleared(page: Page, studio: Studio) -> None:
    ada = studio.knows("Ada Lovelace", passes=(TEN,))
    edit = passes_of(page, studio, ada).row(TEN).edit().because("Moves to Paris")
    refused = edit.terminate(studio.date()).save_in_vain("Ada Lovelace")
    refused.has_wrong(
        "Termination date",
        f"Choose {studio.day(in_days=1)} or a later day. To end the pass today, deactivate it.",
    )
    passes = refused.terminate(studio.date(in_days=10)).save_for("Ada Lovelace")

    edit = passes.row(TEN).edit().because("A week later")
    passes = edit.terminate(studio.date(in_days=17)).save_for("Ada Lovelace")
    passes.row(TEN).says(f"Last day {studio.day_this_year(in_days=16)}")
    passes = passes.row(TEN).edit().because("Stays").do_not_terminate().save_for("Ada Lovelace")

    passes.row(TEN).says("Valid for 30 days from your first class")


def test_w4_what_expired_while_it_was_deactivated_comes_back_with_a_new_date(
    page: Page, new_visitor: Callable[[], Page], studio: Studio, shop: Shop
) -> None:
    ada = studio.knows("Ada Lovelace", passes=(UNLIMITED,))
    studio.deactivates(ada, UNLIMITED)
    shop.set_clock("+40d")

    activation = passes_of(page, studio, ada).row(UNLIMITED).activate().because("Back from Paris")
    refused = activation.reactivate_in_vain()
    refused.has_wrong("New expiry date", "This pass has expired. Give it a new expiry date.")
    passes = refused.until(studio.date(in_days=20)).reactivate()

    passes.row(UNLIMITED).says("Active", f"Expires {studio.day(in_days=20)}")
    yoga = studio.puts_on("Morning Yoga", in_days=19)
    customer = new_visitor()
    sign_in(customer, ada)
    ClassPage.of(customer, yoga.id).add_to_basket().line("Morning Yoga").is_paid_by_a_pass()


def test_w8_an_expiry_in_the_future_may_be_set_before_reactivating(
    page: Page, studio: Studio, shop: Shop
) -> None:
    ada = studio.knows("Ada Lovelace", passes=(UNLIMITED,))
    studio.deactivates(ada, UNLIMITED)
    shop.set_clock("+40d")

    edit = passes_of(page, studio, ada).row(UNLIMITED).edit().because("Back from Paris")
    passes = edit.expires_on(studio.date(in_days=20)).save_for("Ada Lovelace")
    passes.row(UNLIMITED).says("Deactivated", f"Expires {studio.day(in_days=20)}")
    activation = passes.row(UNLIMITED).activate().asks_for_no_date()

    activation.because("Back from Paris").reactivate().row(UNLIMITED).says("Active")


def test_w9_w10_a_pass_waits_for_its_purchase_option(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    ada = studio.knows("Ada Lovelace", passes=(TEN,))
    studio.deactivates(ada, TEN)
    passes = passes_of(page, studio, ada)
    options = StaffMenu(passes).to_purchase_options()
    options = options.choose(TEN, "Deactivate").carry_out("DEACTIVATE", "Sold no more")
    options.announces("10-class pass is deactivated.").says_of(TEN, "Deactivated", "Sold no more")

    passes = ClientMenu(StaffMenu(options).search(ada.email).look_at(ada.name)).to_passes()
    activation = passes.row(TEN).offers("Activate").activate().announces(REFUSED)
    activation = activation.because("Back from Paris").reactivate_in_vain().announces(REFUSED)

    options = activation.to_purchase_options()
    options = options.choose(TEN, "Activate").carry_out("Activate", "Sold again")
    passes = ClientMenu(StaffMenu(options).search(ada.email).look_at(ada.name)).to_passes()
    passes.row(TEN).says("Deactivated")
    passes.row(TEN).activate().because("Back from Paris").reactivate().row(TEN).says("Not started")

    customer = new_visitor()
    sign_in(customer, ada).to_passes().card(TEN).says("Not started")
