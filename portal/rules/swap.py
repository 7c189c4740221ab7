"""What a code takes the place of: both sides, in one sentence (D2)."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from portal.rules.assignment import Assignment
from portal.rules.facts import TicketLine
from portal.rules.passbook import PassBook
from portal.rules.sentences import Count, Money, Sentence, Value
from portal.rules.verdicts import Quote, Swap


def swap_of(
    tickets: Iterable[TicketLine], off: Mapping[UUID, int], *, now: Assignment, without_code: Assignment
) -> Swap | None:
    """What the code, taking ``off`` by line id, took the place of; None where no pass would have paid."""
    swapped = [ticket for ticket in tickets if ticket.id in off and ticket.id in without_code.payers]
    if not swapped:
        return None
    relieved = {book.owned.id: book for ticket in swapped for book in [without_code.payers[ticket.id]]}
    return Swap(
        line_names=tuple(ticket.class_name for ticket in swapped),
        to_pay=sum(ticket.price - off[ticket.id] for ticket in swapped),
        uses_kept=max(0, without_code.uses(unlimited=False) - now.uses(unlimited=False)),
        unlimited_kept=without_code.uses(unlimited=True) > now.uses(unlimited=True),
        pass_names=tuple(dict.fromkeys(book.owned.name for book in relieved.values())),
        stays=tuple(
            _stays(book)
            for book in now.books
            if book.owned.id in relieved and not book.claims and not book.unlimited
        ),
    )


def swap_words(quote: Quote) -> Sentence | None:
    """Says "You pay £9.60 and keep 1 pass use.", naming the lines where the basket holds more (D2)."""
    swap = quote.swap
    if swap is None:
        return None
    values: dict[str, Value] = {
        "price": Money(swap.to_pay, quote.currency),
        "uses": Count(swap.uses_kept, "pass use", "pass uses"),
    }
    if len(swap.line_names) == sum(line.counts for line in quote.lines):
        return Sentence("You pay {price}" + _kept(swap), values)
    values["lines"] = _list_of(list(dict.fromkeys(swap.line_names)))
    return Sentence("{lines}: you pay {price}" + _kept(swap), values)


def _kept(swap: Swap) -> str:
    match swap.uses_kept, swap.unlimited_kept:
        case 0, False:
            return ", and your pass pays for another class instead."
        case 0, True:
            return " and your pass is not used."
        case _, False:
            return " and keep {uses}."
        case _:
            return ", keep {uses}, and your unlimited pass is not used."


def _stays(book: PassBook) -> Sentence:
    uses = Count(book.uses_free, "use", "uses")
    return Sentence("Your {pass_name} stays at {uses}.", {"pass_name": book.owned.name, "uses": uses})


def _list_of(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
