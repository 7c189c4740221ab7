"""A demo customer's trip to the shop, step by step through the operations behind the pages.

No network: what Stripe would have told the portal is handed to the operation that its webhook calls (M2).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from uuid import UUID
from zoneinfo import ZoneInfo

from portal.gateways.stripe_objects import CheckoutSession, KeptCard
from portal.models.people import email_key
from portal.operations.auditing import customer_or_guest
from portal.operations.basket_codes import apply_discount_code
from portal.operations.basket_lines import add_pass, add_ticket, open_basket
from portal.operations.checkout import Buyer, place_booking
from portal.operations.consents import consent_text, consents_asked
from portal.operations.demo.auto_payments import kept_card
from portal.operations.demo.studio import OpenStudio
from portal.operations.payment_attempts import attempt_by_id
from portal.operations.quoting import quoted_basket
from portal.operations.settling import settle

TYPING_A_CARD_NUMBER = timedelta(minutes=2)
DAY = timedelta(days=1)
UP_AT, AWAKE_FOR = timedelta(hours=8), timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Seat:
    """A ticket to the next class of a series after the trip; ``coming`` counts from tomorrow instead."""

    series: str
    ticket: str = "Adult"
    skip: int = 0
    coming: bool = False


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass from the shop."""

    name: str


class Ending(Enum):
    """How a trip ends."""

    BOOKED = "booked"
    WALKED_AWAY = "walked away from Stripe's page"
    STILL_SHOPPING = "still shopping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """What somebody put into their basket ``ago``, and what became of it."""

    who: str
    ago: timedelta
    wants: tuple[Seat | Pass, ...]
    code: str | None = None
    ending: Ending = Ending.BOOKED


def take_trips(
    studio: OpenStudio, trips: Iterable[Trip], buyers: dict[str, Buyer], *, now: datetime
) -> list[UUID]:
    """Let people shop in the order in which it happened; the bookings that came of it."""
    in_order = sorted(trips, key=lambda trip: -trip.ago)
    booked = (_take_trip(studio, trip, buyers[trip.who], now) for trip in in_order)
    return [booking_id for booking_id in booked if booking_id is not None]


def _take_trip(studio: OpenStudio, trip: Trip, buyer: Buyer, now: datetime) -> UUID | None:
    business, at = studio.business, _time_of(trip, now, studio.business.zone_info)
    basket_id = open_basket(business, customer_id=buyer.customer_id, basket_id=None, now=at)
    for want in trip.wants:
        _put_into_basket(studio, basket_id, want, at=at, now=now)
    if trip.code is not None:
        apply_discount_code(
            business,
            basket_id=basket_id,
            customer_id=buyer.customer_id,
            person_key=email_key(buyer.email),
            text=trip.code,
            now=at,
        )
    return None if trip.ending is Ending.STILL_SHOPPING else _check_out(studio, trip, buyer, basket_id, at)


def _time_of(trip: Trip, now: datetime, zone: ZoneInfo) -> datetime:
    """When the trip was made. On past days people book while they are awake, whenever the demo is loaded: the
    24 hours of a day are drawn together to those between 8 and 22, and what came first stays first.
    """
    at = now - trip.ago
    if trip.ago < DAY:
        return at
    local = at.astimezone(zone)
    since_midnight = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    awake = datetime.combine(local.date(), time()) + UP_AT + since_midnight * (AWAKE_FOR / DAY)
    return awake.replace(tzinfo=zone).astimezone(UTC)


def _put_into_basket(
    studio: OpenStudio, basket_id: UUID, want: Seat | Pass, *, at: datetime, now: datetime
) -> None:
    if isinstance(want, Pass):
        option_id = studio.purchase_options[want.name]
        add_pass(studio.business, basket_id=basket_id, purchase_option_id=option_id, now=at)
        return
    after = now + timedelta(days=1) if want.coming else at
    add_ticket(
        studio.business,
        basket_id=basket_id,
        class_session_id=studio.next_class(want.series, after, skip=want.skip),
        ticket_type_id=studio.series[want.series].ticket_type_ids[want.ticket],
        now=at,
    )


def _check_out(studio: OpenStudio, trip: Trip, buyer: Buyer, basket_id: UUID, at: datetime) -> UUID:
    business = studio.business
    shown = quoted_basket(
        business, basket_id=basket_id, customer_id=buyer.customer_id, now=at, person_key=buyer.person_key
    )
    placed = place_booking(
        business,
        basket_id=basket_id,
        buyer=replace(buyer, consent=consent_text(consents_asked(business, shown.quote, now=at))),
        digest=shown.quote.digest,
        return_to=business.public_address,
        actor=customer_or_guest(buyer.customer_id),
        now=at,
    )
    if placed.attempt_id is not None:
        paid = trip.ending is Ending.BOOKED
        card = kept_card(buyer.customer_id) if buyer.customer_id and shown.quote.later_total else None
        _hear_from_stripe(
            studio, placed.attempt_id, card if paid else None, paid=paid, at=at + TYPING_A_CARD_NUMBER
        )
    return placed.id


def _hear_from_stripe(
    studio: OpenStudio, attempt_id: UUID, card: KeptCard | None, *, paid: bool, at: datetime
) -> None:
    """What the webhook would have brought: the session was paid, or its time ran out."""
    attempt = attempt_by_id(studio.business.id, attempt_id)
    if attempt is None:
        raise LookupError(attempt_id)
    session = CheckoutSession(
        id=f"cs_demo_{attempt_id.hex}",
        url=None,
        status="complete" if paid else "expired",
        paid=paid,
        amount=attempt.amount,
        currency=attempt.currency,
        payment_intent=f"pi_demo_{attempt_id.hex}" if paid else None,
        attempt_id=attempt_id,
        business_id=studio.business.id,
        card=card,
    )
    moment = at if paid else attempt.expires_at
    settle(studio.business, attempt, session, stripe_account=attempt.stripe_account, now=moment)
