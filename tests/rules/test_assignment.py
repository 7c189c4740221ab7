"""Who pays for what: the customer's own choices first, then whatever is best (P1, P2, P4–P7)."""

from dataclasses import replace

import pytest

from portal.rules.facts import OwnedPass, PayWithMoney, PayWithPass
from portal.rules.quote import MoneyPays, PassPays, quote
from tests.rules.builders import (
    a_basket,
    a_new_id,
    a_pass,
    a_pass_line,
    a_ticket_line,
    an_unlimited_pass,
    between,
    days,
    from_first_class,
    line_in,
    payer_of,
    payers_in,
    why_not_words,
)


def test_a_usable_pass_pays_at_once_p1() -> None:
    yoga = a_ticket_line("Morning Yoga")
    ten_class_pass = a_pass("10-class pass", uses=10)
    reckoned = quote(a_basket(yoga, passes=[ten_class_pass]))
    assert line_in(reckoned, yoga).pays == PassPays(
        ten_class_pass.id, "10-class pass", uses_left_after=9, in_basket=False
    )
    assert reckoned.to_pay == 0


def test_a_ticket_that_is_free_anyway_takes_no_use_p1() -> None:
    taster, yoga = a_ticket_line("Taster", on="9 Dec", price=0), a_ticket_line(on="10 Dec")
    ten_class_pass = a_pass(uses=10)
    reckoned = quote(a_basket(taster, yoga, passes=[ten_class_pass]))
    assert (payer_of(reckoned, taster), reckoned.pass_uses) == ("nothing", 1)
    assert line_in(reckoned, yoga).pays == PassPays(ten_class_pass.id, "10-class pass", 9, in_basket=False)


def test_uses_count_down_line_by_line_in_the_order_of_classes() -> None:
    later, earlier = a_ticket_line(on="12 Dec"), a_ticket_line(on="10 Dec")
    reckoned = quote(a_basket(later, earlier, passes=[a_pass(uses=10)]))
    left = {quoted.line.id: quoted.pays for quoted in reckoned.lines if isinstance(quoted.pays, PassPays)}
    assert (left[earlier.id].uses_left_after, left[later.id].uses_left_after) == (9, 8)


def test_the_last_use_goes_where_it_saves_most_p2() -> None:
    cheap, dear = a_ticket_line("Barre", on="10 Dec", price=900), a_ticket_line(on="11 Dec", price=1800)
    reckoned = quote(a_basket(cheap, dear, passes=[a_pass("5-class pass", uses=5, uses_left=1)]))
    assert payers_in(reckoned) == ["money", "5-class pass"]


def test_the_narrow_pass_pays_where_it_can_so_that_the_wide_one_pays_elsewhere_p2() -> None:
    yoga, barre = a_ticket_line("Morning Yoga", on="10 Dec"), a_ticket_line("Barre", on="11 Dec")
    wide = a_pass("wide", uses=1, booked=["8 Dec"])
    narrow = a_pass("narrow", uses=1, classes=["Morning Yoga"])
    assert payers_in(quote(a_basket(yoga, barre, passes=[wide, narrow]))) == ["narrow", "wide"]


def test_of_ways_that_cost_the_same_the_one_with_fewest_lines_on_money_wins_p2() -> None:
    dear = a_ticket_line("Workshop", on="3 Dec", price=1200)
    cheap = [a_ticket_line("Barre", on=on, price=600) for on in ("20 Dec", "21 Dec")]
    one_week = a_pass("one week", valid=from_first_class(days(7)))
    assert payers_in(quote(a_basket(dear, *cheap, passes=[one_week]))) == ["money", "one week", "one week"]


def test_the_preferred_pass_pays_even_where_not_every_line_can_be_paid_p2() -> None:
    barre = [a_ticket_line("Barre", on=on) for on in ("11 Dec", "12 Dec")]
    yoga = a_ticket_line("Morning Yoga", on="13 Dec")
    passes = [
        a_pass("yoga, newer", classes=["Morning Yoga"], bought="3 Nov"),
        a_pass("yoga, older", classes=["Morning Yoga"], bought="2 Nov"),
        a_pass("one barre", uses=1, classes=["Barre"]),
    ]
    assert payers_in(quote(a_basket(*barre, yoga, passes=passes))) == ["one barre", "money", "yoga, older"]


@pytest.mark.parametrize(
    ("preferred", "other"),
    [
        (an_unlimited_pass("preferred"), a_pass("other", booked=["8 Dec"])),
        (a_pass("preferred", booked=["8 Dec"]), a_pass("other", bought="1 Oct")),
        (a_pass("preferred", booked=["8 Dec"]), a_pass("other", booked=["9 Dec"], bought="1 Oct")),
        (a_pass("preferred", valid=between("1 Dec", "18 Dec")), a_pass("other", booked=["8 Dec"])),
        (a_pass("preferred", bought="1 Oct"), a_pass("other", bought="2 Oct")),
    ],
    ids=["unlimited", "started", "soonest expiry", "soonest expiry, whatever its kind", "oldest purchase"],
)
def test_of_passes_that_save_the_same_one_is_preferred_p2(preferred: OwnedPass, other: OwnedPass) -> None:
    yoga = a_ticket_line(on="10 Dec")
    assert payers_in(quote(a_basket(yoga, passes=[other, preferred]))) == ["preferred"]
    assert payers_in(quote(a_basket(yoga, passes=[preferred, other]))) == ["preferred"]


def test_a_pass_that_staff_end_sooner_pays_sooner_p2() -> None:
    ends_soon = a_pass("ends soon", booked=["9 Dec"], deactivated_from="20 Dec")
    reckoned = quote(a_basket(a_ticket_line(on="10 Dec"), passes=[a_pass(booked=["8 Dec"]), ends_soon]))
    assert payers_in(reckoned) == ["ends soon"]


def test_a_pass_in_the_same_basket_pays_last_p2() -> None:
    yoga, bought = a_ticket_line(), a_pass_line("new")
    assert payers_in(quote(a_basket(yoga, bought, passes=[a_pass("own")]))) == ["own", "money"]


def test_an_unlimited_pass_being_bought_spares_the_uses_of_an_owned_one_p2() -> None:
    reckoned = quote(a_basket(a_ticket_line(), a_pass_line("new", uses=None), passes=[a_pass("own")]))
    assert payers_in(reckoned) == ["new", "money"]


def test_a_pass_bought_together_with_a_ticket_pays_for_it_p7() -> None:
    yoga, bought = a_ticket_line(), a_pass_line("10-class pass", price=9000)
    reckoned = quote(a_basket(yoga, bought))
    assert line_in(reckoned, yoga).pays == PassPays(
        bought.id, "10-class pass", uses_left_after=9, in_basket=True
    )
    assert reckoned.to_pay == 9000


def test_a_pass_that_is_off_sale_pays_for_nothing_p7() -> None:
    assert payers_in(quote(a_basket(a_ticket_line(), a_pass_line(on_sale=False)))) == ["money", "nothing"]


def test_claims_of_the_same_basket_are_seen_by_each_other_p4() -> None:
    first, last = a_ticket_line(on="10 Dec"), a_ticket_line(on="9 Jan 2027")
    reckoned = quote(a_basket(first, last, passes=[a_pass()]))
    assert payers_in(reckoned) == ["10-class pass", "money"]
    assert why_not_words(reckoned, last) == ["Your 10-class pass ends on 8 Jan; this class is on 9 Jan."]


def test_an_earlier_class_slides_the_start_back_if_all_still_fit_p5() -> None:
    started = a_pass(booked=["10 Dec", "2 Jan 2027"])
    assert payers_in(quote(a_basket(a_ticket_line(on="4 Dec"), passes=[started]))) == ["10-class pass"]


def test_an_earlier_class_that_would_strand_a_booked_one_is_not_paid_p5() -> None:
    started, early = a_pass(booked=["10 Dec", "3 Jan 2027"]), a_ticket_line(on="4 Dec")
    reckoned = quote(a_basket(early, passes=[started]))
    assert payers_in(reckoned) == ["money"]
    assert why_not_words(reckoned, early) == [
        "Started on 4 Dec, your 10-class pass would end on 2 Jan, before your class on 3 Jan."
    ]


def test_a_class_booked_after_the_last_day_that_staff_set_strands_nothing_s3() -> None:
    terminated = a_pass(booked=["20 Dec"], deactivated_from="18 Dec")
    assert payers_in(quote(a_basket(a_ticket_line(on="10 Dec"), passes=[terminated]))) == ["10-class pass"]


def test_a_late_class_is_paid_along_with_one_in_time_to_start_p6() -> None:
    in_time, late = a_ticket_line(on="10 Dec"), a_ticket_line(on="20 Dec")
    must_start = a_pass(start_by="15 Dec")
    assert payers_in(quote(a_basket(late, passes=[must_start]))) == ["money"]
    assert payers_in(quote(a_basket(late, in_time, passes=[must_start]))) == ["10-class pass"] * 2


def test_a_late_class_that_chose_the_pass_gets_it_along_with_one_in_time_p6() -> None:
    must_start = a_pass(start_by="15 Dec")
    in_time, late = a_ticket_line(on="10 Dec"), a_ticket_line(on="20 Dec", choice=PayWithPass(must_start.id))
    reckoned = quote(a_basket(in_time, late, passes=[must_start]))
    assert payers_in(reckoned) == ["10-class pass"] * 2
    assert why_not_words(reckoned, late) == []


def test_uses_per_week_count_from_monday_to_sunday_p6() -> None:
    sunday, monday = a_ticket_line(on="13 Dec"), a_ticket_line(on="14 Dec")
    saturday = a_ticket_line(on="12 Dec", price=1100)
    reckoned = quote(a_basket(saturday, sunday, monday, passes=[a_pass(uses_per_week=1)]))
    assert payers_in(reckoned) == ["money", "10-class pass", "10-class pass"]


def test_uses_per_day_count_what_is_booked_p6() -> None:
    evening = a_ticket_line("Evening Yoga", on="10 Dec", at="18:00")
    assert payers_in(quote(a_basket(evening, passes=[a_pass(uses_per_day=1, booked=["10 Dec"])]))) == [
        "money"
    ]
    assert payers_in(quote(a_basket(evening, passes=[a_pass(uses_per_day=2, booked=["10 Dec"])]))) == [
        "10-class pass"
    ]


def test_a_pass_pays_for_one_ticket_of_a_class_unless_it_is_for_more_p6() -> None:
    pair = [a_ticket_line(), a_ticket_line()]
    assert payers_in(quote(a_basket(*pair, passes=[a_pass()]))) == ["10-class pass", "money"]
    assert payers_in(quote(a_basket(*pair, passes=[a_pass(several_per_class=True)]))) == ["10-class pass"] * 2


def test_an_unlimited_pass_pays_for_one_ticket_of_a_class_always_p6() -> None:
    unlimited = a_pass("unlimited", uses=None, several_per_class=True)
    pair = [a_ticket_line(), a_ticket_line()]
    assert payers_in(quote(a_basket(*pair, passes=[unlimited]))) == ["unlimited", "money"]


def test_the_choice_of_a_pass_is_kept_p2() -> None:
    started, fresh = a_pass("started", booked=["8 Dec"]), a_pass("fresh")
    yoga = a_ticket_line(choice=PayWithPass(fresh.id))
    assert payers_in(quote(a_basket(yoga, passes=[started, fresh]))) == ["fresh"]


def test_the_choice_of_money_is_kept_p2() -> None:
    yoga = a_ticket_line(choice=PayWithMoney())
    reckoned = quote(a_basket(yoga, passes=[a_pass(), a_pass(classes=["Barre"])]))
    assert line_in(reckoned, yoga).pays == MoneyPays(chosen=True)
    assert line_in(reckoned, yoga).why_not == ()


def test_money_is_no_choice_where_no_pass_could_pay() -> None:
    yoga = a_ticket_line(choice=PayWithMoney())
    reckoned = quote(a_basket(yoga, passes=[a_pass(classes=["Barre"])]))
    assert line_in(reckoned, yoga).pays == MoneyPays(chosen=False)
    assert why_not_words(reckoned, yoga) == ["Your 10-class pass does not cover Morning Yoga."]


def test_chosen_lines_claim_first_p2() -> None:
    last_use = a_pass("last use", uses=5, uses_left=1)
    dear = a_ticket_line(on="10 Dec", price=1800)
    cheap = a_ticket_line("Barre", on="11 Dec", price=900, choice=PayWithPass(last_use.id))
    assert payers_in(quote(a_basket(dear, cheap, passes=[last_use]))) == ["money", "last use"]


def test_a_chosen_pass_that_cannot_pay_gives_way_and_says_why_p2() -> None:
    barre_only, ten_class_pass = a_pass("Barre pass", classes=["Barre"]), a_pass()
    yoga = a_ticket_line(choice=PayWithPass(barre_only.id))
    reckoned = quote(a_basket(yoga, passes=[barre_only, ten_class_pass]))
    assert payers_in(reckoned) == ["10-class pass"]
    assert why_not_words(reckoned, yoga) == ["Your Barre pass does not cover Morning Yoga."]
    assert line_in(reckoned, yoga).why_not[0].picked


def test_a_chosen_pass_comes_first_among_the_reasons_r2() -> None:
    barre_only, used_up = a_pass("Barre pass", classes=["Barre"]), a_pass("old pass", uses_left=0)
    yoga = a_ticket_line(choice=PayWithPass(barre_only.id))
    assert why_not_words(quote(a_basket(yoga, passes=[used_up, barre_only])), yoga) == [
        "Your Barre pass does not cover Morning Yoga.",
        "Your old pass has no uses left.",
    ]


def test_a_chosen_pass_that_left_the_basket_gives_way_and_says_so_p2() -> None:
    yoga = a_ticket_line(choice=PayWithPass(a_new_id()))
    assert why_not_words(quote(a_basket(yoga)), yoga) == [
        "The pass that you chose for this ticket is no longer there."
    ]


def test_two_choices_of_the_last_use_give_it_to_the_earlier_class_p2() -> None:
    last_use = a_pass("last use", uses=5, uses_left=1)
    later = a_ticket_line(on="11 Dec", price=1800, choice=PayWithPass(last_use.id))
    earlier = a_ticket_line(on="10 Dec", choice=PayWithPass(last_use.id))
    assert payers_in(quote(a_basket(later, earlier, passes=[last_use]))) == ["money", "last use"]


def test_a_line_offers_what_can_be_had_for_it_and_money_p2() -> None:
    started, fresh, barre_only = (
        a_pass("started", booked=["8 Dec"]),
        a_pass("fresh"),
        a_pass(classes=["Barre"]),
    )
    yoga = a_ticket_line()
    offered = line_in(quote(a_basket(yoga, passes=[started, fresh, barre_only])), yoga).pay_options
    assert [(option.pass_name, option.uses_left_after, option.picked) for option in offered] == [
        ("started", 9, True),
        ("fresh", 9, False),
        (None, None, False),
    ]


def test_a_use_that_another_line_was_given_can_be_chosen_p2() -> None:
    last_use = a_pass("last use", uses=5, uses_left=1)
    dear, cheap = a_ticket_line(price=1800), a_ticket_line("Barre", on="11 Dec", price=900)
    offered = line_in(quote(a_basket(dear, cheap, passes=[last_use])), cheap).pay_options
    assert [(option.pass_name, option.uses_left_after, option.picked) for option in offered] == [
        ("last use", 0, False),
        (None, None, True),
    ]


def test_a_use_that_another_line_chose_is_not_on_offer_p2() -> None:
    last_use = a_pass("last use", uses=5, uses_left=1)
    chosen, other = a_ticket_line(choice=PayWithPass(last_use.id)), a_ticket_line("Barre", on="11 Dec")
    assert line_in(quote(a_basket(chosen, other, passes=[last_use])), other).pay_options == ()


def test_a_line_without_a_choice_offers_none() -> None:
    yoga = a_ticket_line()
    assert line_in(quote(a_basket(yoga)), yoga).pay_options == ()


def test_an_unlimited_pass_is_offered_without_a_number() -> None:
    yoga = a_ticket_line()
    by_pass, _ = line_in(quote(a_basket(yoga, passes=[an_unlimited_pass()])), yoga).pay_options
    assert (by_pass.unlimited, by_pass.uses_left_after) == (True, None)


def test_a_withdrawn_choice_brings_the_search_back_p2() -> None:
    started, fresh = a_pass("started", booked=["8 Dec"]), a_pass("fresh", valid=from_first_class(days(7)))
    chosen = a_ticket_line(choice=PayWithPass(fresh.id))
    unchosen = replace(chosen, choice=None)
    assert payers_in(quote(a_basket(chosen, passes=[started, fresh]))) == ["fresh"]
    assert payers_in(quote(a_basket(unchosen, passes=[started, fresh]))) == ["started"]
