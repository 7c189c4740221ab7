"""The audit is complete, and everyone was written to: what happened has its entry and its letter, once."""

from typing import Any

from sqlalchemy import ColumnElement, String, Subquery, and_, case, cast, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.models.audit import AuditEntry
from portal.models.bookings import Booking, BookingStatus
from portal.models.class_passes import ClassPass
from portal.models.letters import Letter, LetterKind
from portal.operations.verification.invariant import Invariant, count_of

_ENTRIES = (
    select(
        AuditEntry.business_id,
        AuditEntry.subject,
        AuditEntry.subject_id,
        AuditEntry.act,
        func.count().label("entries"),
    )
    .group_by(AuditEntry.business_id, AuditEntry.subject, AuditEntry.subject_id, AuditEntry.act)
    .subquery()
)
_FOUND = func.coalesce(_ENTRIES.c.entries, 0)


def _recorded(
    name: str, act: str, row: type[Booking | ClassPass], happened: ColumnElement[bool], *, once: bool = True
) -> Invariant:
    """Each row to which something happened has its entry; with ``once`` only one, and no other row any."""
    return Invariant(
        name,
        count_of(row, happened),
        select(row.id.label(row.__tablename__), _FOUND.label("entries"))
        .outerjoin(
            _ENTRIES,
            and_(
                _ENTRIES.c.business_id == row.business_id,
                _ENTRIES.c.subject == row.__tablename__,
                _ENTRIES.c.subject_id == row.id,
                _ENTRIES.c.act == act,
            ),
        )
        .where(or_(and_(happened, _FOUND == 0), case((happened, 1), else_=0) < _FOUND if once else false())),
    )


def _plain(text: Any) -> ColumnElement[str]:
    """An id as bare hexadecimal digits, however a database or a letter writes it."""
    return func.replace(text, "-", "")


def acts_on_bookings(act: str) -> Subquery:
    """How many ``entries`` of the audit tell of an act on each booking (``subject_id``)."""
    return (
        select(AuditEntry.business_id, AuditEntry.subject_id, func.count().label("entries"))
        .where(AuditEntry.act == act, AuditEntry.subject == Booking.__tablename__)
        .group_by(AuditEntry.business_id, AuditEntry.subject_id)
        .subquery()
    )


def letters_of_bookings(kind: LetterKind) -> Subquery:
    """How many letters of a kind each booking has; joined by ``of_booking``."""
    told = (
        select(Letter.business_id, _plain(Letter.facts["booking_id"].as_string()).label("booking"))
        .where(Letter.kind == kind)
        .subquery()
    )
    return (
        select(told.c.business_id, told.c.booking, func.count().label("letters"))
        .group_by(told.c.business_id, told.c.booking)
        .subquery()
    )


def of_booking(letters: Subquery) -> ColumnElement[bool]:
    """Joins a booking with its letters."""
    return and_(letters.c.business_id == Booking.business_id, letters.c.booking == _key(Booking.id))


def _key(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    return _plain(cast(column, String))


_LETTERS = letters_of_bookings(LetterKind.BOOKING_CONFIRMED)
_IS_CONFIRMED = Booking.status == BookingStatus.CONFIRMED
_WRITTEN = func.coalesce(_LETTERS.c.letters, 0)

RECORDS = (
    _recorded("The audit tells of every booking placed", "booking.placed", Booking, Booking.id.is_not(None)),
    _recorded(
        "The audit tells of every booking confirmed",
        "booking.confirmed",
        Booking,
        Booking.confirmed_at.is_not(None),
    ),
    _recorded(
        "The audit tells of every booking released",
        "booking.released",
        Booking,
        Booking.released_at.is_not(None),
        once=False,
    ),
    _recorded(
        "The audit tells of every pass bought", "pass.bought", ClassPass, ClassPass.pass_sale_id.is_not(None)
    ),
    _recorded(
        "The audit tells of every pass issued", "pass.issued", ClassPass, ClassPass.pass_sale_id.is_(None)
    ),
    Invariant(
        "A confirmed booking has one letter of confirmation, and no other booking has any",
        count_of(Booking, _IS_CONFIRMED),
        select(Booking.id.label("booking"), Booking.reference, Booking.status, _WRITTEN.label("letters"))
        .outerjoin(_LETTERS, of_booking(_LETTERS))
        .where(or_(and_(_IS_CONFIRMED, _WRITTEN != 1), and_(~_IS_CONFIRMED, _WRITTEN > 0))),
    ),
)
