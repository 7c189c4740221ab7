"""Undoing the last act of staff on a pass (S9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.models.database import end_reading, transaction
from portal.operations.pass_shop import issue_pass
from portal.operations.reactivating import PurchaseOptionDeactivated
from portal.operations.reasons import ReasonNeeded
from portal.operations.undoing import NothingToUndo, UndoableAct, last_act
from portal.rules.facts import OwnedPass
from portal.rules.passes import PassStatus
from tests.accounts import failed_instalments
from tests.desk import WHY, Desk, a_desk, acts_on, deactivations_of, scheduled_instalments, uses_of
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    APass,
    APerson,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_purchase_option,
    stripe_tells,
)

pytestmark = pytest.mark.usefixtures("app")

LATER = NOW + timedelta(hours=3)
Act = Callable[[Desk, APass], object]


def a_client_with_a_started_pass() -> tuple[Desk, APerson, APass]:
    """A pass of 30 days from 10 Dec, that must start by 15 Dec: its last day is 8 Jan."""
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    pass_ = a_pass_of(ada, start_within_days=14)
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 10)))
    return desk, ada, pass_


def undoable(of: APass) -> UndoableAct | None:
    found = last_act(of.business.id, of.id)
    end_reading()
    return found


def terminated(desk: Desk, of: APass) -> None:
    desk.terminate(of, date(2026, 12, 20))


def deactivated(desk: Desk, of: APass) -> None:
    desk.deactivate(of)


def paused(desk: Desk, of: APass) -> None:
    desk.pause(of, date(2026, 12, 12), date(2026, 12, 18))


def dated(desk: Desk, of: APass) -> None:
    desk.set_dates(of, date(2026, 12, 5), date(2027, 3, 1))


def untouched(_desk: Desk, _of: APass) -> None:
    """Nothing was done before."""


def and_extended(desk: Desk, of: APass) -> None:
    dated(desk, of)
    desk.extend(of, 3)


ACTS: dict[str, tuple[Act, Act, str, str]] = {
    "deactivate": (
        untouched,
        deactivated,
        "pass.deactivated",
        "The pass can be used again, as before.",
    ),
    "deactivate instead of a termination": (
        terminated,
        deactivated,
        "pass.deactivated",
        "The pass will be deactivated from 20 Dec 2026 again.",
    ),
    "terminate": (
        untouched,
        terminated,
        "pass.termination_set",
        "The pass can be used again, as before.",
    ),
    "terminate on another day": (
        terminated,
        lambda desk, of: desk.terminate(of, date(2026, 12, 24)),
        "pass.termination_set",
        "The pass will be deactivated from 20 Dec 2026 again.",
    ),
    "terminate for another reason": (
        terminated,
        lambda desk, of: replace(desk, reason="Moves away").terminate(of, date(2026, 12, 20)),
        "pass.termination_set",
        "The pass will be deactivated from 20 Dec 2026 again.",
    ),
    "clear a termination": (
        terminated,
        lambda desk, of: desk.clear(of),
        "pass.termination_cleared",
        "The pass will be deactivated from 20 Dec 2026 again.",
    ),
    "reactivate": (
        deactivated,
        lambda desk, of: desk.reactivate(of, expires_on=date(2027, 5, 1)),
        "pass.reactivated",
        "The pass will be deactivated from 1 Dec 2026 again.",
    ),
    "add uses": (
        untouched,
        lambda desk, of: desk.adjust(of, 4),
        "pass.adjusted",
        "The pass will have 9 uses left again.",
    ),
    "take uses off": (
        untouched,
        lambda desk, of: desk.adjust(of, -9),
        "pass.adjusted",
        "The pass will have 9 uses left again.",
    ),
    "extend": (
        untouched,
        lambda desk, of: desk.extend(of, 7),
        "pass.extended",
        "The pass will end on 8 Jan 2027 again.",
    ),
    "extend one with dates": (
        dated,
        lambda desk, of: desk.extend(of, 7),
        "pass.extended",
        "The pass will end on 1 Mar 2027 again.",
    ),
    "pause": (untouched, paused, "pass.paused", "The pass will end on 8 Jan 2027 again."),
    "end a pause": (
        paused,
        lambda desk, of: desk.end_pause(of),
        "pass.pause_ended",
        "The pass will end on 15 Jan 2027 again.",
    ),
    "set dates": (untouched, dated, "pass.dates_set", "The pass will end on 8 Jan 2027 again."),
    "clear dates": (
        and_extended,
        lambda desk, of: desk.set_dates(of, None, None),
        "pass.dates_set",
        "The pass will end on 4 Mar 2027 again.",
    ),
}


@pytest.mark.parametrize("which", ACTS)
def test_the_pass_stands_as_it_did_before_the_act(which: str) -> None:
    before, act, name, sentence = ACTS[which]
    desk, _, pass_ = a_client_with_a_started_pass()
    before(desk, pass_)
    stood = _as_it_stands(desk, pass_)
    act(desk.at(NOW + timedelta(hours=1)), pass_)
    assert _as_it_stands(desk, pass_) != stood
    offered = undoable(pass_)
    assert offered is not None
    assert (offered.name, offered.by) == (name, "Olive Owen")
    assert str(offered.sentence) == sentence
    replace(desk, reason="Wrong client").at(LATER).undo(pass_)
    assert _as_it_stands(desk, pass_) == stood
    entry = acts_on(pass_.id)[-1]
    assert (entry.act, entry.reason, entry.at) == ("pass.undone", "Wrong client", LATER)
    assert entry.after is not None
    assert entry.after["undone"] == name
    assert_sound()


def test_an_undone_act_is_not_undone_again() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.extend(pass_, 7)
    desk.undo(pass_)
    assert undoable(pass_) is None
    with pytest.raises(NothingToUndo):
        desk.undo(pass_)
    assert desk.last_day(pass_) == date(2027, 1, 8)


def test_an_issued_pass_is_deactivated_and_stays_on_record() -> None:
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    pass_ = issued_by(desk, ada)
    offered = undoable(pass_)
    assert offered is not None
    assert str(offered.sentence) == "The pass stays on record, deactivated: it pays for nothing."
    desk.undo(pass_)
    assert desk.status(pass_) is PassStatus.DEACTIVATED
    assert_sound()


def issued_by(desk: Desk, ada: APerson) -> APass:
    option = a_purchase_option(desk.business)
    with transaction():
        pass_id = issue_pass(
            desk.business,
            customer_id=ada.id,
            purchase_option_id=option.id,
            actor=desk.actor,
            now=desk.now,
            reason=WHY,
        )
    return APass(desk.business, pass_id, ada.id, option.id, option.name)


def test_what_the_customer_or_the_portal_did_is_not_undone() -> None:
    desk = a_desk(a_business())
    pass_ = a_pass_of(a_customer(desk.business))
    assert undoable(pass_) is None
    with pytest.raises(NothingToUndo):
        desk.undo(pass_)


def test_nothing_is_undone_once_the_pass_was_used() -> None:
    desk, ada, pass_ = a_client_with_a_started_pass()
    desk.adjust(pass_, 4)
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 11)))
    assert undoable(pass_) is None
    with pytest.raises(NothingToUndo):
        desk.undo(pass_)
    assert uses_of(pass_) == (12, 0)


def test_nothing_is_undone_while_a_payment_claims_a_use_or_once_it_came() -> None:
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    yoga = a_class(desk.business)
    pass_ = a_pass_of(ada, covers=yoga)
    desk.extend(pass_, 7)
    booking = a_placed_booking(ada, yoga, a_class(desk.business, name="Clay"))
    assert undoable(pass_) is None
    desk.extend(pass_, 7)
    assert undoable(pass_) is not None
    stripe_tells(booking, paid=True)
    assert undoable(pass_) is None


def test_nothing_is_undone_where_money_moved() -> None:
    for charge in (True, False):
        desk, _, pass_ = a_client_with_a_started_pass()
        failed_instalments(pass_, 3000)
        desk.deactivate(pass_, charge=charge)
        assert undoable(pass_) is None
        with pytest.raises(NothingToUndo):
            desk.undo(pass_)


def test_a_deactivation_under_which_an_instalment_was_missed_is_not_undone_but_ended() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    scheduled_instalments(pass_, 3000, on=[date(2026, 12, 1)])
    desk.deactivate(pass_)
    next_day = desk.at(NOW + timedelta(days=1))
    with pytest.raises(NothingToUndo):
        next_day.undo(pass_)
    assert next_day.reactivate(pass_).skipped == 3000
    assert undoable(pass_) is None


def test_a_deactivation_is_undone_on_the_same_day_with_its_instalments() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    scheduled_instalments(pass_, 3000, on=[date(2026, 12, 1)])
    desk.deactivate(pass_)
    desk.at(LATER).undo(pass_)
    assert [due.amount for due in desk.outlook(pass_).scheduled] == [3000]


def test_a_deactivation_is_not_undone_once_the_purchase_option_is_deactivated() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.deactivate(pass_)
    desk.withdraw(pass_.purchase_option_id)
    with pytest.raises(PurchaseOptionDeactivated):
        desk.undo(pass_)


def test_a_termination_whose_day_has_come_is_neither_taken_back_nor_put_back() -> None:
    on_the_day = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)
    desk, _, pass_ = a_client_with_a_started_pass()
    terminated(desk, pass_)
    with pytest.raises(NothingToUndo):
        desk.at(on_the_day).undo(pass_)
    desk.clear(pass_)
    with pytest.raises(NothingToUndo):
        desk.at(on_the_day).undo(pass_)
    assert len(deactivations_of(pass_)) == 1


def test_it_says_why() -> None:
    desk, _, pass_ = a_client_with_a_started_pass()
    desk.extend(pass_, 7)
    with pytest.raises(ReasonNeeded):
        replace(desk, reason="").undo(pass_)
    assert desk.last_day(pass_) == date(2027, 1, 15)


def _as_it_stands(desk: Desk, of: APass) -> tuple[OwnedPass, str | None, bool | None]:
    """All that the rules see of it, and why it is deactivated."""
    outlook = desk.outlook(of).deactivation
    return desk.owned(of), *((None, None) if outlook is None else (outlook.reason, outlook.charges_balance))
