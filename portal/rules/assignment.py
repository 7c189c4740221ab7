"""Which pass pays for which line: the customer's own choices first, then the best for the rest (P2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.rules.facts import PayWithMoney, PayWithPass, TicketLine
from portal.rules.passbook import Obstacle, PassBook
from portal.rules.passes import has_started
from portal.rules.search import best_payers
from portal.rules.sentences import Sentence
from portal.rules.verdicts import PassPays, WhyNot
from portal.rules.why_not import why_not


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who pays for which line, by line id.

    ``books`` are all the passes, preferred first, with their claims. ``hindrances`` are what kept each of
    them, in the same order, from paying for a line next to the customer's own choices alone. ``lost_picks``
    are the chosen passes that cannot pay, each with its reason.
    """

    books: Sequence[PassBook]
    payers: Mapping[UUID, PassBook]
    hindrances: Mapping[UUID, Sequence[Obstacle | None]]
    lost_picks: Mapping[UUID, WhyNot]

    def use_for(self, ticket: TicketLine) -> PassPays | None:
        """The pass use that pays for a line, None where none does."""
        book = self.payers.get(ticket.id)
        if book is None:
            return None
        return PassPays(book.owned.id, book.owned.name, uses_left_after(book, ticket), book.in_basket)

    def offers_for(self, ticket: TicketLine) -> list[PassBook]:
        """The passes that a customer can choose for a line and get, the one that pays now among them.

        What the search found for other lines gives way to a choice.
        """
        payer = self.payers.get(ticket.id)
        hindrances = self.hindrances[ticket.id]
        return [
            book
            for book, hindrance in zip(self.books, hindrances, strict=True)
            if hindrance is None or book is payer
        ]

    def uses(self, *, unlimited: bool) -> int:
        """How many uses of unlimited, or of counted, passes it takes."""
        return sum(len(book.claims) for book in self.books if book.unlimited is unlimited)


def assign(tickets: Sequence[TicketLine], books: Sequence[PassBook]) -> Assignment:
    """Decide who pays for tickets that cost something, and enter the claims in the books (P2).

    ``tickets`` are in P2's order, ``books`` in order of preference. A chosen pass that cannot pay leaves its
    line to the search.
    """
    payers, lost_picks = _claim_picks(tickets, books)
    hindrances = {ticket.id: [book.hindrance(ticket) for book in books] for ticket in tickets}
    undecided = [t for t in tickets if t.id not in payers and not isinstance(t.choice, PayWithMoney)]
    choices = [(ticket, _possible(books, hindrances[ticket.id])) for ticket in undecided]
    for (ticket, _), book in zip(choices, best_payers(choices), strict=True):
        if book is not None:
            book.claim(ticket)
            payers[ticket.id] = book
    return Assignment(books, payers, hindrances, lost_picks)


def preference(book: PassBook) -> tuple[bool, bool, date, datetime, bool, int]:
    """The smallest pays first: unlimited, started, soonest to end, oldest, not just being bought (P2)."""
    owned = book.owned
    return (
        not book.unlimited,
        not has_started(owned),
        book.last_day,
        owned.bought_at,
        book.in_basket,
        owned.id.int,
    )


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


def _claim_picks(
    tickets: Sequence[TicketLine], books: Sequence[PassBook]
) -> tuple[dict[UUID, PassBook], dict[UUID, WhyNot]]:
    """Let the passes that the customer chose claim their lines; those that cannot, with the reason."""
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


_PICK_GONE = Sentence("The pass that you chose for this ticket is no longer there.")


def _possible(books: Sequence[PassBook], hindrances: Sequence[Obstacle | None]) -> list[PassBook]:
    """The passes with nothing in the way, or only a latest day to start, which an earlier line satisfies."""
    return [
        book
        for book, hindrance in zip(books, hindrances, strict=True)
        if hindrance is None or hindrance is Obstacle.STARTS_TOO_LATE
    ]
