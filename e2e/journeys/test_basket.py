"""The basket: what pays for each line, holds, codes that are refused, and the way to an account."""

from playwright.sync_api import Page

from e2e.journeys.conftest import StoppedClock
from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.journeys.signing_in import sign_in
from e2e.pages.basket import Basket
from e2e.pages.class_page import ClassPage
from e2e.pages.menu import Menu
from e2e.pages.pass_shop import PassShop
from e2e.shop import Shop
from e2e.studio import Studio

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK

TEN_CLASSES = "10-class pass"
FIVE_CLASSES = "5-class pass"


def test_a_ticket_is_put_in_and_removed(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga", places=2)
    basket = ClassPage.of(page, yoga.id).add_to_basket("Concession")
    basket.line("Morning Yoga").says("Concession").costs("£9.00")
    basket.comes_to("£9.00")
    Menu(basket).counts_lines(1)
    assert studio.places_left(yoga) == 1

    emptied = basket.line("Morning Yoga").remove().is_empty()

    Menu(emptied).counts_lines(0)
    assert studio.places_left(yoga) == 2


def test_the_same_class_twice_is_two_lines(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ClassPage.of(page, yoga.id).add_to_basket("Adult")

    basket = ClassPage.of(page, yoga.id).add_to_basket("Concession")

    basket.has_lines(2).comes_to("£21.00")
    Menu(basket).counts_lines(2)


def test_a_pass_bought_together_with_a_ticket_pays_for_it(page: Page, studio: Studio) -> None:
    dance = studio.puts_on("Contemporary Dance")
    sign_in(page, studio.knows("Ada Park"))
    ClassPage.of(page, dance.id).add_to_basket().comes_to("£13.00")

    basket = PassShop.open(page).add_to_basket(FIVE_CLASSES)
    basket.line("Contemporary Dance").is_paid_by_a_pass()
    basket.line(FIVE_CLASSES).costs("£55.00")
    booking = basket.comes_to("£55.00").check_out().pay("£55.00").pay()

    booking.lists("Contemporary Dance", "Pass use of your 5-class pass", "£0.00").lists(
        FIVE_CLASSES, "£55.00"
    )
    card = Menu(booking).to_account().to_passes().card(FIVE_CLASSES)
    card.says("Active", "4 of 5 uses left").has_holes(left=4, punched=1)


def test_without_the_pass_that_was_to_be_bought_the_ticket_costs_money_again(
    page: Page, studio: Studio
) -> None:
    dance = studio.puts_on("Contemporary Dance")
    PassShop.open(page).add_to_basket(FIVE_CLASSES)
    basket = ClassPage.of(page, dance.id).add_to_basket()
    basket.line("Contemporary Dance").is_paid_by_a_pass().has_chosen(f"{FIVE_CLASSES}, 4 left after this")

    left = basket.line(FIVE_CLASSES).remove().has_lines(1)

    left.line("Contemporary Dance").is_not_paid_by_a_pass().costs("£13.00")
    left.comes_to("£13.00")


def test_another_pass_or_money_can_be_chosen_for_a_line(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    sign_in(page, studio.knows("Ada Park", passes=(TEN_CLASSES, FIVE_CLASSES)))
    basket = ClassPage.of(page, yoga.id).add_to_basket()
    basket.line("Morning Yoga").has_chosen(f"{TEN_CLASSES}, 9 left after this")

    other_pass = basket.line("Morning Yoga").change_to(f"{FIVE_CLASSES}, 4 left after this")
    other_pass.line("Morning Yoga").is_paid_by_a_pass().has_chosen(f"{FIVE_CLASSES}, 4 left after this")

    money = other_pass.line("Morning Yoga").change_to("Money, £12.00")
    money.line("Morning Yoga").is_not_paid_by_a_pass().costs("£12.00").has_chosen("Money, £12.00")
    money.comes_to("£12.00")

    pass_again = money.line("Morning Yoga").change_to(f"{TEN_CLASSES}, 9 left after this")
    pass_again.line("Morning Yoga").is_paid_by_a_pass()
    pass_again.comes_to("£0.00")


def test_a_choice_of_ones_own_survives_a_code_that_comes_and_goes(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    sign_in(page, studio.knows("Ada Park", passes=(TEN_CLASSES,)))
    basket = ClassPage.of(page, yoga.id).add_to_basket()
    by_money = basket.line("Morning Yoga").change_to("Money, £12.00")

    back = by_money.apply("SPRING20").comes_to("£9.60").remove_code()

    back.line("Morning Yoga").has_chosen("Money, £12.00").costs("£12.00")


def test_a_pass_that_does_not_pay_says_why(page: Page, studio: Studio) -> None:
    clay = studio.puts_on("Wheel Throwing")
    sign_in(page, studio.knows("Ada Park", passes=(TEN_CLASSES,)))

    basket = ClassPage.of(page, clay.id).add_to_basket()

    line = basket.line("Wheel Throwing").is_not_paid_by_a_pass().costs("£34.00")
    line.says(f"Your {TEN_CLASSES} does not cover Wheel Throwing.")


def test_a_code_that_cannot_be_used_is_refused_in_its_own_words(page: Page, studio: Studio) -> None:
    dance = studio.puts_on("Contemporary Dance")
    sign_in(page, studio.knows("Ada Park", passes=(TEN_CLASSES,)))
    basket: Basket = ClassPage.of(page, dance.id).add_to_basket()

    refusals = {
        "NOSUCHCODE": "There is no code NOSUCHCODE. Please check how it is spelt.",
        "OLDCODE": "OLDCODE has expired.",
        "LASTONE": "LASTONE has been used up.",
        "YOGA10": "This code doesn't apply to anything in your basket.",
        "": "Type a discount code first.",
    }
    for code, sentence in refusals.items():
        basket = basket.apply_in_vain(code).because(sentence)
        basket.line("Contemporary Dance").is_paid_by_a_pass()
        basket.comes_to("£0.00")

    basket.apply("fiver").comes_to("£8.00")


def test_a_hold_is_shown_extended_and_ended_and_the_place_may_be_gone(
    page: Page, studio: Studio, clock: StoppedClock
) -> None:
    yoga = studio.puts_on("Morning Yoga", places=1)
    clock.shows("09:00")
    basket = ClassPage.of(page, yoga.id).add_to_basket().keeps_places_until("09:15")

    clock.shows("09:10")
    kept = basket.keep_my_places().keeps_places_until("09:25")

    clock.shows("09:25")
    ended = kept.reload().says("We no longer keep a place for you.")
    ended.line("Morning Yoga").says("We no longer keep this place, but it is still free").costs("£12.00")
    ended.comes_to("£12.00")
    assert studio.places_left(yoga) == 1

    studio.fills(yoga)
    gone = ended.reload().comes_to("£0.00").cannot_be_checked_out()
    gone.line("Morning Yoga").says("the class is full now. It is not part of the total.").costs("–")
    gone.line("Morning Yoga").remove().is_empty()


def test_an_ended_hold_whose_place_is_free_can_still_be_booked(
    page: Page, studio: Studio, shop: Shop
) -> None:
    stretch = studio.puts_on("Lunchtime Stretch", places=1)
    ClassPage.of(page, stretch.id).add_to_basket("Taster")

    shop.set_clock("+20m")
    booking = Basket.open(page).check_out().as_guest("Gil Guest", "gil@example.com").book_now()

    booking.lists("Lunchtime Stretch", "Taster", "£0.00")
    assert studio.places_left(stretch) == 0


def test_a_guests_basket_joins_at_sign_in_and_the_newer_code_wins(
    page: Page, studio: Studio, shop: Shop
) -> None:
    yoga, dance = studio.puts_on("Morning Yoga"), studio.puts_on("Contemporary Dance")
    ada = studio.knows("Ada Park", passes=(TEN_CLASSES,))
    account = sign_in(page, ada)
    ClassPage.of(page, yoga.id).add_to_basket().apply("YOGA10")
    account = Menu(Basket.open(page)).to_account()
    classes = account.to_sign_out().sign_out()
    Menu(classes).knows_nobody()
    shop.set_clock("+1m")

    guests = ClassPage.of(page, dance.id).add_to_basket().apply("FIVER").comes_to("£8.00")
    joined = Menu(Menu(guests).to_sign_in().sign_in(ada.email, ada.password)).to_basket()

    joined.has_lines(2).says("FIVER")
    joined.does_not_say("YOGA10 −")


def test_signing_in_tells_that_the_newer_code_is_in_the_basket(
    page: Page, studio: Studio, shop: Shop
) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park")
    sign_in(page, ada)
    basket = ClassPage.of(page, yoga.id).add_to_basket().apply("YOGA10")
    Menu(basket).to_account().to_sign_out().sign_out()
    shop.set_clock("+1m")
    guests = ClassPage.of(page, yoga.id).add_to_basket().apply("SPRING20")

    account = Menu(guests).to_sign_in().sign_in(ada.email, ada.password)

    account.announces("The newer discount code, SPRING20, is in your basket now.")
    Menu(account).to_basket().has_lines(2).comes_to("£19.20")


def test_a_guests_pass_use_waits_for_signing_in(page: Page, studio: Studio) -> None:
    yoga = studio.puts_on("Morning Yoga")
    ada = studio.knows("Ada Park", passes=(TEN_CLASSES,))
    guests = ClassPage.of(page, yoga.id).add_to_basket().comes_to("£12.00")

    account = Menu(guests).to_sign_in().sign_in(ada.email, ada.password)

    Menu(account).to_basket().line("Morning Yoga").is_paid_by_a_pass()
