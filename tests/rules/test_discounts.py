"""What a code takes off, and why it does not (D1, D3–D6)."""

from datetime import timedelta
from itertools import permutations

import pytest

from portal.rules.discounts import (
    AppliesToNothing,
    CodeExpired,
    CodeNotStarted,
    CodeRefused,
    CodeUnknown,
    CodeUsedUp,
    CodeUsedUpByPerson,
    SpendMore,
    discount,
    normalise_code,
)
from portal.rules.facts import DiscountTerms, Line, Reduces
from portal.rules.quote import quote
from tests.rules.builders import (
    NOW,
    a_basket,
    a_code,
    a_pass,
    a_pass_line,
    a_ticket_line,
    line_in,
    payers_in,
)


def discounts_in(code: DiscountTerms, *lines: Line) -> list[int]:
    """What a code takes off, line by line."""
    return [quoted.discount for quoted in quote(a_basket(*lines, code=code)).lines]


def test_a_percentage_is_off_each_ticket_d3() -> None:
    dear, cheap = a_ticket_line(price=1200), a_ticket_line("Barre", price=1245)
    assert discounts_in(a_code(percent=10), dear, cheap) == [120, 125]


def test_an_amount_is_off_each_ticket_but_never_more_than_its_price_d3() -> None:
    assert discounts_in(
        a_code(off_each=500), a_ticket_line(price=1200), a_ticket_line("Barre", price=300)
    ) == [
        500,
        300,
    ]


def test_an_amount_across_the_basket_is_shared_out_d4() -> None:
    lines = [a_ticket_line(on=on, price=1200) for on in ("10 Dec", "11 Dec", "12 Dec")]
    assert discounts_in(a_code("TENNER", off_basket=1000), *lines) == [334, 333, 333]


def test_the_spare_penny_goes_to_the_first_in_p2s_order_d4() -> None:
    lines = [a_ticket_line(on=on, price=1200) for on in ("10 Dec", "11 Dec", "12 Dec")]
    for clicked in permutations(lines):
        reckoned = quote(a_basket(*clicked, code=a_code(off_basket=1000)))
        assert [line_in(reckoned, line).discount for line in lines] == [334, 333, 333]


def test_an_amount_across_the_basket_takes_no_line_below_zero_d4() -> None:
    reckoned = quote(a_basket(a_ticket_line(price=300), code=a_code("FIVER", off_basket=500)))
    assert (reckoned.discount_total, reckoned.to_pay) == (300, 0)


def test_a_code_is_for_its_classes_tickets_and_dates_d3() -> None:
    lines = [
        a_ticket_line("Morning Yoga", "10 Dec", ticket="Adult"),
        a_ticket_line("Barre", "10 Dec", ticket="Adult"),
        a_ticket_line("Morning Yoga", "9 Dec", ticket="Adult"),
        a_ticket_line("Morning Yoga", "13 Dec", ticket="Adult"),
        a_ticket_line("Morning Yoga", "12 Dec", ticket="Concession"),
        a_ticket_line("Morning Yoga", "12 Dec", ticket="Adult"),
    ]
    code = a_code(classes=["Morning Yoga"], tickets=["Adult"], class_from="10 Dec", class_to="12 Dec")
    assert discounts_in(code, *lines) == [240, 0, 0, 0, 0, 240]


@pytest.mark.parametrize(
    ("reduces", "expected"),
    [(Reduces.TICKETS, [240, 0]), (Reduces.PASSES, [0, 1800]), (Reduces.BOTH, [240, 1800])],
)
def test_a_code_is_for_tickets_passes_or_both_d3(reduces: Reduces, expected: list[int]) -> None:
    yoga, bought = a_ticket_line(), a_pass_line(price=9000, classes=["Barre"])
    assert discounts_in(a_code(reduces=reduces), yoga, bought) == expected


def test_a_discounted_pass_in_the_basket_still_pays_for_tickets_p7() -> None:
    reckoned = quote(a_basket(a_ticket_line(), a_pass_line(), code=a_code(reduces=Reduces.PASSES)))
    assert payers_in(reckoned) == ["10-class pass", "SPRING20"]


def test_a_code_is_reckoned_on_list_prices_as_if_there_were_no_passes_d1() -> None:
    yoga, barre = a_ticket_line("Morning Yoga"), a_ticket_line("Barre")
    code = a_code(classes=["Morning Yoga"], least_spend=2400)
    reckoned = quote(a_basket(yoga, barre, passes=[a_pass()], code=code))
    assert payers_in(reckoned) == ["SPRING20", "10-class pass"]


REFUSED: list[tuple[DiscountTerms, type[CodeRefused], str]] = [
    (a_code(starts_at=NOW + timedelta(seconds=1)), CodeNotStarted, "SPRING20 cannot be used yet."),
    (a_code(ends_at=NOW), CodeExpired, "SPRING20 has expired."),
    (a_code(bookings_left=0), CodeUsedUp, "SPRING20 has been used up."),
    (a_code(person_left=0), CodeUsedUpByPerson, "You have already used SPRING20."),
    (a_code(least_spend=1201), SpendMore, "Spend £12.01 or more to use this code."),
    (a_code(classes=["Barre"]), AppliesToNothing, "This code doesn't apply to anything in your basket."),
    (a_code(percent=0), AppliesToNothing, "This code doesn't apply to anything in your basket."),
]


@pytest.mark.parametrize(("code", "refusal", "words"), REFUSED, ids=[words for _, _, words in REFUSED])
def test_a_code_that_does_nothing_is_refused_with_its_own_sentence_d5(
    code: DiscountTerms, refusal: type[CodeRefused], words: str
) -> None:
    with pytest.raises(refusal) as refused:
        discount(code, [a_ticket_line(price=1200)], now=NOW, currency="GBP")
    assert str(refused.value.sentence) == words


@pytest.mark.parametrize(("code", "words"), [(code, words) for code, _, words in REFUSED])
def test_a_code_that_stops_applying_is_dropped_and_passes_come_back_d6(
    code: DiscountTerms, words: str
) -> None:
    reckoned = quote(a_basket(a_ticket_line(price=1200), passes=[a_pass()], code=code))
    assert (reckoned.code, str(reckoned.dropped_code)) == (None, words)
    assert (payers_in(reckoned), reckoned.to_pay, reckoned.swap) == (["10-class pass"], 0, None)


def test_a_code_at_the_very_limits_of_its_terms_applies_d3() -> None:
    code = a_code(
        starts_at=NOW,
        ends_at=NOW + timedelta(seconds=1),
        bookings_left=1,
        person_left=1,
        least_spend=1200,
        class_from="10 Dec",
        class_to="10 Dec",
    )
    assert discounts_in(code, a_ticket_line(on="10 Dec", price=1200)) == [240]


def test_a_code_does_not_apply_to_free_tickets_alone_d5() -> None:
    reckoned = quote(a_basket(a_ticket_line(price=0), code=a_code()))
    assert str(reckoned.dropped_code) == "This code doesn't apply to anything in your basket."


def test_a_line_that_does_not_count_neither_earns_nor_takes_a_discount_r4() -> None:
    full = a_ticket_line("Barre", held=False, places_free=0)
    assert discounts_in(a_code(off_basket=500), a_ticket_line(), full) == [500, 0]
    assert quote(a_basket(full, code=a_code())).code is None


def test_an_unknown_code_is_named_as_it_was_typed_d5() -> None:
    assert str(CodeUnknown("SPRNG")) == "There is no code SPRNG. Please check how it is spelt."


@pytest.mark.parametrize("typed", ["SPRING20", "spring20", "  Spring20\n"])
def test_case_and_surrounding_space_do_not_matter_d3(typed: str) -> None:
    assert normalise_code(typed) == "SPRING20"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (a_code(classes=["Barre"]), "SPRING20 does not cover this class, so your pass still pays."),
        (a_code(class_to="9 Dec"), "SPRING20 does not cover this date, so your pass still pays."),
        (a_code(tickets=["Concession"]), "SPRING20 does not cover this ticket, so your pass still pays."),
        (a_code(reduces=Reduces.PASSES), "SPRING20 does not cover this ticket, so your pass still pays."),
    ],
)
def test_a_line_that_a_code_leaves_alone_says_that_the_pass_still_pays_d1(
    code: DiscountTerms, words: str
) -> None:
    yoga = a_ticket_line(on="10 Dec", ticket="Adult")
    covered = a_ticket_line("Barre", "9 Dec", ticket="Concession", price=900), a_pass_line()
    note = line_in(quote(a_basket(yoga, *covered, passes=[a_pass()], code=code)), yoga).note
    assert str(note) == words


def test_a_share_of_nothing_leaves_the_pass_in_place_d1() -> None:
    dear, cheap = a_ticket_line(price=1800), a_ticket_line("Barre", price=1)
    reckoned = quote(a_basket(dear, cheap, passes=[a_pass()], code=a_code(off_basket=500)))
    assert payers_in(reckoned) == ["SPRING20", "10-class pass"]
    assert (
        str(line_in(reckoned, cheap).note)
        == "SPRING20 takes nothing off this ticket, so your pass still pays."
    )
