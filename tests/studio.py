"""What tests build a studio from: each builder calls operations in one transaction and returns frozen facts.

Two classes, a customer and what they paid with read as they would be told:

    studio = a_business()
    yoga = a_class(studio, on=date(2026, 12, 10), price=1200, capacity=10)
    ada = a_customer(studio)
    ten_classes = a_pass_of(ada, uses=10, days=30)
    a_code(studio, "SPRING20", percent=20)
    booking = a_booking(ada, yoga)  # by the pass; money comes as Stripe's webhook would bring it

An application context must be there, and no transaction open: a test that has one calls operations itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import count
from uuid import UUID

from portal.gateways.stripe_objects import CheckoutSession, KeptCard
from portal.models.business import BusinessFacts, Plan
from portal.models.database import transaction
from portal.models.people import email_key
from portal.operations.auditing import SYSTEM, customer_or_guest
from portal.operations.basket_codes import apply_discount_code
from portal.operations.basket_lines import add_pass, add_ticket, open_basket
from portal.operations.businesses import NewBusiness, open_business
from portal.operations.checkout import Buyer, place_booking
from portal.operations.consents import consent_text, consents_asked
from portal.operations.discount_codes import NewDiscountCode, add_discount_code
from portal.operations.pass_shop import NewPurchaseOption, add_purchase_option, issue_pass
from portal.operations.payment_attempts import attempt_by_id
from portal.operations.people import NewPerson, add_customer, add_staff_member
from portal.operations.quoting import quoted_basket
from portal.operations.settling import Settled, settle
from portal.operations.timetable import (
    NewSeries,
    NewTicketType,
    Series,
    Slot,
    add_series,
    schedule_classes,
    starts_at,
)
from portal.rules.facts import DiscountKind, PassTerms, Reduces
from portal.rules.instalments import InstalmentTerms, Rhythm
from portal.rules.roles import Role
from portal.rules.validity import FromFirstClass, Period, Unit, Validity

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
"""The moment at which tests happen, unless they say otherwise: a Tuesday morning."""

_nth = count(1)


@dataclass(frozen=True, slots=True)
class ASeries:
    """A series of a business, with its ticket types' ids by name."""

    business: BusinessFacts
    id: UUID
    ticket_types: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class AClass:
    """One dated class; ``ticket_type_id`` is the first of its series' ticket types."""

    business: BusinessFacts
    id: UUID
    series_id: UUID
    ticket_type_id: UUID
    ticket_types: Mapping[str, UUID]
    on_date: date
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class APerson:
    """A customer or a member of staff."""

    business: BusinessFacts
    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class APurchaseOption:
    """A pass in the shop."""

    business: BusinessFacts
    id: UUID
    name: str
    price: int


@dataclass(frozen=True, slots=True)
class APass:
    """A client's own pass."""

    business: BusinessFacts
    id: UUID
    customer_id: UUID
    purchase_option_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ABooking:
    """A booking as check-out left it; with an ``attempt_id`` it waits for Stripe to tell."""

    business: BusinessFacts
    id: UUID
    reference: str
    secret: str
    basket_id: UUID
    attempt_id: UUID | None


@dataclass(frozen=True, slots=True)
class ACode:
    """A discount code."""

    business: BusinessFacts
    id: UUID
    text: str


def a_business(
    name: str = "Riverside Studio",
    *,
    host: str | None = None,
    zone: str = "Europe/London",
    currency: str = "GBP",
    plan: Plan = Plan.STANDARD,
    hold_minutes: int = 15,
    stripe_account: str | None = None,
    now: datetime = NOW,
) -> BusinessFacts:
    """A studio in London that sells passes; its host is one of its own unless given."""
    host = host or f"studio-{next(_nth)}.example"
    with transaction():
        return open_business(
            NewBusiness(
                name=name,
                hosts=(host,),
                public_address=f"https://{host}",
                zone=zone,
                currency=currency,
                contact_email=f"hello@{host}",
                plan=plan,
                hold_minutes=hold_minutes,
                stripe_account=stripe_account,
            ),
            actor=SYSTEM,
            now=now,
        )


def a_series(
    business: BusinessFacts,
    name: str = "Morning Yoga",
    *,
    tickets: Mapping[str, int] | None = None,
    teacher: str = "Maya Lindqvist",
    place: str = "River Room",
    now: datetime = NOW,
) -> ASeries:
    """A series whose only ticket is Adult at £12.00, unless ``tickets`` gives names and prices."""
    prices = {"Adult": 1200} if tickets is None else tickets
    with transaction():
        series: Series = add_series(
            business,
            NewSeries(
                name=name,
                teacher=teacher,
                place=place,
                tickets=tuple(NewTicketType(ticket, price) for ticket, price in prices.items()),
            ),
            actor=SYSTEM,
            now=now,
        )
    return ASeries(business, series.id, series.ticket_type_ids)


def a_class(
    of: BusinessFacts | ASeries,
    *,
    on: date = date(2026, 12, 10),
    at: time = time(9, 30),
    minutes: int = 60,
    capacity: int = 10,
    price: int = 1200,
    name: str = "Morning Yoga",
    now: datetime = NOW,
) -> AClass:
    """One class of a series, or of a new series with an Adult ticket at ``price``."""
    series = of if isinstance(of, ASeries) else a_series(of, name, tickets={"Adult": price}, now=now)
    with transaction():
        (class_session_id,) = schedule_classes(
            series.business,
            series_id=series.id,
            days=[on],
            slot=Slot(at=at, minutes=minutes, capacity=capacity),
            actor=SYSTEM,
            now=now,
        )
    return AClass(
        business=series.business,
        id=class_session_id,
        series_id=series.id,
        ticket_type_id=next(iter(series.ticket_types.values())),
        ticket_types=series.ticket_types,
        on_date=on,
        starts_at=starts_at(series.business, on, at),
    )


def a_customer(
    business: BusinessFacts,
    name: str = "Ada Park",
    *,
    email: str | None = None,
    password_hash: str | None = None,
    email_confirmed: bool = True,
    now: datetime = NOW,
) -> APerson:
    """A customer with a confirmed address; nobody can sign in as them without ``password_hash``."""
    email = email or f"{name.split(maxsplit=1)[0].lower()}-{next(_nth)}@example.com"
    with transaction():
        customer_id = add_customer(
            business,
            NewPerson(name=name, email=email, password_hash=password_hash),
            email_confirmed=email_confirmed,
            actor=SYSTEM,
            now=now,
        )
    return APerson(business, customer_id, name, email)


def a_staff_member(
    business: BusinessFacts,
    name: str = "Olive Owen",
    *,
    role: Role = Role.OWNER,
    email: str | None = None,
    password_hash: str | None = None,
    now: datetime = NOW,
) -> APerson:
    """A person who works at the studio: its owner, unless ``role`` says otherwise."""
    email = email or f"{name.split(maxsplit=1)[0].lower()}-{next(_nth)}@example.com"
    with transaction():
        member_id = add_staff_member(
            business,
            NewPerson(name=name, email=email, password_hash=password_hash),
            role=role,
            actor=SYSTEM,
            now=now,
        )
    return APerson(business, member_id, name, email)


def a_purchase_option(
    business: BusinessFacts,
    name: str = "10-class pass",
    *,
    uses: int | None = 10,
    days: int = 30,
    validity: Validity | None = None,
    price: int = 9600,
    covers: ASeries | AClass | None = None,
    uses_per_day: int | None = None,
    uses_per_week: int | None = None,
    several_per_class: bool = False,
    start_within_days: int | None = None,
    instalments: int | None = None,
    rhythm: Rhythm = Rhythm.MONTHLY,
    now: datetime = NOW,
) -> APurchaseOption:
    """A pass in the shop: for all classes or one series, for ``days`` from the first unless told.

    Paid at once, or in so many ``instalments``, the first with the purchase.
    """
    terms = PassTerms(
        validity=validity or FromFirstClass(Period(days, Unit.DAYS)),
        uses=uses,
        uses_per_day=uses_per_day,
        uses_per_week=uses_per_week,
        several_per_class=several_per_class,
        series_ids=None if covers is None else frozenset({_series_id(covers)}),
    )
    with transaction():
        option_id = add_purchase_option(
            business,
            NewPurchaseOption(
                name=name,
                price=price,
                terms=terms,
                start_within_days=start_within_days,
                instalments=InstalmentTerms(instalments, rhythm) if instalments else None,
            ),
            actor=SYSTEM,
            now=now,
        )
    return APurchaseOption(business, option_id, name, price)


def a_pass_of(
    customer: APerson,
    option: APurchaseOption | None = None,
    *,
    name: str = "10-class pass",
    uses: int | None = 10,
    days: int = 30,
    validity: Validity | None = None,
    covers: ASeries | AClass | None = None,
    uses_per_day: int | None = None,
    uses_per_week: int | None = None,
    several_per_class: bool = False,
    start_within_days: int | None = None,
    now: datetime = NOW,
) -> APass:
    """A customer's own pass, unstarted: of the given purchase option, or of a new one."""
    option = option or a_purchase_option(
        customer.business,
        name,
        uses=uses,
        days=days,
        validity=validity,
        covers=covers,
        uses_per_day=uses_per_day,
        uses_per_week=uses_per_week,
        several_per_class=several_per_class,
        start_within_days=start_within_days,
        now=now,
    )
    with transaction():
        pass_id = issue_pass(
            customer.business,
            customer_id=customer.id,
            purchase_option_id=option.id,
            actor=SYSTEM,
            now=now,
            reason="Given by the studio",
        )
    return APass(customer.business, pass_id, customer.id, option.id, option.name)


def a_code(
    business: BusinessFacts,
    text: str = "SPRING20",
    *,
    percent: int | None = None,
    each: int | None = None,
    basket: int | None = None,
    reduces: Reduces = Reduces.TICKETS,
    covers: ASeries | AClass | None = None,
    class_from: date | None = None,
    class_to: date | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    bookings_limit: int | None = None,
    per_person_limit: int | None = None,
    least_spend: int | None = None,
    now: datetime = NOW,
) -> ACode:
    """A code: ``percent`` off, or an amount off ``each`` ticket or the whole ``basket``; 20% unless told."""
    if each is not None:
        kind, value = DiscountKind.AMOUNT_EACH, each
    elif basket is not None:
        kind, value = DiscountKind.AMOUNT_BASKET, basket
    else:
        kind, value = DiscountKind.PERCENT, percent or 20
    with transaction():
        code_id = add_discount_code(
            business,
            NewDiscountCode(
                code=text,
                kind=kind,
                value=value,
                reduces=reduces,
                series_ids=frozenset() if covers is None else frozenset({_series_id(covers)}),
                class_from=class_from,
                class_to=class_to,
                starts_at=starts_at,
                ends_at=ends_at,
                bookings_limit=bookings_limit,
                per_person_limit=per_person_limit,
                least_spend=least_spend,
            ),
            actor=SYSTEM,
            now=now,
        )
    return ACode(business, code_id, text)


def a_basket(
    of: BusinessFacts | APerson,
    *wants: AClass | APurchaseOption,
    code: str | None = None,
    now: datetime = NOW,
) -> UUID:
    """A customer's basket, or a guest's of a studio, with a ticket or a pass for each want, and a code."""
    business, customer_id = _buyer_of(of)
    with transaction():
        basket_id = open_basket(business, customer_id=customer_id, basket_id=None, now=now)
        for want in wants:
            if isinstance(want, APurchaseOption):
                add_pass(business, basket_id=basket_id, purchase_option_id=want.id, now=now)
            else:
                add_ticket(
                    business,
                    basket_id=basket_id,
                    class_session_id=want.id,
                    ticket_type_id=want.ticket_type_id,
                    now=now,
                )
        if code is not None:
            apply_discount_code(
                business,
                basket_id=basket_id,
                customer_id=customer_id,
                person_key=email_key(of.email) if isinstance(of, APerson) else None,
                text=code,
                now=now,
            )
    return basket_id


def check_out(
    of: BusinessFacts | APerson, basket_id: UUID, *, email: str = "guest@example.com", now: datetime = NOW
) -> ABooking:
    """Agree to what is asked, and press the button under the basket as it is shown; ``email`` is a guest's.
    Money is still to come.
    """
    business, customer_id = _buyer_of(of)
    name, email = (of.name, of.email) if isinstance(of, APerson) else ("Gil Guest", email)
    shown = quoted_basket(
        business, basket_id=basket_id, customer_id=customer_id, now=now, person_key=email_key(email)
    )
    agreed = consent_text(consents_asked(business, shown.quote, now=now))
    buyer = Buyer(customer_id, name, email, consent=agreed)
    with transaction():
        placed = place_booking(
            business,
            basket_id=basket_id,
            buyer=buyer,
            digest=shown.quote.digest,
            return_to=business.public_address,
            actor=customer_or_guest(customer_id),
            now=now,
        )
    return ABooking(business, placed.id, placed.reference, placed.secret, basket_id, placed.attempt_id)


def stripe_tells(booking: ABooking, *, paid: bool, now: datetime = NOW) -> Settled:
    """What the webhook brings: the booking's Checkout Session was paid, or its time ran out."""
    assert booking.attempt_id is not None, "nothing to pay"
    attempt = attempt_by_id(booking.business.id, booking.attempt_id)
    assert attempt is not None
    session = CheckoutSession(
        id=f"cs_{attempt.id.hex}",
        url=None,
        status="complete" if paid else "expired",
        paid=paid,
        amount=attempt.amount,
        currency=attempt.currency,
        payment_intent=f"pi_{attempt.id.hex}" if paid else None,
        attempt_id=attempt.id,
        business_id=attempt.business_id,
        card=_kept_card(attempt.id) if paid and attempt.saves_card else None,
    )
    with transaction():
        return settle(booking.business, attempt, session, stripe_account=attempt.stripe_account, now=now)


def _kept_card(attempt_id: UUID) -> KeptCard:
    """The card that Stripe kept with a payment."""
    return KeptCard(f"cus_{attempt_id.hex}", f"pm_{attempt_id.hex}", "visa", "4242", 12, 2034)


def a_placed_booking(
    of: BusinessFacts | APerson,
    *wants: AClass | APurchaseOption,
    code: str | None = None,
    email: str = "guest@example.com",
    now: datetime = NOW,
) -> ABooking:
    """A booking as check-out leaves it: confirmed where nothing is to pay, else waiting for its money."""
    return check_out(of, a_basket(of, *wants, code=code, now=now), email=email, now=now)


def a_booking(
    of: BusinessFacts | APerson,
    *wants: AClass | APurchaseOption,
    code: str | None = None,
    email: str = "guest@example.com",
    now: datetime = NOW,
) -> ABooking:
    """A confirmed booking: put into a basket, checked out, and paid if anything is to pay."""
    booking = a_placed_booking(of, *wants, code=code, email=email, now=now)
    if booking.attempt_id is not None:
        stripe_tells(booking, paid=True, now=now)
    return booking


def _buyer_of(of: BusinessFacts | APerson) -> tuple[BusinessFacts, UUID | None]:
    return (of.business, of.id) if isinstance(of, APerson) else (of, None)


def _series_id(of: ASeries | AClass) -> UUID:
    return of.id if isinstance(of, ASeries) else of.series_id
