"""What if: somebody, classes and passes, a code and a day give the quote, and nothing is touched (S10)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from portal.models.account_balance import balance_of
from portal.models.asked_facts import asked_options, asked_tickets
from portal.models.business import BusinessFacts
from portal.models.code_facts import code_row
from portal.operations.quote_facts import (
    WhosePasses,
    basket_facts,
    means_of,
    pass_line,
    places_free,
    ticket_line,
)
from portal.operations.quoting import BasketLineView, QuotedBasket
from portal.rules.baskets import MOST_LINES
from portal.rules.discounts import CodeUnknown, normalise_code
from portal.rules.facts import Line
from portal.rules.quote import Quote, quote
from portal.rules.sentences import Refusal, Sentence

MOST_DAYS_AHEAD = 366
NOON = time(12)


class DayTooFar(Refusal):
    """A what-if looks from today to a year ahead."""

    def __init__(self, today: date) -> None:
        super().__init__(
            "Choose a day from today to {last:year}.", last=today + timedelta(days=MOST_DAYS_AHEAD)
        )


@dataclass(frozen=True, slots=True)
class AskedTicket:
    """A ticket that is asked about: a class, and a kind of ticket for it."""

    class_session_id: UUID
    ticket_type_id: UUID

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Both ids."""
        return self.class_session_id, self.ticket_type_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: who (a guest without ``customer_id``), what they would have in the basket, and which
    code. ``person_key`` counts a code's limit per person (D3).
    """

    customer_id: UUID | None
    person_key: str | None
    tickets: tuple[AskedTicket, ...] = ()
    option_ids: tuple[UUID, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The quote, as if it all lay in a basket. ``positions`` says which ticket or pass of the question each
    of its lines is, tickets first; ``unknown`` counts those that are not to be found. ``code_refused`` is why
    the code does nothing.
    """

    quoted: QuotedBasket
    positions: tuple[int, ...]
    unknown: int
    code_refused: Sentence | None

    @property
    def quote(self) -> Quote:
        """The quote itself."""
        return self.quoted.quote


def moment_of(business: BusinessFacts, day: date | None, *, now: datetime) -> datetime:
    """When a day is looked at: today now, any other day at its noon in the business's zone (T1). Raises
    DayTooFar for a day that is past, or more than a year ahead.
    """
    today = business.day_of(now)
    if day is None or day == today:
        return now
    if not today < day <= today + timedelta(days=MOST_DAYS_AHEAD):
        raise DayTooFar(today)
    return datetime.combine(day, NOON, business.zone_info).astimezone(now.tzinfo)


def answer(business: BusinessFacts, question: Question, *, moment: datetime) -> Answer:
    """The quote of what is asked, at a moment: reckoned as a basket's is (R1), from what is known now.

    Nothing is held, so a place is there as long as one is free for everyone, or on offer to this very client.
    Of more lines than a basket takes, those beyond are left out (P2).
    """
    wanted = [asked.key for asked in question.tickets]
    tickets = asked_tickets(business.id, wanted, customer_id=question.customer_id, now=moment)
    options = asked_options(business.id, question.option_ids)
    asked = [tickets.get(key) for key in wanted] + [options.get(key) for key in question.option_ids]
    found = [(position, row) for position, row in enumerate(asked) if row is not None][:MOST_LINES]
    code, refused = _code(business, question.code)
    reckoned = _quote(business, question, found, code, moment)
    return Answer(
        quoted=_as_in_a_basket(reckoned, [row for _, row in found], question.customer_id, code),
        positions=tuple(position for position, _ in found),
        unknown=asked.count(None),
        code_refused=refused or reckoned.dropped_code,
    )


def _code(business: BusinessFacts, text: str) -> tuple[Any, Sentence | None]:
    """The code's row, or why there is none; neither where none is asked about."""
    if not text.strip():
        return None, None
    row = code_row(business.id, code_key=normalise_code(text))
    return row, None if row is not None else CodeUnknown(text.strip()).sentence


def _quote(
    business: BusinessFacts,
    question: Question,
    found: Sequence[tuple[int, Any]],
    code: Any,
    moment: datetime,
) -> Quote:
    whose = WhosePasses(customer_id=question.customer_id, person_key=question.person_key)
    means = means_of(
        business,
        whose,
        code,
        has_tickets=any(not _is_option(row) for _, row in found),
        option_ids=[row.option_id for _, row in found if _is_option(row)],
        now=moment,
    )
    lines: Iterable[Line] = (
        pass_line(
            row,
            means,
            line_id=_line_id(nth),
            today=business.day_of(moment),
            sells_passes=business.plan.has_passes,
        )
        if _is_option(row)
        else ticket_line(
            row, line_id=_line_id(nth), places_free=places_free(row, row.places_ended) + row.has_offer
        )
        for nth, (_, row) in enumerate(found)
    )
    balance = balance_of(business.id, question.customer_id).free if question.customer_id and found else 0
    return quote(basket_facts(business, lines, means, balance=balance, now=moment))


def _is_option(row: Any) -> bool:
    return "option_id" in row._fields


def _line_id(nth: int) -> UUID:
    """An id for a line that is nowhere: the same for the same question, so that its digest is, too (R6)."""
    return UUID(int=nth + 1)


def _as_in_a_basket(
    reckoned: Quote, rows: Sequence[Any], customer_id: UUID | None, code: Any
) -> QuotedBasket:
    """The quote as the pages of baskets show it; nothing of it is held."""
    return QuotedBasket(
        basket_id=None,
        customer_id=customer_id,
        quote=reckoned,
        lines=tuple(_view(quoted, row) for quoted, row in zip(reckoned.lines, rows, strict=True)),
        code=code.code if code else None,
        code_id=code.id if code else None,
        held_until=None,
        hold_ended=False,
        extensions_left=0,
        pending=None,
        class_session_ids=tuple(sorted({row.class_session_id for row in rows if not _is_option(row)})),
    )


def _view(quoted: Any, row: Any) -> BasketLineView:
    is_option = _is_option(row)
    return BasketLineView(
        quoted=quoted,
        held_until=None,
        on_date=None if is_option else row.on_date,
        starts_at=None if is_option else row.starts_at,
        ends_at=None if is_option else row.ends_at,
        teacher=None if is_option else row.teacher,
        place=None if is_option else row.place,
    )
