"""Series, ticket types and dated classes, by the clock on the studio's wall (T1)."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from portal.models.classes import ClassSession, TicketType
from portal.models.database import db, transaction
from portal.operations.auditing import SYSTEM
from portal.operations.timetable import Slot, schedule_classes
from tests.studio import NOW, ASeries, a_business, a_series

pytestmark = pytest.mark.usefixtures("app")

MORNING = Slot(at=time(7, 30), minutes=60, capacity=12)


def _schedule(series: ASeries, *days: date, slot: Slot = MORNING) -> tuple[UUID, ...]:
    with transaction():
        return schedule_classes(
            series.business, series_id=series.id, days=days, slot=slot, actor=SYSTEM, now=NOW
        )


def _class(class_session_id: UUID) -> ClassSession:
    return db.session.scalars(select(ClassSession).where(ClassSession.id == class_session_id)).one()


def test_ticket_types_keep_their_order_and_price() -> None:
    a_series(a_business(), tickets={"Adult": 1200, "Concession": 900, "Taster": 0})
    sold = db.session.execute(select(TicketType.name, TicketType.price).order_by(TicketType.position)).all()
    assert [tuple(ticket) for ticket in sold] == [("Adult", 1200), ("Concession", 900), ("Taster", 0)]


def test_a_class_begins_at_the_same_wall_clock_time_in_winter_and_summer() -> None:
    winter, summer = _schedule(a_series(a_business()), date(2027, 3, 27), date(2027, 3, 28))
    assert _class(winter).starts_at == datetime(2027, 3, 27, 7, 30, tzinfo=UTC)
    assert _class(summer).starts_at == datetime(2027, 3, 28, 6, 30, tzinfo=UTC)


def test_a_class_lasts_as_long_in_the_night_when_the_clocks_change() -> None:
    late = Slot(at=time(0, 30), minutes=120, capacity=5)
    (night,) = _schedule(a_series(a_business()), date(2027, 3, 28), slot=late)
    assert _class(night).ends_at - _class(night).starts_at == timedelta(hours=2)


def test_a_class_late_in_the_day_has_the_date_of_the_studios_zone() -> None:
    studio = a_business(zone="Pacific/Auckland", currency="NZD")
    (evening,) = _schedule(a_series(studio), date(2026, 12, 10))
    assert _class(evening).on_date == date(2026, 12, 10)
    assert _class(evening).starts_at.date() == date(2026, 12, 9)


def test_a_class_takes_place_and_teacher_from_its_series_unless_it_has_its_own() -> None:
    series = a_series(a_business(), teacher="Maya Lindqvist", place="River Room")
    stand_in = Slot(at=time(18), minutes=60, capacity=12, teacher="Priya Raman", place="Loft")
    (usual,) = _schedule(series, date(2026, 12, 10))
    (other,) = _schedule(series, date(2026, 12, 10), slot=stand_in)
    assert (_class(usual).teacher, _class(usual).place) == ("Maya Lindqvist", "River Room")
    assert (_class(other).teacher, _class(other).place) == ("Priya Raman", "Loft")


def test_scheduling_again_adds_only_what_is_not_there() -> None:
    series = a_series(a_business())
    (tenth,) = _schedule(series, date(2026, 12, 10))
    (eleventh,) = _schedule(series, date(2026, 12, 10), date(2026, 12, 11))
    assert _class(eleventh).on_date == date(2026, 12, 11)
    assert tenth != eleventh


def test_no_class_is_scheduled_for_another_studios_series() -> None:
    theirs = a_series(a_business("Theirs"))
    mine = ASeries(a_business("Mine"), theirs.id, theirs.ticket_types)
    with pytest.raises(NoResultFound):
        _schedule(mine, date(2026, 12, 10))
