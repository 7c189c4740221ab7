"""Classes that the studio cancelled: nothing of them counts, and everybody has got everything back (C6)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from portal.models.bookings import Booking, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_cancellations import ClassCancellation
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSession
from portal.models.letters import Letter, LetterKind
from portal.models.pass_days import PassExtension
from portal.models.waiting_lists import WaitingEntry
from portal.operations.verification.invariant import Invariant, count_of
from portal.operations.verification.records import letters_of_bookings, of_booking

_OF_CLASS = and_(
    ClassCancellation.business_id == ClassSession.business_id,
    ClassCancellation.class_session_id == ClassSession.id,
)
_BY_ACT = and_(
    TicketCancellation.business_id == ClassCancellation.business_id,
    TicketCancellation.class_cancellation_id == ClassCancellation.id,
)
_OF_TICKET = and_(
    Ticket.business_id == TicketCancellation.business_id, Ticket.id == TicketCancellation.ticket_id
)
_IS_CANCELLED = ClassSession.cancelled_at.is_not(None)


def _in_line() -> ColumnElement[bool]:
    return exists().where(
        WaitingEntry.business_id == ClassSession.business_id,
        WaitingEntry.class_session_id == ClassSession.id,
        WaitingEntry.ended_at.is_(None),
    )


_CONCERNED = (
    select(TicketCancellation.business_id, ClassCancellation.id.label("act"), Ticket.class_pass_id)
    .join(ClassCancellation, _BY_ACT)
    .join(Ticket, _OF_TICKET)
    .where(Ticket.class_pass_id.is_not(None))
    .distinct()
    .subquery()
)
_EXTENSION = and_(
    PassExtension.business_id == _CONCERNED.c.business_id,
    PassExtension.class_cancellation_id == _CONCERNED.c.act,
    PassExtension.class_pass_id == _CONCERNED.c.class_pass_id,
)


def _concerned() -> ColumnElement[bool]:
    return exists().where(_EXTENSION)


_BOOKINGS = (
    select(Ticket.business_id, Ticket.booking_id, func.count().label("tickets"))
    .join(TicketCancellation, _OF_TICKET)
    .where(TicketCancellation.class_cancellation_id.is_not(None))
    .group_by(Ticket.business_id, Ticket.booking_id)
    .subquery()
)
_LETTERS = letters_of_bookings(LetterKind.CLASS_CANCELLED)
_TICKETS = func.coalesce(_BOOKINGS.c.tickets, 0)
_TOLD = func.coalesce(_LETTERS.c.letters, 0)


def _extension_is(*said: Any) -> Any:
    return (
        select(PassExtension.id.label("pass_extension"), PassExtension.days, ClassCancellation.days)
        .join(
            ClassCancellation,
            and_(
                ClassCancellation.business_id == PassExtension.business_id,
                ClassCancellation.id == PassExtension.class_cancellation_id,
            ),
        )
        .where(or_(*said))
    )


CLASS_CANCELLATIONS = (
    Invariant(
        "A class is marked as cancelled where the studio cancelled it, and no other is",
        count_of(ClassSession),
        select(ClassSession.id.label("class_session"), ClassSession.cancelled_at, ClassCancellation.at)
        .outerjoin(ClassCancellation, _OF_CLASS)
        .where(
            or_(
                ClassCancellation.id.is_not(None) != _IS_CANCELLED,
                ClassSession.cancelled_at != ClassCancellation.at,
            )
        ),
    ),
    Invariant(
        "Nobody waits for a class that is cancelled",
        count_of(ClassSession, _IS_CANCELLED),
        select(ClassSession.id.label("class_session"), ClassSession.waiting).where(
            _IS_CANCELLED, or_(ClassSession.waiting > 0, _in_line())
        ),
    ),
    Invariant(
        "Nothing counts of a class whose cancelling is finished",
        count_of(ClassCancellation, ClassCancellation.finished_at.is_not(None)),
        select(Ticket.id.label("ticket"), ClassCancellation.class_session_id)
        .join(
            ClassCancellation,
            and_(
                ClassCancellation.business_id == Ticket.business_id,
                ClassCancellation.class_session_id == Ticket.class_session_id,
            ),
        )
        .where(Ticket.counts, ClassCancellation.finished_at.is_not(None)),
    ),
    Invariant(
        "A ticket cancelled with its class is one of that class, counts no more, and its use went back",
        count_of(TicketCancellation, TicketCancellation.class_cancellation_id.is_not(None)),
        select(Ticket.id.label("ticket"), Ticket.counts, TicketCancellation.use_returned)
        .join(TicketCancellation, _OF_TICKET)
        .join(ClassCancellation, _BY_ACT)
        .outerjoin(
            ClassPass, and_(ClassPass.business_id == Ticket.business_id, ClassPass.id == Ticket.class_pass_id)
        )
        .where(
            or_(
                Ticket.class_session_id != ClassCancellation.class_session_id,
                Ticket.counts,
                and_(ClassPass.uses.is_not(None), ~TicketCancellation.use_returned),
            )
        ),
    ),
    Invariant(
        "Every pass that paid for a cancelled class is longer by its days, once",
        count_of(_CONCERNED),
        select(_CONCERNED.c.class_pass_id.label("class_pass"), ClassCancellation.days)
        .join(
            ClassCancellation,
            and_(
                ClassCancellation.business_id == _CONCERNED.c.business_id,
                ClassCancellation.id == _CONCERNED.c.act,
            ),
        )
        .where((ClassCancellation.days > 0) != _concerned()),
    ),
    Invariant(
        "No pass is longer for a class that it did not pay for, or by other days",
        count_of(PassExtension, PassExtension.class_cancellation_id.is_not(None)),
        _extension_is(
            PassExtension.days != ClassCancellation.days, ~select(_CONCERNED).where(_EXTENSION).exists()
        ),
    ),
    Invariant(
        "Who booked a cancelled class was written to, and nobody else",
        count_of(Letter, Letter.kind == LetterKind.CLASS_CANCELLED),
        select(Booking.id.label("booking"), _TICKETS.label("cancelled"), _TOLD.label("letters"))
        .outerjoin(
            _BOOKINGS,
            and_(_BOOKINGS.c.business_id == Booking.business_id, _BOOKINGS.c.booking_id == Booking.id),
        )
        .outerjoin(_LETTERS, of_booking(_LETTERS))
        .where(or_(_TOLD > _TICKETS, and_(_TICKETS > 0, _TOLD == 0))),
    ),
)
