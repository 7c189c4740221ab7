"""When the courtesy letters are due."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.rules.facts import OwnedPass
from portal.rules.reminders import (
    FEW_DAYS,
    is_morning_over,
    is_nearly_used_up,
    is_to_be_reminded,
    nearly_over_on,
)
from portal.rules.validity import FixedDates
from tests.rules.builders import a_pass

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 12, 1)


def _at(day: date, clock: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


@pytest.mark.parametrize(("clock", "is_over"), [("07:59", False), ("08:00", True), ("23:59", True)])
def test_letters_are_written_from_eight_in_the_morning_on(clock: str, is_over: bool) -> None:
    assert is_morning_over(TODAY, _at(TODAY, clock), LONDON) is is_over


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
def test_it_is_the_studios_own_eight(zone: str) -> None:
    local = ZoneInfo(zone)
    assert is_morning_over(TODAY, _at(TODAY, "08:00", local), local)
    assert not is_morning_over(TODAY, _at(TODAY, "07:59", local), local)


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25)])
def test_it_is_eight_on_the_wall_when_the_clocks_change(day: date) -> None:
    assert is_morning_over(day, _at(day, "08:00"), LONDON)
    assert not is_morning_over(day, _at(day, "07:59"), LONDON)


def _reminded(*, now: datetime, booked_at: datetime, starts: str = "09:30") -> bool:
    on_date = TODAY + timedelta(days=1)
    return is_to_be_reminded(
        on_date, booked_at=booked_at, starts_at=_at(on_date, starts), now=now, zone=LONDON
    )


@pytest.mark.parametrize(
    ("day", "clock", "reminded"),
    [
        (0, "07:59", False),
        (0, "08:00", True),
        (0, "23:59", True),
        (1, "09:29", True),
        (1, "09:30", False),
        (4, "08:00", False),
    ],
)
def test_a_class_is_reminded_of_from_the_morning_before_it_until_it_starts(
    day: int, clock: str, reminded: bool
) -> None:
    last_week = _at(TODAY - timedelta(days=7), "12:00")
    assert _reminded(now=_at(TODAY + timedelta(days=day), clock), booked_at=last_week) is reminded


def test_whoever_booked_after_that_morning_is_not_reminded() -> None:
    now = _at(TODAY, "20:00")
    assert _reminded(now=now, booked_at=_at(TODAY, "07:59"))
    assert not _reminded(now=now, booked_at=_at(TODAY, "08:00"))


@pytest.mark.parametrize(
    ("left", "uses", "told"),
    [
        (3, 10, False),
        (2, 10, True),
        (1, 10, True),
        (0, 10, False),
        (None, None, False),
        (2, 2, False),
        (1, 1, False),
        (2, 3, True),
    ],
)
def test_a_pass_is_nearly_used_up_with_its_last_two_uses(
    left: int | None, uses: int | None, told: bool
) -> None:
    assert is_nearly_used_up(a_pass(uses=uses, uses_left=left), TODAY) is told


def test_an_expired_pass_is_not_told_to_be_nearly_used_up() -> None:
    over = FixedDates(TODAY - timedelta(days=60), TODAY - timedelta(days=1))
    assert not is_nearly_used_up(a_pass(uses=10, uses_left=2, valid=over), TODAY)


def _ends_in(days: int, *, length: int = 30) -> OwnedPass:
    last_day = TODAY + timedelta(days=days)
    return a_pass(valid=FixedDates(last_day - timedelta(days=length - 1), last_day))


@pytest.mark.parametrize(("days", "told"), [(8, False), (7, True), (1, True), (0, True), (-1, False)])
def test_a_pass_is_nearly_over_within_the_week_before_its_end(days: int, told: bool) -> None:
    last_day = TODAY + timedelta(days=days)
    assert nearly_over_on(_ends_in(days), TODAY) == (last_day if told else None)


@pytest.mark.parametrize(("length", "told"), [(1, False), (13, False), (14, True)])
def test_a_short_pass_is_not_told_to_be_nearly_over(length: int, told: bool) -> None:
    assert (nearly_over_on(_ends_in(5, length=length), TODAY) is not None) is told


def test_what_staff_decide_moves_the_end() -> None:
    own = _ends_in(4)
    assert nearly_over_on(own, TODAY) == TODAY + timedelta(days=4)
    assert nearly_over_on(replace(own, added_days=10), TODAY) is None
    later = replace(_ends_in(20), deactivated_from=TODAY + timedelta(days=3))
    assert nearly_over_on(later, TODAY) == TODAY + timedelta(days=2)
    assert nearly_over_on(replace(own, deactivated_from=TODAY), TODAY) is None


def test_a_pass_that_starts_with_its_first_class_ends_with_its_period() -> None:
    started = a_pass(booked=["10 Nov"])  # 30 days
    assert nearly_over_on(started, date(2026, 12, 1)) is None
    assert nearly_over_on(started, date(2026, 12, 2)) == date(2026, 12, 9)


def test_a_pass_that_has_not_started_has_no_end() -> None:
    assert nearly_over_on(a_pass(), TODAY) is None


def test_a_week_is_seven_days() -> None:
    assert timedelta(days=7) == FEW_DAYS
