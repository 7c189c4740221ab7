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
from portal.models.database import db, rows_changed, table_of
from portal.rules.sentences import Refusal


class NoPlaceLeft(Refusal):
    """Every place of the class is taken or held."""

    def __init__(self) -> None:
        super().__init__("Sorry, this class is full: the last place has just been taken.")


_class = table_of(ClassSession)
_line = table_of(BasketLine)

_LOCK = (
    select(_class.c.id)
    .where(
        _class.c.business_id == bindparam("business_id"),
        _class.c.id.in_(bindparam("class_session_ids", expanding=True)),
    )
    .order_by(_class.c.id)
    .with_for_update()
)

_LET_GO = (
    update(_line)
    .where(
        _line.c.business_id == bindparam("of_business"),
        _line.c.class_session_id.in_(bindparam("class_session_ids", expanding=True)),
        _line.c.place_counted,
        _line.c.held_until <= bindparam("now"),
    )
    .values(place_counted=False)
    .returning(_line.c.class_session_id)
)

_TAKE = (
    update(_class)
    .where(
        _class.c.business_id == bindparam("of_business"),
        _class.c.id == bindparam("class_session_id"),
        _class.c.places_taken + bindparam("places", type_=Integer) <= _class.c.capacity,
    )
    .values(places_taken=_class.c.places_taken + bindparam("places", type_=Integer))
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
