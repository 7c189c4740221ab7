"""Places that are counted as taken although what took them has ended, and that pages add back (DESIGN §3).

Subqueries of one class, for statements over ``class_session`` that give the moment as ``now``.
"""

from typing import Any

from sqlalchemy import bindparam, func, select

from portal.models.baskets import BasketLine
from portal.models.classes import ClassSession
from portal.models.database import table_of
from portal.models.waiting_lists import WaitingEntry, WaitingStatus, has_status

_class = table_of(ClassSession)
_line = table_of(BasketLine)
_entry = table_of(WaitingEntry)


def _counted(table: Any, *conditions: Any) -> Any:
    return (
        select(func.count())
        .where(
            table.c.business_id == _class.c.business_id,
            table.c.class_session_id == _class.c.id,
            *conditions,
        )
        .correlate(_class)
    )


_HELD = _counted(_line, _line.c.place_counted)
_OFFERED = _counted(_entry, has_status(_entry.c, WaitingStatus.OFFERED))

HOLDS_ENDED = _HELD.where(_line.c.held_until <= bindparam("now")).scalar_subquery()
"""How many lines of baskets are still counted although their hold has ended (R4)."""

OFFERS = _OFFERED.scalar_subquery()
"""How many places are counted as on offer to somebody who waited, ended offers included."""

OFFERS_ENDED = _OFFERED.where(_entry.c.offered_until <= bindparam("now")).scalar_subquery()
"""How many of those offers have ended."""

FREE = _class.c.capacity - _class.c.places_taken + HOLDS_ENDED + OFFERS_ENDED
"""How many places are free, as if whatever ended had been let go of."""
