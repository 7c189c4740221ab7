"""Whom the morning letters of a business may be due to, by prebuilt statements: one of each kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from portal.models.accounts import AccountEntry, CustomerAccount
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.business import BUSINESS_FACTS, BusinessFacts
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.classes import ClassSession
from portal.models.coverage_facts import EVERYTHING
from portal.models.database import db, table_of
from portal.models.letters import LetterRound, ReminderRefusal
from portal.models.pass_facts import WITHDRAWN_OR_PAUSED, PassBookings, join_withdrawn_or_paused, owned_pass
from portal.models.people import Customer
from portal.models.purchase_options import TERMS
from portal.rules.facts import BookedClass, OwnedPass


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a letter goes to. A guest has no ``customer_id``."""

    customer_id: UUID | None
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class VisitToCome:
    """A confirmed ticket of somebody who wants reminders."""

    person: Person
    booking_id: UUID
    on_date: date
    starts_at: datetime
    booked_at: datetime


@dataclass(frozen=True, slots=True)
class PassWithOwner:
    """A pass with uses left of somebody who wants reminders. ``topped_up`` counts how often staff added uses.

    ``owned`` knows of what is booked on it the first class only, which decides its validity and status.
    """

    person: Person
    owned: OwnedPass
    topped_up: int


@dataclass(frozen=True, slots=True)
class Debt:
    """What somebody owes on their account, in minor units, and the entry by which they came to owe it."""

    person: Person
    owed: int
    entry_id: UUID


_business = BUSINESS_FACTS[0].table
_round = table_of(LetterRound)
_booking = table_of(Booking)
_ticket = table_of(Ticket)
_class = table_of(ClassSession)
_pass = table_of(ClassPass)
_use = table_of(PassUse)
_owner = table_of(Customer).alias("owner")
_under_address = table_of(Customer).alias("under_address")
_refusal = table_of(ReminderRefusal)
_account = table_of(CustomerAccount)
_entry = table_of(AccountEntry)

_ROUNDS = select(*BUSINESS_FACTS, _round.c.on_day.label("written_on")).outerjoin(
    _round, _round.c.business_id == _business.c.id
)

_ADDRESS = func.coalesce(_owner.c.email_key, _booking.c.email_key)

_VISITS = (
    select(
        _booking.c.customer_id,
        func.coalesce(_owner.c.name, _booking.c.name),
        func.coalesce(_owner.c.email, _booking.c.email),
        _booking.c.id,
        _class.c.on_date,
        _class.c.starts_at,
        _booking.c.confirmed_at,
    )
    .select_from(
        _class.join(
            _ticket,
            and_(_ticket.c.business_id == _class.c.business_id, _ticket.c.class_session_id == _class.c.id),
        )
        .join(
            _booking,
            and_(_booking.c.business_id == _ticket.c.business_id, _booking.c.id == _ticket.c.booking_id),
        )
        .outerjoin(
            _owner,
            and_(_owner.c.business_id == _booking.c.business_id, _owner.c.id == _booking.c.customer_id),
        )
        .outerjoin(
            _under_address,
            and_(
                _under_address.c.business_id == _booking.c.business_id,
                _under_address.c.email_key == _ADDRESS,
            ),
        )
        .outerjoin(
            _refusal,
            and_(_refusal.c.business_id == _booking.c.business_id, _refusal.c.email_key == _ADDRESS),
        )
    )
    .where(
        _class.c.business_id == bindparam("business_id"),
        _class.c.starts_at > bindparam("from_moment"),
        _class.c.starts_at < bindparam("to_moment"),
        _ticket.c.counts,
        _booking.c.status == BookingStatus.CONFIRMED,
        or_(_under_address.c.id.is_(None), _under_address.c.wants_reminders),
        _refusal.c.id.is_(None),
    )
    .order_by(_class.c.starts_at, _ticket.c.id)
)

_TOPPED_UP = (
    select(func.count())
    .where(
        _use.c.business_id == _pass.c.business_id,
        _use.c.class_pass_id == _pass.c.id,
        _use.c.kind == UseKind.ADJUSTED,
        _use.c.change > 0,
    )
    .correlate(_pass)
    .scalar_subquery()
)

_PASSES = (
    select(
        _owner.c.id.label("customer_id"),
        _owner.c.name.label("owner_name"),
        _owner.c.email,
        _pass.c.id,
        _pass.c.bought_at,
        _pass.c.bought_on,
        _pass.c.uses_left,
        _pass.c.uses_claimed,
        _pass.c.start_by,
        _pass.c.added_days,
        _pass.c.starts_on_set,
        _pass.c.expires_on_set,
        _pass.c.first_class_on,
        *(_pass.c[name] for name in TERMS),
        *WITHDRAWN_OR_PAUSED,
        _TOPPED_UP.label("topped_up"),
    )
    .select_from(
        join_withdrawn_or_paused(_pass)
        .join(_owner, and_(_owner.c.business_id == _pass.c.business_id, _owner.c.id == _pass.c.customer_id))
        .outerjoin(
            _refusal,
            and_(_refusal.c.business_id == _owner.c.business_id, _refusal.c.email_key == _owner.c.email_key),
        )
    )
    .where(
        _pass.c.business_id == bindparam("business_id"),
        or_(_pass.c.uses_left.is_(None), _pass.c.uses_left > _pass.c.uses_claimed),
        _owner.c.wants_reminders,
        _refusal.c.id.is_(None),
    )
    .order_by(_pass.c.id)
)

_PASS = _PASSES.where(_pass.c.id == bindparam("pass_id"))

_LAST_CHARGE = (
    select(_entry.c.id)
    .where(
        _entry.c.business_id == _account.c.business_id,
        _entry.c.customer_id == _account.c.customer_id,
        _entry.c.amount < 0,
    )
    .order_by(_entry.c.at.desc(), _entry.c.id.desc())
    .limit(1)
    .correlate(_account)
    .scalar_subquery()
)

_DEBTS = (
    select(_owner.c.id, _owner.c.name, _owner.c.email, -_account.c.balance, _LAST_CHARGE)
    .join(
        _account,
        and_(_account.c.business_id == _owner.c.business_id, _account.c.customer_id == _owner.c.id),
    )
    .where(_owner.c.business_id == bindparam("business_id"), _account.c.balance <= bindparam("at_most"))
    .order_by(_owner.c.id)
)


def letter_rounds() -> Iterator[tuple[BusinessFacts, date | None]]:
    """Every business, with the last day whose letters are written; one statement."""
    for row in db.session.execute(_ROUNDS).all():
        yield BusinessFacts(*row[:-1]), row.written_on


def visits_between(business_id: UUID, from_moment: datetime, to_moment: datetime) -> list[VisitToCome]:
    """Confirmed tickets of classes that start between two moments, of people who want reminders."""
    asked = {"business_id": business_id, "from_moment": from_moment, "to_moment": to_moment}
    return [VisitToCome(Person(*row[:3]), *row[3:]) for row in db.session.execute(_VISITS, asked)]


def passes_with_uses(business_id: UUID) -> Iterator[PassWithOwner]:
    """Passes that have uses left, of people who want reminders."""
    return map(_with_owner, db.session.execute(_PASSES, {"business_id": business_id}))


def pass_with_owner(business_id: UUID, pass_id: UUID) -> PassWithOwner | None:
    """One of them, as it is now; None where it has no uses left or its owner wants no reminders."""
    row = db.session.execute(_PASS, {"business_id": business_id, "pass_id": pass_id}).first()
    return _with_owner(row) if row else None


def debts(business_id: UUID, *, least: int) -> list[Debt]:
    """Who owes at least so much on their account (M6)."""
    rows = db.session.execute(_DEBTS, {"business_id": business_id, "at_most": -least})
    return [Debt(Person(*row[:3]), row[3], row[4]) for row in rows if row[4] is not None]


def _with_owner(row: Any) -> PassWithOwner:
    first = () if row.first_class_on is None else (BookedClass(row.id, row.first_class_on),)
    return PassWithOwner(
        person=Person(row.customer_id, row.owner_name, row.email),
        owned=owned_pass(row, EVERYTHING, PassBookings(first)),
        topped_up=row.topped_up,
    )
