"""Ending a client's pass on a day to come (S6): the day begins where the studio is (T1, T2)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from portal.jobs.terminations import settle_due_terminations
from portal.models.audit import ActorKind
from portal.models.database import db, end_reading
from portal.models.deactivations import PassDeactivation
from portal.operations.deactivating import (
    AlreadyDeactivated,
    AnswerNeeded,
    NoTermination,
    TerminationNotAhead,
)
from portal.rules.passes import PassStatus
from portal.rules.quote import MoneyPays, PassPays
from tests.accounts import balance_of, entries_of, failed_instalments, instalments_of
from tests.desk import Desk, a_desk, acts_on, deactivations_of, scheduled_instalments
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

THE_20TH = date(2026, 12, 20)
ON_THE_DAY = datetime(2026, 12, 20, 0, 0, tzinfo=UTC)


def a_client_with_a_pass(zone: str = "Europe/London", *, now: datetime = NOW) -> tuple[Desk, APerson, APass]:
    desk = a_desk(a_business(zone=zone), now=now)
    ada = a_customer(desk.business)
    return desk, ada, a_pass_of(ada, days=400, now=now)


def balance_is_settled(of: APass) -> list[bool]:
    rows = db.session.scalars(
        select(PassDeactivation.balance_settled_at)
        .where(PassDeactivation.class_pass_id == of.id)
        .order_by(PassDeactivation.id)
    ).all()
    end_reading()
    return [at is not None for at in rows]


def test_w14_w20_the_pass_ends_at_the_start_of_that_day() -> None:
    desk, _, pass_ = a_client_with_a_pass()
    desk.terminate(pass_, THE_20TH)
    assert desk.status(pass_) is PassStatus.NOT_STARTED
    assert desk.at(ON_THE_DAY - timedelta(seconds=1)).status(pass_) is PassStatus.NOT_STARTED
    assert desk.at(ON_THE_DAY).status(pass_) is PassStatus.DEACTIVATED
    assert_sound()


def test_a_class_on_or_after_the_day_is_not_payable_even_before_it() -> None:
    desk, ada, pass_ = a_client_with_a_pass()
    series = a_series(desk.business)
    classes = [a_class(series, on=THE_20TH + timedelta(days=off)) for off in (-1, 0, 1)]
    basket_id = a_basket(ada, *classes)
    desk.terminate(pass_, THE_20TH)
    before, on, after = desk.lines(ada, basket_id)
    assert isinstance(before.pays, PassPays)
    assert isinstance(on.pays, MoneyPays)
    assert isinstance(after.pays, MoneyPays)
    assert str(on.why_not[0].sentence) == "Your 10-class pass ends on 19 Dec; this class is on 20 Dec."


def test_classes_booked_on_later_days_stay() -> None:
    desk, ada, pass_ = a_client_with_a_pass()
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 27)))
    desk.terminate(pass_, THE_20TH)
    assert [visit.on_date.day for visit in desk.outlook(pass_).visits] == [27]
    assert desk.owned(pass_).uses_left == 9
    assert_sound()


def test_only_a_day_to_come_is_taken() -> None:
    desk, _, pass_ = a_client_with_a_pass()
    for day in (desk.today, desk.today - timedelta(days=1)):
        with pytest.raises(TerminationNotAhead, match="2 Dec 2026 or a later day"):
            desk.terminate(pass_, day)
    assert deactivations_of(pass_) == []


def test_another_day_replaces_it_and_both_stay_on_record() -> None:
    desk, _, pass_ = a_client_with_a_pass()
    desk.terminate(pass_, THE_20TH)
    desk.terminate(pass_, date(2027, 1, 5))
    first, second = deactivations_of(pass_)
    assert (first.from_day, first.ended_at, first.ended_by_id) == (THE_20TH, NOW, desk.staff.id)
    assert (second.from_day, second.ended_at) == (date(2027, 1, 5), None)
    last = acts_on(pass_.id)[-1]
    assert last.before == {"deactivated_from": "2026-12-20"}
    assert last.after == {"deactivated_from": "2027-01-05"}
    assert desk.at(ON_THE_DAY).status(pass_) is PassStatus.NOT_STARTED


def test_the_same_form_sent_twice_is_one_termination() -> None:
    desk, _, pass_ = a_client_with_a_pass()
    desk.terminate(pass_, THE_20TH)
    desk.terminate(pass_, THE_20TH)
    assert len(deactivations_of(pass_)) == 1
    assert [entry.act for entry in acts_on(pass_.id)] == ["pass.issued", "pass.termination_set"]


def test_it_can_be_cleared_until_the_day_comes_and_not_then() -> None:
    desk, _, pass_ = a_client_with_a_pass()
    desk.terminate(pass_, THE_20TH)
    desk.at(ON_THE_DAY - timedelta(seconds=1)).clear(pass_)
    assert desk.at(ON_THE_DAY).status(pass_) is PassStatus.NOT_STARTED
    assert acts_on(pass_.id)[-1].act == "pass.termination_cleared"
    desk.terminate(pass_, THE_20TH)
    for act in (desk.at(ON_THE_DAY).clear, desk.at(ON_THE_DAY).deactivate):
        with pytest.raises(AlreadyDeactivated, match="on 20 Dec 2026"):
            act(pass_)
    with pytest.raises(AlreadyDeactivated):
        desk.at(ON_THE_DAY).terminate(pass_, date(2027, 1, 1))


def test_nothing_is_cleared_where_nothing_is_set() -> None:
    desk, _, pass_ = a_client_with_a_pass()
    with pytest.raises(NoTermination):
        desk.clear(pass_)


def test_deactivating_at_once_takes_the_place_of_a_termination() -> None:
    desk, _, pass_ = a_client_with_a_pass()
    desk.terminate(pass_, THE_20TH)
    desk.deactivate(pass_)
    assert desk.status(pass_) is PassStatus.DEACTIVATED
    assert [row.ended_at is None for row in deactivations_of(pass_)] == [False, True]
    assert_sound()


def test_the_question_is_asked_wherever_instalments_remain_unpaid() -> None:
    desk, _, pass_ = a_client_with_a_pass()
    scheduled_instalments(pass_, 3000, on=[date(2026, 12, 24)])
    with pytest.raises(AnswerNeeded):
        desk.terminate(pass_, THE_20TH)
    desk.terminate(pass_, THE_20TH, charge=False)
    assert [row.charges_balance for row in deactivations_of(pass_)] == [False]


def test_the_answer_is_carried_out_on_the_day_once_and_not_before() -> None:
    desk, ada, pass_ = a_client_with_a_pass()
    failed_instalments(pass_, 3000)
    desk.terminate(pass_, THE_20TH, charge=True)
    assert settle_due_terminations(now=ON_THE_DAY - timedelta(seconds=1)) == 0
    assert entries_of(ada) == []
    assert settle_due_terminations(now=ON_THE_DAY) == 1
    assert settle_due_terminations(now=ON_THE_DAY + timedelta(minutes=1)) == 0
    assert entries_of(ada) == [("instalments", -3000)]
    assert balance_of(ada) == (-3000, 0)
    settled = acts_on(pass_.id)[-1]
    assert (settled.act, settled.actor_kind, settled.after) == (
        "pass.balance_settled",
        ActorKind.SYSTEM,
        {"charged_to_account": 3000},
    )


def test_what_was_paid_before_the_day_is_not_charged_on_it() -> None:
    """The answer is about what is outstanding on the day, not when it was given."""
    desk, ada, pass_ = a_client_with_a_pass()
    scheduled_instalments(pass_, 3000, on=[date(2026, 12, 10)])
    desk.terminate(pass_, THE_20TH, charge=True)
    assert settle_due_terminations(now=ON_THE_DAY) == 1
    assert (entries_of(ada), instalments_of(pass_)) == ([], [("scheduled", 3000)])
    assert acts_on(pass_.id)[-1].act == "pass.termination_set"


def test_a_cleared_termination_drops_its_answer() -> None:
    desk, ada, pass_ = a_client_with_a_pass()
    failed_instalments(pass_, 3000)
    desk.terminate(pass_, THE_20TH, charge=True)
    desk.clear(pass_)
    assert settle_due_terminations(now=ON_THE_DAY) == 0
    assert (entries_of(ada), instalments_of(pass_)) == ([], [("failed", 3000)])


def test_a_worker_that_slept_for_three_days_lets_no_use_through_and_charges_once() -> None:
    desk, ada, pass_ = a_client_with_a_pass()
    failed_instalments(pass_, 3000)
    desk.terminate(pass_, THE_20TH, charge=True)
    late = desk.at(ON_THE_DAY + timedelta(days=3))
    basket_id = a_basket(ada, a_class(desk.business, on=date(2026, 12, 30)), now=late.now)
    (line,) = late.lines(ada, basket_id)
    assert isinstance(line.pays, MoneyPays)
    assert str(line.why_not[0].sentence) == "Your 10-class pass has been deactivated."
    assert settle_due_terminations(now=late.now) == 1
    assert settle_due_terminations(now=late.now) == 0
    assert entries_of(ada) == [("instalments", -3000)]


def test_a_reactivation_before_the_worker_wakes_carries_the_answer_out_first() -> None:
    desk, ada, pass_ = a_client_with_a_pass()
    failed_instalments(pass_, 3000)
    desk.terminate(pass_, THE_20TH, charge=True)
    desk.at(ON_THE_DAY + timedelta(days=2)).reactivate(pass_)
    assert entries_of(ada) == [("instalments", -3000)]
    assert balance_is_settled(pass_) == [True]
    assert settle_due_terminations(now=ON_THE_DAY + timedelta(days=3)) == 0


LEAP_DAY = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("zone", "day", "starts"),
    [
        pytest.param("Europe/London", LEAP_DAY, datetime(2028, 2, 29, tzinfo=UTC), id="leap day"),
        pytest.param(
            "Europe/London",
            date(2027, 3, 28),
            datetime(2027, 3, 28, tzinfo=UTC),
            id="the day on which the clocks go forward",
        ),
        pytest.param(
            "Europe/London",
            date(2027, 10, 31),
            datetime(2027, 10, 30, 23, 0, tzinfo=UTC),
            id="the day on which they go back",
        ),
        pytest.param(
            "Africa/Cairo",
            date(2027, 4, 30),
            datetime(2027, 4, 29, 22, 0, tzinfo=UTC),
            id="a day without midnight",
        ),
        pytest.param(
            "Africa/Cairo",
            date(2027, 10, 29),
            datetime(2027, 10, 28, 22, 0, tzinfo=UTC),
            id="a day whose eve has its last hour twice",
        ),
        pytest.param(
            "Pacific/Auckland", date(2027, 1, 15), datetime(2027, 1, 14, 11, 0, tzinfo=UTC), id="far ahead"
        ),
        pytest.param(
            "America/Los_Angeles", date(2027, 1, 15), datetime(2027, 1, 15, 8, 0, tzinfo=UTC), id="far behind"
        ),
    ],
)
def test_t2_the_day_begins_where_the_studio_is(zone: str, day: date, starts: datetime) -> None:
    """Status, payment and the settling of the balance all turn at the same instant, in the studio's zone."""
    desk, ada, pass_ = a_client_with_a_pass(zone)
    failed_instalments(pass_, 3000)
    desk.terminate(pass_, day, charge=True)
    before, on = desk.at(starts - timedelta(seconds=1)), desk.at(starts)
    assert before.today == day - timedelta(days=1)
    assert on.today == day
    assert before.status(pass_) is PassStatus.NOT_STARTED
    assert on.status(pass_) is PassStatus.DEACTIVATED
    assert settle_due_terminations(now=before.now) == 0
    assert settle_due_terminations(now=on.now) == 1
    assert balance_of(ada) == (-3000, 0)


def test_a_late_class_on_the_eve_of_a_change_of_clocks_is_the_last_that_it_pays_for() -> None:
    desk, ada, pass_ = a_client_with_a_pass("Africa/Cairo")
    day = date(2027, 4, 30)
    series = a_series(desk.business)
    eve = a_class(series, on=day - timedelta(days=1), at=time(23, 30))
    after = a_class(series, on=day, at=time(1, 30))
    desk.terminate(pass_, day)
    first, second = desk.lines(ada, a_basket(ada, eve, after))
    assert isinstance(first.pays, PassPays)
    assert isinstance(second.pays, MoneyPays)
