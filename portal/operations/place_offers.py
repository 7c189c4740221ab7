"""Free places of a class go to those who wait for it: offered in their order, each for a while.

Whoever frees a place of a locked class calls ``hand_on_places``; what nobody handed on, a job finds.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, bindparam, select, update

from portal.models.classes import ClassSession
from portal.models.database import db, rows_changed, table_of
from portal.models.letters import LetterKind
from portal.models.people import Customer
from portal.models.waiting_lists import WaitingEntry, WaitingStatus, has_status
from portal.operations.letters import write_letter
from portal.operations.places import PlacesOfClass, let_go_of_what_ended
from portal.operations.preferences import preferences_of

_class = table_of(ClassSession)
_entry = table_of(WaitingEntry)
_customer = table_of(Customer)

_FIRST_IN_LINE = (
    select(_entry.c.id, _customer.c.email, _customer.c.name)
    .join(
        _customer,
        (_customer.c.business_id == _entry.c.business_id) & (_customer.c.id == _entry.c.customer_id),
    )
    .where(
        _entry.c.business_id == bindparam("business_id"),
        _entry.c.class_session_id == bindparam("class_session_id"),
        has_status(_entry.c, WaitingStatus.WAITING),
    )
    .order_by(_entry.c.joined_at, _entry.c.id)
    .limit(bindparam("most"))
)

_OFFER = (
    update(_entry)
    .where(
        _entry.c.business_id == bindparam("of_business"),
        _entry.c.id.in_(bindparam("entry_ids", expanding=True)),
    )
    .values(
        status=WaitingStatus.OFFERED,
        offered_at=bindparam("at_moment"),
        offered_until=bindparam("until_moment"),
    )
)

_COUNT_WAITING = (
    update(_class)
    .where(_class.c.business_id == bindparam("of_business"), _class.c.id == bindparam("class_session_id"))
    .values(
        waiting=_class.c.waiting + bindparam("people", type_=Integer),
        places_taken=_class.c.places_taken + bindparam("offers", type_=Integer),
    )
)

_TAKE_OFFER = (
    update(_entry)
    .where(
        _entry.c.business_id == bindparam("of_business"),
        _entry.c.class_session_id == bindparam("of_class"),
        _entry.c.customer_id == bindparam("of_customer"),
        has_status(_entry.c, WaitingStatus.OFFERED),
        _entry.c.offered_until > bindparam("now"),
    )
    .values(status=WaitingStatus.TAKEN, ended_at=bindparam("now"))
)

_CLOSE = (
    update(_entry)
    .where(
        _entry.c.business_id == bindparam("of_business"),
        _entry.c.class_session_id == bindparam("of_class"),
        has_status(_entry.c, WaitingStatus.WAITING),
    )
    .values(status=WaitingStatus.LAPSED, ended_at=bindparam("now"))
)


def hand_on_places(
    business_id: UUID, class_session_ids: Iterable[UUID], *, now: datetime
) -> dict[UUID, PlacesOfClass]:
    """Let go of holds and offers that have ended, and offer each class's free places to those who wait, in
    their order; a letter tells each of them. How the classes stand then, by id: while anybody still waits,
    none is free.

    The classes are locked by the caller. Of a class whose booking has closed nothing is offered: whoever
    still waits has waited in vain.
    """
    stand = let_go_of_what_ended(business_id, class_session_ids, now=now)
    return {places.class_session_id: _handed_on(business_id, places, now) for places in stand}


def take_offer(business_id: UUID, class_session_id: UUID, customer_id: UUID, *, now: datetime) -> bool:
    """End somebody's offer by taking it; False where they have none. Its place stays counted: it is the
    caller's from now on, who has locked the class.
    """
    mine = {
        "of_business": business_id,
        "of_class": class_session_id,
        "of_customer": customer_id,
        "now": now,
    }
    return rows_changed(_TAKE_OFFER, mine) > 0


def count_waiting(business_id: UUID, class_session_id: UUID, people: int, *, offers: int = 0) -> None:
    """Count so many people more, or fewer, in a class's queue, and so many places more as on offer. The class
    is locked by the caller.
    """
    if people or offers:
        counted = {"people": people, "offers": offers, "class_session_id": class_session_id}
        db.session.execute(_COUNT_WAITING, {"of_business": business_id, **counted})


def _handed_on(business_id: UUID, places: PlacesOfClass, now: datetime) -> PlacesOfClass:
    if places.waiting and places.closes_at <= now:
        return _close(business_id, places, now)
    if places.waiting and places.free:
        return _offer(business_id, places, now)
    return places


def _offer(business_id: UUID, places: PlacesOfClass, now: datetime) -> PlacesOfClass:
    """Offer free places to the first in line, and write to them."""
    of_class = {"business_id": business_id, "class_session_id": places.class_session_id}
    first = db.session.execute(_FIRST_IN_LINE, of_class | {"most": min(places.free, places.waiting)}).all()
    until = preferences_of(business_id).offer_until(now, places.closes_at)
    entry_ids = [entry.id for entry in first]
    db.session.execute(
        _OFFER,
        {"of_business": business_id, "entry_ids": entry_ids, "at_moment": now, "until_moment": until},
    )
    count_waiting(business_id, places.class_session_id, -len(first), offers=len(first))
    for entry in first:
        write_letter(
            business_id,
            LetterKind.PLACE_OFFERED,
            to_email=entry.email,
            to_name=entry.name,
            facts={"waiting_entry_id": str(entry.id)},
            now=now,
        )
    return replace(
        places,
        free=places.free - len(first),
        waiting=places.waiting - len(first),
        offers=places.offers + len(first),
        ended_holds=0,
        ended_offers=0,
    )


def _close(business_id: UUID, places: PlacesOfClass, now: datetime) -> PlacesOfClass:
    """Booking has closed, or the class has begun: the queue ends."""
    class_session_id = places.class_session_id
    closed = rows_changed(_CLOSE, {"of_business": business_id, "of_class": class_session_id, "now": now})
    count_waiting(business_id, class_session_id, -closed)
    return replace(places, waiting=0, ended_holds=0, ended_offers=0)
