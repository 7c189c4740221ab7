"""Places of a class: the guard that nobody sells one twice (R4, DESIGN §3).

Lock the class; in a new statement let go of holds and offers that have ended; then one conditional update
that reads only that row. ``place_offers`` hands free places on to those who wait.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, bindparam, select, update

from portal.models.baskets import BasketLine
from portal.models.classes import ClassSession
from portal.models.database import db, rows_changed, table_of
from portal.models.ended_places import HOLDS_ENDED, OFFERS, OFFERS_ENDED
from portal.models.waiting_lists import WaitingEntry, WaitingStatus, has_status
from portal.rules.sentences import Refusal


class NoPlaceLeft(Refusal):
    """Every place of the class is taken or held."""

    def __init__(self, text: str = "Sorry, this class is full: the last place has just been taken.") -> None:
        super().__init__(text)


class PlacesAreWaitedFor(NoPlaceLeft):
    """People wait for the class: what is free is on offer to them only."""

    def __init__(self) -> None:
        super().__init__(
            "Sorry, this class is full, and others are waiting for its next place. You can join the waiting"
            " list."
        )


class ClassIsCancelled(NoPlaceLeft):
    """The studio has cancelled the class (C6)."""

    def __init__(self) -> None:
        super().__init__("The studio has cancelled this class.")


class BookingClosed(NoPlaceLeft):
    """The class is not to be booked now: its booking has closed, or has not opened yet."""

    def __init__(self) -> None:
        super().__init__("Booking for this class is closed.")


@dataclass(frozen=True, slots=True)
class PlacesOfClass:
    """How a locked class stands: ``free`` places, people ``waiting`` to whom none is on offer, and how many
    places are on ``offer``. ``ended_holds`` and ``ended_offers`` are still counted as taken.
    """

    class_session_id: UUID
    opens_at: datetime | None
    closes_at: datetime
    free: int
    waiting: int
    offers: int
    ended_holds: int
    ended_offers: int

    def is_bookable(self, now: datetime) -> bool:
        """Whether the moment lies within the booking window of the class."""
        return now < self.closes_at and (self.opens_at is None or self.opens_at <= now)


_class = table_of(ClassSession)
_line = table_of(BasketLine)
_entry = table_of(WaitingEntry)

_LOCK = (
    select(_class.c.id)
    .where(
        _class.c.business_id == bindparam("business_id"),
        _class.c.id.in_(bindparam("class_session_ids", expanding=True)),
    )
    .order_by(_class.c.id)
    .with_for_update()
)

_AS_THEY_STAND = select(
    _class.c.id,
    _class.c.opens_at,
    _class.c.closes_at,
    _class.c.capacity - _class.c.places_taken,
    _class.c.waiting,
    OFFERS,
    HOLDS_ENDED,
    OFFERS_ENDED,
).where(
    _class.c.business_id == bindparam("business_id"),
    _class.c.id.in_(bindparam("class_session_ids", expanding=True)),
)

_END_HOLDS = (
    update(_line)
    .where(
        _line.c.business_id == bindparam("of_business"),
        _line.c.class_session_id == bindparam("of_class"),
        _line.c.place_counted,
        _line.c.held_until <= bindparam("now"),
    )
    .values(place_counted=False)
)

_END_OFFERS = (
    update(_entry)
    .where(
        _entry.c.business_id == bindparam("of_business"),
        _entry.c.class_session_id == bindparam("of_class"),
        has_status(_entry.c, WaitingStatus.OFFERED),
        _entry.c.offered_until <= bindparam("now"),
    )
    .values(status=WaitingStatus.LAPSED, ended_at=bindparam("now"))
)

_CHANGE = (
    update(_class)
    .where(_class.c.business_id == bindparam("of_business"), _class.c.id == bindparam("class_session_id"))
    .values(places_taken=_class.c.places_taken + bindparam("places", type_=Integer))
)

_TAKE = _CHANGE.where(
    _class.c.places_taken + bindparam("places", type_=Integer) <= _class.c.capacity,
    _class.c.waiting == 0,
    _class.c.cancelled_at.is_(None),
)

_GIVE_BACK = _CHANGE.returning(_class.c.waiting)

_WHY_NOT = select(_class.c.waiting, _class.c.cancelled_at).where(
    _class.c.business_id == bindparam("business_id"), _class.c.id == bindparam("class_session_id")
)


def lock_classes(business_id: UUID, class_session_ids: Iterable[UUID]) -> None:
    """Lock classes in the order of their ids, so that no two baskets wait for each other."""
    ids = sorted(set(class_session_ids))
    if ids:
        db.session.execute(_LOCK, {"business_id": business_id, "class_session_ids": ids})


def let_go_of_what_ended(
    business_id: UUID, class_session_ids: Iterable[UUID], *, now: datetime
) -> list[PlacesOfClass]:
    """Give back the places of holds and offers that have ended; how the classes stand then, by id. They are
    locked by the caller, who nearly always wants ``hand_on_places`` instead: it does this, too.
    """
    ids = sorted(set(class_session_ids))
    if not ids:
        return []
    asked = {"business_id": business_id, "class_session_ids": ids, "now": now}
    found = [PlacesOfClass(*row) for row in db.session.execute(_AS_THEY_STAND, asked).all()]
    found.sort(key=lambda places: places.class_session_id)
    return [_without_what_ended(business_id, places, now) for places in found]


def take_places(business_id: UUID, class_session_id: UUID, places: int = 1) -> None:
    """Take places that are for everyone, or raise NoPlaceLeft: PlacesAreWaitedFor while anybody waits, and
    ClassIsCancelled. Only the class's own row is read.
    """
    parameters = {"of_business": business_id, "class_session_id": class_session_id, "places": places}
    if rows_changed(_TAKE, parameters) == 0:
        raise _why_not(business_id, class_session_id)


def give_back_places(business_id: UUID, class_session_id: UUID, places: int = 1) -> bool:
    """Give places back; whether somebody waits for them, so that ``hand_on_places`` has something to do."""
    parameters = {"of_business": business_id, "class_session_id": class_session_id, "places": -places}
    return bool(db.session.scalar(_GIVE_BACK, parameters))


def _without_what_ended(business_id: UUID, places: PlacesOfClass, now: datetime) -> PlacesOfClass:
    of_class = {"of_business": business_id, "of_class": places.class_session_id, "now": now}
    ended = 0
    if places.ended_holds:
        ended += rows_changed(_END_HOLDS, of_class)
    if places.ended_offers:
        ended += rows_changed(_END_OFFERS, of_class)
    if not ended:
        return places
    give_back_places(business_id, places.class_session_id, ended)
    return replace(
        places,
        free=places.free + ended,
        offers=places.offers - places.ended_offers,
        ended_holds=0,
        ended_offers=0,
    )


def _why_not(business_id: UUID, class_session_id: UUID) -> NoPlaceLeft:
    keys = {"business_id": business_id, "class_session_id": class_session_id}
    found = db.session.execute(_WHY_NOT, keys).one()
    if found.cancelled_at is not None:
        return ClassIsCancelled()
    return PlacesAreWaitedFor() if found.waiting else NoPlaceLeft()
