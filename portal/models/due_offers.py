"""Classes whose free places are not on offer yet to those who wait, and offers that nobody took in time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from portal.models.classes import ClassSession
from portal.models.database import db, table_of
from portal.models.ended_places import FREE
from portal.models.waiting_lists import WaitingEntry, WaitingStatus, has_status

_class = table_of(ClassSession)
_entry = table_of(WaitingEntry)

_WAITED_FOR = (
    select(_class.c.business_id, _class.c.id)
    .where(_class.c.waiting > 0, or_(_class.c.closes_at <= bindparam("now"), FREE > 0))
    .order_by(_class.c.starts_at, _class.c.id)
    .limit(bindparam("most"))
)

_ENDED = (
    select(_entry.c.business_id, _entry.c.class_session_id)
    .where(has_status(_entry.c, WaitingStatus.OFFERED), _entry.c.offered_until <= bindparam("now"))
    .limit(bindparam("most"))
)


def due_offers(*, now: datetime, most: int) -> list[tuple[UUID, UUID]]:
    """Business and class of each, in two statements; once it was looked after, a class is due no more."""
    asked = {"now": now, "most": most}
    found = [
        (business_id, class_session_id)
        for statement in (_WAITED_FOR, _ENDED)
        for business_id, class_session_id in db.session.execute(statement, asked)
    ]
    return list(dict.fromkeys(found))
