"""A studio's years of bookings, written in bulk: what operations would have left, and ``flask verify`` holds.

Groups of customers come on twenty days in a row, each to a slot of its own: the first ten classes on a
10-class pass that the studio gave them, the other ten by card, every other one of those with a code. So each
past class was taken by one group, and every pass fits its thirty days.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from bench.timetable import SLOTS, Timetable
from portal.models.audit import ActorKind, AuditEntry
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.classes import ClassSession
from portal.models.database import Base, db, new_id
from portal.models.discount_codes import CodeRedemption, DiscountCode
from portal.models.letters import Letter, LetterKind
from portal.models.payments import CheckoutAttempt, Payment
from portal.models.people import Customer, email_key
from portal.models.purchase_options import TERMS, PurchaseOption
from portal.operations.timetable import starts_at

PEOPLE = 10
DAYS = 20
DAYS_ON_PASS = 10
BOOKINGS_A_GROUP = PEOPLE * DAYS
GROUPS_A_BATCH = 25

Row = dict[str, Any]


@dataclass(slots=True)
class Batch:
    """Rows to insert, by their table; parents come first."""

    rows: dict[type[Base], list[Row]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: type[Base], **values: Any) -> None:
        """Keep one row."""
        self.rows[table].append(values)

    def insert(self) -> None:
        """Insert them all in the caller's transaction, parents before those that refer to them."""
        tables = {table.__tablename__: table for table in self.rows}
        for kept in (table for table in Base.metadata.sorted_tables if table.name in tables):
            db.session.execute(insert(kept), self.rows.pop(tables[kept.name]))


@dataclass(frozen=True, slots=True)
class Group:
    """Customers who come together: to one slot, from ``first_day`` on."""

    nth: int
    slot: int
    first_day: date


@dataclass(frozen=True, slots=True)
class Visitor:
    """One customer of a group, and the pass that they used up."""

    id: UUID
    name: str
    email: str
    class_pass_id: UUID


def write_past(timetable: Timetable, *, bookings: int, now: datetime) -> None:
    """Write ``bookings`` bookings (rounded up to whole groups) into the caller's transaction."""
    option = db.session.get_one(PurchaseOption, (timetable.business.id, timetable.ten_classes_id))
    terms = {name: getattr(option, name) for name in TERMS}
    past = Past(timetable, terms, now)
    groups = list(groups_before(timetable.business.day_of(now), -(-bookings // BOOKINGS_A_GROUP)))
    for first in range(0, len(groups), GROUPS_A_BATCH):
        for group in groups[first : first + GROUPS_A_BATCH]:
            past.write(group)
        past.batch.insert()
    past.count_redemptions()


def groups_before(today: date, count: int) -> Iterator[Group]:
    """As many groups as come side by side, and before them those who came earlier; all done by yesterday."""
    for nth in range(count):
        block, slot = divmod(nth, len(SLOTS))
        yield Group(nth, slot, today - timedelta(days=DAYS * (block + 1)))


class Past:
    """Writes one group after another."""

    def __init__(self, timetable: Timetable, terms: Row, now: datetime) -> None:
        self.batch = Batch()
        self._timetable = timetable
        self._business = timetable.business
        self._terms = terms
        self._now = now
        self._bookings = 0
        self._redemptions = 0

    def write(self, group: Group) -> None:
        """Everything that a group has left behind."""
        visitors = [self._visitor(group, nth) for nth in range(PEOPLE)]
        for nth in range(DAYS):
            day = group.first_day + timedelta(days=nth)
            start = starts_at(self._business, day, SLOTS[group.slot])
            class_session_id = self._class(group, day, start)
            for visitor in visitors:
                self._booking(visitor, group, class_session_id, start, nth)

    def count_redemptions(self) -> None:
        """What is kept beside the code's redemptions."""
        db.session.execute(
            update(DiscountCode)
            .where(
                DiscountCode.business_id == self._business.id,
                DiscountCode.id == self._timetable.old_code_id,
            )
            .values(bookings_count=self._redemptions)
        )

    def _add(self, table: type[Base], **values: Any) -> UUID:
        row_id = new_id()
        self.batch.add(table, business_id=self._business.id, id=row_id, **values)
        return row_id

    def _visitor(self, group: Group, nth: int) -> Visitor:
        name = f"Regular {group.nth:05}-{nth}"
        email = f"regular-{group.nth}-{nth}@example.com"
        at = starts_at(self._business, group.first_day - timedelta(days=3), time(12))
        customer_id = self._add(
            Customer,
            email=email,
            email_key=email_key(email),
            name=name,
            password_hash=None,
            email_confirmed_at=at,
            created_at=at,
            is_demo=False,
        )
        return Visitor(customer_id, name, email, self._used_up_pass(customer_id, group.first_day, at))

    def _used_up_pass(self, customer_id: UUID, first_day: date, at: datetime) -> UUID:
        uses = self._terms["uses"]
        class_pass_id = self._add(
            ClassPass,
            customer_id=customer_id,
            purchase_option_id=self._timetable.ten_classes_id,
            pass_sale_id=None,
            bought_at=at,
            bought_on=self._business.day_of(at),
            start_by=None,
            added_days=0,
            starts_on_set=None,
            expires_on_set=None,
            uses_left=uses - DAYS_ON_PASS,
            uses_claimed=0,
            first_class_on=first_day,
            **self._terms,
        )
        self._pass_use(class_pass_id, UseKind.ISSUED, uses, at, reason="Given by the studio")
        self._audit("pass.issued", "class_pass", class_pass_id, at, {"uses": uses})
        return class_pass_id

    def _class(self, group: Group, day: date, start: datetime) -> UUID:
        return self._add(
            ClassSession,
            series_id=self._timetable.series[group.slot].id,
            on_date=day,
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            closes_at=start,
            teacher="Maya Lindqvist",
            place="River Room",
            capacity=PEOPLE + 2,
            places_taken=PEOPLE,
        )

    def _booking(
        self, visitor: Visitor, group: Group, class_session_id: UUID, start: datetime, nth: int
    ) -> None:
        by_pass = nth < DAYS_ON_PASS
        has_code = not by_pass and nth % 2 == 0
        price = self._timetable.price
        discount = price // 10 if has_code else 0
        to_pay = 0 if by_pass else price - discount
        at = start - timedelta(days=2)
        booking_id = self._booking_row(visitor, at, has_code=has_code, discount=discount, to_pay=to_pay)
        ticket_id = self._add(
            Ticket,
            booking_id=booking_id,
            line_id=new_id(),
            class_session_id=class_session_id,
            ticket_type_id=self._timetable.series[group.slot].adult_id,
            by_pass=by_pass,
            class_pass_id=visitor.class_pass_id if by_pass else None,
            pass_sale_id=None,
            list_price=price,
            discount=discount,
            to_pay=to_pay,
            counts=True,
        )
        if by_pass:
            self._pass_use(visitor.class_pass_id, UseKind.BOOKED, -1, at, ticket_id=ticket_id)
        else:
            self._payment(booking_id, to_pay, at)
        if has_code:
            self._redemption(booking_id, visitor, nth, at)

    def _booking_row(
        self, visitor: Visitor, at: datetime, *, has_code: bool, discount: int, to_pay: int
    ) -> UUID:
        self._bookings += 1
        price = self._timetable.price
        booking_id = self._add(
            Booking,
            reference=f"P{self._bookings:07}",
            secret=f"{self._bookings:032}",
            customer_id=visitor.id,
            name=visitor.name,
            email=visitor.email,
            email_key=email_key(visitor.email),
            basket_id=new_id(),
            quote_digest=f"{self._bookings:064}",
            discount_code_id=self._timetable.old_code_id if has_code else None,
            discount_code=self._timetable.old_code if has_code else None,
            currency=self._business.currency,
            list_total=price,
            discount_total=discount,
            pass_total=price - discount - to_pay,
            waived=0,
            to_pay=to_pay,
            status=BookingStatus.CONFIRMED,
            created_at=at,
            claimed_until=None,
            confirmed_at=at,
            released_at=None,
        )
        self._audit("booking.placed", "booking", booking_id, at, {"to_pay": to_pay})
        self._audit("booking.confirmed", "booking", booking_id, at, {"to_pay": to_pay})
        self._letter(visitor, booking_id, at)
        return booking_id

    def _payment(self, booking_id: UUID, amount: int, at: datetime) -> None:
        of_booking = {
            "booking_id": booking_id,
            "amount": amount,
            "currency": self._business.currency,
            "stripe_account": None,
        }
        self._add(
            CheckoutAttempt,
            **of_booking,
            created_at=at,
            expires_at=at + timedelta(minutes=35),
            return_to=self._business.public_address,
            asked_at=at,
            session_id=f"cs_past_{self._bookings}",
            url=None,
            change_asked_at=None,
            closed_at=at,
        )
        self._add(Payment, **of_booking, payment_intent=f"pi_past_{self._bookings}", received_at=at)

    def _redemption(self, booking_id: UUID, visitor: Visitor, nth: int, at: datetime) -> None:
        self._redemptions += 1
        self._add(
            CodeRedemption,
            discount_code_id=self._timetable.old_code_id,
            booking_id=booking_id,
            person_key=email_key(visitor.email),
            nth=nth,
            per_person_limit=None,
            claimed_at=at,
            let_go_at=None,
        )

    def _pass_use(
        self,
        class_pass_id: UUID,
        kind: UseKind,
        change: int,
        at: datetime,
        *,
        ticket_id: UUID | None = None,
        reason: str = "",
    ) -> None:
        self._add(
            PassUse,
            class_pass_id=class_pass_id,
            kind=kind,
            change=change,
            ticket_id=ticket_id,
            at=at,
            actor_kind=ActorKind.SYSTEM,
            actor_id=None,
            reason=reason,
        )

    def _audit(self, act: str, subject: str, subject_id: UUID, at: datetime, after: Row) -> None:
        self._add(
            AuditEntry,
            at=at,
            actor_kind=ActorKind.SYSTEM,
            actor_id=None,
            act=act,
            subject=subject,
            subject_id=subject_id,
            reason="",
            before=None,
            after=after,
        )

    def _letter(self, visitor: Visitor, booking_id: UUID, at: datetime) -> None:
        self._add(
            Letter,
            kind=LetterKind.BOOKING_CONFIRMED,
            to_email=visitor.email,
            to_name=visitor.name,
            facts={"booking_id": str(booking_id)},
            created_at=at,
            next_try_at=at,
            tries=1,
            last_error=None,
            sent_at=at,
            given_up_at=None,
        )
