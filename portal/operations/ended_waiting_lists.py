"""A waiting list that ends with its class (C6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, select, update

from portal.models.classes import ClassSession
from portal.models.database import db, table_of
from portal.models.people import Customer
from portal.models.waiting_lists import WaitingEntry, WaitingStatus
from portal.operations.places import give_back_places


@dataclass(frozen=True, slots=True)
class WhoWaited:
    """Somebody who stood in line, or to whom a place was on offer."""

    entry_id: UUID
    name: str
    email: str
    status: WaitingStatus


_class = table_of(ClassSession)
_entry = table_of(WaitingEntry)

_LIVE = and_(
    _entry.c.business_id == bindparam("of_business"),
    _entry.c.class_session_id == bindparam("of_class"),
    _entry.c.ended_at.is_(None),
)

_WHO = (
    select(_entry.c.id, Customer.name, Customer.email, _entry.c.status)
    .join(Customer, and_(Customer.business_id == _entry.c.business_id, Customer.id == _entry.c.customer_id))
    .where(_LIVE)
    .order_by(_entry.c.joined_at, _entry.c.id)
)

_END = update(_entry).where(_LIVE).values(status=WaitingStatus.LEFT, ended_at=bindparam("now"))

_NOBODY_WAITS = (
    update(_class)
    .where(_class.c.business_id == bindparam("of_business"), _class.c.id == bindparam("of_class"))
    .values(waiting=0)
)


def end_waiting_list(business_id: UUID, class_session_id: UUID, *, now: datetime) -> Sequence[WhoWaited]:
    """End a class's waiting list; places on offer are given back. Who stood in it, in order.

    The class is locked by the caller.
    """
    keys = {"of_business": business_id, "of_class": class_session_id}
    waited = [WhoWaited(*row) for row in db.session.execute(_WHO, keys)]
    if not waited:
        return waited
    db.session.execute(_END, {**keys, "now": now})
    db.session.execute(_NOBODY_WAITS, keys)
    offered = sum(it.status is WaitingStatus.OFFERED for it in waited)
    if offered:
        give_back_places(business_id, class_session_id, offered)
    return waited
