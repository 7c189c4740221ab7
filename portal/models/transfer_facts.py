"""Moved tickets: which of a booking's tickets stand now, what each has cost, and what a move is reckoned from
(C7).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, select

from portal.models.bookings import Booking, Ticket
from portal.models.coverage_facts import EVERYTHING, coverage
from portal.models.database import db, table_of
from portal.models.pass_facts import booked_on, owned_pass, pass_rows_by_id
from portal.models.preferences import RefundTo
from portal.models.refund_origins import TRANSFER
from portal.models.transfers import TicketTransfer, TransferStatus
from portal.rules.facts import OwnedPass

_transfer = table_of(TicketTransfer)
_ticket = table_of(Ticket)

_STANDS = _transfer.c.status != bindparam(
    None, TransferStatus.RELEASED, type_=_transfer.c.status.type, literal_execute=True
)
"""Written out, so that the index on what stands is used."""


def moved_away(ticket: Any) -> ColumnElement[bool]:
    """Whether a ticket was moved to another class: it stands no more."""
    return (
        select(_transfer.c.id)
        .where(
            _transfer.c.business_id == ticket.business_id,
            _transfer.c.from_ticket_id == ticket.id,
            _STANDS,
            _transfer.c.confirmed_at.is_not(None),
        )
        .exists()
    )


def moved_here(ticket: Any) -> ColumnElement[bool]:
    """Whether a ticket came into being by a move."""
    return (
        select(_transfer.c.id)
        .where(_transfer.c.business_id == ticket.business_id, _transfer.c.to_ticket_id == ticket.id)
        .exists()
    )


def not_moved_here(ticket: Any) -> ColumnElement[bool]:
    """Whether a ticket is one that its move has not come to: the difference is being paid, or was not."""
    return (
        select(_transfer.c.id)
        .where(
            _transfer.c.business_id == ticket.business_id,
            _transfer.c.to_ticket_id == ticket.id,
            _transfer.c.confirmed_at.is_(None),
        )
        .exists()
    )


def stands(ticket: Any) -> ColumnElement[bool]:
    """Whether a ticket is where its booking has it now, cancelled or not."""
    return and_(~moved_away(ticket), ~not_moved_here(ticket))


HAS_MOVES = (
    select(TicketTransfer.id)
    .join(
        Ticket,
        and_(Ticket.business_id == TicketTransfer.business_id, Ticket.id == TicketTransfer.to_ticket_id),
    )
    .where(Ticket.business_id == Booking.business_id, Ticket.booking_id == Booking.id)
    .correlate(Booking)
    .exists()
)
"""Whether a booking has moves, beside its row."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a ticket of a booking; amounts as ``TicketTransfer`` has them, in minor units."""

    id: UUID
    from_ticket_id: UUID
    to_ticket_id: UUID
    status: TransferStatus
    at: datetime
    to_pay: int
    to_account: int
    waived: int
    refund: int
    refund_to: RefundTo
    claimed_until: datetime | None

    @property
    def is_pending(self) -> bool:
        """Whether the difference is still being paid."""
        return self.status is TransferStatus.PENDING

    @property
    def is_confirmed(self) -> bool:
        """Whether the ticket is in the new class."""
        return self.status is TransferStatus.CONFIRMED


_MOVES = (
    select(
        _ticket.c.booking_id,
        _transfer.c.id,
        _transfer.c.from_ticket_id,
        _transfer.c.to_ticket_id,
        _transfer.c.status,
        _transfer.c.at,
        _transfer.c.to_pay,
        _transfer.c.to_account,
        _transfer.c.waived,
        _transfer.c.refund,
        _transfer.c.refund_to,
        _transfer.c.claimed_until,
    )
    .join(
        _ticket,
        and_(_ticket.c.business_id == _transfer.c.business_id, _ticket.c.id == _transfer.c.to_ticket_id),
    )
    .where(
        _ticket.c.business_id == bindparam("business_id"),
        _ticket.c.booking_id.in_(bindparam("booking_ids", expanding=True)),
    )
    .order_by(_transfer.c.at, _transfer.c.id)
)


PUT_ON_ACCOUNT = TRANSFER.to_account()
"""What a transfer put on the client's account, beside its row (minor units)."""


def _paid_more(amount: Any) -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(amount), 0))
        .join(
            Ticket,
            and_(Ticket.business_id == TicketTransfer.business_id, Ticket.id == TicketTransfer.to_ticket_id),
        )
        .where(
            Ticket.business_id == Booking.business_id,
            Ticket.booking_id == Booking.id,
            TicketTransfer.status == TransferStatus.CONFIRMED,
        )
        .correlate(Booking)
        .scalar_subquery()
    )


PAID_BY_CARD_FOR_MOVES = _paid_more(TicketTransfer.to_pay)
"""What the card paid for dearer classes, beside a booking (minor units)."""

PAID_FOR_MOVES = _paid_more(TicketTransfer.to_pay + TicketTransfer.to_account)
"""The same, with what the account was charged."""

_PUT_ON_ACCOUNT = (
    select(Ticket.booking_id, PUT_ON_ACCOUNT.label("to_account"))
    .select_from(TicketTransfer)
    .join(
        Ticket,
        and_(Ticket.business_id == TicketTransfer.business_id, Ticket.id == TicketTransfer.to_ticket_id),
    )
    .where(
        Ticket.business_id == bindparam("business_id"),
        Ticket.booking_id.in_(bindparam("booking_ids", expanding=True)),
    )
)

_PRICES = select(
    _ticket.c.id,
    _ticket.c.booking_id,
    _ticket.c.line_id,
    _ticket.c.ticket_type_id,
    _ticket.c.list_price,
    _ticket.c.discount,
    _ticket.c.to_pay,
).where(_ticket.c.business_id == bindparam("business_id"), _ticket.c.id == bindparam("ticket_id"))


def moves_of(business_id: UUID, booking_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[Move]]:
    """Every move of the tickets of bookings, the oldest first, by booking: one statement."""
    found: defaultdict[UUID, list[Move]] = defaultdict(list)
    wanted = {"business_id": business_id, "booking_ids": list(booking_ids)}
    for booking_id, *of_move in db.session.execute(_MOVES, wanted):
        found[booking_id].append(Move(*of_move))
    return found


def put_on_account(business_id: UUID, booking_ids: Iterable[UUID]) -> Sequence[tuple[UUID, int]]:
    """What moves of the tickets of bookings put on the client's account, by booking: one statement,
    or none where there are no bookings.
    """
    wanted = {"business_id": business_id, "booking_ids": list(booking_ids)}
    if not wanted["booking_ids"]:
        return []
    rows: Any = db.session.execute(_PUT_ON_ACCOUNT, wanted)
    return [(row.booking_id, int(row.to_account)) for row in rows]


def prices_of(business_id: UUID, ticket_id: UUID) -> Any:
    """A ticket's own kind and prices, with its booking and basket line; None where there is none such."""
    return db.session.execute(_PRICES, {"business_id": business_id, "ticket_id": ticket_id}).first()


def pass_that_pays(business_id: UUID, pass_id: UUID) -> OwnedPass:
    """A pass with what it covers and everything that counts on it, claims included: three statements."""
    (row,) = pass_rows_by_id(business_id, [pass_id])
    covered = coverage(business_id, option_ids={row.purchase_option_id}, code_id=None)
    booked = booked_on(business_id, [pass_id], own_booking_id=None)
    return owned_pass(row, covered.get(row.purchase_option_id, EVERYTHING), booked[pass_id])
