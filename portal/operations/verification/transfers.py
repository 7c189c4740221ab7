"""Moved tickets: what each move says of its tickets, its money and its letters is so (C7)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from portal.models.accounts import AccountCheckout, AccountEntry, EntryKind
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.letters import Letter, LetterKind
from portal.models.payments import Payment, Refund, RefundStatus
from portal.models.transfer_facts import PUT_ON_ACCOUNT
from portal.models.transfers import TicketTransfer, TransferStatus
from portal.operations.verification.invariant import Invariant, count_of
from portal.operations.verification.records import acts_on_bookings, letters_of_bookings, of_booking

_old, _new = aliased(Ticket, name="old_ticket"), aliased(Ticket, name="new_ticket")
_PENDING = TicketTransfer.status == TransferStatus.PENDING
_CONFIRMED = TicketTransfer.status == TransferStatus.CONFIRMED


def _sum(amounts: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(amounts), 0)


_MOVE: tuple[Any, ...] = (TicketTransfer.id.label("ticket_transfer"), TicketTransfer.status)
_MOVES = (
    select(*_MOVE)
    .join(
        _old, and_(_old.business_id == TicketTransfer.business_id, _old.id == TicketTransfer.from_ticket_id)
    )
    .join(_new, and_(_new.business_id == TicketTransfer.business_id, _new.id == TicketTransfer.to_ticket_id))
)

_PRICE_BEFORE = case((_old.by_pass, 0), else_=_old.to_pay)
_COSTS_MORE = TicketTransfer.to_pay + TicketTransfer.to_account + TicketTransfer.waived

_DIFFERENCE = case((_new.to_pay > _PRICE_BEFORE, _new.to_pay - _PRICE_BEFORE), else_=0)

_OWN_REFUND = and_(
    Refund.business_id == TicketTransfer.business_id, Refund.ticket_transfer_id == TicketTransfer.id
)


def _refunds(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return (
        select(_sum(Refund.amount))
        .where(_OWN_REFUND, *conditions)
        .correlate(TicketTransfer)
        .scalar_subquery()
    )


_GIVEN = _refunds(Refund.status != RefundStatus.FAILED) + PUT_ON_ACCOUNT
_FAILED = _refunds(Refund.status == RefundStatus.FAILED)

_CHARGED = (
    select(_sum(AccountEntry.amount))
    .where(
        AccountEntry.business_id == TicketTransfer.business_id,
        AccountEntry.ticket_transfer_id == TicketTransfer.id,
        AccountEntry.kind == EntryKind.CHARGE,
    )
    .correlate(TicketTransfer)
    .scalar_subquery()
)

_OF_MOVE = and_(
    AccountCheckout.business_id == TicketTransfer.business_id,
    AccountCheckout.ticket_transfer_id == TicketTransfer.id,
)
_ASKED_OTHERWISE = (
    select(AccountCheckout.id)
    .where(_OF_MOVE, AccountCheckout.amount != TicketTransfer.to_pay)
    .correlate(TicketTransfer)
    .exists()
)
_PAID = (
    select(AccountCheckout.id)
    .where(_OF_MOVE, AccountCheckout.paid_at.is_not(None))
    .correlate(TicketTransfer)
    .exists()
)
_OPEN = (
    select(AccountCheckout.id)
    .where(_OF_MOVE, AccountCheckout.closed_at.is_(None))
    .correlate(TicketTransfer)
    .exists()
)

_BY_BOOKING = (
    select(Ticket.business_id, Ticket.booking_id, func.count().label("moves"))
    .join(
        TicketTransfer,
        and_(TicketTransfer.business_id == Ticket.business_id, TicketTransfer.to_ticket_id == Ticket.id),
    )
    .where(_CONFIRMED)
    .group_by(Ticket.business_id, Ticket.booking_id)
    .subquery()
)
_MOVED = func.coalesce(_BY_BOOKING.c.moves, 0)
_ENTRIES = acts_on_bookings("ticket.moved")
_RECORDED = func.coalesce(_ENTRIES.c.entries, 0)
_LETTERS = letters_of_bookings(LetterKind.TICKET_MOVED)
_TOLD = func.coalesce(_LETTERS.c.letters, 0)

TRANSFERS = (
    Invariant(
        "A ticket is moved within its confirmed booking to another class, and its pass with it",
        count_of(TicketTransfer),
        _MOVES.add_columns(Booking.reference, Booking.status)
        .join(Booking, and_(Booking.business_id == _new.business_id, Booking.id == _new.booking_id))
        .where(
            or_(
                Booking.status != BookingStatus.CONFIRMED,
                _old.booking_id != _new.booking_id,
                _old.class_session_id == _new.class_session_id,
                _old.by_pass != _new.by_pass,
                and_(_old.by_pass, _old.class_pass_id != _new.class_pass_id),
            )
        ),
    ),
    Invariant(
        "The share of a discount moves along, as far as the new ticket costs so much",
        count_of(TicketTransfer),
        _MOVES.add_columns(_old.discount.label("was"), _new.discount.label("is_now")).where(
            _new.discount != case((_old.discount < _new.list_price, _old.discount), else_=_new.list_price)
        ),
    ),
    Invariant(
        "A dearer class costs its difference, to the penny: paid, charged or waived",
        count_of(TicketTransfer),
        _MOVES.add_columns(
            _COSTS_MORE.label("more"), _old.to_pay.label("was"), _new.to_pay.label("is_now")
        ).where(_DIFFERENCE != _COSTS_MORE),
    ),
    Invariant(
        "What a cheaper class gives back is no more than it costs less",
        count_of(TicketTransfer, TicketTransfer.refund > 0),
        _MOVES.add_columns(TicketTransfer.refund).where(
            TicketTransfer.refund > 0, TicketTransfer.refund > _old.to_pay - _new.to_pay
        ),
    ),
    Invariant(
        "What a move gives back went to the card or the account, to the penny, or failed there",
        count_of(TicketTransfer),
        select(*_MOVE, TicketTransfer.refund, _GIVEN.label("given")).where(
            or_(
                TicketTransfer.refund < _GIVEN,
                and_(TicketTransfer.refund > _GIVEN, _FAILED == 0),
            )
        ),
    ),
    Invariant(
        "What a move charges is on the client's account, once",
        count_of(TicketTransfer),
        select(*_MOVE, TicketTransfer.to_account, _CHARGED.label("entered")).where(
            TicketTransfer.to_account != -_CHARGED
        ),
    ),
    Invariant(
        "A move with a difference to be paid is confirmed by its payment alone, and waits while one may come",
        count_of(TicketTransfer, TicketTransfer.to_pay > 0),
        select(*_MOVE, TicketTransfer.to_pay).where(
            TicketTransfer.to_pay > 0,
            or_(_ASKED_OTHERWISE, and_(_CONFIRMED, ~_PAID), and_(_PENDING, or_(_PAID, ~_OPEN))),
        ),
    ),
    Invariant(
        "Every difference that came is a payment of the ticket's booking",
        count_of(AccountCheckout, AccountCheckout.ticket_transfer_id.is_not(None)),
        select(AccountCheckout.id.label("account_checkout"), AccountCheckout.amount)
        .join(TicketTransfer, _OF_MOVE)
        .join(
            _new, and_(_new.business_id == TicketTransfer.business_id, _new.id == TicketTransfer.to_ticket_id)
        )
        .where(
            AccountCheckout.paid_at.is_not(None),
            ~select(Payment.id)
            .where(
                Payment.business_id == AccountCheckout.business_id,
                Payment.booking_id == _new.booking_id,
                Payment.amount == AccountCheckout.amount,
            )
            .exists(),
        ),
    ),
    Invariant(
        "The audit tells of every ticket moved, and so does a letter",
        count_of(Letter, Letter.kind == LetterKind.TICKET_MOVED),
        select(
            Booking.id.label("booking"),
            _MOVED.label("moved"),
            _RECORDED.label("entries"),
            _TOLD.label("letters"),
        )
        .outerjoin(
            _BY_BOOKING,
            and_(_BY_BOOKING.c.business_id == Booking.business_id, _BY_BOOKING.c.booking_id == Booking.id),
        )
        .outerjoin(
            _ENTRIES,
            and_(_ENTRIES.c.business_id == Booking.business_id, _ENTRIES.c.subject_id == Booking.id),
        )
        .outerjoin(_LETTERS, of_booking(_LETTERS))
        .where(or_(_MOVED != _RECORDED, _MOVED != _TOLD)),
    ),
)
