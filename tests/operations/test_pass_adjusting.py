"""Adjusting the uses of a pass (P8, P9, S9)."""

from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import select

from portal.models.class_passes import PassUse
from portal.models.database import db, end_reading
from portal.operations.locked_passes import ChangedMeanwhile, latest_entry
from portal.operations.pass_adjusting import ChangeNeeded, UnlimitedUses, UsesTaken
from portal.operations.reasons import ReasonNeeded
from portal.rules.passes import PassStatus
from tests.desk import WHY, Desk, a_desk, acts_on, uses_of
from tests.soundness import assert_sound
from tests.studio import (
    APass,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_placed_booking,
    stripe_tells,
)

pytestmark = pytest.mark.usefixtures("app")


def a_client_with_a_pass(uses: int | None = 10) -> tuple[Desk, APass]:
    desk = a_desk(a_business())
    return desk, a_pass_of(a_customer(desk.business), uses=uses)


def ledger_of(of: APass) -> list[tuple[str, int, str]]:
    rows = db.session.scalars(
        select(PassUse).where(PassUse.class_pass_id == of.id).order_by(PassUse.id)
    ).all()
    end_reading()
    return [(row.kind.value, row.change, row.reason) for row in rows]


def test_a_change_is_an_entry_in_its_ledger_with_who_and_why() -> None:
    desk, pass_ = a_client_with_a_pass()
    desk.adjust(pass_, 3)
    desk.adjust(pass_, -1)
    assert uses_of(pass_) == (12, 0)
    assert ledger_of(pass_)[1:] == [("adjusted", 3, WHY), ("adjusted", -1, WHY)]
    entry = acts_on(pass_.id)[-1]
    assert (entry.act, entry.before, entry.after) == ("pass.adjusted", {"uses_left": 13}, {"uses_left": 12})
    assert_sound()


def test_no_more_is_taken_off_than_is_left() -> None:
    desk, pass_ = a_client_with_a_pass(2)
    with pytest.raises(UsesTaken, match="Only 2 uses can be taken off"):
        desk.adjust(pass_, -3)
    desk.adjust(pass_, -2)
    assert desk.status(pass_) is PassStatus.USED_UP
    assert_sound()


def test_what_a_payment_under_way_claims_is_not_left() -> None:
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    yoga = a_class(desk.business)
    pass_ = a_pass_of(ada, uses=2, covers=yoga)
    booking = a_placed_booking(ada, yoga, a_class(desk.business, name="Clay", at=time(15)))
    assert uses_of(pass_) == (2, 1)
    with pytest.raises(UsesTaken, match="Only 1 use can be taken off"):
        desk.adjust(pass_, -2)
    desk.adjust(pass_, -1)
    stripe_tells(booking, paid=True)
    assert uses_of(pass_) == (0, 0)
    assert_sound()


def test_an_unlimited_pass_has_none_to_adjust() -> None:
    desk, pass_ = a_client_with_a_pass(None)
    with pytest.raises(UnlimitedUses):
        desk.adjust(pass_, 1)


@pytest.mark.parametrize("change", [0, 1001, -1001])
def test_a_change_that_nobody_means_is_refused(change: int) -> None:
    desk, pass_ = a_client_with_a_pass()
    with pytest.raises(ChangeNeeded):
        desk.adjust(pass_, change)


def test_it_says_why() -> None:
    desk, pass_ = a_client_with_a_pass()
    with pytest.raises(ReasonNeeded):
        replace(desk, reason="").adjust(pass_, 1)
    assert uses_of(pass_) == (10, 0)


def test_a_form_sent_twice_adjusts_once() -> None:
    desk, pass_ = a_client_with_a_pass()
    seen = latest_entry(desk.business.id, pass_.id)
    desk.adjust(pass_, 2, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        desk.adjust(pass_, 2, seen=seen)
    assert uses_of(pass_) == (12, 0)


def test_a_used_up_pass_pays_again() -> None:
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    pass_ = a_pass_of(ada, uses=1)
    a_booking(ada, a_class(desk.business))
    assert desk.status(pass_) is PassStatus.USED_UP
    desk.adjust(pass_, 2)
    assert desk.status(pass_) is PassStatus.ACTIVE
    assert uses_of(pass_) == (2, 0)


def test_a_deactivated_pass_may_be_adjusted_and_stays_deactivated() -> None:
    desk, pass_ = a_client_with_a_pass()
    desk.deactivate(pass_)
    desk.adjust(pass_, -4)
    assert (uses_of(pass_), desk.status(pass_)) == ((6, 0), PassStatus.DEACTIVATED)
