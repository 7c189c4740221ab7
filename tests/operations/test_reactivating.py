"""Making a client's pass usable again (S7, S8)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.operations.locked_passes import NoSuchPass
from portal.operations.reactivating import (
    ExpiryBeforeStart,
    ExpiryNotAhead,
    NewExpiryNeeded,
    NothingToReactivate,
    PurchaseOptionDeactivated,
    UsedUpInstead,
)
from portal.operations.reasons import ReasonNeeded
from portal.rules.passes import PassStatus
from portal.rules.quote import PassPays
from portal.rules.validity import FixedDates
from tests.accounts import entries_of, instalments_of
from tests.desk import WHY, Desk, a_desk, acts_on, deactivations_of, scheduled_instalments
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
)

pytestmark = pytest.mark.usefixtures("app")

FEBRUARY = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


def a_client_with_a_started_pass() -> tuple[Desk, APerson, APass]:
    """A pass of 30 days from 10 Dec: its last day is 8 Jan."""
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    pass_ = a_pass_of(ada)
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 10)))
    return desk, ada, pass_


def test_w3_deactivated_and_not_expired_it_becomes_active() -> None:
    desk, ada, pass_ = a_client_with_a_started_pass()
    basket_id = a_basket(ada, a_class(desk.business, on=date(2026, 12, 15)))
    desk.deactivate(pass_)
    desk.at(NOW + timedelta(days=1)).reactivate(pass_)
    assert desk.status(pass_) is PassStatus.ACTIVE
    (line,) = desk.lines(ada, basket_id)
    assert isinstance(line.pays, PassPays)
    assert_sound()


def test_the_record_says_who_reactivated_it_and_why() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.deactivate(pass_)
    later = NOW + timedelta(days=1)
    desk.at(later).reactivate(pass_)
    (row,) = deactivations_of(pass_)
    assert (row.ended_at, row.ended_by_id, row.ended_reason) == (later, desk.staff.id, WHY)
    entry = acts_on(pass_.id)[-1]
    assert (entry.act, entry.reason) == ("pass.reactivated", WHY)
    assert entry.before == {"status": "deactivated", "deactivated_from": "2026-12-01"}
    assert entry.after == {"status": "active", "deactivated_from": None}


def test_w4_w8_expired_while_deactivated_it_comes_back_with_a_new_date_only() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.deactivate(pass_)
    february = desk.at(FEBRUARY)
    with pytest.raises(NewExpiryNeeded):
        february.reactivate(pass_)
    assert february.status(pass_) is PassStatus.DEACTIVATED
    february.reactivate(pass_, expires_on=date(2027, 2, 2))
    assert february.status(pass_) is PassStatus.ACTIVE
    assert february.last_day(pass_) == date(2027, 2, 2)
    assert_sound()


def test_w8_the_new_date_may_be_set_beforehand() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.deactivate(pass_)
    february = desk.at(FEBRUARY)
    february.set_dates(pass_, None, date(2027, 3, 1))
    assert february.status(pass_) is PassStatus.DEACTIVATED
    february.reactivate(pass_)
    assert february.status(pass_) is PassStatus.ACTIVE


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 1)])
def test_the_new_date_lies_in_the_future(day: date) -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.deactivate(pass_)
    with pytest.raises(ExpiryNotAhead, match="2 Feb 2027 or later"):
        desk.at(FEBRUARY).reactivate(pass_, expires_on=day)


def test_the_new_date_is_not_before_the_pass_starts() -> None:
    desk = a_desk(a_business())
    spring = FixedDates(date(2027, 3, 1), date(2027, 5, 31))
    pass_ = a_pass_of(a_customer(desk.business), validity=spring)
    desk.deactivate(pass_)
    with pytest.raises(ExpiryBeforeStart, match="starts on 1 Mar 2027"):
        desk.reactivate(pass_, expires_on=date(2027, 2, 28))
    desk.reactivate(pass_, expires_on=date(2027, 3, 1))
    assert desk.last_day(pass_) == date(2027, 3, 1)


def test_an_expired_pass_is_reactivated_the_same_way() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    february = desk.at(FEBRUARY)
    assert february.status(pass_) is PassStatus.EXPIRED
    with pytest.raises(NewExpiryNeeded):
        february.reactivate(pass_)
    february.reactivate(pass_, expires_on=date(2027, 3, 1))
    assert february.status(pass_) is PassStatus.ACTIVE
    assert deactivations_of(pass_) == []


def test_a_pass_that_was_not_started_in_time_is_reactivated_with_a_date() -> None:
    desk = a_desk(a_business())
    pass_ = a_pass_of(a_customer(desk.business), start_within_days=14)
    january = desk.at(datetime(2027, 1, 10, 9, 0, tzinfo=UTC))
    assert january.status(pass_) is PassStatus.EXPIRED
    january.reactivate(pass_, expires_on=date(2027, 2, 10))
    assert january.status(pass_) is PassStatus.NOT_STARTED
    assert january.last_day(pass_) == date(2027, 2, 10)


def test_w9_with_its_purchase_option_deactivated_it_is_refused_in_these_words() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.withdraw(pass_.purchase_option_id)
    expected = "^Promotion was terminated and can not be activated$"
    with pytest.raises(PurchaseOptionDeactivated, match=expected):
        desk.reactivate(pass_)
    desk.bring_back(pass_.purchase_option_id)
    desk.deactivate(pass_)
    desk.withdraw(pass_.purchase_option_id)
    with pytest.raises(PurchaseOptionDeactivated, match=expected):
        desk.reactivate(pass_)
    assert desk.status(pass_) is PassStatus.DEACTIVATED


def test_w10_once_the_purchase_option_is_active_again_it_can_be() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.deactivate(pass_)
    desk.withdraw(pass_.purchase_option_id)
    desk.bring_back(pass_.purchase_option_id)
    assert desk.status(pass_) is PassStatus.DEACTIVATED
    desk.reactivate(pass_)
    assert desk.status(pass_) is PassStatus.ACTIVE


def test_a_termination_ahead_is_cleared() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.terminate(pass_, date(2026, 12, 20))
    desk.reactivate(pass_)
    assert desk.outlook(pass_).deactivation is None


def test_a_pass_that_is_usable_needs_nothing() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    with pytest.raises(NothingToReactivate):
        desk.reactivate(pass_)
    desk.deactivate(pass_)
    desk.reactivate(pass_)
    with pytest.raises(NothingToReactivate):
        desk.reactivate(pass_)


def test_a_used_up_pass_has_adjust_uses_instead() -> None:
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    pass_ = a_pass_of(ada, uses=1)
    a_booking(ada, a_class(desk.business))
    with pytest.raises(UsedUpInstead, match="Adjust uses"):
        desk.reactivate(pass_)
    desk.adjust(pass_, 1)
    assert desk.status(pass_) is PassStatus.ACTIVE


def test_it_says_why() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.deactivate(pass_)
    with pytest.raises(ReasonNeeded):
        replace(desk, reason=" ").reactivate(pass_)
    assert desk.status(pass_) is PassStatus.DEACTIVATED


def test_instalments_whose_day_passed_meanwhile_are_skipped_and_the_others_resume() -> None:
    desk, ada, pass_ = a_client_with_a_started_pass()
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 14), date(2026, 12, 15), date(2026, 12, 28)]
    scheduled_instalments(pass_, 1, 2, 3, 4, 5, on=days)
    desk.deactivate(pass_)
    back = desk.at(datetime(2026, 12, 15, 9, 0, tzinfo=UTC))
    resume = back.outlook(pass_).resuming(back.today)
    assert [due.amount for due in resume] == [1, 4, 5]
    assert back.reactivate(pass_).skipped == 2 + 3
    assert instalments_of(pass_) == [
        ("scheduled", 1),
        ("skipped", 2),
        ("skipped", 3),
        ("scheduled", 4),
        ("scheduled", 5),
    ]
    assert entries_of(ada) == []
    entry = acts_on(pass_.id)[-1]
    assert entry.after is not None
    assert entry.after["instalments_skipped"] == 5


def test_deactivated_with_no_uses_left_it_comes_back_used_up() -> None:
    """Its instalments resume, which a pass that stays deactivated would not let them."""
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    pass_ = a_pass_of(ada, uses=1)
    a_booking(ada, a_class(desk.business))
    desk.deactivate(pass_)
    desk.reactivate(pass_)
    assert desk.status(pass_) is PassStatus.USED_UP


def test_a_deactivation_that_was_ended_does_not_count_again() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    for nth in range(3):
        at = desk.at(NOW + timedelta(hours=nth))
        at.deactivate(pass_)
        at.reactivate(pass_)
    assert desk.status(pass_) is PassStatus.ACTIVE
    assert len(deactivations_of(pass_)) == 3
    assert_sound()


def test_an_expiry_that_is_not_asked_for_may_still_be_given() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.deactivate(pass_)
    desk.reactivate(pass_, expires_on=date(2027, 6, 1))
    assert desk.last_day(pass_) == date(2027, 6, 1)


def test_other_staff_at_another_studio_do_not_reach_it() -> None:
    _, _, pass_ = a_client_with_a_started_pass()
    elsewhere = a_desk(a_business("Harbour Pottery"))
    with pytest.raises(NoSuchPass):
        elsewhere.deactivate(pass_)
