"""What a letter about a booking tells, read when the letter is sent."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, select

from portal.models.accounts import AccountEntry
from portal.models.bookings import Booking, PassSale, Ticket
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import db
from portal.models.joins import joined, joined_if_there
from portal.models.payments import Payment, Refund, RefundStatus
from portal.models.staff_bookings import HowPaid, StaffBooking
from portal.models.transfer_facts import HAS_MOVES, moved_away, moved_here, not_moved_here
from portal.rules.instalments import Rhythm, sold_words
from portal.rules.sentences import Sentence


@dataclass(frozen=True, slots=True)
class ToldTicket:
    """One ticket; amounts are minor units. ``pass_name`` is the pass that pays, owned or bought with it.

    ``is_moved`` says that it was moved to another class, ``came_by_move`` that it was moved here (C7);
    ``class_cancelled`` that the studio cancelled its class (C6).
    """

    id: UUID
    class_session_id: UUID
    class_name: str
    ticket_name: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    teacher: str
    place: str
    list_price: int
    discount: int
    to_pay: int
    pass_name: str | None
    is_moved: bool = False
    came_by_move: bool = False
    class_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ToldSale:
    """One pass that was bought; ``later`` is what instalments bring after ``to_pay``, in minor units."""

    name: str
    list_price: int
    discount: int
    to_pay: int
    later: int
    instalments: int | None
    rhythm: Rhythm | None
    currency: str

    @property
    def plan(self) -> Sentence | None:
        """How it is paid in instalments, if it is (M1)."""
        if self.rhythm is None or self.instalments is None:
            return None
        each = self.later // (self.instalments - 1)
        amounts = (self.to_pay, *(each for _ in range(self.instalments - 1)))
        return sold_words(amounts, self.rhythm, self.currency)


@dataclass(frozen=True, slots=True)
class ToldBooking:
    """A booking, whole. ``balance_used`` is what the account paid, ``later_total`` what instalments still
    bring, ``paid`` what came by card, ``refunded`` what goes back to it; in minor units like the rest.
    """

    reference: str
    secret: str
    is_guests: bool
    discount_code: str | None
    list_total: int
    discount_total: int
    pass_total: int
    later_total: int
    balance_used: int
    waived: int
    to_pay: int
    paid: int
    refunded: int
    tickets: tuple[ToldTicket, ...]
    sales: tuple[ToldSale, ...]
    how_paid: HowPaid | None = None
    settled: int = 0
    """What staff who booked it said about so much that was left to pay (``StaffBooking``)."""
    by_staff: bool = False
    has_moves: bool = False
    """Whether a ticket was moved to another class, or is being moved (C7)."""

    @property
    def at_desk(self) -> int:
        """What was paid at the desk, in minor units."""
        return self.settled if self.how_paid is not None and self.how_paid.at_desk else 0

    @property
    def charged(self) -> int:
        """What was charged to the account without being on it."""
        return self.settled if self.how_paid is HowPaid.ACCOUNT else 0

    @property
    def from_balance(self) -> int:
        """What the account paid out of its balance."""
        return self.balance_used - self.at_desk - self.charged

    @property
    def paid_first(self) -> int:
        """What was paid with the booking, by card or at the desk."""
        return self.to_pay + self.at_desk

    @property
    def booked(self) -> tuple[ToldTicket, ...]:
        """The tickets that its totals are of: as it was booked, wherever they were moved since (C7)."""
        return tuple(ticket for ticket in self.tickets if not ticket.came_by_move)


_PAID = (
    select(func.coalesce(func.sum(Payment.amount), 0))
    .where(Payment.business_id == Booking.business_id, Payment.booking_id == Booking.id)
    .scalar_subquery()
)

_REFUNDED = (
    select(func.coalesce(func.sum(Refund.amount), 0))
    .join(Payment, and_(Payment.business_id == Refund.business_id, Payment.id == Refund.payment_id))
    .where(
        Payment.business_id == Booking.business_id,
        Payment.booking_id == Booking.id,
        Refund.status != RefundStatus.FAILED,
        ~exists().where(  # what the account paid out is no refund of the booking's (M5)
            AccountEntry.business_id == Refund.business_id, AccountEntry.refund_id == Refund.id
        ),
    )
    .scalar_subquery()
)

_BOOKING = (
    select(
        Booking.reference,
        Booking.secret,
        Booking.customer_id.is_(None).label("is_guests"),
        Booking.discount_code,
        Booking.list_total,
        Booking.discount_total,
        Booking.pass_total,
        Booking.later_total,
        Booking.balance_used,
        Booking.waived,
        Booking.to_pay,
        _PAID.label("paid"),
        _REFUNDED.label("refunded"),
        HAS_MOVES.label("has_moves"),
        StaffBooking.how.label("how_paid"),
        func.coalesce(StaffBooking.amount, 0).label("settled"),
        StaffBooking.id.is_not(None).label("by_staff"),
    )
    .outerjoin(
        StaffBooking,
        and_(StaffBooking.business_id == Booking.business_id, StaffBooking.booking_id == Booking.id),
    )
    .where(Booking.business_id == bindparam("business_id"), Booking.id == bindparam("booking_id"))
)

_TICKETS = (
    joined_if_there(
        joined(
            select(
                Ticket.id,
                Ticket.class_session_id,
                ClassSeries.name,
                TicketType.name,
                ClassSession.on_date,
                ClassSession.starts_at,
                ClassSession.ends_at,
                ClassSession.teacher,
                ClassSession.place,
                Ticket.list_price,
                Ticket.discount,
                Ticket.to_pay,
                func.coalesce(ClassPass.name, PassSale.name),
                moved_away(Ticket).label("is_moved"),
                moved_here(Ticket).label("came_by_move"),
                ClassSession.cancelled_at.is_not(None).label("class_cancelled"),
            ),
            (Ticket.class_session_id, ClassSession.id),
            (ClassSession.series_id, ClassSeries.id),
            (Ticket.ticket_type_id, TicketType.id),
        ),
        (Ticket.class_pass_id, ClassPass.id),
        (Ticket.pass_sale_id, PassSale.id),
    )
    .where(
        Ticket.business_id == bindparam("business_id"),
        Ticket.booking_id == bindparam("booking_id"),
        ~not_moved_here(Ticket),
    )
    .order_by(ClassSession.starts_at, ClassSession.id, Ticket.id)
)

_SALES = (
    select(
        PassSale.name,
        PassSale.list_price,
        PassSale.discount,
        PassSale.to_pay,
        PassSale.later,
        PassSale.instalments,
        PassSale.rhythm,
        Booking.currency,
    )
    .join(Booking, and_(Booking.business_id == PassSale.business_id, Booking.id == PassSale.booking_id))
    .where(PassSale.business_id == bindparam("business_id"), PassSale.booking_id == bindparam("booking_id"))
    .order_by(PassSale.id)
)


def told_booking(business_id: UUID, booking_id: UUID) -> ToldBooking:
    """Everything that a letter says about a booking, in three statements."""
    key = {"business_id": business_id, "booking_id": booking_id}
    booking = db.session.execute(_BOOKING, key).one()._asdict()
    tickets = tuple(ToldTicket(*tuple(row)) for row in db.session.execute(_TICKETS, key))
    sales = tuple(ToldSale(*row) for row in db.session.execute(_SALES, key))
    return ToldBooking(**booking, tickets=tickets, sales=sales)
