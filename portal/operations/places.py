"""Places of a class: the guard that nobody sells one twice (R4, DESIGN §3).

Lock the class; in a new statement let go of holds that have ended; then one conditional update that reads
only that row.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, bindparam, select, update

from portal.models.baskets import BasketLine
from portal.models.classes import ClassSession
from portal.models.database import db, rows_changed
from portal.rules.sentences import Refusal


class NoPlaceLeft(Refusal):
    """Every place of the class is taken or held."""

    def __init__(self) -> None:
        super().__init__("Sorry, this class is full: the last place has just been taken.")


_LOCK = (
    select(ClassSession.id)
    .where(
        ClassSession.business_id == bindparam("business_id"),
        ClassSession.id.in_(bindparam("class_session_ids", expanding=True)),
    )
    .order_by(ClassSession.id)
    .with_for_update()
)

_LET_GO = (
    update(BasketLine)
    .where(
        BasketLine.business_id == bindparam("of_business"),
        BasketLine.class_session_id.in_(bindparam("class_session_ids", expanding=True)),
        BasketLine.place_counted,
        BasketLine.held_until <= bindparam("now"),
    )
    .values(place_counted=False)
    .returning(BasketLine.class_session_id)
    .execution_options(synchronize_session=False)
)

_TAKE = (
    update(ClassSession)
    .where(
        ClassSession.business_id == bindparam("of_business"),
        ClassSession.id == bindparam("class_session_id"),
        ClassSession.places_taken + bindparam("places", type_=Integer) <= ClassSession.capacity,
    )
    .values(places_taken=ClassSession.places_taken + bindparam("places", type_=Integer))
    .execution_options(synchronize_session=False)
)


def lock_classes(business_id: UUID, class_session_ids: Iterable[UUID]) -> None:
    """Lock classes in the order of their ids, so that no two baskets wait for each other."""
    ids = sorted(set(class_session_ids))
    if ids:
        db.session.execute(_LOCK, {"business_id": business_id, "class_session_ids": ids})


def let_go_of_ended_holds(business_id: UUID, class_session_ids: Iterable[UUID], *, now: datetime) -> None:
    """Give back the places of holds that have ended. The classes are locked by the caller."""
    ids = sorted(set(class_session_ids))
    if not ids:
        return
    freed: Counter[UUID] = Counter()
    for class_session_id in db.session.scalars(
        _LET_GO, {"of_business": business_id, "class_session_ids": ids, "now": now}
    ).all():
        if class_session_id is not None:
            freed[class_session_id] += 1
    for class_session_id in sorted(freed):
        give_back_places(business_id, class_session_id, freed[class_session_id])


def take_places(business_id: UUID, class_session_id: UUID, places: int = 1) -> None:
    """Take places, or raise NoPlaceLeft; only the class's own row is read."""
    parameters = {"of_business": business_id, "class_session_id": class_session_id, "places": places}
    if rows_changed(_TAKE, parameters) == 0:
        raise NoPlaceLeft


def give_back_places(business_id: UUID, class_session_id: UUID, places: int = 1) -> None:
    """Give places back."""
    db.session.execute(
        _TAKE, {"of_business": business_id, "class_session_id": class_session_id, "places": -places}
    )
