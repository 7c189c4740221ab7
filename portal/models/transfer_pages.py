"""Moves of a booking's tickets, as its pages, its calendar file and its receipt show them (C7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from portal.models.audit import ActorKind
from portal.models.bookings import Ticket
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db
from portal.models.payments import RefundStatus
from portal.models.people import StaffMember
from portal.models.refund_origins import TRANSFER
from portal.models.transfer_facts import PUT_ON_ACCOUNT
from portal.models.transfers import TicketTransfer, TransferStatus


@dataclass(frozen=True, slots=True)
class MovedClass:
    """The class at one end of a move."""

    name: str
    on_date: date
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ShownMove:
    """A move that was made or waits for its difference: who, when, why, from where to where, and its money
    in minor units. ``pending`` and ``done`` are what goes back to the card, ``refunded_to_account`` what went
    to the account.
    """

    id: UUID
    from_ticket_id: UUID
    to_ticket_id: UUID
    status: TransferStatus
    at: datetime
    by: ActorKind
    by_name: str | None
    reason: str
    to_pay: int
    to_account: int
    waived: int
    refund: int
    claimed_until: datetime | None
    pending: int
    done: int
    refunded_to_account: int
    left: MovedClass
    to: MovedClass

    @property
    def is_pending(self) -> bool:
        """Whether its difference is still to be paid."""
        return self.status is TransferStatus.PENDING

    @property
    def to_card(self) -> int:
        """What goes back to the card, however far it has come."""
        return self.refund - self.refunded_to_account

    @property
    def failed(self) -> int:
        """What the bank did not take, and nobody has sent again."""
        return max(self.to_card - self.pending - self.done, 0)


_old, _new = aliased(Ticket), aliased(Ticket)
_old_class, _new_class = aliased(ClassSession), aliased(ClassSession)
_old_series, _new_series = aliased(ClassSeries), aliased(ClassSeries)


def _joined(statement: Any, ticket: Any, key: Any, session: Any, series: Any) -> Any:
    return (
        statement.join(ticket, and_(ticket.business_id == TicketTransfer.business_id, ticket.id == key))
        .join(session, and_(session.business_id == ticket.business_id, session.id == ticket.class_session_id))
        .join(series, and_(series.business_id == session.business_id, series.id == session.series_id))
    )


def _statement() -> Any:
    statement: Any = select(
        TicketTransfer.id,
        TicketTransfer.from_ticket_id,
        TicketTransfer.to_ticket_id,
        TicketTransfer.status,
        TicketTransfer.at,
        TicketTransfer.actor_kind,
        StaffMember.name,
        TicketTransfer.reason,
        TicketTransfer.to_pay,
        TicketTransfer.to_account,
        TicketTransfer.waived,
        TicketTransfer.refund,
        TicketTransfer.claimed_until,
        TRANSFER.to_card(RefundStatus.PENDING),
        TRANSFER.to_card(RefundStatus.SUCCEEDED),
        PUT_ON_ACCOUNT,
        _old_series.name,
        _old_class.on_date,
        _old_class.starts_at,
        _new_series.name,
        _new_class.on_date,
        _new_class.starts_at,
    )
    statement = _joined(statement, _old, TicketTransfer.from_ticket_id, _old_class, _old_series)
    statement = _joined(statement, _new, TicketTransfer.to_ticket_id, _new_class, _new_series)
    return (
        statement.outerjoin(
            StaffMember,
            and_(
                StaffMember.business_id == TicketTransfer.business_id,
                StaffMember.id == TicketTransfer.actor_id,
            ),
        )
        .where(
            _new.business_id == bindparam("business_id"),
            _new.booking_id == bindparam("booking_id"),
            TicketTransfer.status != TransferStatus.RELEASED,
        )
        .order_by(TicketTransfer.at, TicketTransfer.id)
    )


_MOVES = _statement()


def moves_shown(business_id: UUID, booking_id: UUID) -> Sequence[ShownMove]:
    """The moves of a booking's tickets that stand, the oldest first: one statement."""
    rows: Any = db.session.execute(_MOVES, {"business_id": business_id, "booking_id": booking_id})
    return [ShownMove(*(*row[:16], MovedClass(*row[16:19]), MovedClass(*row[19:]))) for row in rows]


def first_tickets(moves: Iterable[ShownMove]) -> Mapping[UUID, tuple[UUID, int]]:
    """For each ticket that came by a move, the one that was booked, and how many moves lie between."""
    found: dict[UUID, tuple[UUID, int]] = {}
    for move in moves:
        first, moved = found.get(move.from_ticket_id, (move.from_ticket_id, 0))
        found[move.to_ticket_id] = (first, moved + 1)
    return found
