"""Which pass pays for which line: the customer's own choices first, then the best for the rest (P2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.rules.facts import PayWithMoney, PayWithPass, TicketLine
from portal.rules.passbook import Obstacle, PassBook
from portal.rules.search import best_payers
from portal.rules.sentences import Sentence
from portal.rules.verdicts import PassPays, WhyNot
from portal.rules.why_not import why_not


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who pays for which line, by line id.

    ``books`` are all the passes, preferred first, with their claims. ``offers`` are the passes that a
    customer can pick for a line and get, ``lost_picks`` the picked passes that cannot pay, each with its
    reason.
    """

    books: Sequence[PassBook]
    payers: Mapping[UUID, PassBook]
    offers: Mapping[UUID, Sequence[PassBook]]
    lost_picks: Mapping[UUID, WhyNot]

    def use_for(self, ticket: TicketLine) -> PassPays | None:
        """The pass use that pays for a line, None where none does."""
        book = self.payers.get(ticket.id)
        if book is None:
            return None
        return PassPays(book.owned.id, book.owned.name, uses_left_after(book, ticket), book.in_basket)

    def offers_for(self, ticket: TicketLine) -> list[PassBook]:
        """The passes to pay with that a customer has the choice of, the one that pays now among them."""
        offered, payer = self.offers[ticket.id], self.payers.get(ticket.id)
        return [book for book in self.books if book in offered or book is payer]

    def uses(self, *, unlimited: bool) -> int:
        """How many uses of unlimited, or of counted, passes it takes."""
        return sum(len(book.claims) for book in self.books if book.unlimited is unlimited)


def line_order(ticket: TicketLine) -> tuple[datetime, int, int, int]:
    """P2's order: class start, class, ticket type, line."""
    return ticket.starts_at, ticket.class_session_id.int, ticket.ticket_type_id.int, ticket.id.int


def uses_left_after(book: PassBook, ticket: TicketLine) -> int | None:
    """What a pass has left once it pays for a ticket and for the claims before it; None is unlimited.

    A pass that is only on offer may have to give up another claim for it, so this is never below 0.
    """
    if book.owned.uses_left is None:
        return None
    place = line_order(ticket)
    before = sum(line_order(claim) < place for claim in book.claims)
    return max(0, book.owned.uses_left - before - 1)


def assign(tickets: Sequence[TicketLine], books: Sequence[PassBook]) -> Assignment:
    """Decide who pays for tickets that cost something, and enter the claims in the books (P2).

    ``tickets`` are in P2's order, ``books`` in order of preference. A picked pass that cannot pay leaves its
    line to the search.
    """
    payers, lost_picks = _claim_picks(tickets, books)
    offers = {ticket.id: [book for book in books if _can_be_had(book, ticket, payers)] for ticket in tickets}
    for ticket, book in _found(tickets, books, payers):
        book.claim(ticket)
        payers[ticket.id] = book
    return Assignment(books, payers, offers, lost_picks)


def _claim_picks(
    tickets: Sequence[TicketLine], books: Sequence[PassBook]
) -> tuple[dict[UUID, PassBook], dict[UUID, WhyNot]]:
    """Let the passes that the customer picked claim their lines; those that cannot, with the reason."""
    payers: dict[UUID, PassBook] = {}
    lost: dict[UUID, WhyNot] = {}
    for ticket in tickets:
        if not isinstance(ticket.choice, PayWithPass):
            continue
        pass_id = ticket.choice.pass_id
        book = next((book for book in books if book.owned.id == pass_id), None)
        if book is None:
            lost[ticket.id] = WhyNot(pass_id, "", _PICK_GONE, 0, picked=True)
        elif obstacle := book.hindrance(ticket):
            lost[ticket.id] = why_not(book, ticket, obstacle, picked=True)
        else:
            book.claim(ticket)
            payers[ticket.id] = book
    return payers, lost


def _can_be_had(book: PassBook, ticket: TicketLine, picked: Mapping[UUID, PassBook]) -> bool:
    """Whether a customer who picks the pass gets it, next to the other picks; what the search finds gives
    way.
    """
    return picked.get(ticket.id) is book or book.hindrance(ticket) is None


def _found(
    tickets: Sequence[TicketLine], books: Sequence[PassBook], picked: Mapping[UUID, PassBook]
) -> list[tuple[TicketLine, PassBook]]:
    """What the search finds for the lines without a choice that holds."""
    undecided = [t for t in tickets if t.id not in picked and not isinstance(t.choice, PayWithMoney)]
    choices = [(ticket, [book for book in books if book.hindrance(ticket) in _OPEN]) for ticket in undecided]
    choices = [(ticket, payers) for ticket, payers in choices if payers]
    found = zip(choices, best_payers(choices), strict=True)
    return [(ticket, book) for (ticket, _), book in found if book is not None]


# Nothing in the way, or only a latest day to start, which an earlier line may yet satisfy.
_OPEN = (None, Obstacle.STARTS_TOO_LATE)

_PICK_GONE = Sentence("The pass that you picked for this ticket is no longer there.")
