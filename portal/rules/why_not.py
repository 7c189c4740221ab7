"""Why a pass does not pay for a ticket, in a sentence for its owner, and how near it came (R2)."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.rules.facts import TicketLine
from portal.rules.passbook import Obstacle, PassBook, covers_class, monday_of
from portal.rules.sentences import Count, Sentence, Value
from portal.rules.verdicts import WhyNot

# Nearness is in days, so that a missed date ranks by what it missed. What this basket itself took is nearest
# (0); having used a pass up counts as missing by a month; what no other day would cure comes last.
_USED_UP = 30
_NOT_COVERED = 100_000
_WITHDRAWN = 200_000
_DEACTIVATED = 300_000


class _Reason(NamedTuple):
    text: str
    days_off: int
    values: Mapping[str, Value] = {}


def why_not(book: PassBook, ticket: TicketLine, obstacle: Obstacle, *, picked: bool = False) -> WhyNot:
    """The sentence and the nearness of a pass that an obstacle keeps from paying for a ticket (R2).

    ``picked`` says that the customer had chosen this pass for the line.
    """
    text, days_off, values = _PLAIN.get(obstacle) or _EXPLAINED[obstacle](book, ticket)
    name = book.owned.name
    return WhyNot(book.owned.id, name, Sentence(text, {"pass_name": name, **values}), days_off, picked)


def _not_covered(book: PassBook, ticket: TicketLine) -> _Reason:
    if covers_class(book.owned.terms, ticket):
        text = "Your {pass_name} does not cover the ticket “{ticket_name}”."
        return _Reason(text, _NOT_COVERED, {"ticket_name": ticket.ticket_name})
    return _Reason(
        "Your {pass_name} does not cover {class_name}.", _NOT_COVERED, {"class_name": ticket.class_name}
    )


def _used_up(book: PassBook, ticket: TicketLine) -> _Reason:
    days_late = max(0, (ticket.on_date - book.last_day).days)
    return _Reason("Your {pass_name} has no uses left.", _USED_UP + days_late)


def _paused(book: PassBook, ticket: TicketLine) -> _Reason:
    text = "Your {pass_name} is paused from {first_day} to {last_day}; this class is on {class_day}."
    first_day = book.owned.paused_from or ticket.on_date
    last_day, class_day = book.owned.paused_to or ticket.on_date, ticket.on_date
    days_off = min((class_day - first_day).days, (last_day - class_day).days) + 1
    return _Reason(text, days_off, {"first_day": first_day, "last_day": last_day, "class_day": class_day})


def _not_begun(book: PassBook, ticket: TicketLine) -> _Reason:
    text = "Your {pass_name} starts on {first_day}; this class is on {class_day}."
    first_day, class_day = book.opens, ticket.on_date
    return _Reason(text, (first_day - class_day).days, {"first_day": first_day, "class_day": class_day})


def _ended(book: PassBook, ticket: TicketLine) -> _Reason:
    last_day, class_day = book.last_day, ticket.on_date
    ends = "ended" if last_day < book.today else "ends"
    text = f"Your {{pass_name}} {ends} on {{last_day}}; this class is on {{class_day}}."
    return _Reason(text, (class_day - last_day).days, {"last_day": last_day, "class_day": class_day})


def _starts_too_late(book: PassBook, ticket: TicketLine) -> _Reason:
    text = "Your {pass_name} must start by {start_by}; this class is on {class_day}."
    start_by, class_day = book.start_by, ticket.on_date
    return _Reason(text, (class_day - start_by).days, {"start_by": start_by, "class_day": class_day})


def _strands_a_class(book: PassBook, ticket: TicketLine) -> _Reason:
    text = (
        "Started on {class_day}, your {pass_name} would end on {last_day}, before your class on {later_day}."
    )
    class_day, later_day = ticket.on_date, book.last_class
    last_day = book.last_day_from(class_day)
    values = {"class_day": class_day, "last_day": last_day, "later_day": later_day}
    return _Reason(text, (later_day - last_day).days, values)


def _day_taken(book: PassBook, ticket: TicketLine) -> _Reason:
    text = "Your {pass_name} pays for {most} a day, and already does on {class_day}."
    most = Count(book.most(Obstacle.DAY_TAKEN), "ticket", "tickets")
    return _Reason(text, 0, {"most": most, "class_day": ticket.on_date})


def _week_taken(book: PassBook, ticket: TicketLine) -> _Reason:
    text = "Your {pass_name} pays for {most} a week, and already does in the week of {monday:weekday}."
    most = Count(book.most(Obstacle.WEEK_TAKEN), "ticket", "tickets")
    return _Reason(text, 0, {"most": most, "monday": monday_of(ticket.on_date)})


def _uses_taken(book: PassBook, _ticket: TicketLine) -> _Reason:
    text = "Your {pass_name} has only {uses} left, taken by other tickets in this basket."
    return _Reason(text, 0, {"uses": Count(book.owned.uses_left or 0, "use", "uses")})


_PLAIN = {
    Obstacle.DEACTIVATED: _Reason("Your {pass_name} has been deactivated.", _DEACTIVATED),
    Obstacle.WITHDRAWN: _Reason("Your {pass_name} has been withdrawn by the studio.", _WITHDRAWN),
    Obstacle.CLASS_TAKEN: _Reason(
        "Your {pass_name} pays for one ticket a class, and already does for this class.", 0
    ),
}

_EXPLAINED = {
    Obstacle.NOT_COVERED: _not_covered,
    Obstacle.USED_UP: _used_up,
    Obstacle.PAUSED: _paused,
    Obstacle.NOT_BEGUN: _not_begun,
    Obstacle.ENDED: _ended,
    Obstacle.STARTS_TOO_LATE: _starts_too_late,
    Obstacle.STRANDS_A_CLASS: _strands_a_class,
    Obstacle.DAY_TAKEN: _day_taken,
    Obstacle.WEEK_TAKEN: _week_taken,
    Obstacle.USES_TAKEN: _uses_taken,
}
