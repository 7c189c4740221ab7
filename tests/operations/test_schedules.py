"""Weekly times, and the dated classes that come of them: each once, by the studio's clock (T1)."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.jobs.schedules import make_coming_classes
from portal.models.classes import ClassSession
from portal.models.database import db, end_reading, transaction
from portal.models.schedules import ClassException, ClosedDays
from portal.operations.auditing import SYSTEM
from portal.operations.class_setup import (
    SomebodyIsIn,
    add_closed_days,
    end_schedule,
    remove_class,
    remove_closed_days,
)
from portal.operations.schedules import DAYS_AHEAD, add_schedule, top_up_series
from portal.operations.timetable import Slot, schedule_classes
from portal.rules.weekly import Weekday, Weekly
from tests.soundness import assert_sound
from tests.studio import NOW, AClass, ASeries, a_booking, a_business, a_series

pytestmark = pytest.mark.usefixtures("app")

TODAY = NOW.date()
HORIZON = TODAY + timedelta(days=DAYS_AHEAD)
MORNING = Slot(at=time(7, 30), minutes=60, capacity=12)


def weekly_time(
    series: ASeries, *days: Weekday, first_on: date = TODAY, slot: Slot = MORNING, now: datetime = NOW
) -> UUID:
    with transaction():
        return add_schedule(
            series.business,
            series_id=series.id,
            weekly=Weekly(days or (Weekday.THU,), first_on),
            slot=slot,
            actor=SYSTEM,
            now=now,
        )


def classes_of(series: ASeries) -> list[ClassSession]:
    end_reading()
    return list(
        db.session.scalars(
            select(ClassSession).where(ClassSession.series_id == series.id).order_by(ClassSession.starts_at)
        )
    )


def dates_of(series: ASeries) -> list[date]:
    return [it.on_date for it in classes_of(series)]


def booked(series: ASeries, session: ClassSession) -> None:
    adult = next(iter(series.ticket_types.values()))
    it = AClass(
        series.business,
        session.id,
        series.id,
        adult,
        series.ticket_types,
        session.on_date,
        session.starts_at,
    )
    a_booking(series.business, it)


def test_its_classes_are_there_weeks_ahead() -> None:
    series = a_series(a_business())
    weekly_time(series, Weekday.TUE, Weekday.THU)
    dates = dates_of(series)
    assert dates[:3] == [date(2026, 12, 3), date(2026, 12, 8), date(2026, 12, 10)]  # today's had begun
    assert dates[-1] > HORIZON - timedelta(days=7)
    assert_sound()


def test_made_again_and_days_later_there_is_each_once() -> None:
    series = a_series(a_business())
    weekly_time(series)
    before = dates_of(series)
    with transaction():
        assert top_up_series(series.business, series.id, now=NOW) == 0
    later = NOW + timedelta(days=14)
    assert make_coming_classes(now=later) == 2
    assert make_coming_classes(now=later) == 0
    assert dates_of(series)[:-2] == before


def test_a_worker_that_was_away_for_months_makes_what_is_to_come_and_nothing_past() -> None:
    series = a_series(a_business())
    weekly_time(series)
    back = NOW + timedelta(days=200)
    make_coming_classes(now=back)
    missed = [day for day in dates_of(series) if HORIZON < day < back.date()]
    assert missed == []
    assert dates_of(series)[-1] > back.date() + timedelta(days=80)


def test_a_single_class_at_its_time_becomes_one_of_them() -> None:
    series = a_series(a_business())
    with transaction():
        schedule_classes(
            series.business,
            series_id=series.id,
            days=[date(2026, 12, 10)],
            slot=MORNING,
            actor=SYSTEM,
            now=NOW,
        )
    schedule_id = weekly_time(series)
    same = next(it for it in classes_of(series) if it.on_date == date(2026, 12, 10))
    assert (same.schedule_id, same.turn_on) == (schedule_id, date(2026, 12, 10))
    assert len(dates_of(series)) == len(set(dates_of(series)))


@pytest.mark.parametrize(
    ("at", "starts_at"),
    [
        (time(0, 30), datetime(2027, 3, 28, 0, 30, tzinfo=UTC)),
        (time(1, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # half past one is skipped: half past two
        (time(7, 30), datetime(2027, 3, 28, 6, 30, tzinfo=UTC)),
    ],
)
def test_in_the_night_that_skips_an_hour(at: time, starts_at: datetime) -> None:
    series = a_series(a_business())
    now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    weekly_time(series, Weekday.SUN, first_on=now.date(), slot=Slot(at=at, minutes=60, capacity=5), now=now)
    (that,) = [it for it in classes_of(series) if it.on_date == date(2027, 3, 28)]
    assert (that.starts_at, that.ends_at) == (starts_at, starts_at + timedelta(hours=1))


def test_in_the_night_that_has_an_hour_twice_it_is_the_first() -> None:
    series = a_series(a_business())
    now = datetime(2027, 10, 1, 9, tzinfo=UTC)
    late = Slot(at=time(1, 30), minutes=60, capacity=5)
    weekly_time(series, Weekday.SUN, first_on=now.date(), slot=late, now=now)
    (that,) = [it for it in classes_of(series) if it.on_date == date(2027, 10, 31)]
    assert that.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_class_that_was_removed_stays_away() -> None:
    series = a_series(a_business())
    weekly_time(series)
    first = classes_of(series)[0]
    with transaction():
        remove_class(series.business, class_session_id=first.id, actor=SYSTEM, now=NOW)
    make_coming_classes(now=NOW + timedelta(days=1))
    assert first.on_date not in dates_of(series)
    assert db.session.scalars(select(ClassException.on_date)).all() == [first.on_date]
    assert_sound()


def test_a_class_that_somebody_booked_cannot_be_removed() -> None:
    series = a_series(a_business())
    weekly_time(series)
    first = classes_of(series)[0]
    booked(series, first)
    with pytest.raises(SomebodyIsIn), transaction():
        remove_class(series.business, class_session_id=first.id, actor=SYSTEM, now=NOW)
    assert first.on_date in dates_of(series)


def test_closed_days_are_skipped_and_what_is_booked_stays() -> None:
    series = a_series(a_business())
    weekly_time(series)
    first, second, *_ = classes_of(series)
    booked(series, first)
    with transaction():
        gone, stay = add_closed_days(
            series.business,
            name="Works",
            first_on=first.on_date,
            last_on=second.on_date,
            actor=SYSTEM,
            now=NOW,
        )
    assert (gone, stay) == (1, 1)
    make_coming_classes(now=NOW + timedelta(days=1))
    assert first.on_date in dates_of(series)
    assert second.on_date not in dates_of(series)
    with transaction():
        closed_id = db.session.scalars(select(ClosedDays.id)).one()
        remove_closed_days(series.business, closed_days_id=closed_id, actor=SYSTEM, now=NOW)
    make_coming_classes(now=NOW + timedelta(days=1))
    assert second.on_date in dates_of(series)
    assert_sound()


def test_ended_it_has_nothing_after_its_last_day_but_what_is_booked() -> None:
    series = a_series(a_business())
    schedule_id = weekly_time(series)
    third, booked_one = classes_of(series)[2], classes_of(series)[5]
    booked(series, booked_one)
    with transaction():
        stay = end_schedule(
            series.business, schedule_id=schedule_id, last_on=third.on_date, actor=SYSTEM, now=NOW
        )
    assert stay == [booked_one.on_date]
    make_coming_classes(now=NOW + timedelta(days=30))
    assert dates_of(series) == [*dates_of(series)[:3], booked_one.on_date]
    assert dates_of(series)[2] == third.on_date
