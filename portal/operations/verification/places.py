"""Places sold, claimed and held against each class's capacity (R4, R7)."""

from sqlalchemy import and_, func, select

from portal.models.baskets import BasketLine
from portal.models.bookings import Ticket
from portal.models.classes import ClassSession
from portal.operations.verification.invariant import Invariant, count_of

_TICKETS = (
    select(Ticket.business_id, Ticket.class_session_id, func.count().label("places"))
    .where(Ticket.counts)
    .group_by(Ticket.business_id, Ticket.class_session_id)
    .subquery()
)
_LINES = (
    select(BasketLine.business_id, BasketLine.class_session_id, func.count().label("places"))
    .where(BasketLine.place_counted)
    .group_by(BasketLine.business_id, BasketLine.class_session_id)
    .subquery()
)
_SOLD = func.coalesce(_TICKETS.c.places, 0)
_HELD = func.coalesce(_LINES.c.places, 0)

_PLACES = (
    select(
        ClassSession.id.label("class_session"),
        ClassSession.capacity,
        ClassSession.places_taken.label("kept"),
        _SOLD.label("tickets"),
        _HELD.label("held"),
    )
    .outerjoin(
        _TICKETS,
        and_(
            _TICKETS.c.business_id == ClassSession.business_id,
            _TICKETS.c.class_session_id == ClassSession.id,
        ),
    )
    .outerjoin(
        _LINES,
        and_(_LINES.c.business_id == ClassSession.business_id, _LINES.c.class_session_id == ClassSession.id),
    )
)

PLACES = (
    Invariant(
        "Places taken are the tickets that count and the lines that hold",
        count_of(ClassSession),
        _PLACES.where(ClassSession.places_taken != _SOLD + _HELD),
    ),
    Invariant(
        "No class has more tickets and holds than places",
        count_of(ClassSession),
        _PLACES.where(ClassSession.capacity < _SOLD + _HELD),
    ),
)
