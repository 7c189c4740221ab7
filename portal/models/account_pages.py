"""What a customer's account pages show: bookings and passes, by prebuilt statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, and_, bindparam, exists, func, or_, select

from portal.models.bookings import Booking, BookingStatus, PassSale, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.coverage_facts import EVERYTHING
from portal.models.database import db, table_of
from portal.models.joins import joined, joined_if_there
from portal.models.pass_facts import WITHDRAWN_OR_PAUSED, booked_on, join_withdrawn_or_paused, owned_pass
from portal.models.people import Customer
from portal.models.purchase_options import TERMS
from portal.models.shop_pages import covered_names
from portal.models.transfer_facts import stands
from portal.rules.facts import OwnedPass


@dataclass(frozen=True, slots=True)
class BookedTicket:
    """One ticket of a booking; ``pass_name`` is the owned pass that paid for it."""

    id: UUID
    class_name: str
    ticket_name: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    place: str
    pass_name: str | None
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedBooking:
    """A booking in a list: its classes, cancelled ones too, and the passes bought with it. ``to_pay`` is
    minor units.
    """

    id: UUID
    reference: str
    created_at: datetime
    to_pay: int
    is_pending: bool
    tickets: tuple[BookedTicket, ...]
    pass_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassInAccount:
    """A customer's pass with what only its own pages tell: uses under claim (R7), coverage, and where it was
    bought.
    """

    owned: OwnedPass
    uses_claimed: int
    covers: tuple[str, ...]
    bought_with: str | None


@dataclass(frozen=True, slots=True)
class ClaimedUse:
    """A use that a booking claims while it is being paid (R7)."""

    class_name: str
    on_date: date
    starts_at: datetime
    reference: str


def _edge(edge: Any) -> Any:
    """The first or last start of a booking's classes that nobody cancelled, where its tickets are now."""
    return (
        select(edge(ClassSession.starts_at))
        .join(
            Ticket,
            and_(Ticket.business_id == ClassSession.business_id, Ticket.class_session_id == ClassSession.id),
        )
        .where(
            Ticket.business_id == Booking.business_id,
            Ticket.booking_id == Booking.id,
            stands(Ticket),
            ~exists().where(
                TicketCancellation.business_id == Ticket.business_id,
                TicketCancellation.ticket_id == Ticket.id,
            ),
        )
        .scalar_subquery()
    )


_first_start, _last_start = _edge(func.min), _edge(func.max)

_BOOKINGS = (
    select(Booking.id, Booking.reference, Booking.created_at, Booking.to_pay, Booking.status)
    .where(Booking.business_id == bindparam("business_id"), Booking.customer_id == bindparam("customer_id"))
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_UPCOMING = _BOOKINGS.where(
    Booking.status != BookingStatus.RELEASED,
    or_(Booking.status == BookingStatus.PENDING, _last_start >= bindparam("now")),
).order_by(_first_start, Booking.id)
_PAST = _BOOKINGS.where(
    Booking.status == BookingStatus.CONFIRMED,
    or_(_last_start.is_(None), _last_start < bindparam("now")),
).order_by(func.coalesce(_last_start, Booking.confirmed_at).desc(), Booking.id.desc())

_TICKETS = (
    joined_if_there(
        joined(
            select(
                Ticket.booking_id,
                Ticket.id,
                ClassSeries.name,
                TicketType.name,
                ClassSession.on_date,
                ClassSession.starts_at,
                ClassSession.ends_at,
                ClassSession.place,
                ClassPass.name,
                TicketCancellation.at,
            ),
            (Ticket.class_session_id, ClassSession.id),
            (ClassSession.series_id, ClassSeries.id),
            (Ticket.ticket_type_id, TicketType.id),
        ),
        (Ticket.class_pass_id, ClassPass.id),
        (Ticket.id, TicketCancellation.ticket_id),
    )
    .where(
        Ticket.business_id == bindparam("business_id"),
        Ticket.booking_id.in_(bindparam("booking_ids", expanding=True)),
        stands(Ticket),
    )
    .order_by(ClassSession.starts_at, ClassSession.id, Ticket.id)
)

_SALES = (
    select(PassSale.booking_id, PassSale.name)
    .where(
        PassSale.business_id == bindparam("business_id"),
        PassSale.booking_id.in_(bindparam("booking_ids", expanding=True)),
    )
    .order_by(PassSale.id)
)

PASSES = (
    select(
        ClassPass.id,
        ClassPass.customer_id,
        ClassPass.purchase_option_id,
        ClassPass.bought_at,
        ClassPass.bought_on,
        ClassPass.uses_left,
        ClassPass.uses_claimed,
        ClassPass.start_by,
        ClassPass.added_days,
        ClassPass.starts_on_set,
        ClassPass.expires_on_set,
        *(getattr(ClassPass, name) for name in TERMS),
        *WITHDRAWN_OR_PAUSED,
        Booking.reference.label("bought_with"),
    )
    .select_from(join_withdrawn_or_paused(table_of(ClassPass)))
    .outerjoin(
        PassSale, and_(PassSale.business_id == ClassPass.business_id, PassSale.id == ClassPass.pass_sale_id)
    )
    .outerjoin(Booking, and_(Booking.business_id == PassSale.business_id, Booking.id == PassSale.booking_id))
    .where(ClassPass.business_id == bindparam("business_id"))
    .order_by(ClassPass.bought_at.desc(), ClassPass.id.desc())
)
"""Passes of a business, to be narrowed down; ``passes_in`` takes its rows."""

_PASSES = PASSES.where(ClassPass.customer_id == bindparam("customer_id"))
_PASS = _PASSES.where(ClassPass.id == bindparam("pass_id"))

_CLAIMS = (
    select(ClassSeries.name, ClassSession.on_date, ClassSession.starts_at, Booking.reference)
    .select_from(Ticket)
    .join(Booking, and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id))
    .join(
        ClassSession,
        and_(ClassSession.business_id == Ticket.business_id, ClassSession.id == Ticket.class_session_id),
    )
    .join(
        ClassSeries,
        and_(ClassSeries.business_id == Ticket.business_id, ClassSeries.id == ClassSession.series_id),
    )
    .where(
        Ticket.business_id == bindparam("business_id"),
        Ticket.class_pass_id == bindparam("pass_id"),
        Ticket.counts,
        Booking.status == BookingStatus.PENDING,
    )
    .order_by(ClassSession.starts_at, Ticket.id)
)

_PASSWORD_HASH = select(Customer.password_hash).where(
    Customer.business_id == bindparam("business_id"), Customer.id == bindparam("customer_id")
)


def upcoming_bookings(
    business_id: UUID, customer_id: UUID, *, now: datetime, most: int, skipped: int = 0
) -> list[ListedBooking]:
    """Bookings with a class still to come that is not cancelled, or still being paid; the next class first:
    three statements.
    """
    return _bookings(_UPCOMING, business_id, customer_id, now, most, skipped)


def past_bookings(
    business_id: UUID, customer_id: UUID, *, now: datetime, most: int, skipped: int = 0
) -> list[ListedBooking]:
    """Bookings whose classes are over or all cancelled, and those of passes alone; the latest first: three
    statements.
    """
    return _bookings(_PAST, business_id, customer_id, now, most, skipped)


def passes_of(business_id: UUID, customer_id: UUID) -> list[PassInAccount]:
    """Every pass that a customer has or had, the newest first: three statements."""
    rows = db.session.execute(_PASSES, {"business_id": business_id, "customer_id": customer_id}).all()
    return passes_in(business_id, rows)


def pass_of(business_id: UUID, customer_id: UUID, pass_id: UUID) -> PassInAccount | None:
    """One of a customer's own passes; None for anybody else's: three statements."""
    key = {"business_id": business_id, "customer_id": customer_id, "pass_id": pass_id}
    found = passes_in(business_id, db.session.execute(_PASS, key).all())
    return found[0] if found else None


def claims_on(business_id: UUID, pass_id: UUID) -> list[ClaimedUse]:
    """The uses that are claimed by bookings still being paid (R7)."""
    rows = db.session.execute(_CLAIMS, {"business_id": business_id, "pass_id": pass_id})
    return [ClaimedUse(*row) for row in rows]


def password_hash_of(business_id: UUID, customer_id: UUID) -> str | None:
    """What to compare a customer's current password with."""
    return db.session.scalar(_PASSWORD_HASH, {"business_id": business_id, "customer_id": customer_id})


def _bookings(
    statement: Executable, business_id: UUID, customer_id: UUID, now: datetime, most: int, skipped: int
) -> list[ListedBooking]:
    asked = {"customer_id": customer_id, "now": now, "most": most, "skipped": skipped}
    rows: Sequence[Any] = db.session.execute(statement, {"business_id": business_id, **asked}).all()
    if not rows:
        return []
    of_these = {"business_id": business_id, "booking_ids": [row.id for row in rows]}
    tickets: dict[UUID, list[BookedTicket]] = defaultdict(list)
    for booking_id, *of_ticket in db.session.execute(_TICKETS, of_these):
        tickets[booking_id].append(BookedTicket(*of_ticket))
    pass_names: dict[UUID, list[str]] = defaultdict(list)
    for booking_id, name in db.session.execute(_SALES, of_these):
        pass_names[booking_id].append(name)
    return [
        ListedBooking(
            id=row.id,
            reference=row.reference,
            created_at=row.created_at,
            to_pay=row.to_pay,
            is_pending=row.status is BookingStatus.PENDING,
            tickets=tuple(tickets[row.id]),
            pass_names=tuple(pass_names[row.id]),
        )
        for row in rows
    ]


def passes_in(business_id: UUID, rows: Sequence[Any]) -> list[PassInAccount]:
    """Passes from rows of ``PASSES``: two statements more."""
    if not rows:
        return []
    booked = booked_on(business_id, [row.id for row in rows], own_booking_id=None)
    covers = covered_names(business_id)
    return [
        PassInAccount(
            owned=owned_pass(row, EVERYTHING, booked[row.id]),
            uses_claimed=row.uses_claimed,
            covers=covers.get(row.purchase_option_id, ()),
            bought_with=row.bought_with,
        )
        for row in rows
    ]
