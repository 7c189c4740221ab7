"""What a letter about one class tells of it, read when the letter is sent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db


@dataclass(frozen=True, slots=True)
class ToldClass:
    """A dated class."""

    name: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    teacher: str
    place: str


_TOLD = (
    select(
        ClassSeries.name,
        ClassSession.on_date,
        ClassSession.starts_at,
        ClassSession.ends_at,
        ClassSession.teacher,
        ClassSession.place,
    )
    .join(
        ClassSeries,
        and_(ClassSeries.business_id == ClassSession.business_id, ClassSeries.id == ClassSession.series_id),
    )
    .where(
        ClassSession.business_id == bindparam("business_id"),
        ClassSession.id == bindparam("class_session_id"),
    )
)


def told_class(business_id: UUID, class_session_id: UUID) -> ToldClass:
    """A class by its id, which the caller has from one of its rows."""
    keys = {"business_id": business_id, "class_session_id": class_session_id}
    row: Any = db.session.execute(_TOLD, keys).one()
    return ToldClass(*row)
