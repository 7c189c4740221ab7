"""A class as search engines know events (schema.org/Event), in microdata: it needs no script."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import get_currency_precision

from portal.models.class_pages import ShownClass, TicketOnSale
from portal.web.visitor import business


@dataclass(frozen=True, slots=True)
class Offer:
    """A ticket on sale; ``price`` is in the currency's major unit, with a point."""

    name: str
    price: str


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What schema.org wants to know. Moments are in the studio's zone, addresses on its public one."""

    starts_at: str
    ends_at: str
    status: str
    address: str
    street: str
    organizer: str
    home: str
    currency: str
    availability: str
    offers: tuple[Offer, ...]


def event_facts(shown: ShownClass, tickets: Iterable[TicketOnSale], *, has_started: bool) -> EventFacts:
    """The facts of one class; nothing is on offer once it has started or is cancelled."""
    studio = business()
    home = studio.public_address.rstrip("/")
    digits = get_currency_precision(studio.currency)
    is_on_sale = not (has_started or shown.is_cancelled)
    return EventFacts(
        starts_at=shown.starts_at.astimezone(studio.zone_info).isoformat(),
        ends_at=shown.ends_at.astimezone(studio.zone_info).isoformat(),
        status="EventCancelled" if shown.is_cancelled else "EventScheduled",
        address=f"{home}/classes/{shown.id}",
        street=studio.postal_address or studio.name,
        organizer=studio.name,
        home=home,
        currency=studio.currency,
        availability="InStock" if shown.places_left > 0 else "SoldOut",
        offers=tuple(
            Offer(ticket.name, str(Decimal(ticket.price).scaleb(-digits))) for ticket in tickets if is_on_sale
        ),
    )
