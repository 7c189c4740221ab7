"""Bookings: their amounts, their tickets and pass sales, and the baskets that wait for them (R7, P7, D1)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from portal.models.baskets import Basket
from portal.models.bookings import Booking, BookingStatus, PassSale, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_cancellations import ClassCancellation
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.classes import ClassSession
from portal.models.transfer_facts import moved_away, moved_here
from portal.models.transfers import TicketTransfer, TransferStatus
from portal.operations.verification.invariant import Invariant, count_of

_CLAIMS = Booking.status.in_((BookingStatus.PENDING, BookingStatus.CONFIRMED))
_CONFIRMED = Booking.status == BookingStatus.CONFIRMED


def _sum(column: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


_TICKETS = (
    select(
        Ticket.business_id,
        Ticket.booking_id,
        func.count().label("rows"),
        _sum(Ticket.list_price).label("list"),
        _sum(Ticket.discount).label("discount"),
        _sum(case((Ticket.by_pass, Ticket.list_price), else_=0)).label("by_pass"),
        _sum(Ticket.to_pay).label("to_pay"),
    )
    .where(~moved_here(Ticket))
    .group_by(Ticket.business_id, Ticket.booking_id)
    .subquery()
)
_SALES = (
    select(
        PassSale.business_id,
        PassSale.booking_id,
        func.count().label("rows"),
        _sum(PassSale.list_price).label("list"),
        _sum(PassSale.discount).label("discount"),
        _sum(PassSale.to_pay).label("to_pay"),
    )
    .group_by(PassSale.business_id, PassSale.booking_id)
    .subquery()
)


def _of_lines(column: str) -> ColumnElement[int]:
    return func.coalesce(_TICKETS.c[column], 0) + func.coalesce(_SALES.c[column], 0)


_BROUGHT_FORTH = (
    select(ClassPass.business_id, ClassPass.pass_sale_id, func.count().label("passes"))
    .where(ClassPass.pass_sale_id.is_not(None))
    .group_by(ClassPass.business_id, ClassPass.pass_sale_id)
    .subquery()
)

_OF_CLASS = (
    select(ClassCancellation.id)
    .where(
        ClassCancellation.business_id == Ticket.business_id,
        ClassCancellation.class_session_id == Ticket.class_session_id,
    )
    .correlate(Ticket)
)
_CANCELLED_BEFORE = (
    select(TicketCancellation.id)
    .join(
        ClassSession,
        and_(
            ClassSession.business_id == TicketCancellation.business_id,
            ClassSession.id == Ticket.class_session_id,
        ),
    )
    .where(
        TicketCancellation.business_id == Ticket.business_id,
        TicketCancellation.ticket_id == Ticket.id,
        or_(
            TicketCancellation.at < ClassSession.starts_at,
            TicketCancellation.class_cancellation_id.is_not(None),
            _OF_CLASS.where(ClassCancellation.finished_at.is_not(None)).exists(),
        ),
    )
    .correlate(Ticket)
    .exists()
)
_GIVEN_UP_IN_BETWEEN = and_(
    select(TicketCancellation.id)
    .where(
        TicketCancellation.business_id == Ticket.business_id,
        TicketCancellation.ticket_id == Ticket.id,
        TicketCancellation.class_cancellation_id.is_(None),
    )
    .correlate(Ticket)
    .exists(),
    _OF_CLASS.where(ClassCancellation.finished_at.is_(None)).exists(),
)
"""A client cancelled it after its class began, and the studio is just about to cancel the class (C6)."""

_MOVE_GIVEN_UP = (
    select(TicketTransfer.id)
    .where(
        TicketTransfer.business_id == Ticket.business_id,
        TicketTransfer.to_ticket_id == Ticket.id,
        TicketTransfer.status == TransferStatus.RELEASED,
    )
    .correlate(Ticket)
    .exists()
)

_TO_PAY = Booking.to_pay + Booking.balance_used + Booking.waived

BOOKINGS = (
    Invariant(
        "A booking's amounts are the sums of its tickets and pass sales",
        count_of(Booking),
        select(
            Booking.id.label("booking"),
            Booking.reference,
            Booking.list_total,
            _of_lines("list").label("lists"),
            Booking.discount_total,
            _of_lines("discount").label("discounts"),
            Booking.pass_total,
            func.coalesce(_TICKETS.c.by_pass, 0).label("by_pass"),
            _TO_PAY.label("to_pay_with_balance_and_waived"),
            _of_lines("to_pay").label("to_pays"),
        )
        .outerjoin(
            _TICKETS, and_(_TICKETS.c.business_id == Booking.business_id, _TICKETS.c.booking_id == Booking.id)
        )
        .outerjoin(
            _SALES, and_(_SALES.c.business_id == Booking.business_id, _SALES.c.booking_id == Booking.id)
        )
        .where(
            or_(
                Booking.list_total != _of_lines("list"),
                Booking.discount_total != _of_lines("discount"),
                Booking.pass_total != func.coalesce(_TICKETS.c.by_pass, 0),
                _of_lines("to_pay") != _TO_PAY,
                _of_lines("rows") == 0,
            )
        ),
    ),
    Invariant(
        "No ticket has both a discount and a pass use",
        count_of(Ticket),
        select(Ticket.id.label("ticket"), Ticket.discount).where(
            Ticket.discount > 0,
            or_(
                Ticket.by_pass,
                Ticket.class_pass_id.is_not(None),
                select(PassUse.id)
                .where(
                    PassUse.business_id == Ticket.business_id,
                    PassUse.ticket_id == Ticket.id,
                    PassUse.kind.in_((UseKind.BOOKED, UseKind.MOVED)),
                )
                .exists(),
            ),
        ),
    ),
    Invariant(
        "A ticket counts while its booking claims or is confirmed, unless it was moved away or cancelled"
        " before its class began or with it",
        count_of(Ticket),
        select(Ticket.id.label("ticket"), Booking.reference, Booking.status, Ticket.counts)
        .join(Booking, and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id))
        .where(
            Ticket.counts != and_(_CLAIMS, ~_CANCELLED_BEFORE, ~moved_away(Ticket), ~_MOVE_GIVEN_UP),
            ~_GIVEN_UP_IN_BETWEEN,
        ),
    ),
    Invariant(
        "A pass sold comes into being with its booking's confirmation: once, for its buyer, not before",
        count_of(PassSale),
        select(
            PassSale.id.label("pass_sale"),
            Booking.reference,
            Booking.status,
            func.coalesce(_BROUGHT_FORTH.c.passes, 0).label("passes"),
        )
        .join(Booking, and_(Booking.business_id == PassSale.business_id, Booking.id == PassSale.booking_id))
        .outerjoin(
            _BROUGHT_FORTH,
            and_(
                _BROUGHT_FORTH.c.business_id == PassSale.business_id,
                _BROUGHT_FORTH.c.pass_sale_id == PassSale.id,
            ),
        )
        .where(
            or_(
                func.coalesce(_BROUGHT_FORTH.c.passes, 0) != case((_CONFIRMED, 1), else_=0),
                select(ClassPass.id)
                .where(
                    ClassPass.business_id == PassSale.business_id,
                    ClassPass.pass_sale_id == PassSale.id,
                    or_(
                        Booking.customer_id.is_(None),
                        ClassPass.customer_id != Booking.customer_id,
                        ClassPass.purchase_option_id != PassSale.purchase_option_id,
                    ),
                )
                .exists(),
            )
        ),
    ),
    Invariant(
        "A ticket paid by a pass of its own booking is on the pass that came of that sale",
        count_of(Ticket, Ticket.pass_sale_id.is_not(None)),
        select(Ticket.id.label("ticket"), Booking.reference, Ticket.pass_sale_id, Ticket.class_pass_id)
        .join(Booking, and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id))
        .outerjoin(
            ClassPass,
            and_(ClassPass.business_id == Ticket.business_id, ClassPass.pass_sale_id == Ticket.pass_sale_id),
        )
        .where(
            or_(
                and_(_CONFIRMED, or_(ClassPass.id.is_(None), Ticket.class_pass_id.is_(None))),
                Ticket.class_pass_id != ClassPass.id,
                ~select(PassSale.id)
                .where(
                    PassSale.business_id == Ticket.business_id,
                    PassSale.id == Ticket.pass_sale_id,
                    PassSale.booking_id == Ticket.booking_id,
                )
                .exists(),
            ),
            Ticket.pass_sale_id.is_not(None),
        ),
    ),
    Invariant(
        "A booking that waits for payment is the one that its basket waits for",
        count_of(Booking, Booking.status == BookingStatus.PENDING),
        select(
            Booking.id.label("booking"),
            Booking.reference,
            Basket.pending_booking_id.label("basket_waits_for"),
        )
        .outerjoin(Basket, and_(Basket.business_id == Booking.business_id, Basket.id == Booking.basket_id))
        .where(
            Booking.status == BookingStatus.PENDING,
            or_(
                Basket.pending_booking_id.is_(None),
                Basket.pending_booking_id != Booking.id,
                Booking.claimed_until.is_(None),
            ),
        ),
    ),
    Invariant(
        "A basket waits for no booking but one of its own that is pending",
        count_of(Basket, Basket.pending_booking_id.is_not(None)),
        select(Basket.id.label("basket"), Booking.reference, Booking.status)
        .outerjoin(
            Booking,
            and_(Booking.business_id == Basket.business_id, Booking.id == Basket.pending_booking_id),
        )
        .where(
            Basket.pending_booking_id.is_not(None),
            or_(
                Booking.id.is_(None),
                Booking.status != BookingStatus.PENDING,
                Booking.basket_id != Basket.id,
            ),
        ),
    ),
)
