"""What a journey arranges beforehand, as the studio's owner would: classes, customers, passes, codes.

It goes through the same operations as the portal's own doors, in a portal of this process on the same
database. So a journey shares classes and people with no other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from portal.jobs.rota import JOBS
from portal.models.audit import ActorKind
from portal.models.baskets import Basket
from portal.models.bookings import Booking, BookingStatus
from portal.models.business import BusinessFacts
from portal.models.businesses import business_at
from portal.models.class_pages import shown_class, tickets_on_sale
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSeries
from portal.models.database import db, transaction
from portal.models.instalments import Instalment, InstalmentAttempt
from portal.models.people import Customer, StaffMember
from portal.models.purchase_options import PurchaseOption
from portal.operations.auditing import SYSTEM, Actor, customer_or_guest
from portal.operations.basket_codes import apply_discount_code
from portal.operations.basket_lines import add_ticket, open_basket
from portal.operations.checkout import Buyer, place_booking
from portal.operations.deactivating import deactivate_pass
from portal.operations.discount_codes import NewDiscountCode, add_discount_code
from portal.operations.pass_shop import issue_pass
from portal.operations.passwords import hash_password
from portal.operations.people import NewPerson, add_customer, add_staff_member
from portal.operations.quoting import quoted_basket
from portal.operations.timetable import Slot, schedule_classes, starts_at
from portal.outside import outside
from portal.rules.facts import DiscountKind
from portal.rules.roles import Role

PASSWORD = "river-otter-river"
EARLIEST = time(6)
"""Classes of journeys begin from six in the morning, one a minute: none is at the time of another."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, or somebody who may come to have one."""

    name: str
    email: str
    password: str = PASSWORD


@dataclass(frozen=True, slots=True)
class DatedClass:
    """A class that nobody else books."""

    id: UUID
    name: str
    on_date: date
    starts_at: datetime


class Studio:
    """One studio of the portal that a journey visits, by its host."""

    def __init__(self, app: Flask, host: str = "localhost") -> None:
        self._app = app
        self._host = host
        self._nth = count(1)

    def date(self, *, in_days: int = 0) -> date:
        """The studio's date, so many days from today."""
        with self._at_work() as (business, now):
            return business.day_of(now) + timedelta(days=in_days)

    def day(self, *, in_days: int = 0) -> str:
        """The same, as pages write it: "8 Jan 2027"."""
        day = self.date(in_days=in_days)
        return f"{day.day} {day:%b %Y}"

    def day_this_year(self, *, in_days: int = 0) -> str:
        """As pages write a day of this year, "8 Jan"; with its year where it is in another."""
        day, today = self.date(in_days=in_days), self.date()
        return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b} {day.year}"

    def puts_on(self, name: str = "Morning Yoga", *, in_days: int = 7, places: int = 10) -> DatedClass:
        """One class more of a series that is there, at its prices and under its passes."""
        minute = next(self._nth)
        at = time(EARLIEST.hour + minute // 60, minute % 60)
        with self._at_work() as (business, now):
            on = business.day_of(now) + timedelta(days=in_days)
            (added,) = schedule_classes(
                business,
                series_id=_series(business, name),
                days=[on],
                slot=Slot(at=at, minutes=45, capacity=places),
                actor=SYSTEM,
                now=now,
            )
            return DatedClass(added, name, on, starts_at(business, on, at))

    def fills(self, dated: DatedClass) -> None:
        """Somebody else takes every place that is left, and keeps it for now."""
        left = self.places_left(dated)
        with self._at_work() as (business, now):
            for _ in range(left):
                basket_id = open_basket(business, customer_id=None, basket_id=None, now=now)
                _put_in(business, basket_id, dated, now)

    def somebody(self, name: str = "Ada Park") -> Person:
        """A person whom the studio does not know yet."""
        return Person(name, f"{name.split(maxsplit=1)[0].lower()}.{next(self._nth)}@example.com")

    def knows(self, name: str = "Ada Park", *, passes: tuple[str, ...] = ()) -> Person:
        """A customer with an account, who was given these passes."""
        person = self.somebody(name)
        with self._at_work() as (business, now):
            customer_id = add_customer(
                business,
                NewPerson(name=name, email=person.email, password_hash=password_hash()),
                email_confirmed=True,
                actor=SYSTEM,
                now=now,
            )
            for one in passes:
                issue_pass(
                    business,
                    customer_id=customer_id,
                    purchase_option_id=_purchase_option(business, one),
                    actor=SYSTEM,
                    now=now,
                    reason="A present",
                )
        return person

    def employs(self, name: str = "Olive Owen", role: Role = Role.MANAGER) -> Person:
        """Somebody who works here."""
        person = self.somebody(name)
        with self._at_work() as (business, now):
            add_staff_member(
                business,
                NewPerson(name=name, email=person.email, password_hash=password_hash()),
                role=role,
                actor=SYSTEM,
                now=now,
            )
        return person

    def gives(self, person: Person, *passes: str) -> None:
        """Give somebody who is known more passes."""
        with self._at_work() as (business, now):
            for one in passes:
                issue_pass(
                    business,
                    customer_id=_customer(business, person.email),
                    purchase_option_id=_purchase_option(business, one),
                    actor=SYSTEM,
                    now=now,
                    reason="A present",
                )

    def books(self, person: Person, *classes: DatedClass) -> None:
        """Somebody books classes that cost nothing, or that a pass of theirs pays for."""
        with self._at_work() as (business, now):
            customer_id = _customer(business, person.email)
            buyer = Buyer(customer_id, person.name, person.email)
            basket_id = open_basket(business, customer_id=customer_id, basket_id=None, now=now)
            for dated in classes:
                _put_in(business, basket_id, dated, now)
            quoted = quoted_basket(
                business, basket_id=basket_id, customer_id=customer_id, now=now, person_key=buyer.person_key
            )
            placed = place_booking(
                business,
                basket_id=basket_id,
                buyer=buyer,
                digest=quoted.quote.digest,
                return_to=business.public_address,
                actor=customer_or_guest(customer_id),
                now=now,
            )
            assert placed.attempt_id is None, "something is to pay"

    def deactivates(self, person: Person, name: str) -> None:
        """Somebody at the desk deactivates a pass of theirs."""
        with self._at_work() as (business, now):
            staff_id = _anybody_at_work(business)
            deactivate_pass(
                business,
                pass_id=_pass_of(business, person.email, name),
                reason="Moved away",
                charges_balance=None,
                actor=Actor(ActorKind.STAFF, staff_id),
                now=now,
            )

    def tries_to_charge(self, email: str) -> int:
        """How often it was tried to charge somebody's instalments."""
        with self._at_work() as (business, _):
            wanted = (
                select(func.count())
                .select_from(InstalmentAttempt)
                .join(Instalment, _same(Instalment, InstalmentAttempt.instalment_id))
                .join(ClassPass, _same(ClassPass, Instalment.class_pass_id))
                .join(Customer, _same(Customer, ClassPass.customer_id))
                .where(Customer.business_id == business.id, Customer.email == email)
            )
            return db.session.scalars(wanted).one()

    def hands_out(self, code: str, *, percent: int, bookings: int | None = None) -> str:
        """A code that nobody else knows; its text begins with ``code``."""
        text = f"{code}{next(self._nth)}"
        with self._at_work() as (business, now):
            new = NewDiscountCode(
                code=text, kind=DiscountKind.PERCENT, value=percent, bookings_limit=bookings
            )
            add_discount_code(business, new, actor=SYSTEM, now=now)
        return text

    def sells_out(self, code: str) -> None:
        """Somebody else makes the last booking that a code is good for."""
        dated = self.puts_on()
        with self._at_work() as (business, now):
            buyer = Buyer(None, "Quincy Quick", "quincy@example.com")
            basket_id = open_basket(business, customer_id=None, basket_id=None, now=now)
            _put_in(business, basket_id, dated, now)
            apply_discount_code(
                business, basket_id=basket_id, customer_id=None, person_key=None, text=code, now=now
            )
            quoted = quoted_basket(
                business, basket_id=basket_id, customer_id=None, now=now, person_key=buyer.person_key
            )
            place_booking(
                business,
                basket_id=basket_id,
                buyer=buyer,
                digest=quoted.quote.digest,
                return_to=business.public_address,
                actor=customer_or_guest(None),
                now=now,
            )

    def worker_looks_round(self) -> None:
        """The worker does everything that is due, once."""
        for job in JOBS:
            assert job.run_in(self._app), f"the job {job.name} failed"

    def bookings_of(self, email: str) -> list[BookingStatus]:
        """What has become of somebody's bookings, the oldest first."""
        with self._at_work() as (business, _):
            wanted = (
                select(Booking.status)
                .where(Booking.business_id == business.id, Booking.email == email)
                .order_by(Booking.created_at)
            )
            return list(db.session.scalars(wanted))

    def basket_of(self, email: str) -> UUID:
        """Which basket is a customer's."""
        with self._at_work() as (business, _):
            whose = (Basket.business_id == Customer.business_id) & (Basket.customer_id == Customer.id)
            wanted = (
                select(Basket.id)
                .join(Customer, whose)
                .where(Basket.business_id == business.id, Customer.email == email)
            )
            return db.session.scalars(wanted).one()

    def places_left(self, dated: DatedClass) -> int:
        """How many places of a class are neither booked, claimed nor held."""
        with self._at_work() as (business, now):
            shown = shown_class(business.id, dated.id, now=now)
            assert shown is not None
            return shown.places_left

    @contextmanager
    def _at_work(self) -> Iterator[tuple[BusinessFacts, datetime]]:
        """One transaction of the studio's own, now."""
        with self._app.app_context(), transaction():
            business = business_at(self._host)
            assert business is not None
            yield business, outside().clock.now()


@cache
def password_hash() -> str:
    """What is kept of everybody's password; hashing is slow on purpose, so it is done once."""
    return hash_password(PASSWORD)


def _put_in(business: BusinessFacts, basket_id: UUID, dated: DatedClass, now: datetime) -> None:
    """A ticket of the first kind, held from now on."""
    shown = shown_class(business.id, dated.id, now=now)
    assert shown is not None
    ticket = tickets_on_sale(business.id, shown.series_id)[0]
    add_ticket(business, basket_id=basket_id, class_session_id=dated.id, ticket_type_id=ticket.id, now=now)


def _series(business: BusinessFacts, name: str) -> UUID:
    wanted = select(ClassSeries.id).where(ClassSeries.business_id == business.id, ClassSeries.name == name)
    return db.session.scalars(wanted).one()


def _purchase_option(business: BusinessFacts, name: str) -> UUID:
    wanted = select(PurchaseOption.id).where(
        PurchaseOption.business_id == business.id, PurchaseOption.name == name
    )
    return db.session.scalars(wanted).one()


def _same(model: Any, key: Any) -> Any:
    return (model.business_id == key.class_.business_id) & (model.id == key)


def _customer(business: BusinessFacts, email: str) -> UUID:
    wanted = select(Customer.id).where(Customer.business_id == business.id, Customer.email == email)
    return db.session.scalars(wanted).one()


def _pass_of(business: BusinessFacts, email: str, name: str) -> UUID:
    wanted = select(ClassPass.id).where(
        ClassPass.business_id == business.id,
        ClassPass.customer_id == _customer(business, email),
        ClassPass.name == name,
    )
    return db.session.scalars(wanted).one()


def _anybody_at_work(business: BusinessFacts) -> UUID:
    wanted = select(StaffMember.id).where(StaffMember.business_id == business.id).limit(1)
    return db.session.scalars(wanted).one()
