"""What operations would never do, the database refuses on its own: the last line behind every guard."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Executable, insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, PassSale, Ticket
from portal.models.business import Business, BusinessFacts
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.classes import ClassSession, TicketType
from portal.models.database import Base, db, end_reading, new_id, transaction
from portal.models.discount_codes import CodeBatch, CodeRedemption, DiscountCode
from portal.models.payments import CheckoutAttempt, Payment, Refund
from portal.models.purchase_options import PurchaseOption
from tests.studio import (
    NOW,
    ABooking,
    AClass,
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
    check_out,
)

pytestmark = pytest.mark.usefixtures("app")


@dataclass(frozen=True)
class Town:
    """Two studios; in the first, one booking is paid and one waits."""

    studio: BusinessFacts
    elsewhere: BusinessFacts
    theirs: AClass
    stranger: APerson
    yoga: AClass
    ada: APerson
    ten: APass
    paid: ABooking
    waiting: ABooking


@pytest.fixture
def town(app: object) -> Town:
    """The town as operations leave it."""
    studio, elsewhere = a_business(), a_business("Harbour Pottery")
    yoga = a_class(studio, capacity=5)
    ada = a_customer(studio)
    ten = a_pass_of(ada, uses=3)
    a_code(studio, "ONCE", percent=10, bookings_limit=2, per_person_limit=1)
    paid = a_booking(ada, yoga, yoga, a_purchase_option(studio))
    waiting = check_out(studio, a_basket(studio, yoga, code="ONCE"))
    stranger = a_customer(elsewhere)
    return Town(studio, elsewhere, a_class(elsewhere), stranger, yoga, ada, ten, paid, waiting)


def of(model: Any, row_id: UUID | None = None, **values: object) -> Executable:
    """Write values into one row, or into every row of a table."""
    change = update(model).values(**values)
    return change if row_id is None else change.where(model.id == row_id)


def again(model: type[Base], *where: Any, **other: object) -> Callable[[Town], Executable]:
    """Write some row of a table a second time, with another id."""

    def statement(_: Town) -> Executable:
        row = db.session.execute(select(model.__table__).where(*where)).mappings().first()
        end_reading()
        assert row is not None
        return insert(model).values({**row, "id": new_id(), **other})

    return statement


def a_payment() -> UUID:
    """The payment that came."""
    found = db.session.scalars(select(Payment.id)).one()
    end_reading()
    return found


def a_batch(town: Town, *, size: int, batch_id: UUID | None = None) -> Executable:
    """A batch of codes without any."""
    return insert(CodeBatch).values(
        business_id=town.studio.id, id=batch_id or new_id(), prefix="GIFT", size=size, made_at=NOW
    )


def a_batch_of(town: Town) -> UUID:
    """A batch that is there."""
    batch_id = new_id()
    with transaction():
        db.session.execute(a_batch(town, size=2, batch_id=batch_id))
    return batch_id


UNIQUE = "(?i)unique constraint"
FOREIGN_KEY = "(?i)foreign key constraint"

DAMAGE: dict[str, tuple[str, Callable[[Town], Executable]]] = {
    "more places taken than there are": (
        "places_within_capacity",
        lambda town: of(ClassSession, town.yoga.id, places_taken=6),
    ),
    "fewer places taken than none": (
        "places_within_capacity",
        lambda town: of(ClassSession, town.yoga.id, places_taken=-1),
    ),
    "a capacity below what is taken": (
        "places_within_capacity",
        lambda town: of(ClassSession, town.yoga.id, capacity=1),
    ),
    "a price below zero": ("price_not_negative", lambda _: of(TicketType, price=-1)),
    "more uses claimed than are left": (
        "uses_never_below_zero",
        lambda town: of(ClassPass, town.ten.id, uses_claimed=9),
    ),
    "fewer uses claimed than none": (
        "claims_never_below_zero",
        lambda town: of(ClassPass, town.ten.id, uses_claimed=-1),
    ),
    "a counted pass without a count": (
        "counted_or_unlimited",
        lambda town: of(ClassPass, town.ten.id, uses_left=None),
    ),
    "a use of a ticket entered twice": (UNIQUE, again(PassUse, PassUse.kind == UseKind.BOOKED)),
    "a use that takes two": ("booked_takes_one", lambda _: of(PassUse, change=-2)),
    "a ticket under a discount and by a pass": (
        "never_discount_and_pass",
        lambda _: of(Ticket, by_pass=True, discount=1, to_pay=0),
    ),
    "a ticket by a pass that is paid for too": (
        "price_adds_up",
        lambda _: of(Ticket, by_pass=True, to_pay=1),
    ),
    "a ticket whose price does not add up": ("price_adds_up", lambda _: of(Ticket, to_pay=Ticket.to_pay + 1)),
    "a pass sale whose price does not add up": (
        "price_adds_up",
        lambda _: of(PassSale, to_pay=PassSale.to_pay + 1),
    ),
    "a booking whose total does not add up": (
        "total_adds_up",
        lambda town: of(Booking, town.paid.id, to_pay=1),
    ),
    "a booking that costs less than nothing": (
        "nothing_below_zero|total_adds_up",
        lambda town: of(Booking, town.paid.id, to_pay=-1, waived=Booking.list_total + 1),
    ),
    "a confirmed booking without its moment": (
        "confirmed_has_its_moment",
        lambda town: of(Booking, town.paid.id, confirmed_at=None),
    ),
    "two bookings of one reference": (
        UNIQUE,
        lambda town: of(Booking, town.waiting.id, reference=town.paid.reference),
    ),
    "two bookings of one basket that wait": (
        UNIQUE,
        lambda town: of(Booking, town.paid.id, status="pending", basket_id=town.waiting.basket_id),
    ),
    "two open attempts for one booking": (
        UNIQUE,
        lambda town: of(CheckoutAttempt, closed_at=None, booking_id=town.waiting.id),
    ),
    "an attempt for nothing": ("amount_positive", lambda _: of(CheckoutAttempt, amount=0)),
    "one payment known twice": (UNIQUE, again(Payment)),
    "a refund of nothing": (
        "amount_positive",
        lambda town: insert(Refund).values(
            business_id=town.studio.id,
            id=new_id(),
            payment_id=a_payment(),
            amount=0,
            reason="",
            ours=True,
            status="pending",
            created_at=NOW,
            asked_at=NOW,
        ),
    ),
    "more redemptions than the limit": (
        "bookings_within_limit",
        lambda _: of(DiscountCode, bookings_count=3),
    ),
    "fewer redemptions than none": (
        "bookings_within_limit|count_not_negative",
        lambda _: of(DiscountCode, bookings_count=-1),
    ),
    "a person's second redemption of one": ("within_limit_per_person", lambda _: of(CodeRedemption, nth=2)),
    "one redemption of a booking twice": (UNIQUE, again(CodeRedemption, nth=None, let_go_at=NOW)),
    "more than a hundred percent": ("value_positive", lambda _: of(DiscountCode, value=101)),
    "a pass sale without its validity": (
        "validity_is_whole",
        lambda _: of(PassSale, period_unit=None),
    ),
    "a price that nobody can mean": (
        "price_within_limits",
        lambda _: of(PurchaseOption, price=100_000_001),
    ),
    "more uses than anybody takes": ("uses_within_limits", lambda _: of(PurchaseOption, uses=1_001)),
    "a start within more than ten years": (
        "start_within_limits",
        lambda _: of(PurchaseOption, start_within_days=3_651),
    ),
    "a period of more than ten years": (
        "period_within_limits",
        lambda _: of(PurchaseOption, period_length=3_651),
    ),
    "a discount that nobody can mean": (
        "amounts_within_limits",
        lambda _: of(DiscountCode, kind="amount_each", value=100_000_001),
    ),
    "a code for no booking": (
        "bookings_limit_positive|bookings_within_limit",
        lambda _: of(DiscountCode, bookings_limit=0),
    ),
    "class dates that are turned round": (
        "class_dates_in_order",
        lambda _: of(DiscountCode, class_from=NOW.date(), class_to=NOW.date() - timedelta(days=1)),
    ),
    "a code that ends before it starts": (
        "ends_after_start",
        lambda _: of(DiscountCode, starts_at=NOW, ends_at=NOW),
    ),
    "a code of a batch for two bookings": (
        "one_booking_of_a_batch",
        lambda town: of(DiscountCode, batch_id=a_batch_of(town)),
    ),
    "a batch of more than 500": ("size_within_limits", lambda town: a_batch(town, size=501)),
    "an eleventh extension": ("extensions_within_limit", lambda _: of(Basket, extensions=11)),
    "two baskets of one customer": (
        UNIQUE,
        lambda town: insert(Basket).values(
            business_id=town.studio.id,
            id=new_id(),
            customer_id=town.ada.id,
            extensions=0,
            created_at=NOW,
            changed_at=NOW,
        ),
    ),
    "a line that is a ticket and a pass": (
        "ticket_or_pass",
        lambda _: of(BasketLine, purchase_option_id=new_id()),
    ),
    "a line with two choices": (
        "one_choice",
        lambda town: of(BasketLine, pays_with_money=True, pays_with_pass_id=town.ten.id),
    ),
    "a held place without an end": (
        "counted_place_has_an_end",
        lambda _: of(BasketLine, place_counted=True, held_until=None),
    ),
    "a hold of more than two hours": ("hold_minutes_within_limits", lambda _: of(Business, hold_minutes=121)),
    "a line for another studio's class": (
        FOREIGN_KEY,
        lambda town: of(BasketLine, class_session_id=town.theirs.id),
    ),
    "a ticket for another studio's class": (
        FOREIGN_KEY,
        lambda town: of(Ticket, class_session_id=town.theirs.id),
    ),
    "a booking of another studio's customer": (FOREIGN_KEY, lambda _: of(Booking, customer_id=new_id())),
    "a class that ends before it starts": (
        "ends_after_start",
        lambda _: of(ClassSession, ends_at=ClassSession.starts_at),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_database_refuses(town: Town, damage: str) -> None:
    constraint, statement_for = DAMAGE[damage]
    statement = statement_for(town)
    with pytest.raises(IntegrityError, match=constraint), transaction():
        db.session.execute(statement.execution_options(synchronize_session=False))


def test_a_session_is_opened_by_one_attempt(town: Town) -> None:
    with transaction():
        db.session.execute(of(CheckoutAttempt, town.waiting.attempt_id, session_id="cs_one"))
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(of(CheckoutAttempt, session_id="cs_one"))


def test_a_moment_needs_its_zone(town: Town) -> None:
    naive = (NOW + timedelta(days=1)).replace(tzinfo=None)
    with pytest.raises(Exception, match="A moment needs its zone"), transaction():
        db.session.execute(of(Basket, changed_at=naive))
