"""What a code takes the place of, both sides in one sentence (D2)."""

from dataclasses import replace

from portal.rules.facts import PayWithPass
from portal.rules.quote import DiscountPays, PassPays, Quote, quote
from portal.rules.swap import swap_words
from tests.rules.builders import (
    a_basket,
    a_code,
    a_pass,
    a_pass_line,
    a_ticket_line,
    an_unlimited_pass,
    line_in,
    payers_in,
)

YOGA20 = a_code("YOGA20", percent=20, classes=["Morning Yoga"])


def stays_words(reckoned: Quote) -> list[str]:
    return [str(sentence) for sentence in reckoned.swap.stays] if reckoned.swap else []


def test_a_code_takes_the_place_of_the_pass_use_b4() -> None:
    yoga, ten_class_pass = a_ticket_line("Morning Yoga"), a_pass()
    reckoned = quote(a_basket(yoga, passes=[ten_class_pass], code=YOGA20))
    instead_of = PassPays(ten_class_pass.id, "10-class pass", uses_left_after=9, in_basket=False)
    assert line_in(reckoned, yoga).pays == DiscountPays("YOGA20", 240, instead_of=instead_of)
    assert (reckoned.pass_uses, reckoned.to_pay) == (0, 960)


def test_the_basket_says_both_sides_d2() -> None:
    reckoned = quote(a_basket(a_ticket_line("Morning Yoga"), passes=[a_pass(uses_left=7)], code=YOGA20))
    assert str(swap_words(reckoned)) == "You pay £9.60 and keep 1 pass use."
    assert stays_words(reckoned) == ["Your 10-class pass stays at 7 uses."]


def test_where_the_basket_holds_more_the_line_is_named_d2() -> None:
    yoga, wheel = a_ticket_line("Morning Yoga"), a_ticket_line("Wheel Throwing")
    reckoned = quote(a_basket(yoga, wheel, passes=[a_pass()], code=YOGA20))
    assert str(swap_words(reckoned)) == "Morning Yoga: you pay £9.60 and keep 1 pass use."
    assert stays_words(reckoned) == []


def test_an_unlimited_pass_is_not_used_d2() -> None:
    reckoned = quote(a_basket(a_ticket_line("Morning Yoga"), passes=[an_unlimited_pass()], code=YOGA20))
    assert str(swap_words(reckoned)) == "You pay £9.60 and your pass is not used."
    assert stays_words(reckoned) == []


def test_several_lines_are_summed_up_d2() -> None:
    lines = [a_ticket_line("Morning Yoga", on) for on in ("10 Dec", "11 Dec")]
    reckoned = quote(a_basket(*lines, passes=[a_pass()], code=YOGA20))
    assert str(swap_words(reckoned)) == "You pay £19.20 and keep 2 pass uses."


def test_several_lines_are_named_once_each_d2() -> None:
    classes = [
        ("Barre", "10 Dec"),
        ("Morning Yoga", "11 Dec"),
        ("Barre", "12 Dec"),
        ("Morning Yoga", "13 Dec"),
    ]
    lines = [a_ticket_line(name, on) for name, on in classes]
    wheel = a_ticket_line("Wheel Throwing")
    code = a_code("BODY20", classes=["Morning Yoga", "Barre"])
    reckoned = quote(a_basket(*lines, wheel, passes=[a_pass()], code=code))
    assert str(swap_words(reckoned)) == "Barre and Morning Yoga: you pay £38.40 and keep 4 pass uses."


def test_a_counted_and_an_unlimited_pass_are_both_told_of_d2() -> None:
    pair = [a_ticket_line("Morning Yoga"), a_ticket_line("Morning Yoga")]
    reckoned = quote(a_basket(*pair, passes=[a_pass(), an_unlimited_pass()], code=YOGA20))
    assert (
        str(swap_words(reckoned)) == "You pay £19.20, keep 1 pass use, and your unlimited pass is not used."
    )


def test_a_use_that_goes_to_another_line_is_not_kept_d2() -> None:
    yoga, wheel = a_ticket_line("Morning Yoga", "10 Dec"), a_ticket_line("Wheel Throwing", "11 Dec")
    last_use = a_pass("5-class pass", uses=5, uses_left=1)
    reckoned = quote(a_basket(yoga, wheel, passes=[last_use], code=YOGA20))
    assert payers_in(reckoned) == ["YOGA20", "5-class pass"]
    assert str(swap_words(reckoned)) == (
        "Morning Yoga: you pay £9.60, and your pass pays for another class instead."
    )


def test_a_line_that_no_pass_would_have_paid_for_is_no_swap_d2() -> None:
    yoga, more_yoga = a_ticket_line("Morning Yoga", "10 Dec"), a_ticket_line("Morning Yoga", "11 Dec")
    last_use = a_pass("5-class pass", uses=5, uses_left=1)
    reckoned = quote(a_basket(yoga, more_yoga, passes=[last_use], code=YOGA20))
    assert reckoned.to_pay == 1920
    assert str(swap_words(reckoned)) == "Morning Yoga: you pay £9.60 and keep 1 pass use."


def test_without_a_pass_there_is_no_swap_d2() -> None:
    reckoned = quote(a_basket(a_ticket_line("Morning Yoga"), code=YOGA20))
    assert (reckoned.swap, swap_words(reckoned)) == (None, None)


def test_a_pass_in_the_basket_can_be_swapped_too_p7() -> None:
    reckoned = quote(a_basket(a_ticket_line("Morning Yoga"), a_pass_line(price=9000), code=YOGA20))
    assert str(swap_words(reckoned)) == "Morning Yoga: you pay £9.60 and keep 1 pass use."
    assert reckoned.to_pay == 9960


def test_a_line_under_a_code_offers_no_pay_with_d2() -> None:
    yoga = a_ticket_line("Morning Yoga")
    assert line_in(quote(a_basket(yoga, passes=[a_pass()], code=YOGA20)), yoga).pay_options == ()


def test_removing_the_code_brings_the_customers_own_choices_back_d2() -> None:
    started, fresh = a_pass("started", booked=["8 Dec"]), a_pass("fresh")
    yoga = a_ticket_line("Morning Yoga", choice=PayWithPass(fresh.id))
    with_code = a_basket(yoga, passes=[started, fresh], code=YOGA20)
    assert payers_in(quote(with_code)) == ["YOGA20"]
    assert payers_in(quote(replace(with_code, code=None))) == ["fresh"]


def test_a_choice_under_a_code_claims_nothing_from_the_others_d1() -> None:
    last_use = a_pass("last use", uses=5, uses_left=1)
    yoga, wheel = (
        a_ticket_line("Morning Yoga", choice=PayWithPass(last_use.id)),
        a_ticket_line("Wheel Throwing"),
    )
    assert payers_in(quote(a_basket(yoga, wheel, passes=[last_use], code=YOGA20))) == ["YOGA20", "last use"]
