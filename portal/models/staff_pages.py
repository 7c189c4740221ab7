"""What the first staff pages show: a day's classes with how full they are, open baskets, letters that did not
get out.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select
from sqlalchemy.orm import Mapped

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, Ticket
from portal.models.classes import ClassSeries, ClassSession, TicketType
from portal.models.database import db
from portal.models.letters import Letter, LetterKind
from portal.models.people import Customer
from portal.models.purchase_options import PurchaseOption


@dataclass(frozen=True, slots=True)
class ClassToday:
    """One class of a day: how many of its places are booked, and how many lie in baskets at the moment."""

    id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime
    teacher: str
    place: str
    capacity: int
    booked: int
    held: int


@dataclass(frozen=True, slots=True)
class OpenBasket:
    """A basket that has something in it. ``list_total`` is its lines' prices in minor units, before passes
    and codes.
    """

    id: UUID
    customer_id: UUID | None
    customer_name: str | None
    lines: int
    list_total: int
    held_until: datetime | None
    changed_at: datetime
    pending_reference: str | None


@dataclass(frozen=True, slots=True)
class UndeliveredLetter:
    """A letter that was given up, and what the mail server last said."""

    to_email: str
    kind: LetterKind
    given_up_at: datetime | None
    last_error: str | None


def _count(*where: ColumnElement[bool] | Mapped[bool]) -> ColumnElement[int]:
    return select(func.count()).where(*where).correlate(ClassSession, Basket).scalar_subquery()


_CLASSES = (
    select(
        ClassSession.id,
        ClassSeries.name,
        ClassSession.starts_at,
        ClassSession.ends_at,
        ClassSession.teacher,
        ClassSession.place,
        ClassSession.capacity,
        _count(
            Ticket.business_id == ClassSession.business_id,
            Ticket.class_session_id == ClassSession.id,
            Ticket.counts,
        ),
        _count(
            BasketLine.business_id == ClassSession.business_id,
            BasketLine.class_session_id == ClassSession.id,
            BasketLine.place_counted,
            BasketLine.held_until > bindparam("now"),
        ),
    )
    .join(
        ClassSeries,
        and_(ClassSeries.business_id == ClassSession.business_id, ClassSeries.id == ClassSession.series_id),
    )
    .where(
        ClassSession.business_id == bindparam("business_id"),
        ClassSession.starts_at >= bindparam("from_moment"),
        ClassSession.starts_at < bindparam("to_moment"),
        ClassSession.on_date == bindparam("day"),
    )
    .order_by(ClassSession.starts_at, ClassSession.id)
)

_LIVE_HOLD = case((BasketLine.held_until > bindparam("now"), BasketLine.held_until))

_BASKETS = (
    select(
        Basket.id,
        Basket.customer_id,
        Customer.name,
        func.count(BasketLine.id),
        func.sum(func.coalesce(TicketType.price, PurchaseOption.price)),
        func.min(_LIVE_HOLD),
        Basket.changed_at,
        Booking.reference,
    )
    .join(BasketLine, and_(BasketLine.business_id == Basket.business_id, BasketLine.basket_id == Basket.id))
    .outerjoin(
        TicketType,
        and_(TicketType.business_id == BasketLine.business_id, TicketType.id == BasketLine.ticket_type_id),
    )
    .outerjoin(
        PurchaseOption,
        and_(
            PurchaseOption.business_id == BasketLine.business_id,
            PurchaseOption.id == BasketLine.purchase_option_id,
        ),
    )
    .outerjoin(Customer, and_(Customer.business_id == Basket.business_id, Customer.id == Basket.customer_id))
    .outerjoin(
        Booking, and_(Booking.business_id == Basket.business_id, Booking.id == Basket.pending_booking_id)
    )
    .where(Basket.business_id == bindparam("business_id"))
    .group_by(Basket.id, Basket.customer_id, Customer.name, Basket.changed_at, Booking.reference)
    .order_by(Basket.changed_at.desc(), Basket.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)

_BASKET_COUNT = select(func.count(Basket.id)).where(
    Basket.business_id == bindparam("business_id"),
    select(BasketLine.id)
    .where(BasketLine.business_id == Basket.business_id, BasketLine.basket_id == Basket.id)
    .exists(),
)

_BASKET_OWNER = (
    select(
        Basket.id, Basket.customer_id, Customer.name, Customer.email, Customer.email_key, Basket.changed_at
    )
    .outerjoin(Customer, and_(Customer.business_id == Basket.business_id, Customer.id == Basket.customer_id))
    .where(Basket.business_id == bindparam("business_id"))
)
_OWNER_BY_BASKET = _BASKET_OWNER.where(Basket.id == bindparam("basket_id"))

_UNDELIVERED = (
    select(Letter.to_email, Letter.kind, Letter.given_up_at, Letter.last_error)
    .where(Letter.business_id == bindparam("business_id"), Letter.given_up_at > bindparam("since"))
    .order_by(Letter.given_up_at.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class BasketOwner:
    """Whose basket it is; a guest has no name yet."""

    basket_id: UUID
    customer_id: UUID | None
    name: str | None
    email: str | None
    email_key: str | None
    changed_at: datetime


def classes_on(
    business_id: UUID,
    day: date,
    *,
    from_moment: datetime,
    to_moment: datetime,
    taught_by: str | None = None,
    now: datetime,
) -> list[ClassToday]:
    """The classes of one day, which lies between two moments, or those of one teacher; holds that have ended
    are free places again (R4).
    """
    asked = {"day": day, "from_moment": from_moment, "to_moment": to_moment, "now": now}
    wanted = _CLASSES if taught_by is None else _CLASSES.where(ClassSession.teacher == taught_by)
    return [ClassToday(*row) for row in db.session.execute(wanted, {"business_id": business_id, **asked})]


def open_baskets(business_id: UUID, *, now: datetime, most: int, skipped: int = 0) -> list[OpenBasket]:
    """Baskets with something in them, the one changed last first, in one statement."""
    asked = {"now": now, "most": most, "skipped": skipped}
    return [OpenBasket(*row) for row in db.session.execute(_BASKETS, {"business_id": business_id, **asked})]


def count_open_baskets(business_id: UUID) -> int:
    """How many baskets have something in them."""
    return db.session.scalar(_BASKET_COUNT, {"business_id": business_id}) or 0


def basket_owner(business_id: UUID, basket_id: UUID) -> BasketOwner | None:
    """Whose basket it is; None where this business has no such basket."""
    row = db.session.execute(_OWNER_BY_BASKET, {"business_id": business_id, "basket_id": basket_id}).first()
    return BasketOwner(*row) if row else None


def undelivered_letters(business_id: UUID, *, since: datetime, most: int) -> list[UndeliveredLetter]:
    """Letters given up since a moment, the latest first."""
    asked = {"business_id": business_id, "since": since, "most": most}
    return [UndeliveredLetter(*row) for row in db.session.execute(_UNDELIVERED, asked)]
