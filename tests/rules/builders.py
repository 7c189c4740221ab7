"""Baskets, passes and codes as facts of a test: all has a sensible default, and a test names what matters.

Days are written as people write them: "10 Dec" is in 2026, "8 Jan 2027" says otherwise. It is 1 December
2026, 14:30 in London, unless a test says otherwise. What has the same name has the same id.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import UUID, uuid5

from portal.rules.facts import (
    BasketFacts,
    BookedClass,
    DiscountKind,
    DiscountTerms,
    Line,
    OwnedPass,
    PassLine,
    PassTerms,
    PayWithMoney,
    PayWithPass,
    Reduces,
    TicketLine,
)
from portal.rules.quote import DiscountPays, MoneyPays, NothingToPay, PassPays, Quote, QuotedLine
from portal.rules.validity import FixedDates, FromFirstClass, FromPurchase, Period, Unit, Validity

NOW = datetime(2026, 12, 1, 14, 30, tzinfo=UTC)
TODAY = NOW.date()
LAST_MONTH = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

_NAMES = UUID("0192f3c4-5d6e-7f80-9a0b-1c2d3e4f5a6b")
_numbers = count(1)


def the(name: str) -> UUID:
    """The id that a name stands for."""
    return uuid5(_NAMES, name)


def a_new_id() -> UUID:
    """An id that is later than all before it, as the application makes them."""
    return UUID(int=next(_numbers))


def day(text: str) -> date:
    with_year = text if len(text.split()) > 2 else f"{text} 2026"
    return datetime.strptime(with_year, "%d %b %Y").replace(tzinfo=UTC).date()


def days(length: int) -> Period:
    return Period(length, Unit.DAYS)


def months(length: int) -> Period:
    return Period(length, Unit.MONTHS)


THIRTY_DAYS_FROM_FIRST_CLASS = FromFirstClass(days(30))


def from_first_class(period: Period) -> FromFirstClass:
    return FromFirstClass(period)


def from_purchase(period: Period) -> FromPurchase:
    return FromPurchase(period)


def between(first_day: str, last_day: str) -> FixedDates:
    return FixedDates(day(first_day), day(last_day))


def a_ticket_line(
    class_name: str = "Morning Yoga",
    on: str = "10 Dec",
    *,
    at: str = "09:30",
    ticket: str = "Adult",
    price: int = 1200,
    held: bool = True,
    places_free: int = 5,
    on_sale: bool = True,
    choice: PayWithMoney | PayWithPass | None = None,
) -> TicketLine:
    """One ticket to one class; two with the same name, day and time are to the same class."""
    on_date = day(on)
    return TicketLine(
        id=a_new_id(),
        class_session_id=the(f"{class_name} on {on_date} at {at}"),
        series_id=the(class_name),
        ticket_type_id=the(ticket),
        class_name=class_name,
        ticket_name=ticket,
        starts_at=datetime.combine(on_date, time.fromisoformat(at), UTC),
        on_date=on_date,
        price=price,
        held_until=NOW + timedelta(minutes=15 if held else -1),
        places_free=places_free,
        on_sale=on_sale,
        choice=choice,
    )


def terms(
    *,
    uses: int | None = 10,
    valid: Validity = THIRTY_DAYS_FROM_FIRST_CLASS,
    classes: Iterable[str] | None = None,
    tickets: Iterable[str] | None = None,
    uses_per_day: int | None = None,
    uses_per_week: int | None = None,
    several_per_class: bool = False,
) -> PassTerms:
    """What a pass promises; ``classes`` and ``tickets`` are what it covers, by name."""
    return PassTerms(
        validity=valid,
        uses=uses,
        uses_per_day=uses_per_day,
        uses_per_week=uses_per_week,
        series_ids=None if classes is None else frozenset(map(the, classes)),
        ticket_type_ids=None if tickets is None else frozenset(map(the, tickets)),
        several_per_class=several_per_class,
    )


def a_pass(
    name: str = "10-class pass",
    *,
    uses: int | None = 10,
    uses_left: int | None = None,
    valid: Validity = THIRTY_DAYS_FROM_FIRST_CLASS,
    booked: Iterable[str] = (),
    bought: str = "2 Nov",
    start_by: str | None = None,
    added_days: int = 0,
    starts_set: str | None = None,
    expires_set: str | None = None,
    deactivated_from: str | None = None,
    withdrawn: bool = False,
    classes: Iterable[str] | None = None,
    tickets: Iterable[str] | None = None,
    uses_per_day: int | None = None,
    uses_per_week: int | None = None,
    several_per_class: bool = False,
) -> OwnedPass:
    """A client's pass; ``booked`` are the days of classes of Early Pilates that it pays for already."""
    return OwnedPass(
        id=a_new_id(),
        name=name,
        terms=terms(
            uses=uses,
            valid=valid,
            classes=classes,
            tickets=tickets,
            uses_per_day=uses_per_day,
            uses_per_week=uses_per_week,
            several_per_class=several_per_class,
        ),
        bought_at=datetime.combine(day(bought), time(9), UTC),
        bought_on=day(bought),
        uses_left=uses if uses_left is None else uses_left,
        booked=tuple(BookedClass(the(f"Early Pilates on {day(on)} at 09:30"), day(on)) for on in booked),
        start_by=day(start_by) if start_by else None,
        added_days=added_days,
        starts_on_set=day(starts_set) if starts_set else None,
        expires_on_set=day(expires_set) if expires_set else None,
        deactivated_from=day(deactivated_from) if deactivated_from else None,
        withdrawn=withdrawn,
    )


def an_unlimited_pass(
    name: str = "Unlimited month", *, booked: Iterable[str] = (), uses_per_day: int | None = None
) -> OwnedPass:
    return a_pass(
        name, uses=None, valid=from_first_class(months(1)), booked=booked, uses_per_day=uses_per_day
    )


def a_pass_line(
    name: str = "10-class pass",
    *,
    price: int = 9000,
    uses: int | None = 10,
    valid: Validity = THIRTY_DAYS_FROM_FIRST_CLASS,
    classes: Iterable[str] | None = None,
    start_by: str | None = None,
    on_sale: bool = True,
) -> PassLine:
    """A pass that lies in the basket."""
    return PassLine(
        id=a_new_id(),
        purchase_option_id=the(name),
        name=name,
        price=price,
        terms=terms(uses=uses, valid=valid, classes=classes),
        start_by=day(start_by) if start_by else None,
        on_sale=on_sale,
    )


def a_code(
    code: str = "SPRING20",
    *,
    percent: int | None = None,
    off_each: int | None = None,
    off_basket: int | None = None,
    reduces: Reduces = Reduces.TICKETS,
    classes: Iterable[str] | None = None,
    tickets: Iterable[str] | None = None,
    class_from: str | None = None,
    class_to: str | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    bookings_left: int | None = None,
    person_left: int | None = None,
    least_spend: int | None = None,
) -> DiscountTerms:
    """A code of one kind; 20% off unless an amount is given."""
    kind, value = DiscountKind.PERCENT, 20 if percent is None else percent
    if off_each is not None:
        kind, value = DiscountKind.AMOUNT_EACH, off_each
    if off_basket is not None:
        kind, value = DiscountKind.AMOUNT_BASKET, off_basket
    return DiscountTerms(
        id=the(code),
        code=code,
        kind=kind,
        value=value,
        reduces=reduces,
        series_ids=None if classes is None else frozenset(map(the, classes)),
        ticket_type_ids=None if tickets is None else frozenset(map(the, tickets)),
        class_from=day(class_from) if class_from else None,
        class_to=day(class_to) if class_to else None,
        starts_at=starts_at,
        ends_at=ends_at,
        bookings_left=bookings_left,
        person_left=person_left,
        least_spend=least_spend,
    )


def a_basket(
    *lines: Line,
    passes: Iterable[OwnedPass] = (),
    code: DiscountTerms | None = None,
    now: datetime = NOW,
    smallest_charge: int = 30,
) -> BasketFacts:
    """A basket in pounds, with its customer's passes."""
    return BasketFacts(
        now=now,
        today=now.date(),
        currency="GBP",
        smallest_charge=smallest_charge,
        lines=lines,
        passes=tuple(passes),
        code=code,
    )


def line_in(quote: Quote, line: Line) -> QuotedLine:
    """What a quote says about a line."""
    return next(quoted for quoted in quote.lines if quoted.line.id == line.id)


def payer_of(quote: Quote, line: Line) -> str:
    """What pays for a line, in a word: the pass or code by its name, "money", or "nothing"."""
    match line_in(quote, line).pays:
        case PassPays(pass_name=name):
            return name
        case DiscountPays(code=code):
            return code
        case MoneyPays():
            return "money"
        case NothingToPay():
            return "nothing"


def payers_in(quote: Quote) -> list[str]:
    """What pays, line by line."""
    return [payer_of(quote, quoted.line) for quoted in quote.lines]


def why_not_words(quote: Quote, line: Line) -> list[str]:
    """Why passes do not pay for a line, the nearest first."""
    return [str(reason.sentence) for reason in line_in(quote, line).why_not]
