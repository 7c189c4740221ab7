"""What the letter about a place on offer tells, read when it is sent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db
from portal.models.waiting_lists import WaitingEntry, WaitingStatus


@dataclass(frozen=True, slots=True)
class ToldOffer:
    """A place of a class that is kept ``until`` then for whoever waited for it."""

    class_session_id: UUID
    class_name: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    teacher: str
    place: str
    until: datetime

    @property
    def path(self) -> str:
        """The page of the class, where the place is taken."""
        return f"/classes/{self.class_session_id}"


_OFFER = (
    select(
        ClassSession.id,
        ClassSeries.name,
        ClassSession.on_date,
        ClassSession.starts_at,
        ClassSession.ends_at,
        ClassSession.teacher,
        ClassSession.place,
        WaitingEntry.offered_until,
    )
    .select_from(WaitingEntry)
    .join(
        ClassSession,
        and_(
            ClassSession.business_id == WaitingEntry.business_id,
            ClassSession.id == WaitingEntry.class_session_id,
        ),
    )
    .join(
        ClassSeries,
        and_(ClassSeries.business_id == ClassSession.business_id, ClassSeries.id == ClassSession.series_id),
    )
    .where(
        WaitingEntry.business_id == bindparam("business_id"),
        WaitingEntry.id == bindparam("entry_id"),
        WaitingEntry.status == WaitingStatus.OFFERED,
        WaitingEntry.offered_until > bindparam("now"),
    )
)


def told_offer(business_id: UUID, entry_id: UUID, *, now: datetime) -> ToldOffer | None:
    """The offer, or None where it has been taken or has ended."""
    asked = {"business_id": business_id, "entry_id": entry_id, "now": now}
    row: Any = db.session.execute(_OFFER, asked).first()
    return None if row is None else ToldOffer(*row)
