"""What a cancellation is reckoned from: a booking's tickets, what paid for each, what went back (C4, D4)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, func, select

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.attendance import Attendance, AttendanceStatus, attendance_of
from portal.models.bookings import Booking, BookingStatus, PassSale, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.coverage_facts import EVERYTHING
from portal.models.database import db, table_of
from portal.models.pass_facts import booked_on, owned_pass, pass_rows_by_id
from portal.models.payments import Dispute, Payment, Refund, RefundStatus
from portal.models.refundable import refundable
from portal.models.ticket_refunds import TO_ACCOUNT
from portal.models.transfer_facts import Move, moves_of, put_on_account
from portal.rules.cancelling import TicketToCancel
from portal.rules.facts import OwnedPass
from portal.rules.line_money import MoneyLeft, paid_per_line
from portal.rules.transferring import paid_after


@dataclass(frozen=True, slots=True)
class TicketOfBooking:
    """A ticket of a booking where it stands now, cancelled or not; ``class_cancelled``: the studio cancelled
    its class (C6); with ``is_moving`` the difference of its move to another class is being paid (C7);
    ``checked_in``: staff said that whoever has it came.
    """

    to_cancel: TicketToCancel
    cancelled_at: datetime | None
    class_cancelled: bool
    is_moving: bool = False
    checked_in: bool = False


@dataclass(frozen=True, slots=True)
class BookingToCancel:
    """A booking whose tickets may be cancelled; ``left`` is what has not gone back of what was paid."""

    id: UUID
    customer_id: UUID | None
    status: BookingStatus
    currency: str
    tickets: tuple[TicketOfBooking, ...]
    left: MoneyLeft
    moved: frozenset[UUID] = frozenset()
    """Tickets that stand no more, or not yet: they were moved to another class, or are to be (C7)."""

    @property
    def open(self) -> tuple[TicketToCancel, ...]:
        """Those of them that are still to be cancelled one by one: their class takes place."""
        return tuple(
            ticket.to_cancel
            for ticket in self.tickets
            if ticket.cancelled_at is None and not ticket.class_cancelled
        )

    @property
    def live(self) -> tuple[TicketToCancel, ...]:
        """The tickets that nobody has cancelled, in the order of their classes."""
        return tuple(ticket.to_cancel for ticket in self.tickets if ticket.cancelled_at is None)


MONEY_WITHDRAWN = ("needs_response", "under_review", "lost")
"""Disputes in which the bank has taken the money back, at least until they are won."""

_ticket = table_of(Ticket)
_class = table_of(ClassSession)
_series = table_of(ClassSeries)
_type = table_of(TicketType)
_cancellation = table_of(TicketCancellation)
_attendance = table_of(Attendance)
_booking = table_of(Booking)
_sale = table_of(PassSale)
_payment = table_of(Payment)
_refund = table_of(Refund)
_dispute = table_of(Dispute)
_entry = table_of(AccountEntry)

_BOOKING_OF = (
    select(_ticket.c.booking_id)
    .where(
        _ticket.c.business_id == bindparam("business_id"),
        _ticket.c.id.in_(bindparam("ticket_ids", expanding=True)),
    )
    .distinct()
)

_WANTED: BindParameter[Any] = bindparam("booking_ids", expanding=True)

_BOOKINGS = (
    select(
        _booking.c.id,
        _booking.c.customer_id,
        _booking.c.status,
        _booking.c.currency,
        _booking.c.to_pay,
        _booking.c.balance_used,
    )
    .where(_booking.c.business_id == bindparam("business_id"), _booking.c.id.in_(_WANTED))
    .order_by(_booking.c.id)
)

_TICKETS = (
    select(
        _ticket.c.id,
        _ticket.c.booking_id,
        _ticket.c.class_session_id,
        _series.c.name.label("class_name"),
        _type.c.name.label("ticket_name"),
        _class.c.starts_at,
        _class.c.on_date,
        _ticket.c.class_pass_id,
        _ticket.c.to_pay,
        _cancellation.c.at.label("cancelled_at"),
        _class.c.cancelled_at.is_not(None).label("class_cancelled"),
        _attendance.c.status.label("attendance"),
    )
    .join(
        _class, and_(_class.c.business_id == _ticket.c.business_id, _class.c.id == _ticket.c.class_session_id)
    )
    .join(_series, and_(_series.c.business_id == _class.c.business_id, _series.c.id == _class.c.series_id))
    .join(_type, and_(_type.c.business_id == _ticket.c.business_id, _type.c.id == _ticket.c.ticket_type_id))
    .outerjoin(
        _cancellation,
        and_(_cancellation.c.business_id == _ticket.c.business_id, _cancellation.c.ticket_id == _ticket.c.id),
    )
    .outerjoin(_attendance, attendance_of(_ticket.c, _attendance.c))
    .where(_ticket.c.business_id == bindparam("business_id"), _ticket.c.booking_id.in_(_WANTED))
    .order_by(_class.c.starts_at, _class.c.id, _ticket.c.ticket_type_id, _ticket.c.line_id)
)

_SALES = (
    select(_sale.c.booking_id, _sale.c.to_pay)
    .where(_sale.c.business_id == bindparam("business_id"), _sale.c.booking_id.in_(_WANTED))
    .order_by(_sale.c.line_id)
)

_PAYMENTS = select(_payment.c.id, _payment.c.booking_id).where(
    _payment.c.business_id == bindparam("business_id"), _payment.c.booking_id.in_(_WANTED)
)

_PAID_OUT_OF_ACCOUNT = (
    select(_entry.c.id)
    .where(
        _entry.c.business_id == _refund.c.business_id,
        _entry.c.refund_id == _refund.c.id,
        _entry.c.kind == EntryKind.CARD_REFUND,
    )
    .exists()
)
_WENT_BACK = (
    select(func.coalesce(func.sum(_refund.c.amount), 0))
    .where(
        _refund.c.business_id == _payment.c.business_id,
        _refund.c.payment_id == _payment.c.id,
        _refund.c.status != RefundStatus.FAILED,
        ~_PAID_OUT_OF_ACCOUNT,
    )
    .correlate(_payment)
    .scalar_subquery()
)
_WITHDRAWN = (
    select(func.coalesce(func.sum(_dispute.c.amount), 0))
    .where(
        _dispute.c.business_id == _payment.c.business_id,
        _dispute.c.payment_id == _payment.c.id,
        _dispute.c.status.in_(MONEY_WITHDRAWN),
    )
    .correlate(_payment)
    .scalar_subquery()
)
_KEPT_OF_CARDS = select(
    _payment.c.booking_id, (_payment.c.amount - _WENT_BACK - _WITHDRAWN).label("kept")
).where(_payment.c.business_id == bindparam("business_id"), _payment.c.booking_id.in_(_WANTED))

_TO_ACCOUNT = (
    select(Ticket.booking_id, TO_ACCOUNT.label("to_account"))
    .select_from(TicketCancellation)
    .join(
        Ticket,
        and_(Ticket.business_id == TicketCancellation.business_id, Ticket.id == TicketCancellation.ticket_id),
    )
    .where(Ticket.business_id == bindparam("business_id"), Ticket.booking_id.in_(_WANTED))
)


def bookings_of(business_id: UUID, ticket_ids: Iterable[UUID]) -> Sequence[UUID]:
    """The bookings that tickets belong to; none for tickets of another business."""
    return db.session.scalars(_BOOKING_OF, {"business_id": business_id, "ticket_ids": list(ticket_ids)}).all()


def booking_to_cancel(business_id: UUID, booking_id: UUID) -> BookingToCancel:
    """A booking with its tickets and what paid for each, in eight statements whatever it holds."""
    (found,) = bookings_to_cancel(business_id, [booking_id])
    return found


def bookings_to_cancel(business_id: UUID, booking_ids: Iterable[UUID]) -> Sequence[BookingToCancel]:
    """Bookings with their tickets and what paid for each, by their ids, in as many statements as one."""
    ids = sorted(set(booking_ids))
    wanted = {"business_id": business_id, "booking_ids": ids}
    bookings = db.session.execute(_BOOKINGS, wanted).all()
    tickets = _by_booking(db.session.execute(_TICKETS, wanted))
    sales = _by_booking(db.session.execute(_SALES, wanted))
    moves = moves_of(business_id, ids)
    by_account = {
        booking.id: booking.balance_used + sum(it.to_account for it in moves.get(booking.id, ()))
        for booking in bookings
    }
    left = _left(wanted, by_account, moves)
    return [
        BookingToCancel(
            booking.id,
            booking.customer_id,
            booking.status,
            booking.currency,
            _tickets(booking, tickets[booking.id], sales[booking.id], moves.get(booking.id, ())),
            left[booking.id],
            frozenset(_moved(moves.get(booking.id, ()))),
        )
        for booking in bookings
    ]


def payments_of_booking(business_id: UUID, booking_id: UUID) -> Sequence[UUID]:
    """The card payments of a booking: one, unless it was paid twice."""
    return db.session.scalars(_PAYMENTS, {"business_id": business_id, "booking_ids": [booking_id]}).all()


def passes_to_cancel_on(business_id: UUID, pass_ids: Iterable[UUID]) -> tuple[OwnedPass, ...]:
    """Passes by their ids with everything that counts on them, claims included."""
    ids = sorted(set(pass_ids))
    booked = booked_on(business_id, ids, own_booking_id=None)
    rows = sorted(pass_rows_by_id(business_id, ids), key=lambda row: row.id)
    return tuple(owned_pass(row, EVERYTHING, booked[row.id]) for row in rows)


def _by_booking(rows: Iterable[Any]) -> Mapping[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.booking_id].append(row)
    return found


def _tickets(
    booking: Any, rows: Sequence[Any], sales: Sequence[Any], moves: Sequence[Move]
) -> tuple[TicketOfBooking, ...]:
    """Those that stand now. What was booked is shared out over what was booked; a moved ticket has cost what
    the one before it did, and the difference.
    """
    moved_to = {move.to_ticket_id for move in moves}
    booked = [row for row in rows if row.id not in moved_to]
    prices = [row.to_pay for row in (*booked, *sales)]
    shares = paid_per_line(prices, by_card=booking.to_pay, by_account=booking.balance_used)
    paid = {row.id: of_line for row, of_line in zip(booked, shares, strict=False)}
    price = {row.id: row.to_pay for row in rows}
    for move in moves:
        if move.is_confirmed:
            paid[move.to_ticket_id] = paid_after(
                paid[move.from_ticket_id],
                price[move.to_ticket_id],
                by_card=move.to_pay,
                by_account=move.to_account,
                refund=move.refund,
            )
    gone = set(_moved(moves))
    moving = {move.from_ticket_id for move in moves if move.is_pending}
    return tuple(
        TicketOfBooking(
            _to_cancel(row, paid[row.id]),
            row.cancelled_at,
            row.class_cancelled,
            is_moving=row.id in moving,
            checked_in=row.attendance is AttendanceStatus.CHECKED_IN,
        )
        for row in rows
        if row.id not in gone
    )


def _moved(moves: Iterable[Move]) -> Iterable[UUID]:
    return (move.from_ticket_id if move.is_confirmed else move.to_ticket_id for move in moves)


def _to_cancel(row: Any, paid: Any) -> TicketToCancel:
    return TicketToCancel(
        id=row.id,
        class_session_id=row.class_session_id,
        class_name=row.class_name,
        ticket_name=row.ticket_name,
        starts_at=row.starts_at,
        on_date=row.on_date,
        pass_id=row.class_pass_id,
        paid=paid,
    )


def _left(
    wanted: Mapping[str, Any], by_account: Mapping[UUID, int], moves: Mapping[UUID, Sequence[Move]]
) -> Mapping[UUID, MoneyLeft]:
    """What of each booking's money has not gone back. Money that went to the account may have been a card's;
    what the account paid out over the same card later was the account's own, and leaves only less room on the
    card.
    """
    booking_of = {row.id: row.booking_id for row in db.session.execute(_PAYMENTS, wanted)}
    room: Counter[UUID] = Counter()
    for payment in refundable(wanted["business_id"], booking_of):
        room[booking_of[payment.id]] += payment.left
    kept = Counter(by_account)
    for row in db.session.execute(_KEPT_OF_CARDS, wanted):
        kept[row.booking_id] += int(row.kept)
    for row in db.session.execute(_TO_ACCOUNT, wanted):
        kept[row.booking_id] -= int(row.to_account)
    for booking_id, to_account in put_on_account(wanted["business_id"], moves):
        kept[booking_id] -= to_account
    return {booking_id: MoneyLeft(room[booking_id], max(kept[booking_id], 0)) for booking_id in by_account}
