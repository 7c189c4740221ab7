"""When a class may be booked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.rules.booking_window import ALWAYS, BookingWindow

LONDON = ZoneInfo("Europe/London")
AFTER_THE_CLOCKS_CHANGE = datetime(2027, 3, 30, 6, 30, tzinfo=UTC)


def test_unless_it_is_told_otherwise_until_it_starts() -> None:
    assert ALWAYS.opens_at(AFTER_THE_CLOCKS_CHANGE, LONDON) is None
    assert ALWAYS.closes_at(AFTER_THE_CLOCKS_CHANGE) == AFTER_THE_CLOCKS_CHANGE


def test_it_opens_at_the_same_time_by_the_studios_clock_days_before() -> None:
    opens_at = BookingWindow(opens_days=7).opens_at(AFTER_THE_CLOCKS_CHANGE, LONDON)
    assert opens_at == datetime(2027, 3, 23, 7, 30, tzinfo=UTC)


def test_it_closes_minutes_before() -> None:
    closes_at = BookingWindow(closes_minutes=90).closes_at(AFTER_THE_CLOCKS_CHANGE)
    assert closes_at == AFTER_THE_CLOCKS_CHANGE - timedelta(minutes=90)
