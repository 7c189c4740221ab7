"""A studio in which everything that verification looks at has happened, and a way to break it unseen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from uuid import UUID

from sqlalchemy import Connection, select, text
from sqlalchemy.schema import CheckConstraint, DropConstraint, DropIndex, ForeignKeyConstraint

from portal.models.bookings import Ticket
from portal.models.business import BusinessFacts
from portal.models.database import Base, db
from tests.attendance import came
from tests.cancellations import cancelled
from tests.class_cancellations import class_cancelled
from tests.instalments import auto_payment_on_paper, sold_on_paper
from tests.operations.verification.busy_account import a_busy_account
from tests.operations.verification.busy_desk import a_busy_desk
from tests.operations.verification.busy_moves import BusyMoves, busy_moves
from tests.operations.verification.busy_queue import a_busy_queue
from tests.operations.verification.busy_staff import busy_staff
from tests.studio import (
    NOW,
    ABooking,
    AClass,
    ACode,
    APass,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_purchase_option,
    a_staff_member,
    check_out,
    stripe_tells,
)


@dataclass(frozen=True, slots=True)
class BusyStudio:
    """What tests of verification lay hands on."""

    business: BusinessFacts
    elsewhere: APerson
    ada: APerson
    ben: APerson
    yoga: AClass
    ten_classes: APass
    unlimited: APass
    by_pass: ABooking
    by_unlimited: ABooking
    with_sold_pass: ABooking
    by_card: ABooking
    waiting: ABooking
    released: ABooking
    refunded: ABooking
    use_back: ABooking
    money_back: ABooking
    called_off: AClass
    waited_for: AClass
    code: ACode
    moves: BusyMoves


def a_busy_studio() -> BusyStudio:
    """Bookings by pass, with a pass sold, by card with a code, waiting, released, paid too late; two that
    were cancelled, and a class that was; one who came; a class for which people wait; and tickets that were
    moved.
    """
    business = a_business()
    yoga = a_class(business, capacity=6)
    swing = a_class(business, name="Swing", at=time(19), price=1100)
    last_place = a_class(business, name="Wheel", at=time(18), price=3400, capacity=1)
    clay = a_class(business, name="Clay", at=time(14), price=2800)
    ada, ben = a_customer(business), a_customer(business, "Ben Osei")
    option = a_purchase_option(business, uses=5, name="5-class pass", price=5000)
    ten_classes = a_pass_of(ada, uses_per_day=2, uses_per_week=3)
    unlimited = a_pass_of(ben, uses=None, name="Unlimited")
    code = a_code(business, covers=swing, bookings_limit=5, per_person_limit=2)
    guest, late = "gil@example.com", "lou@example.com"
    released = check_out(business, a_basket(business, swing), email=guest)
    stripe_tells(released, paid=False)
    too_late = check_out(business, a_basket(business, last_place), email=late)
    stripe_tells(too_late, paid=False)
    a_booking(business, last_place, email=guest)
    stripe_tells(too_late, paid=True, now=NOW + timedelta(minutes=5))
    use_back, money_back = a_booking(ada, clay), a_booking(business, swing, email=guest)
    cancelled(use_back)
    cancelled(money_back)
    called_off = a_class(business, name="Glaze", at=time(8))
    for who in (ada, business):
        a_booking(who, called_off)
    class_cancelled(called_off, by=a_staff_member(business, "Cleo Clerk"), days=3)
    today = a_class(business, name="Doors", on=NOW.date(), at=time(20))
    came(a_booking(business, today, email=guest), today, by=a_staff_member(business, "Dora Doors"), now=NOW)
    waited_for = a_busy_queue(business)
    a_busy_desk(business)
    a_busy_account(business)
    busy_staff(business)
    moves = busy_moves(business)
    in_parts = sold_on_paper(business)
    auto_payment_on_paper(in_parts, nth=2, now=NOW + timedelta(days=7))
    auto_payment_on_paper(in_parts, nth=3, declined="insufficient_funds", now=NOW + timedelta(days=14))
    return BusyStudio(
        business=business,
        elsewhere=a_customer(a_business("Harbour Pottery"), "Cleo Elsewhere"),
        ada=ada,
        ben=ben,
        yoga=yoga,
        ten_classes=ten_classes,
        unlimited=unlimited,
        by_pass=a_booking(ada, yoga),
        by_unlimited=a_booking(ben, yoga),
        with_sold_pass=a_booking(a_customer(business, "Dan Fraser"), option, yoga),
        by_card=a_booking(business, swing, code="SPRING20", email=guest),
        waiting=check_out(ada, a_basket(ada, swing, clay, code="SPRING20")),
        released=released,
        refunded=too_late,
        use_back=use_back,
        money_back=money_back,
        called_off=called_off,
        waited_for=waited_for,
        code=code,
        moves=moves,
    )


@contextmanager
def behind_the_portals_back() -> Iterator[Connection]:
    """A connection on which the database guards nothing; what is done there is undone in the end."""
    db.session.close()
    with db.engine.connect() as connection:
        _lift_guards(connection)
        try:
            yield connection
        finally:
            connection.rollback()
            if connection.dialect.name == "sqlite":
                connection.execute(text("PRAGMA ignore_check_constraints = OFF"))


def _lift_guards(connection: Connection) -> None:
    """Drop the constraints within the transaction (PostgreSQL), or look away until its end (SQLite)."""
    tables = Base.metadata.sorted_tables
    for index in (index for table in tables for index in table.indexes if index.unique):
        connection.execute(DropIndex(index))
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        return
    for table in tables:
        for constraint in sorted(table.constraints, key=lambda one: str(one.name)):
            if isinstance(constraint, CheckConstraint | ForeignKeyConstraint):
                connection.execute(DropConstraint(constraint, if_exists=True))


def ticket_of(booking: ABooking) -> UUID:
    """The dearest ticket of a booking."""
    found = db.session.scalars(
        select(Ticket.id)
        .where(Ticket.business_id == booking.business.id, Ticket.booking_id == booking.id)
        .order_by(Ticket.list_price.desc())
    ).first()
    assert found is not None, "no such ticket"
    return found
