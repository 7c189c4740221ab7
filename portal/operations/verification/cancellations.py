"""Cancelled tickets: what each brought back is there, once, and no more than was paid (C1–C5, D4)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import PassUse, UseKind
from portal.models.letters import Letter, LetterKind
from portal.models.payments import Refund, RefundStatus
from portal.models.ticket_refunds import TO_ACCOUNT
from portal.models.transfer_facts import PAID_FOR_MOVES
from portal.operations.verification.invariant import Invariant, count_of
from portal.operations.verification.records import acts_on_bookings, letters_of_bookings, of_booking


def _sum(amounts: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(amounts), 0)


def _on_booking(booking_id: Any, business_id: Any) -> ColumnElement[bool]:
    return and_(Booking.business_id == business_id, Booking.id == booking_id)


_OF_TICKET = and_(
    TicketCancellation.business_id == Ticket.business_id, TicketCancellation.ticket_id == Ticket.id
)
_OF_BOOKING = and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id)

_RETURNED = (
    select(
        PassUse.business_id,
        PassUse.ticket_id,
        func.count().label("entries"),
        func.sum(case((PassUse.class_pass_id == Ticket.class_pass_id, 1), else_=0)).label("on_its_pass"),
    )
    .join(Ticket, and_(Ticket.business_id == PassUse.business_id, Ticket.id == PassUse.ticket_id))
    .where(PassUse.kind == UseKind.RETURNED)
    .group_by(PassUse.business_id, PassUse.ticket_id)
    .subquery()
)
_PROMISED = case((func.coalesce(TicketCancellation.use_returned, False), 1), else_=0)

_MY_REFUND = and_(
    Refund.business_id == TicketCancellation.business_id,
    Refund.ticket_cancellation_id == TicketCancellation.id,
)
_TO_CARD = (
    select(_sum(Refund.amount))
    .where(_MY_REFUND, Refund.status != RefundStatus.FAILED)
    .correlate(TicketCancellation)
    .scalar_subquery()
)
_SOME_FAILED = (
    select(Refund.id)
    .where(_MY_REFUND, Refund.status == RefundStatus.FAILED)
    .correlate(TicketCancellation)
    .exists()
)
_GIVEN = _TO_CARD + TO_ACCOUNT

_BY_BOOKING = (
    select(
        Ticket.business_id,
        Ticket.booking_id,
        func.count().label("tickets"),
        _sum(case((TicketCancellation.class_cancellation_id.is_(None), 1), else_=0)).label("by_themselves"),
        _sum(TicketCancellation.refund).label("refunds"),
    )
    .join(TicketCancellation, _OF_TICKET)
    .group_by(Ticket.business_id, Ticket.booking_id)
    .subquery()
)
_CANCELLED = func.coalesce(_BY_BOOKING.c.tickets, 0)
_BY_THEMSELVES = func.coalesce(_BY_BOOKING.c.by_themselves, 0)
"""Those cancelled with their class have a letter of their own kind (C6)."""

_ENTRIES = acts_on_bookings("ticket.cancelled")
_RECORDED = func.coalesce(_ENTRIES.c.entries, 0)

_LETTERS = letters_of_bookings(LetterKind.TICKET_CANCELLED)
_TOLD = func.coalesce(_LETTERS.c.letters, 0)

CANCELLATIONS = (
    Invariant(
        "Only tickets of confirmed bookings are cancelled",
        count_of(TicketCancellation),
        select(TicketCancellation.id.label("ticket_cancellation"), Booking.reference, Booking.status)
        .join(Ticket, _OF_TICKET)
        .join(Booking, _OF_BOOKING)
        .where(Booking.status != BookingStatus.CONFIRMED),
    ),
    Invariant(
        "A cancelled ticket's use is back on its pass where the cancellation says so, and no other is",
        count_of(Ticket, Ticket.by_pass),
        select(
            Ticket.id.label("ticket"),
            _PROMISED.label("promised"),
            func.coalesce(_RETURNED.c.entries, 0).label("returned"),
        )
        .outerjoin(TicketCancellation, _OF_TICKET)
        .outerjoin(
            _RETURNED, and_(_RETURNED.c.business_id == Ticket.business_id, _RETURNED.c.ticket_id == Ticket.id)
        )
        .where(
            or_(
                func.coalesce(_RETURNED.c.entries, 0) != _PROMISED,
                func.coalesce(_RETURNED.c.on_its_pass, 0) != _PROMISED,
            )
        ),
    ),
    Invariant(
        "What a cancellation gives back went to the card or the account, to the penny, or failed there",
        count_of(TicketCancellation),
        select(
            TicketCancellation.id.label("ticket_cancellation"),
            TicketCancellation.refund,
            _TO_CARD.label("to_card"),
            TO_ACCOUNT.label("to_account"),
        ).where(
            or_(TicketCancellation.refund < _GIVEN, and_(TicketCancellation.refund > _GIVEN, ~_SOME_FAILED))
        ),
    ),
    Invariant(
        "No more goes back for a ticket than was to pay for it",
        count_of(TicketCancellation),
        select(TicketCancellation.id.label("ticket_cancellation"), TicketCancellation.refund, Ticket.to_pay)
        .join(Ticket, _OF_TICKET)
        .where(TicketCancellation.refund > Ticket.to_pay),
    ),
    Invariant(
        "No more goes back for a booking's tickets than card and account paid for it",
        count_of(_BY_BOOKING),
        select(Booking.id.label("booking"), Booking.reference, _BY_BOOKING.c.refunds)
        .join(_BY_BOOKING, _on_booking(_BY_BOOKING.c.booking_id, _BY_BOOKING.c.business_id))
        .where(_BY_BOOKING.c.refunds > Booking.to_pay + Booking.balance_used + PAID_FOR_MOVES),
    ),
    Invariant(
        "The audit tells of every ticket cancelled",
        count_of(TicketCancellation),
        select(Booking.id.label("booking"), _CANCELLED.label("cancelled"), _RECORDED.label("entries"))
        .outerjoin(_BY_BOOKING, _on_booking(_BY_BOOKING.c.booking_id, _BY_BOOKING.c.business_id))
        .outerjoin(_ENTRIES, _on_booking(_ENTRIES.c.subject_id, _ENTRIES.c.business_id))
        .where(_CANCELLED != _RECORDED),
    ),
    Invariant(
        "Who booked was written to about what was cancelled, and about nothing else",
        count_of(Letter, Letter.kind == LetterKind.TICKET_CANCELLED),
        select(Booking.id.label("booking"), _BY_THEMSELVES.label("cancelled"), _TOLD.label("letters"))
        .outerjoin(_BY_BOOKING, _on_booking(_BY_BOOKING.c.booking_id, _BY_BOOKING.c.business_id))
        .outerjoin(_LETTERS, of_booking(_LETTERS))
        .where(or_(_TOLD > _BY_THEMSELVES, and_(_BY_THEMSELVES > 0, _TOLD == 0))),
    ),
)
