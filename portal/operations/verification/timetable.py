"""What is kept beside each class of its series' booking window."""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from portal.models.business import Business
from portal.models.classes import ClassSeries, ClassSession
from portal.operations.verification.invariant import AnyRow, Invariant, count_of
from portal.rules.booking_window import BookingWindow


def _otherwise(rows: Iterable[AnyRow]) -> Iterator[str]:
    for row in rows:
        window = BookingWindow(row.opens_days, row.closes_minutes)
        opens_at = window.opens_at(row.starts_at, ZoneInfo(row.zone))
        if (row.opens_at, row.closes_at) != (opens_at, window.closes_at(row.starts_at)):
            yield f"class_session {row.id}: booked from {row.opens_at} to {row.closes_at}, not so its series"


TIMETABLE = (
    Invariant(
        "A class may be booked when its series says",
        count_of(ClassSession),
        select(
            ClassSession.id,
            ClassSession.starts_at,
            ClassSession.opens_at,
            ClassSession.closes_at,
            ClassSeries.opens_days,
            ClassSeries.closes_minutes,
            Business.zone,
        )
        .join(
            ClassSeries,
            and_(
                ClassSeries.business_id == ClassSession.business_id, ClassSeries.id == ClassSession.series_id
            ),
        )
        .join(Business, Business.id == ClassSession.business_id),
        _otherwise,
    ),
)
