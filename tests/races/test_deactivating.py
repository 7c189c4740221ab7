"""Staff act on a pass while others do: one of them is first, and everyone is told how it went (S2–S9)."""

from collections import Counter
from contextlib import nullcontext
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.models.bookings import Ticket
from portal.models.database import db, end_reading
from portal.operations.checkout import Buyer
from portal.operations.locked_passes import latest_entry
from portal.operations.verification import broken_invariants
from tests.accounts import entries_of
from tests.desk import Desk, a_desk, acts_on, deactivations_of, uses_of
from tests.instalments import instalments_of, sold_on_paper
from tests.operations.verification.busy_desk import A_WEEK_LATER, an_instalment_fails
from tests.races.clerks import (
    Charging,
    Clerk,
    Settling,
    press_or_act,
    without_guard_of_added_uses,
    without_locks_at_check_out,
    without_locks_on_passes,
    without_order_of_options,
)
from tests.races.crowd import Crowd, Gap, all_at_once
from tests.races.shoppers import Presser, presser
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    APass,
    APerson,
    APurchaseOption,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_purchase_option,
    a_series,
)

pytestmark = pytest.mark.slow

ROUNDS = 8
CLERKS = 12
THE_20TH = date(2026, 12, 20)
ON_THE_DAY = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)


def test_two_staff_deactivate_at_once_one_does_and_the_others_are_told(app: Flask, crowd: Crowd) -> None:
    pass_, outcomes = _clerks_deactivate(app, crowd)
    assert outcomes == {"deactivate": 1, "AlreadyDeactivated": CLERKS - 1}
    assert len(deactivations_of(pass_)) == 1
    assert [entry.act for entry in acts_on(pass_.id)].count("pass.deactivated") == 1
    assert_sound()


def test_without_the_lock_they_collide(app: Flask, crowd: Crowd) -> None:
    """The database's own key is then all that stands between a pass and two deactivations."""

    pass_, outcomes = _clerks_deactivate(app, crowd, without=without_locks_on_passes)
    assert outcomes["fault: IntegrityError"] > 0 or len(deactivations_of(pass_)) > 1


def test_an_outstanding_balance_is_charged_once_by_two_people_and_the_worker(
    app: Flask, crowd: Crowd
) -> None:
    ada, people = _a_termination_comes()
    outcomes = all_at_once(crowd, app, press_or_act, people)
    assert outcomes["settled"] + outcomes["nothing due"] == 2
    assert (outcomes["reactivate"], outcomes["NothingToReactivate"]) == (1, 1)
    assert [kind for kind, _ in entries_of(ada)] == ["instalments"]
    assert_sound()


def test_without_the_lock_it_is_tried_twice(app: Flask, crowd: Crowd) -> None:
    """The database refuses the second entry; without that the client would be charged again."""

    ada, people = _a_termination_comes()
    outcomes = all_at_once(crowd, app, press_or_act, people, without=without_locks_on_passes)
    assert any(word.startswith("fault") for word in outcomes) or len(entries_of(ada)) > 1


def test_a_checkout_has_the_use_or_is_refused_while_its_pass_is_deactivated(app: Flask, crowd: Crowd) -> None:
    """R6: never both, never neither."""
    passes, outcomes = _checkouts_meet(app, crowd, "deactivate", ROUNDS)
    assert outcomes["deactivate"] == ROUNDS
    assert outcomes["confirmed"] + outcomes["QuoteChanged"] == ROUNDS
    assert sum(map(_paid_by, passes)) == outcomes["confirmed"]
    assert all(uses_of(it) == (10 - _paid_by(it), 0) for it in passes)
    assert_sound()


def test_without_the_lock_a_deactivated_pass_pays(app: Flask, crowd: Crowd) -> None:
    _checkouts_meet(app, crowd, "deactivate", 1, without=without_locks_at_check_out)
    assert _is_broken("A deactivated pass has paid for nothing since")


def test_a_checkout_has_the_use_or_is_refused_while_its_purchase_option_is_deactivated(
    app: Flask, crowd: Crowd
) -> None:
    desk, option, people = _everyone_has_a_pass_of_one_kind()
    outcomes = all_at_once(crowd, app, press_or_act, [*people, Clerk(desk, "withdraw", (option.id,))])
    assert outcomes["withdraw"] == 1
    assert outcomes["confirmed"] + outcomes["QuoteChanged"] == len(people)
    assert_sound()


def test_without_the_lock_a_withdrawn_pass_pays(app: Flask, crowd: Crowd) -> None:
    desk, option, people = _everyone_has_a_pass_of_one_kind()
    everybody = [Clerk(desk, "withdraw", (option.id,)), *people]
    all_at_once(crowd, app, press_or_act, everybody, without=without_locks_at_check_out)
    assert _is_broken("The passes of a deactivated purchase option have paid for nothing since")


def test_a_form_sent_by_many_at_once_extends_and_adjusts_once(app: Flask, crowd: Crowd) -> None:
    desk, pass_, outcomes = _the_same_form(app, crowd, "extend")
    assert outcomes == {"extend": 1, "ChangedMeanwhile": CLERKS - 1}
    assert desk.owned(pass_).added_days == 5
    desk, pass_, outcomes = _the_same_form(app, crowd, "adjust")
    assert outcomes == {"adjust": 1, "ChangedMeanwhile": CLERKS - 1}
    assert uses_of(pass_) == (15, 0)
    assert_sound()


def test_without_the_lock_a_form_sent_by_many_counts_more_than_once(app: Flask, crowd: Crowd) -> None:
    _, _, outcomes = _the_same_form(app, crowd, "extend", without=without_locks_on_passes)
    assert outcomes["extend"] > 1


def test_an_added_use_is_undone_or_booked_and_never_both(app: Flask, crowd: Crowd) -> None:
    passes, outcomes = _checkouts_meet(app, crowd, "undo", ROUNDS, used_up=True)
    assert outcomes["undo"] + outcomes["NothingToUndo"] == ROUNDS
    assert outcomes["confirmed"] == outcomes["NothingToUndo"]
    assert outcomes["QuoteChanged"] == outcomes["undo"]
    assert all(uses_of(it) == (0, 0) for it in passes)
    assert_sound()


def test_without_the_lock_it_would_be_both(app: Flask, crowd: Crowd) -> None:
    """That a pass has no fewer uses than are claimed is then all that stands between."""
    _, outcomes = _checkouts_meet(app, crowd, "undo", 1, used_up=True, without=without_guard_of_added_uses)
    assert outcomes == {"undo": 1, "fault: IntegrityError": 1}


def test_a_reactivation_a_termination_and_a_pause_at_once_leave_one_story(app: Flask, crowd: Crowd) -> None:
    people = _everything_at_once(ROUNDS)
    outcomes = all_at_once(crowd, app, press_or_act, people)
    assert not any(word.startswith("fault") for word in outcomes), outcomes
    assert sum(outcomes.values()) == len(people)
    assert_sound()


def test_without_the_lock_they_tell_two(app: Flask, crowd: Crowd) -> None:
    """The database's own key is then all that stands between a deactivation and a termination."""
    outcomes = all_at_once(crowd, app, press_or_act, _everything_at_once(1), without=without_locks_on_passes)
    assert outcomes["fault: IntegrityError"] > 0


def test_a_purchase_option_is_deactivated_while_its_instalments_are_charged(app: Flask, crowd: Crowd) -> None:
    """Both take the purchase option before its passes: nobody waits for nobody."""
    outcomes = _withdrawing_meets_charging(ROUNDS, app, crowd)
    assert outcomes["withdraw"] == ROUNDS
    assert outcomes["charging"] + outcomes["not due"] == ROUNDS
    assert_sound()


def test_without_that_order_they_wait_for_each_other(app: Flask, crowd: Crowd) -> None:
    outcomes = _withdrawing_meets_charging(1, app, crowd, without=without_order_of_options)
    assert outcomes["fault: OperationalError"] == 1


def _is_broken(invariant: str) -> bool:
    end_reading()
    return invariant in {finding.name for finding in broken_invariants()}


def _clerks_deactivate(app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> tuple[APass, Counter[str]]:
    desk = a_desk(a_business())
    pass_ = a_pass_of(a_customer(desk.business))
    people = [Clerk(desk, "deactivate", (pass_,)) for _ in range(CLERKS)]
    return pass_, all_at_once(crowd, app, press_or_act, people, without=without)


def _a_termination_comes() -> tuple[APerson, list[object]]:
    """The worker carries out the answer to S5 while two people reactivate the pass."""
    desk = a_desk(a_business(), now=A_WEEK_LATER)
    sold = sold_on_paper(desk.business)
    an_instalment_fails(sold.own.id, desk.business)
    desk.terminate(sold.own, THE_20TH, charge=True)
    worker = Settling(desk.business, sold.own.id, ON_THE_DAY)
    staff = Clerk(desk.at(ON_THE_DAY), "reactivate", (sold.own,))
    return sold.ada, [worker, staff, worker, staff]


def _checkouts_meet(
    app: Flask,
    crowd: Crowd,
    act: str,
    count: int,
    *,
    used_up: bool = False,
    without: Gap = nullcontext,
) -> tuple[list[APass], Counter[str]]:
    """For each pass somebody presses Book now with it while a clerk acts on it."""
    desk = a_desk(a_business())
    series = a_series(desk.business)
    yoga = a_class(series, capacity=100)
    earlier = a_class(series, on=date(2026, 12, 9), capacity=100)
    passes, people = [], []
    for _ in range(count):
        ada = a_customer(desk.business)
        pass_ = a_pass_of(ada, uses=1 if used_up else 10)
        if used_up:
            a_booking(ada, earlier)
            desk.adjust(pass_, 1)
        passes.append(pass_)
        people += [_before_the_button(ada, a_basket(ada, yoga)), Clerk(desk, act, (pass_,))]
    return passes, all_at_once(crowd, app, press_or_act, people, without=without)


def _everything_at_once(count: int) -> list[Clerk]:
    """For each of so many passes, clerks who want everything of it."""
    desk = a_desk(a_business())
    return [
        clerk
        for it in [a_pass_of(a_customer(desk.business)) for _ in range(count)]
        for clerk in (
            Clerk(desk, "terminate", (it, THE_20TH)),
            Clerk(desk, "deactivate", (it,)),
            Clerk(desk, "reactivate", (it,)),
            Clerk(desk, "pause", (it, THE_20TH, THE_20TH)),
            Clerk(desk, "set_dates", (it, None, THE_20TH)),
            Clerk(desk, "undo", (it,)),
        )
    ]


def _withdrawing_meets_charging(
    count: int, app: Flask, crowd: Crowd, *, without: Gap = nullcontext
) -> Counter[str]:
    """The worker charges an instalment of each pass while staff deactivate the pass's purchase option."""
    desk = a_desk(a_business())
    people: list[object] = []
    for _ in range(count):
        sold = sold_on_paper(desk.business)
        people.append(Charging(desk.business, instalments_of(sold.own)[0].id, ON_THE_DAY))
        people.append(Clerk(desk.at(ON_THE_DAY), "withdraw", (sold.own.purchase_option_id,)))
    return all_at_once(crowd, app, press_or_act, people, without=without)


def _everyone_has_a_pass_of_one_kind() -> tuple[Desk, APurchaseOption, list[Presser]]:
    desk = a_desk(a_business())
    option = a_purchase_option(desk.business)
    yoga = a_class(desk.business, capacity=100)
    people = []
    for _ in range(CLERKS):
        ada = a_customer(desk.business)
        a_pass_of(ada, option)
        people.append(_before_the_button(ada, a_basket(ada, yoga)))
    return desk, option, people


def _the_same_form(
    app: Flask, crowd: Crowd, act: str, *, without: Gap = nullcontext
) -> tuple[Desk, APass, Counter[str]]:
    desk = a_desk(a_business())
    pass_ = a_pass_of(a_customer(desk.business))
    seen = latest_entry(desk.business.id, pass_.id)
    end_reading()
    people = [Clerk(desk, act, (pass_, 5), seen) for _ in range(CLERKS)]
    return desk, pass_, all_at_once(crowd, app, press_or_act, people, without=without)


def _before_the_button(ada: APerson, basket_id: UUID) -> Presser:
    shown = presser(ada.business, basket_id, Buyer(ada.id, ada.name, ada.email), now=NOW)
    end_reading()
    return shown


def _paid_by(owned: APass) -> int:
    tickets = db.session.scalar(select(func.count()).where(Ticket.class_pass_id == owned.id, Ticket.counts))
    end_reading()
    return tickets or 0
