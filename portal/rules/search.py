"""The search for the best way to pay for tickets with passes (P2)."""

from collections.abc import Callable, Sequence
from itertools import accumulate
from math import prod

from portal.rules.facts import TicketLine
from portal.rules.passbook import PassBook

SEARCHED_WHOLE = 4**8
"""Up to so many ways the search is exact: those of 8 tickets, each with one of 3 passes or with money."""

STEPS_BEYOND = 10_000
"""How far the search goes where there are more ways: some 60 ms for the worst baskets of 20 lines."""

Choice = tuple[TicketLine, Sequence[PassBook]]
Payers = list[PassBook | None]


def best_payers(choices: Sequence[Choice]) -> Payers:
    """The best payer of each choice, None for money; the books are left as they were.

    A choice is a ticket with the passes that may pay for it, the preferred first; the tickets are in P2's
    order. Least money wins, then fewest tickets on money, then, ticket by ticket, the pass preferred. Exact
    up to ``SEARCHED_WHOLE`` ways; beyond, the best that is found in ``STEPS_BEYOND`` steps.
    """
    preferred = _each_its_preferred(choices)
    return _searched(choices) if None in preferred else preferred


def _each_its_preferred(choices: Sequence[Choice]) -> Payers:
    """Each ticket in turn takes the preferred pass that can still pay; if all find one, no way is better."""
    found: Payers = []
    for ticket, payers in choices:
        payer = next((book for book in payers if book.obstacle(ticket) is None), None)
        if payer is not None:
            payer.claim(ticket)
        found.append(payer)
    for payer in reversed(found):
        if payer is not None:
            payer.release()
    return found


def _searched(choices: Sequence[Choice]) -> Payers:
    """Depth first, ticket by ticket, the preferred pass first and money last, so that of equally good ways
    the search meets first the one that P2 wants. It leaves a branch whose most hopeful end is no better than
    the best found so far.
    """
    count = len(choices)
    worths = [ticket.price * (count + 1) + 1 for ticket, _ in choices]  # in money, then in number
    hope = _hope(choices, worths)
    steps_left = _steps(choices)
    trail: Payers = [None] * count
    best, best_won = trail, -1

    def visit(at: int, won: int, uses: int) -> None:
        nonlocal best, best_won, steps_left
        if at == count:
            best, best_won = trail.copy(), won
            return
        steps_left -= 1
        ticket, payers = choices[at]
        won_by_pass = won + worths[at]
        for book in payers:
            uses_then = uses if book.unlimited else uses - 1
            if (
                won_by_pass + hope(at + 1, uses_then) > best_won
                and steps_left >= 0
                and book.obstacle(ticket) is None
            ):
                book.claim(ticket)
                trail[at] = book
                visit(at + 1, won_by_pass, uses_then)
                book.release()
        if won + hope(at + 1, uses) > best_won and steps_left >= 0:
            trail[at] = None
            visit(at + 1, won, uses)

    visit(0, 0, _counted_uses(choices))
    return best


def _steps(choices: Sequence[Choice]) -> int:
    """How many steps the search may take; a tree branches less often than it has ends."""
    ways = prod(len(payers) + 1 for _, payers in choices)
    return SEARCHED_WHOLE if ways <= SEARCHED_WHOLE else STEPS_BEYOND


def _counted_uses(choices: Sequence[Choice]) -> int:
    """How many uses the counted passes have among them."""
    books = {book.owned.id: book for _, payers in choices for book in payers}
    return sum(book.uses_free for book in books.values() if not book.unlimited)


def _hope(choices: Sequence[Choice], worths: Sequence[int]) -> Callable[[int, int], int]:
    """A bound that is never too low: (ticket, counted uses left) → the most that it and those after it are
    worth.

    It forgets dates and limits: unlimited passes pay for all that they cover, and every use goes to the
    dearest of the rest.
    """
    covered = [any(book.unlimited for book in payers) for _, payers in choices]
    certain, dearest = [], []
    for at in range(len(choices) + 1):
        rest = list(zip(worths[at:], covered[at:], strict=True))
        certain.append(sum(worth for worth, sure in rest if sure))
        dearest.append([0, *accumulate(sorted((worth for worth, sure in rest if not sure), reverse=True))])

    def hope(at: int, uses: int) -> int:
        sums = dearest[at]
        return certain[at] + (sums[uses] if uses < len(sums) else sums[-1])

    return hope
