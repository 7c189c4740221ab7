"""The studio that is measured: what it puts on in the coming weeks, what it sells, and its codes."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import NewBusiness, open_business
from portal.operations.discount_codes import NewDiscountCode, add_discount_code
from portal.operations.pass_shop import NewPurchaseOption, add_purchase_option
from portal.operations.timetable import NewSeries, NewTicketType, Slot, add_series, schedule_classes
from portal.rules.facts import DiscountKind, PassTerms
from portal.rules.validity import FromFirstClass, Period, Unit

PRICE = 1200
CONCESSION = 900
DAYS_AHEAD = 56
CAPACITY = 2000
CLASSES = (
    ("Morning Yoga", time(7, 30)),
    ("Gentle Pilates", time(9)),
    ("Baby Barre", time(10, 30)),
    ("Lunchtime Stretch", time(12, 15)),
    ("Life Drawing", time(14)),
    ("After-school Circus", time(16)),
    ("Evening Flow", time(18)),
    ("Swing for Beginners", time(19, 30)),
)
SLOTS = tuple(at for _, at in CLASSES)
CODE = "YOGA10"
OLD_CODE = "REGULAR10"


@dataclass(frozen=True, slots=True)
class Series:
    """One series, with its first ticket type and its classes to come, the soonest first."""

    id: UUID
    adult_id: UUID
    class_session_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Timetable:
    """The studio and what can be bought there. ``price`` is the Adult ticket's, in minor units.

    ``code`` is for the first series alone; ``old_code`` is what past bookings used.
    """

    business: BusinessFacts
    series: tuple[Series, ...]
    price: int
    ten_classes_id: UUID
    five_classes_id: UUID
    code: str
    old_code: str
    old_code_id: UUID


def open_studio(host: str, address: str, *, now: datetime) -> Timetable:
    """Open it with eight classes a day for eight weeks, through the operations that a studio uses.

    In the caller's transaction.
    """
    business = open_business(
        NewBusiness(
            name="Riverside Studio",
            tagline="Yoga, movement and making, by the river since 2009",
            postal_address="3 Wharf Lane, London SE1",
            hosts=(host,),
            public_address=address,
            zone="Europe/London",
            currency="GBP",
            contact_email="hello@example.com",
        ),
        actor=SYSTEM,
        now=now,
    )
    series = tuple(_series(business, name, at, now) for name, at in CLASSES)
    _code(business, CODE, now, series_ids=frozenset({series[0].id}))
    return Timetable(
        business=business,
        series=series,
        price=PRICE,
        ten_classes_id=_pass(business, "10-class pass", uses=10, price=9600, now=now),
        five_classes_id=_pass(business, "5-class pass", uses=5, price=5400, now=now),
        code=CODE,
        old_code=OLD_CODE,
        old_code_id=_code(business, OLD_CODE, now),
    )


def _series(business: BusinessFacts, name: str, at: time, now: datetime) -> Series:
    made = add_series(
        business,
        NewSeries(
            name=name,
            teacher="Maya Lindqvist",
            place="River Room",
            tickets=(NewTicketType("Adult", PRICE), NewTicketType("Concession", CONCESSION)),
            description="An hour for everybody, whether it is your first or your hundredth.\nBring water.",
        ),
        actor=SYSTEM,
        now=now,
    )
    today = business.day_of(now)
    class_session_ids = schedule_classes(
        business,
        series_id=made.id,
        days=[today + timedelta(days=ahead) for ahead in range(1, DAYS_AHEAD + 1)],
        slot=Slot(at=at, minutes=60, capacity=CAPACITY),
        actor=SYSTEM,
        now=now,
    )
    return Series(made.id, made.ticket_type_ids["Adult"], class_session_ids)


def _pass(business: BusinessFacts, name: str, *, uses: int, price: int, now: datetime) -> UUID:
    terms = PassTerms(validity=FromFirstClass(Period(30, Unit.DAYS)), uses=uses)
    return add_purchase_option(
        business, NewPurchaseOption(name=name, price=price, terms=terms), actor=SYSTEM, now=now
    )


def _code(
    business: BusinessFacts, text: str, now: datetime, *, series_ids: frozenset[UUID] = frozenset()
) -> UUID:
    code = NewDiscountCode(code=text, kind=DiscountKind.PERCENT, value=10, series_ids=series_ids)
    return add_discount_code(business, code, actor=SYSTEM, now=now)
