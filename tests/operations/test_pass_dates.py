"""Extending a pass, pausing it, and setting its dates outright (P4, S9)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.operations.locked_passes import ChangedMeanwhile, latest_entry
from portal.operations.pass_dates import (
    AlreadyPaused,
    DatesNotInOrder,
    DayOutOfReach,
    DaysNeeded,
    NotPaused,
    PauseNotInOrder,
    PauseTooLong,
    StrandsAVisit,
)
from portal.operations.reasons import ReasonNeeded
from portal.rules.passes import PassStatus
from portal.rules.quote import MoneyPays, PassPays
from portal.rules.validity import FixedDates, FromPurchase, Period, Unit
from tests.desk import Desk, a_desk, acts_on
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    APass,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_series,
)

pytestmark = pytest.mark.usefixtures("app")

THE_8TH = date(2027, 1, 8)


def a_client_with_a_started_pass() -> tuple[Desk, APerson, APass]:
    """A pass of 30 days from 10 Dec: its last day is 8 Jan."""
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    pass_ = a_pass_of(ada)
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 10)))
    return desk, ada, pass_


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_an_extension_moves_the_last_day() -> None:
    desk, ada, pass_ = a_client_with_a_started_pass()
    desk.extend(pass_, 7)
    assert desk.last_day(pass_) == date(2027, 1, 15)
    (line,) = desk.lines(ada, a_basket(ada, a_class(desk.business, on=date(2027, 1, 15))))
    assert isinstance(line.pays, PassPays)
    entry = acts_on(pass_.id)[-1]
    assert entry.before == {"added_days": 0, "last_day": "2027-01-08"}
    assert entry.after == {"added_days": 7, "last_day": "2027-01-15"}
    assert_sound()


def test_an_extension_lies_on_top_of_whatever_validity_applies() -> None:
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    month = a_pass_of(ada, validity=FromPurchase(Period(1, Unit.MONTHS)))
    december = a_pass_of(ada, validity=FixedDates(date(2026, 12, 1), date(2026, 12, 31)))
    unstarted = a_pass_of(ada, days=30)
    for pass_ in (month, december, unstarted):
        desk.extend(pass_, 3)
    assert desk.last_day(month) == date(2027, 1, 3)
    assert desk.last_day(december) == date(2027, 1, 3)
    assert desk.last_day(unstarted) is None
    a_booking(ada, a_class(desk.business, on=date(2027, 3, 1)))
    assert desk.last_day(unstarted) == date(2027, 4, 2)


def test_an_expiry_that_staff_set_moves_with_an_extension() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.set_dates(pass_, None, date(2027, 2, 1))
    desk.extend(pass_, 10)
    assert desk.last_day(pass_) == date(2027, 2, 11)
    desk.set_dates(pass_, None, None)
    assert desk.last_day(pass_) == date(2027, 1, 18)


def test_an_expired_pass_comes_back_where_the_days_reach_today() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    later = desk.at(noon(date(2027, 1, 12)))
    later.extend(pass_, 3)
    assert later.status(pass_) is PassStatus.EXPIRED
    later.extend(pass_, 1)
    assert later.status(pass_) is PassStatus.ACTIVE


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_number_of_days_that_nobody_means_is_refused(days: int) -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    with pytest.raises(DaysNeeded):
        desk.extend(pass_, days)


def test_a_form_sent_twice_extends_once() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    seen = latest_entry(desk.business.id, pass_.id)
    desk.extend(pass_, 7, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        desk.extend(pass_, 7, seen=seen)
    assert desk.last_day(pass_) == date(2027, 1, 15)


@pytest.mark.parametrize("act", ["extend", "pause", "end_pause", "set_dates"])
def test_each_act_on_its_dates_says_why(act: str) -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    given: dict[str, tuple[object, ...]] = {
        "extend": (7,),
        "pause": (desk.today, desk.today),
        "end_pause": (),
        "set_dates": (None, THE_8TH),
    }
    with pytest.raises(ReasonNeeded):
        getattr(replace(desk, reason=""), act)(pass_, *given[act])
    assert [entry.act for entry in acts_on(pass_.id)] == ["pass.issued"]


def test_a_pause_pays_for_nothing_and_the_validity_grows_by_its_days() -> None:
    desk, ada, pass_ = a_client_with_a_started_pass()
    desk.pause(pass_, date(2026, 12, 12), date(2026, 12, 18))
    assert desk.last_day(pass_) == date(2027, 1, 15)
    series = a_series(desk.business)
    days = [date(2026, 12, 11), date(2026, 12, 12), date(2026, 12, 18), date(2026, 12, 19)]
    lines = desk.lines(ada, a_basket(ada, *(a_class(series, on=day) for day in days)))
    assert [type(line.pays) for line in lines] == [PassPays, MoneyPays, MoneyPays, PassPays]
    assert str(lines[1].why_not[0].sentence) == (
        "Your 10-class pass is paused from 12 Dec to 18 Dec; this class is on 12 Dec."
    )
    assert_sound()


def test_visits_booked_on_paused_days_stay() -> None:
    desk, ada, pass_ = a_client_with_a_started_pass()
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 14)))
    desk.pause(pass_, date(2026, 12, 12), date(2026, 12, 18))
    assert [visit.on_date.day for visit in desk.outlook(pass_).visits] == [10, 14]
    assert_sound()


def test_a_pause_moves_the_latest_day_to_start_along() -> None:
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    pass_ = a_pass_of(ada, start_within_days=14)
    desk.pause(pass_, date(2026, 12, 5), date(2027, 1, 4))
    (line,) = desk.lines(ada, a_basket(ada, a_class(desk.business, on=date(2027, 1, 10))))
    assert isinstance(line.pays, PassPays)
    assert acts_on(pass_.id)[-1].after == {
        "added_days": 31,
        "first_class_by": "2027-01-15",
        "paused_from": "2026-12-05",
        "paused_to": "2027-01-04",
    }
    desk.end_pause(pass_)
    assert desk.owned(pass_).start_by == date(2026, 12, 15)
    assert desk.owned(pass_).added_days == 0


def test_a_pause_may_be_told_of_late_but_not_when_it_is_over() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    for first, last in ((5, 4), (1, 3)):
        with pytest.raises(PauseNotInOrder):
            desk.at(noon(date(2026, 12, 4))).pause(pass_, date(2026, 12, first), date(2026, 12, last))
    desk.at(noon(date(2026, 12, 4))).pause(pass_, date(2026, 12, 1), date(2026, 12, 4))
    assert desk.last_day(pass_) == date(2027, 1, 12)


def test_a_pause_of_more_than_a_year_is_refused() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    with pytest.raises(PauseTooLong):
        desk.pause(pass_, desk.today, desk.today + timedelta(days=366))
    desk.pause(pass_, desk.today, desk.today + timedelta(days=365))


def test_there_is_one_pause_at_a_time_and_another_once_it_is_over() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.pause(pass_, date(2026, 12, 12), date(2026, 12, 18))
    with pytest.raises(AlreadyPaused, match="from 12 Dec 2026 to 18 Dec 2026 already"):
        desk.pause(pass_, date(2026, 12, 22), date(2026, 12, 23))
    desk.at(noon(date(2026, 12, 19))).pause(pass_, date(2026, 12, 22), date(2026, 12, 23))
    assert desk.last_day(pass_) == date(2027, 1, 17)
    assert_sound()


def test_a_pause_taken_back_before_it_begins_takes_its_days_back() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.pause(pass_, date(2026, 12, 12), date(2026, 12, 18))
    desk.end_pause(pass_)
    assert desk.last_day(pass_) == THE_8TH
    with pytest.raises(NotPaused):
        desk.end_pause(pass_)
    assert_sound()


def test_a_pause_ended_early_keeps_the_days_that_it_took() -> None:
    """Back on the 15th: the 12th, 13th and 14th were lost, and the 15th pays again."""
    desk, ada, pass_ = a_client_with_a_started_pass()
    desk.pause(pass_, date(2026, 12, 12), date(2026, 12, 18))
    back = desk.at(datetime(2026, 12, 15, 8, 0, tzinfo=UTC))
    back.end_pause(pass_)
    assert desk.last_day(pass_) == date(2027, 1, 11)
    yoga = a_class(desk.business, on=date(2026, 12, 15))
    (line,) = back.lines(ada, a_basket(ada, yoga, now=back.now))
    assert isinstance(line.pays, PassPays)


def test_a_pause_that_is_over_is_not_ended() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.pause(pass_, date(2026, 12, 12), date(2026, 12, 18))
    with pytest.raises(NotPaused):
        desk.at(noon(date(2026, 12, 19))).end_pause(pass_)


def test_ending_a_pause_leaves_the_days_that_a_booked_class_needs() -> None:
    desk, ada, pass_ = a_client_with_a_started_pass()
    desk.pause(pass_, date(2026, 12, 12), date(2026, 12, 18))
    a_booking(ada, a_class(desk.business, on=date(2027, 1, 13)))
    desk.end_pause(pass_)
    assert desk.last_day(pass_) == date(2027, 1, 13)
    assert_sound()


def test_ending_a_pause_leaves_the_start_that_a_booked_class_needs() -> None:
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    pass_ = a_pass_of(ada, start_within_days=14)
    desk.pause(pass_, date(2026, 12, 5), date(2026, 12, 14))
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 20)))
    desk.end_pause(pass_)
    assert desk.owned(pass_).start_by == date(2026, 12, 20)
    assert_sound()


def test_dates_that_staff_set_stand_whatever_is_booked() -> None:
    desk, ada, pass_ = a_client_with_a_started_pass()
    desk.set_dates(pass_, date(2026, 12, 5), date(2027, 3, 31))
    assert desk.last_day(pass_) == date(2027, 3, 31)
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 6)))
    assert desk.last_day(pass_) == date(2027, 3, 31)
    entry = acts_on(pass_.id)[-1]
    assert (entry.act, entry.after) == (
        "pass.dates_set",
        {"last_day": "2027-03-31", "starts_on": "2026-12-05", "expires_on": "2027-03-31"},
    )
    assert_sound()


def test_visits_stay_when_the_expiry_is_set_before_them() -> None:
    desk, ada, pass_ = a_client_with_a_started_pass()
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 30)))
    desk.set_dates(pass_, None, date(2026, 12, 20))
    assert [visit.on_date.day for visit in desk.outlook(pass_).visits] == [10, 30]
    assert_sound()


def test_clearing_both_brings_the_derived_validity_back() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.set_dates(pass_, date(2026, 12, 5), date(2027, 3, 31))
    desk.set_dates(pass_, None, None)
    assert desk.last_day(pass_) == THE_8TH
    assert_sound()


def test_clearing_them_would_strand_a_visit_and_is_refused() -> None:
    desk, ada, pass_ = a_client_with_a_started_pass()
    desk.set_dates(pass_, None, date(2027, 3, 31))
    a_booking(ada, a_class(desk.business, on=date(2027, 2, 10)))
    with pytest.raises(StrandsAVisit, match="the class on 10 Feb 2027"):
        desk.set_dates(pass_, None, None)
    assert desk.last_day(pass_) == date(2027, 3, 31)
    assert_sound()


def test_clearing_them_would_miss_the_latest_day_to_start_and_is_refused() -> None:
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    pass_ = a_pass_of(ada, start_within_days=14)
    desk.set_dates(pass_, date(2026, 12, 1), None)
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 20)))
    with pytest.raises(StrandsAVisit, match="20 Dec 2026"):
        desk.set_dates(pass_, None, None)


def test_setting_what_is_set_changes_nothing() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.set_dates(pass_, None, date(2027, 3, 31))
    desk.set_dates(pass_, None, date(2027, 3, 31))
    assert [entry.act for entry in acts_on(pass_.id)] == ["pass.issued", "pass.dates_set"]


def test_an_end_before_the_start_is_refused() -> None:
    desk, ada, pass_ = a_client_with_a_started_pass()
    with pytest.raises(DatesNotInOrder):
        desk.set_dates(pass_, date(2027, 2, 2), date(2027, 2, 1))
    with pytest.raises(DatesNotInOrder, match="end on 9 Dec 2026, before it starts on 10 Dec 2026"):
        desk.set_dates(pass_, None, date(2026, 12, 9))
    december = a_pass_of(ada, validity=FixedDates(date(2026, 12, 1), date(2026, 12, 31)))
    with pytest.raises(DatesNotInOrder):
        desk.set_dates(december, date(2027, 1, 1), None)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1999, 12, 31), date(2200, 1, 1), date(9999, 12, 31)])
def test_a_date_that_nobody_means_is_refused(day: date) -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    for act in (
        lambda: desk.set_dates(pass_, day, None),
        lambda: desk.set_dates(pass_, None, day),
        lambda: desk.pause(pass_, day, day),
        lambda: desk.terminate(pass_, day),
        lambda: desk.reactivate(pass_, expires_on=day),
    ):
        with pytest.raises(DayOutOfReach):
            act()
    assert desk.at(NOW).status(pass_) is PassStatus.ACTIVE
