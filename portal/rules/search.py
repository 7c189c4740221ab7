"""The search for the best way to pay for tickets with passes (P2)."""

from collections.abc import Callable, Sequence
from itertools import accumulate

from portal.rules.facts import TicketLine
from portal.rules.passbook import PassBook

# Enough for every way that 8 lines and 3 passes (or money) can be put together: 1 + 4 + 4² + … + 4⁸.
STEPS = 87_381

Choice = tuple[TicketLine, Sequence[PassBook]]
Payers = list[PassBook | None]


def best_payers(choices: Sequence[Choice]) -> Payers:
    """The best payer of each choice, None for money; the books are left as they were.

    A choice is a ticket with the passes that may pay for it, the preferred first; the tickets are in P2's
    order. Least money wins, then fewest tickets on money, then, ticket by ticket, the pass preferred. Exact
    up to ``STEPS`` steps, beyond that the best found by then.

    It goes depth first, ticket by ticket, the preferred pass first and money last, so that of equally good
    ways it meets first the one that P2 wants. It leaves a branch whose most hopeful end is no better than the
    best found so far.
    """
    count = len(choices)
    worths = [
        ticket.price * (count + 1) + 1 for ticket, _ in choices
    ]  # money first, then the number of tickets
    hope = _hope(choices, worths)
    trail: Payers = [None] * count
    best: Payers = []
    best_won = -1
    steps = STEPS

    def visit(at: int, won: int, uses: int) -> None:
        nonlocal best, best_won, steps
        if at == count:
            best, best_won = trail.copy(), won
            return
        steps -= 1
        ticket, payers = choices[at]
        for book in payers:
            if steps >= 0 and book.obstacle(ticket) is None:
                uses_then = uses if book.unlimited else uses - 1
                if won + worths[at] + hope(at + 1, uses_then) > best_won:
                    trail[at] = book
                    book.claim(ticket)
                    visit(at + 1, won + worths[at], uses_then)
                    book.release()
        if steps >= 0 and won + hope(at + 1, uses) > best_won:
            trail[at] = None
            visit(at + 1, won, uses)

    counted = {
        book.owned.id: book.uses_free for _, payers in choices for book in payers if not book.unlimited
    }
    visit(0, 0, sum(counted.values()))
    return best


def _hope(choices: Sequence[Choice], worths: Sequence[int]) -> Callable[[int, int], int]:
    """A bound: (first ticket, uses left) → the most that the tickets from there on can be worth."""
    unlimited = [any(book.unlimited for book in payers) for _, payers in choices]
    certain, dearest = [], []
    for at in range(len(choices) + 1):
        rest = list(zip(worths[at:], unlimited[at:], strict=True))
        certain.append(sum(worth for worth, sure in rest if sure))
        dearest.append([0, *accumulate(sorted((worth for worth, sure in rest if not sure), reverse=True))])

    def hope(at: int, uses: int) -> int:
        sums = dearest[at]
        return certain[at] + (sums[uses] if uses < len(sums) else sums[-1])

    return hope
