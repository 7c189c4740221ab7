"""The search for who pays, held against trying everything (P2)."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rules.assignment import assign, line_order, preference
from portal.rules.facts import OwnedPass, TicketLine
from portal.rules.passbook import PassBook
from tests.rules.brute_force import Payers, best_way, can_pay_for
from tests.rules.builders import TODAY
from tests.rules.strategies import DAYS, owned_passes, ticket_lines

near_and_costly = ticket_lines.filter(lambda line: line.on_date <= DAYS[7] and line.price > 0)


def found(tickets: Sequence[TicketLine], passes: Sequence[OwnedPass]) -> Payers:
    books = sorted((PassBook(held, today=TODAY) for held in passes), key=preference)
    payers = assign(tickets, books).payers
    return tuple(payers[ticket.id].owned if ticket.id in payers else None for ticket in tickets)


def costly_in_order(lines: Sequence[TicketLine]) -> list[TicketLine]:
    return sorted((line for line in lines if line.price), key=line_order)


@settings(max_examples=150)
@given(st.lists(ticket_lines, max_size=5), st.lists(owned_passes, max_size=3))
def test_it_finds_what_trying_everything_finds_p2(lines: list[TicketLine], passes: list[OwnedPass]) -> None:
    tickets = costly_in_order(lines)
    assert found(tickets, passes) == best_way(tickets, passes, TODAY)


@settings(max_examples=6)
@given(
    st.lists(near_and_costly, min_size=8, max_size=8),
    st.lists(owned_passes, min_size=3, max_size=3),
)
def test_it_is_exact_for_8_lines_and_3_passes_p2(lines: list[TicketLine], passes: list[OwnedPass]) -> None:
    tickets = costly_in_order(lines)
    assert found(tickets, passes) == best_way(tickets, passes, TODAY)


@settings(max_examples=10)
@given(
    st.lists(ticket_lines, min_size=20, max_size=20),
    st.lists(owned_passes, min_size=6, max_size=6),
)
def test_beyond_that_size_passes_still_pay_for_all_that_they_can_and_no_more_p2(
    lines: list[TicketLine], passes: list[OwnedPass]
) -> None:
    tickets = costly_in_order(lines)
    payers = found(tickets, passes)
    for held in passes:
        paid = [ticket for ticket, payer in zip(tickets, payers, strict=True) if payer is held]
        assert can_pay_for(held, paid, TODAY)
        on_money = [ticket for ticket, payer in zip(tickets, payers, strict=True) if payer is None]
        assert not any(can_pay_for(held, [*paid, one_more], TODAY) for one_more in on_money)
