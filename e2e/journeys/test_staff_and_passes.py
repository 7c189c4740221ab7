"""What else staff do with passes: issue, adjust, extend, pause, undo; and with purchase options (S8, S9)."""

from collections.abc import Callable

from playwright.sync_api import Page

from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in, sign_in_as_staff
from e2e.pages.account import Passes
from e2e.pages.class_page import ClassPage
from e2e.pages.pass_shop import PassShop
from e2e.pages.staff_menu import ClientMenu, StaffMenu
from e2e.pages.staff_passes import ClientPasses
from e2e.studio import Person, Studio

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK

TEN = "10-class pass"
FIVE = "5-class pass"


def passes_of(page: Page, studio: Studio, client: Person) -> ClientPasses:
    """Come to work, and open a client's Passes & Memberships."""
    found = StaffMenu(sign_in_as_staff(page, studio.employs("Fran Desk"))).search(client.email)
    return ClientMenu(found.look_at(client.name)).to_passes()


def test_a_pass_is_issued_adjusted_extended_and_paused_and_its_owner_reads_it(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    ada = studio.knows("Ada Lovelace")
    passes = passes_of(page, studio, ada).issue().issue(TEN, "Won our raffle")
    passes.announces("Ada Lovelace has a 10-class pass now.").row(TEN).says("Not started")

    passes = passes.row(TEN).adjust_uses().take_away(3, "Seven were the prize")
    passes.announces("7 of 10 uses left")
    passes = passes.row(TEN).extend().extend(7, "We were closed")
    passes.row(TEN).says("Valid for 37 days from your first class")
    passes = passes.row(TEN).pause().pause(studio.date(), studio.date(in_days=2), "A broken toe")
    passes.row(TEN).says("Paused", "Valid for 40 days from your first class")

    customer = new_visitor()
    sign_in(customer, ada)
    own = Passes.open(customer).look_at(TEN)
    own.card.says("Paused", "7 of 10 uses left").has_holes(left=7, punched=3)
    assert own.ledger()[-2:] == ["−3", "+10"]
    tomorrow = studio.puts_on("Morning Yoga", in_days=1)
    line = ClassPage.of(customer, tomorrow.id).add_to_basket().line("Morning Yoga").is_not_paid_by_a_pass()
    line.says("Your 10-class pass is paused from")


def test_the_last_act_is_undone_from_the_notice_that_told_of_it(page: Page, studio: Studio) -> None:
    ada = studio.knows("Ada Lovelace", passes=(TEN,))
    passes = passes_of(page, studio, ada).row(TEN).deactivate().because("The wrong Ada").deactivate()
    passes.row(TEN).says("Deactivated")

    undo = passes.follow_undo().says("The wrong Ada")
    passes = undo.undo("It was the other Ada")

    passes.announces("The last change to Ada Lovelace’s 10-class pass is undone.").row(TEN).says(
        "Not started"
    )


def test_a_purchase_option_off_sale_is_bought_no_more_and_used_as_before(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Lovelace", passes=(FIVE,))
    options = StaffMenu(sign_in_as_staff(page, studio.employs("Fran Desk"))).to_purchase_options()
    act = options.choose(FIVE, "Take off sale").says("can go on using it")
    act.carry_out("Take off sale", "Autumn is over").says_of(FIVE, "Off sale")

    customer = new_visitor()
    sign_in(customer, ada)
    PassShop.open(customer).does_not_say(FIVE)
    ClassPage.of(customer, yoga.id).add_to_basket().line("Morning Yoga").is_paid_by_a_pass()


def test_s8_a_deactivated_purchase_option_is_withdrawn_from_its_owners(
    page: Page, new_visitor: Callable[[], Page], studio: Studio
) -> None:
    ada = studio.knows("Ada Lovelace", passes=(FIVE,))
    options = StaffMenu(sign_in_as_staff(page, studio.employs("Fran Desk"))).to_purchase_options()
    options.choose(FIVE, "Deactivate").carry_out("DEACTIVATE", "Sold no more")

    customer = new_visitor()
    card = sign_in(customer, ada).to_passes().card(FIVE)
    card.says("Withdrawn", "The studio has withdrawn all passes of this kind.")


def test_all_passes_of_a_purchase_option_are_extended_after_a_look_at_whose(
    page: Page, studio: Studio
) -> None:
    yoga = studio.puts_on("Morning Yoga", in_days=3)
    ada, ben = studio.knows("Ada Lovelace", passes=(TEN,)), studio.knows("Ben Okri", passes=(TEN,))
    studio.books(ada, yoga)
    options = StaffMenu(sign_in_as_staff(page, studio.employs("Fran Desk"))).to_purchase_options()

    preview = options.extend_all(TEN).preview(7)
    preview.lists(ada.name, studio.day(in_days=32), studio.day(in_days=39))
    preview.lists(ben.name, "Not started", "7 days longer")
    options = preview.extend("The boiler broke").announces("of 10-class pass extended by 7 days.")

    passes = ClientMenu(StaffMenu(options).search(ada.email).look_at(ada.name)).to_passes()
    passes.row(TEN).says(f"Expires {studio.day(in_days=39)}")
