"""Everything that ever happened with a pass, for its owner to read: uses, cancellations, what staff did."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.models.audit import ActorKind, AuditEntry
from portal.models.bookings import Booking, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import PassUse
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db
from portal.models.joins import joined, joined_if_there
from portal.models.pass_days import PassExtension
from portal.models.transfers import TicketTransfer
from portal.rules.pass_story import PastTicket

Facts = dict[str, Any]

CANCELLED = "cancelled"
STAFF_ACTS = (
    "pass.deactivated",
    "pass.termination_set",
    "pass.termination_cleared",
    "pass.reactivated",
    "pass.extended",
    "pass.paused",
    "pass.pause_ended",
    "pass.dates_set",
    "pass.undone",
)
"""What staff did that is no entry of the pass's ledger of uses."""


@dataclass(frozen=True, slots=True)
class StoryTicket:
    """The ticket that an entry is about, with the class and the booking that it belongs to; ``longer_by`` are
    the days that the pass got because the studio cancelled the class (C6), ``left_class`` is the class that
    it was moved from (C7).
    """

    past: PastTicket
    class_name: str
    reference: str
    in_time: bool | None
    longer_by: int | None = None
    left_class: str | None = None
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One thing that happened. ``what`` is a use's kind ("booked", "returned"), ``CANCELLED`` for a
    cancellation that returned no use, or one of ``STAFF_ACTS`` with what it changed (``before``, ``after``).
    """

    id: UUID
    what: str
    change: int
    at: datetime
    actor: ActorKind
    reason: str
    ticket: StoryTicket | None = None
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PassStory:
    """A page of a pass's story, the newest first, and every ticket that the pass ever paid for."""

    entries: tuple[StoryEntry, ...]
    tickets: tuple[PastTicket, ...]


def _of_pass(source: Any) -> ColumnElement[bool]:
    return and_(source.business_id == bindparam("business_id"), source.class_pass_id == bindparam("pass_id"))


_USES = select(
    PassUse.id.label("id"),
    cast(PassUse.kind, String).label("what"),
    PassUse.change.label("change"),
    PassUse.at.label("at"),
    PassUse.actor_kind.label("actor"),
    PassUse.reason.label("reason"),
    PassUse.ticket_id.label("ticket_id"),
).where(_of_pass(PassUse))

_CANCELLATIONS = (
    select(
        TicketCancellation.id,
        literal(CANCELLED),
        literal(0),
        TicketCancellation.at,
        TicketCancellation.actor_kind,
        TicketCancellation.reason,
        TicketCancellation.ticket_id,
    )
    .join(
        Ticket,
        and_(Ticket.business_id == TicketCancellation.business_id, Ticket.id == TicketCancellation.ticket_id),
    )
    .where(_of_pass(Ticket), ~TicketCancellation.use_returned)
)

_ACTS = select(
    AuditEntry.id,
    AuditEntry.act,
    literal(0),
    AuditEntry.at,
    AuditEntry.actor_kind,
    AuditEntry.reason,
    cast(null(), Uuid),
).where(
    AuditEntry.business_id == bindparam("business_id"),
    AuditEntry.subject_id == bindparam("pass_id"),
    AuditEntry.act.in_(STAFF_ACTS),
)


def _story_statement() -> Select[Any]:
    everything = union_all(_USES, _CANCELLATIONS, _ACTS).subquery()
    return (
        select(everything)
        .order_by(everything.c.at.desc(), everything.c.id.desc())
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
    )


_STORY = _story_statement()

_moved, _came = aliased(TicketTransfer), aliased(TicketTransfer)
_left, _left_class, _left_series = aliased(Ticket), aliased(ClassSession), aliased(ClassSeries)


_DATES = (
    joined(
        select(
            Ticket.id,
            Ticket.booking_id,
            ClassSession.on_date,
            ClassSession.starts_at,
            func.coalesce(TicketCancellation.id, _moved.id),
            func.coalesce(TicketCancellation.at, _moved.at),
            TicketCancellation.class_cancellation_id.is_not(None),
            _moved.id.is_not(None),
            ClassSeries.name,
            Booking.reference,
            TicketCancellation.in_time,
            PassExtension.days,
            _left_series.name,
            _left_class.on_date,
        ).select_from(Ticket),
        (Ticket.booking_id, Booking.id),
        (Ticket.class_session_id, ClassSession.id),
        (ClassSession.series_id, ClassSeries.id),
    )
    .where(_of_pass(Ticket), Booking.confirmed_at.is_not(None))
    .order_by(ClassSession.starts_at, Ticket.id)
)
"""Each ticket that the pass paid for, with what the joins below say became of it."""

_ENDS = (
    joined_if_there(_DATES, (Ticket.id, TicketCancellation.ticket_id))
    .outerjoin(
        _moved,
        and_(
            _moved.business_id == Ticket.business_id,
            _moved.from_ticket_id == Ticket.id,
            _moved.confirmed_at.is_not(None),
        ),
    )
    .outerjoin(
        PassExtension,
        and_(
            PassExtension.business_id == Ticket.business_id,
            PassExtension.class_pass_id == Ticket.class_pass_id,
            PassExtension.class_cancellation_id == TicketCancellation.class_cancellation_id,
        ),
    )
)

_TICKETS = joined_if_there(
    _ENDS,
    (Ticket.id, _came.to_ticket_id),
    (_came.from_ticket_id, _left.id),
    (_left.class_session_id, _left_class.id),
    (_left_class.series_id, _left_series.id),
)

_CHANGES = select(AuditEntry.id, AuditEntry.before, AuditEntry.after).where(
    AuditEntry.business_id == bindparam("business_id"),
    AuditEntry.id.in_(bindparam("entry_ids", expanding=True)),
)


def story_of(business_id: UUID, pass_id: UUID, *, most: int, skipped: int = 0) -> PassStory:
    """What happened with a pass, the newest first (P8): three statements at most."""
    keys = {"business_id": business_id, "pass_id": pass_id}
    rows = db.session.execute(_STORY, {**keys, "most": most, "skipped": skipped}).all()
    tickets = _tickets(keys) if any(row.ticket_id for row in rows) else {}
    changes = _changes(business_id, [row.id for row in rows if row.what in STAFF_ACTS])
    entries = [
        StoryEntry(
            id=row.id,
            what=row.what,
            change=row.change,
            at=row.at,
            actor=row.actor,
            reason=row.reason,
            ticket=tickets.get(row.ticket_id),
            before=changes.get(row.id, ({}, {}))[0],
            after=changes.get(row.id, ({}, {}))[1],
        )
        for row in rows
    ]
    return PassStory(tuple(entries), tuple(ticket.past for ticket in tickets.values()))


def _tickets(keys: dict[str, UUID]) -> dict[UUID, StoryTicket]:
    return {row[0]: StoryTicket(PastTicket(*row[:8]), *row[8:]) for row in db.session.execute(_TICKETS, keys)}


def _changes(
    business_id: UUID, entry_ids: Iterable[UUID]
) -> dict[UUID, tuple[dict[str, Any], dict[str, Any]]]:
    ids = list(entry_ids)
    if not ids:
        return {}
    rows = db.session.execute(_CHANGES, {"business_id": business_id, "entry_ids": ids})
    return {row.id: (row.before or {}, row.after or {}) for row in rows}
