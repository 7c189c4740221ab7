"""Which lines count (R4)."""

from dataclasses import replace
from datetime import timedelta

from portal.rules.quote import Standing, quote
from portal.rules.standing import standings
from tests.rules.builders import NOW, a_basket, a_pass, a_pass_line, a_ticket_line, line_in, payers_in


def test_a_held_line_counts_although_the_class_is_full_r4() -> None:
    line = a_ticket_line(held=True, places_free=0)
    assert standings([line], NOW)[line.id] is Standing.HELD


def test_a_hold_ends_at_its_moment_r4() -> None:
    line = a_ticket_line(places_free=1)
    assert line.held_until is not None
    assert standings([line], line.held_until - timedelta(seconds=1))[line.id] is Standing.HELD
    assert standings([line], line.held_until)[line.id] is Standing.HOLD_ENDED


def test_a_line_whose_hold_ended_counts_while_a_place_is_free_r4() -> None:
    line = a_ticket_line(held=False, places_free=1)
    reckoned = quote(a_basket(line))
    assert line_in(reckoned, line).standing is Standing.HOLD_ENDED
    assert reckoned.to_pay == 1200


def test_a_line_whose_hold_ended_counts_for_nothing_when_the_class_is_full_r4() -> None:
    line = a_ticket_line(held=False, places_free=0)
    reckoned = quote(a_basket(line, passes=[a_pass()]))
    assert line_in(reckoned, line).standing is Standing.FULL
    assert (payers_in(reckoned), reckoned.list_total, reckoned.to_pay) == (["nothing"], 0, 0)


def test_the_last_place_goes_to_the_line_added_first_r4() -> None:
    first, second = a_ticket_line(held=False, places_free=1), a_ticket_line(held=False, places_free=1)
    standing = standings([second, first], NOW)
    assert (standing[first.id], standing[second.id]) == (Standing.HOLD_ENDED, Standing.FULL)


def test_places_of_one_class_are_not_those_of_another_r4() -> None:
    yoga, barre = a_ticket_line(held=False, places_free=1), a_ticket_line("Barre", held=False, places_free=1)
    assert quote(a_basket(yoga, barre)).to_pay == 2400


def test_a_line_that_holds_its_place_takes_none_of_the_free_ones_r4() -> None:
    held, ended = a_ticket_line(places_free=1), a_ticket_line(held=False, places_free=1)
    assert standings([held, ended], NOW)[ended.id] is Standing.HOLD_ENDED


def test_a_line_that_never_held_a_place_needs_a_free_one_r4() -> None:
    line = replace(a_ticket_line(places_free=1), held_until=None)
    assert standings([line], NOW)[line.id] is Standing.HOLD_ENDED


def test_a_class_that_has_begun_counts_for_nothing_r4() -> None:
    line = a_ticket_line(on="1 Dec", at="14:30")
    assert line_in(quote(a_basket(line)), line).standing is Standing.STARTED


def test_what_the_studio_took_off_sale_counts_for_nothing_s8() -> None:
    ticket, bought = a_ticket_line(on_sale=False), a_pass_line(on_sale=False)
    reckoned = quote(a_basket(ticket, bought))
    assert [line.standing for line in reckoned.lines] == [Standing.OFF_SALE] * 2
    assert reckoned.to_pay == 0


def test_a_line_whose_hold_ended_counts_for_nothing_where_people_wait_r4() -> None:
    line = replace(a_ticket_line(held=False, places_free=0), waiting=2)
    reckoned = quote(a_basket(line, passes=[a_pass()]))
    assert line_in(reckoned, line).standing is Standing.WAITED_FOR
    assert (payers_in(reckoned), reckoned.to_pay) == (["nothing"], 0)


def test_a_held_line_counts_whoever_waits_r4() -> None:
    line = replace(a_ticket_line(places_free=0), waiting=2)
    assert standings([line], NOW)[line.id] is Standing.HELD


def test_a_class_that_the_studio_cancelled_counts_for_nothing_though_its_place_is_held_c6() -> None:
    line = replace(a_ticket_line(), cancelled=True)
    reckoned = quote(a_basket(line, passes=[a_pass()]))
    assert line_in(reckoned, line).standing is Standing.CANCELLED
    assert (payers_in(reckoned), reckoned.list_total, reckoned.to_pay) == (["nothing"], 0, 0)


def test_what_is_being_paid_counts_although_the_class_is_cancelled_meanwhile_r7() -> None:
    line = replace(a_ticket_line(), cancelled=True, claimed=True)
    assert standings([line], NOW)[line.id] is Standing.HELD
