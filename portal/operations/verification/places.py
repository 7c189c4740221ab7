"""Places sold, claimed, held and on offer against each class's capacity, and who waits for one (R4, R7)."""

from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, select

from portal.models.baskets import BasketLine
from portal.models.bookings import Ticket
from portal.models.classes import ClassSession
from portal.models.waiting_lists import WaitingEntry, WaitingStatus
from portal.operations.verification.invariant import Invariant, count_of


def _counted(rows: Any, name: str, condition: ColumnElement[bool]) -> Subquery:
    """How many of the rows each class has."""
    return (
        select(rows.business_id, rows.class_session_id, func.count().label("rows"))
        .where(condition)
        .group_by(rows.business_id, rows.class_session_id)
        .subquery(name)
    )


_TICKETS = _counted(Ticket, "tickets", Ticket.counts.is_(True))
_LINES = _counted(BasketLine, "lines", BasketLine.place_counted.is_(True))
_OFFERS = _counted(WaitingEntry, "offers", WaitingEntry.status == WaitingStatus.OFFERED)
_QUEUE = _counted(WaitingEntry, "queue", WaitingEntry.status == WaitingStatus.WAITING)

_SOLD, _HELD, _OFFERED, _WAITING = (
    func.coalesce(counted.c.rows, 0) for counted in (_TICKETS, _LINES, _OFFERS, _QUEUE)
)


def _of_class(counted: Subquery) -> ColumnElement[bool]:
    return and_(
        counted.c.business_id == ClassSession.business_id, counted.c.class_session_id == ClassSession.id
    )


_PLACES = (
    select(
        ClassSession.id.label("class_session"),
        ClassSession.capacity,
        ClassSession.places_taken.label("kept"),
        _SOLD.label("tickets"),
        _HELD.label("held"),
        _OFFERED.label("on_offer"),
    )
    .outerjoin(_TICKETS, _of_class(_TICKETS))
    .outerjoin(_LINES, _of_class(_LINES))
    .outerjoin(_OFFERS, _of_class(_OFFERS))
)

_LIVE_ENTRIES = select(WaitingEntry.id.label("waiting_entry"), WaitingEntry.status).join(
    ClassSession,
    and_(
        ClassSession.business_id == WaitingEntry.business_id, ClassSession.id == WaitingEntry.class_session_id
    ),
)

PLACES = (
    Invariant(
        "Places taken are the tickets that count, the lines that hold and the places on offer",
        count_of(ClassSession),
        _PLACES.where(ClassSession.places_taken != _SOLD + _HELD + _OFFERED),
    ),
    Invariant(
        "No class has more tickets and holds than places",
        count_of(ClassSession),
        _PLACES.where(ClassSession.capacity < _SOLD + _HELD + _OFFERED),
    ),
    Invariant(
        "A class counts as waiting whoever waits for it",
        count_of(ClassSession),
        select(
            ClassSession.id.label("class_session"), ClassSession.waiting.label("kept"), _WAITING.label("wait")
        )
        .outerjoin(_QUEUE, _of_class(_QUEUE))
        .where(ClassSession.waiting != _WAITING),
    ),
    Invariant(
        "Nobody waits for a class that the studio cancelled",
        count_of(WaitingEntry, WaitingEntry.ended_at.is_(None)),
        _LIVE_ENTRIES.where(WaitingEntry.ended_at.is_(None), ClassSession.cancelled_at.is_not(None)),
    ),
    Invariant(
        "No place is on offer beyond the start of its class",
        count_of(WaitingEntry, WaitingEntry.offered_until.is_not(None)),
        _LIVE_ENTRIES.where(WaitingEntry.offered_until > ClassSession.starts_at),
    ),
)
