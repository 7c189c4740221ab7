"""What is true of every quote, whatever the basket (the issue's properties of R1, P2, P9, D1–D6, M6)."""

from collections import Counter
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from portal.rules.facts import (
    BasketFacts,
    DiscountKind,
    DiscountTerms,
    OwnedPass,
    PayWithMoney,
    PayWithPass,
    TicketLine,
)
from portal.rules.quote import DiscountPays, MoneyPays, PassPays, Quote, QuotedLine, quote
from tests.rules.brute_force import can_pay_for
from tests.rules.builders import line_in
from tests.rules.strategies import baskets, codeless_baskets, codes, owned_passes


def by_line(reckoned: Quote) -> dict[object, QuotedLine]:
    return {quoted.line.id: quoted for quoted in reckoned.lines}


@given(baskets)
def test_the_total_is_the_sum_of_the_lines_r1(facts: BasketFacts) -> None:
    reckoned = quote(facts)
    assert reckoned.to_pay + reckoned.waived == sum(line.to_pay for line in reckoned.lines)
    reductions = reckoned.discount_total + reckoned.pass_total + reckoned.waived
    assert reckoned.list_total - reductions == reckoned.to_pay


@given(baskets)
def test_no_line_is_below_zero_or_above_its_price_r3(facts: BasketFacts) -> None:
    assert all(0 <= line.to_pay <= line.list_price for line in quote(facts).lines)


@given(baskets)
def test_a_line_never_has_both_a_discount_and_a_pass_use_d1(facts: BasketFacts) -> None:
    for line in quote(facts).lines:
        assert (line.discount > 0) == isinstance(line.pays, DiscountPays)
        if isinstance(line.pays, PassPays):
            assert line.to_pay == 0 < line.list_price


@given(baskets)
def test_a_line_that_does_not_count_costs_and_takes_nothing_r4(facts: BasketFacts) -> None:
    for line in quote(facts).lines:
        if not line.counts:
            assert (line.to_pay, line.discount, line.pay_options) == (0, 0, ())
            assert not isinstance(line.pays, PassPays)


@given(baskets)
def test_what_a_pass_pays_for_it_can_pay_for_together_p9(facts: BasketFacts) -> None:
    reckoned = quote(facts)
    for held in facts.passes:
        paid = [
            line.line
            for line in reckoned.lines
            if isinstance(line.pays, PassPays) and line.pays.pass_id == held.id
            if isinstance(line.line, TicketLine)
        ]
        assert held.uses_left is None or len(paid) <= held.uses_left
        assert can_pay_for(held, paid, facts.today)


@given(baskets)
def test_uses_left_count_down_to_what_the_pass_will_have_p8(facts: BasketFacts) -> None:
    reckoned = quote(facts)
    for held in facts.passes:
        left = [
            line.pays.uses_left_after
            for line in reckoned.lines
            if isinstance(line.pays, PassPays) and line.pays.pass_id == held.id
        ]
        if held.uses_left is not None:
            assert sorted(number for number in left if number is not None) == list(
                range(held.uses_left - len(left), held.uses_left)
            )


@given(baskets, st.randoms(use_true_random=False))
def test_the_order_of_clicking_changes_nothing_p2(facts: BasketFacts, random: st.DataObject) -> None:
    lines, passes = list(facts.lines), list(facts.passes)
    random.shuffle(lines)  # type: ignore[attr-defined]
    random.shuffle(passes)  # type: ignore[attr-defined]
    shuffled = quote(replace(facts, lines=tuple(lines), passes=tuple(passes)))
    assert by_line(shuffled) == by_line(quote(facts))
    assert shuffled.digest == quote(facts).digest


@given(codeless_baskets, owned_passes)
def test_one_pass_more_never_raises_the_total_p2(facts: BasketFacts, one_more: OwnedPass) -> None:
    richer = replace(facts, passes=(*facts.passes, one_more))
    assert quote(richer).to_pay <= quote(facts).to_pay


@given(codeless_baskets, codes)
def test_applying_and_removing_a_code_is_the_identity_d2(facts: BasketFacts, code: DiscountTerms) -> None:
    before = quote(facts)
    applied = replace(facts, code=code)
    quote(applied)
    assert quote(replace(applied, code=None)) == before


@given(codeless_baskets, codes)
def test_a_discounted_line_remembers_the_pass_that_pays_without_the_code_d2(
    facts: BasketFacts, code: DiscountTerms
) -> None:
    without, reckoned = by_line(quote(facts)), quote(replace(facts, code=code))
    for line in reckoned.lines:
        if isinstance(line.pays, DiscountPays):
            pays_without = without[line.line.id].pays
            expected = pays_without if isinstance(pays_without, PassPays) else None
            assert line.pays.instead_of == expected


@given(codeless_baskets, codes)
def test_the_swap_tells_the_difference_that_the_code_makes_d2(
    facts: BasketFacts, code: DiscountTerms
) -> None:
    without, reckoned = quote(facts), quote(replace(facts, code=code))
    swapped = [
        line for line in reckoned.lines if isinstance(line.pays, DiscountPays) and line.pays.instead_of
    ]
    assert (reckoned.swap is None) == (not swapped)
    if reckoned.swap:
        assert reckoned.swap.to_pay == sum(line.to_pay for line in swapped)
        assert reckoned.swap.uses_kept <= without.pass_uses


@given(codeless_baskets, codes)
def test_a_code_either_applies_or_says_why_not_d5(facts: BasketFacts, code: DiscountTerms) -> None:
    reckoned = quote(replace(facts, code=code))
    assert (reckoned.code is None) == (reckoned.dropped_code is not None)
    if reckoned.dropped_code:
        assert reckoned.lines == quote(facts).lines
    else:
        assert reckoned.discount_total > 0


@given(codeless_baskets, codes)
def test_an_amount_across_the_basket_is_shared_out_to_the_penny_d4(
    facts: BasketFacts, code: DiscountTerms
) -> None:
    everything = replace(
        code, kind=DiscountKind.AMOUNT_BASKET, series_ids=None, ticket_type_ids=None, class_from=None
    )
    reckoned = quote(replace(facts, code=everything))
    assume(reckoned.code)
    tickets = sum(
        line.list_price for line in reckoned.lines if line.counts and isinstance(line.line, TicketLine)
    )
    passes = reckoned.list_total - tickets
    reducible = {"tickets": tickets, "passes": passes, "both": tickets + passes}[everything.reduces.value]
    assert reckoned.discount_total == min(everything.value, reducible)


@given(baskets)
def test_a_total_is_nothing_or_enough_to_charge_m6(facts: BasketFacts) -> None:
    reckoned = quote(facts)
    assert reckoned.to_pay == 0 or reckoned.to_pay >= facts.smallest_charge
    assert 0 <= reckoned.waived < facts.smallest_charge


@given(codeless_baskets)
def test_what_a_line_offers_can_be_had_p2(facts: BasketFacts) -> None:
    for line in quote(facts).lines:
        for option in line.pay_options:
            choice = PayWithMoney() if option.pass_id is None else PayWithPass(option.pass_id)
            chosen = tuple(
                replace(other, choice=choice)
                if other is line.line and isinstance(other, TicketLine)
                else other
                for other in facts.lines
            )
            pays = line_in(quote(replace(facts, lines=chosen)), line.line).pays
            assert pays == MoneyPays(chosen=True) if option.pass_id is None else isinstance(pays, PassPays)
            assert not isinstance(pays, PassPays) or pays.pass_id == option.pass_id


@given(baskets)
def test_one_option_is_the_one_that_pays_now_p2(facts: BasketFacts) -> None:
    for line in quote(facts).lines:
        if line.pay_options:
            picked = [option.pass_id for option in line.pay_options if option.picked]
            assert picked == [line.pays.pass_id if isinstance(line.pays, PassPays) else None]


@given(baskets)
def test_a_ticket_on_money_has_a_reason_from_every_pass_r2(facts: BasketFacts) -> None:
    reckoned = quote(facts)
    in_basket = [
        line.line.id for line in reckoned.lines if line.counts and not isinstance(line.line, TicketLine)
    ]
    everyone = Counter([*(held.id for held in facts.passes), *in_basket])
    for line in reckoned.lines:
        if isinstance(line.line, TicketLine) and line.pays == MoneyPays(chosen=False):
            reasons = Counter(reason.pass_id for reason in line.why_not)
            assert everyone <= reasons
            assert all(reason.picked for reason in line.why_not if reason.pass_id not in everyone)
