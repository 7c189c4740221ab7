"""The basket that a what-if's address asks about: who, which tickets and passes, which code, on which day.

``client``, ``day`` and ``code`` stand in it once, ``ticket`` (the ids of class and ticket type) and ``pass``
(that of the purchase option) once a line, so that a preview can be shared and comes back as it was.
"""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from flask import request

from portal.operations.what_if import AskedTicket, Question
from portal.rules.baskets import MOST_LINES

WHAT_IF = "/staff/what-if"
LONGEST_CODE = 60
LONGEST_DAY = 20


@dataclass(frozen=True, slots=True)
class AskedBasket:
    """What the address asks. ``client`` and ``day`` are as they were typed. ``unreadable`` counts lines that
    name no class or pass; with ``overfull`` there were more than a basket takes, and those are left out.
    """

    client: str = ""
    tickets: tuple[AskedTicket, ...] = ()
    option_ids: tuple[UUID, ...] = ()
    code: str = ""
    day: str = ""
    unreadable: int = 0
    overfull: bool = False

    @property
    def is_full(self) -> bool:
        """Whether no line more goes in (P2)."""
        return len(self.tickets) + len(self.option_ids) >= MOST_LINES

    @property
    def client_id(self) -> UUID | None:
        """The client's id; None for a guest, and for nonsense."""
        return _uuid(self.client)

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Names and values of the address's query."""
        told = [("client", self.client)]
        told += [("ticket", f"{it.class_session_id}.{it.ticket_type_id}") for it in self.tickets]
        told += [("pass", str(option_id)) for option_id in self.option_ids]
        told += [("code", self.code), ("day", self.day)]
        return tuple((name, value) for name, value in told if value)

    def fields_but(self, *names: str) -> tuple[tuple[str, str], ...]:
        """The query without what a form asks for itself."""
        return tuple(field for field in self.fields if field[0] not in names)

    def address(self, below: str = "", **more: object) -> str:
        """The what-if's page, or one below it, that asks this."""
        query = urlencode([*self.fields, *((name, value) for name, value in more.items() if value)])
        return f"{WHAT_IF}{below}?{query}" if query else WHAT_IF + below

    def with_ticket(self, class_session_id: UUID, ticket_type_id: UUID) -> "AskedBasket":
        """One ticket more."""
        return replace(self, tickets=(*self.tickets, AskedTicket(class_session_id, ticket_type_id)))

    def with_pass(self, option_id: UUID) -> "AskedBasket":
        """One pass more."""
        return replace(self, option_ids=(*self.option_ids, option_id))

    def with_client(self, client_id: UUID | None) -> "AskedBasket":
        """The same for somebody else; for a guest without one."""
        return replace(self, client=str(client_id) if client_id else "")

    def without(self, position: int) -> "AskedBasket":
        """Without one of its lines: the tickets count first, then the passes."""
        of_pass = position - len(self.tickets)
        if of_pass < 0:
            return replace(self, tickets=self.tickets[:position] + self.tickets[position + 1 :])
        return replace(self, option_ids=self.option_ids[:of_pass] + self.option_ids[of_pass + 1 :])

    def on(self, day: date | None) -> "AskedBasket":
        """The same on a day; now without one."""
        return replace(self, day=day.isoformat() if day else "")

    def question(self, *, person_key: str | None, is_client: bool) -> Question:
        """What the quote is asked; for a guest where the client is not to be found."""
        return Question(
            customer_id=self.client_id if is_client else None,
            person_key=person_key,
            tickets=self.tickets,
            option_ids=self.option_ids,
            code=self.code,
        )


def asked_basket() -> AskedBasket:
    """What this request's address asks; of more lines than a basket takes the first ones."""
    tickets = [_ticket(text) for text in request.args.getlist("ticket")]
    options = [_uuid(text) for text in request.args.getlist("pass")]
    readable = [ticket for ticket in tickets if ticket is not None]
    option_ids = [option_id for option_id in options if option_id is not None]
    return AskedBasket(
        client=request.args.get("client", "").strip()[:40],
        tickets=tuple(readable[:MOST_LINES]),
        option_ids=tuple(option_ids[: max(MOST_LINES - len(readable), 0)]),
        code=request.args.get("code", "").strip()[:LONGEST_CODE],
        day=request.args.get("day", "").strip()[:LONGEST_DAY],
        unreadable=tickets.count(None) + options.count(None),
        overfull=len(readable) + len(option_ids) > MOST_LINES,
    )


def _ticket(text: str) -> AskedTicket | None:
    first, _, second = text.partition(".")
    class_session_id, ticket_type_id = _uuid(first), _uuid(second)
    if class_session_id is None or ticket_type_id is None:
        return None
    return AskedTicket(class_session_id, ticket_type_id)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
