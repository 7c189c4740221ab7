"""What people of a crowd do, one call each; what they need comes with them into their process."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.gateways.stripe_objects import CheckoutSession
from portal.models.business import BusinessFacts
from portal.models.database import end_reading, transaction
from portal.operations.auditing import customer_or_guest
from portal.operations.basket_joining import join_guest_basket
from portal.operations.basket_lines import add_ticket, keep_places, open_basket
from portal.operations.checkout import Buyer, place_booking
from portal.operations.payment_attempts import attempt_of_session
from portal.operations.quoting import quoted_basket
from portal.operations.settling import settle
from tests.studio import AClass


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody without a basket who wants a place in a class."""

    wants: AClass
    email: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Presser:
    """Somebody before the review page of a basket, about to press its button."""

    business: BusinessFacts
    basket_id: UUID
    buyer: Buyer
    digest: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """The webhook, with a Checkout Session as Stripe tells it."""

    business: BusinessFacts
    session: CheckoutSession
    now: datetime


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who signs in while a guest's basket is theirs."""

    business: BusinessFacts
    guest_basket_id: UUID
    customer_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True)
class Adder:
    """Another tab of a guest's, in which a ticket is added."""

    basket_id: UUID
    wants: AClass
    now: datetime


def presser(business: BusinessFacts, basket_id: UUID, buyer: Buyer, *, now: datetime) -> Presser:
    """Somebody who has just been shown the basket."""
    shown = quoted_basket(
        business, basket_id=basket_id, customer_id=buyer.customer_id, now=now, person_key=buyer.person_key
    )
    return Presser(business, basket_id, buyer, shown.quote.digest, now)


def buy_a_place(walker: Walker) -> str:
    """From an empty basket to Book now."""
    business = walker.wants.business
    with transaction():
        basket_id = open_basket(business, customer_id=None, basket_id=None, now=walker.now)
    with transaction():
        add_ticket(
            business,
            basket_id=basket_id,
            class_session_id=walker.wants.id,
            ticket_type_id=walker.wants.ticket_type_id,
            now=walker.now,
        )
    shown = presser(business, basket_id, Buyer(None, "Gil Guest", walker.email), now=walker.now)
    end_reading()
    return press(shown)


def press(who: Presser) -> str:
    """Book now, or Pay: "confirmed" or "pending"."""
    with transaction():
        placed = place_booking(
            who.business,
            basket_id=who.basket_id,
            buyer=who.buyer,
            digest=who.digest,
            return_to=who.business.public_address,
            actor=customer_or_guest(who.buyer.customer_id),
            now=who.now,
        )
    return placed.status.value


def hear(told: Told) -> str:
    """What has become of the booking: "confirmed", "refunded", "released"."""
    attempt = attempt_of_session(told.session)
    assert attempt is not None
    end_reading()
    with transaction():
        settled = settle(
            told.business, attempt, told.session, stripe_account=attempt.stripe_account, now=told.now
        )
    return settled.outcome.value


def keep_then_press(who: Presser) -> str:
    """Keep my places, and then Book now."""
    with transaction():
        keep_places(who.business, basket_id=who.basket_id, now=who.now)
    return press(who)


def join(signer: Signer) -> str:
    """Sign in."""
    with transaction():
        join_guest_basket(
            signer.business,
            guest_basket_id=signer.guest_basket_id,
            customer_id=signer.customer_id,
            now=signer.now,
        )
    return "joined"


def add(adder: Adder) -> str:
    """Add to basket."""
    with transaction():
        add_ticket(
            adder.wants.business,
            basket_id=adder.basket_id,
            class_session_id=adder.wants.id,
            ticket_type_id=adder.wants.ticket_type_id,
            now=adder.now,
        )
    return "added"


def act(who: object) -> str:
    """Whatever such a person does: for crowds of several kinds."""
    match who:
        case Walker():
            return buy_a_place(who)
        case Presser():
            return press(who)
        case Told():
            return hear(who)
        case Signer():
            return join(who)
        case Adder():
            return add(who)
    raise TypeError(who)
