"""Workers, webhooks and staff at one instalment at once: charged, failed and owed once (M1, S4, S5)."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.models.accounts import AccountEntry
from portal.models.database import db, end_reading, transaction
from portal.models.instalments import AttemptStatus, InstalmentAttempt
from portal.operations.auto_payments import intend_charge
from tests.accounts import staff_actor
from tests.instalments import (
    EACH,
    SoldInParts,
    auto_payment_on_paper,
    charge_on_paper,
    instalment_payments,
    instalments_of,
    letters_about_failures,
    sold_on_paper,
    statuses_of,
)
from tests.races.chargers import (
    Charger,
    Deactivator,
    Hearer,
    act,
    begin,
    hear,
    without_guard_of_attempts,
    without_guard_of_instalments,
)
from tests.races.crowd import PROCESSES_AT_ONCE, Crowd, all_at_once
from tests.soundness import assert_sound
from tests.studio import NOW, a_business, a_staff_member

pytestmark = pytest.mark.slow

DUE = NOW + timedelta(days=7)
RETRY = DUE + timedelta(days=3)
ROUNDS = 6
NO_FUNDS = "insufficient_funds"


def test_16_workers_that_find_an_instalment_due_begin_one_charge(app: Flask, crowd: Crowd) -> None:
    sold = sold_on_paper(a_business())
    assert all_at_once(crowd, app, begin, _workers(sold, 16)) == {"begun": 1, "nothing": 15}
    assert len(_attempts()) == 1
    assert_sound()


def test_without_the_guard_several_would_begin(app: Flask, crowd: Crowd) -> None:
    """Only that one may be unresolved, which the database itself keeps, is left: it refuses the others."""
    workers = _workers(sold_on_paper(a_business()), PROCESSES_AT_ONCE)
    outcomes = all_at_once(crowd, app, begin, workers, without=without_guard_of_instalments)
    assert outcomes["fault: IntegrityError"] + outcomes["fault: OperationalError"] > 0


def test_money_that_16_tell_of_at_once_comes_once(app: Flask, crowd: Crowd) -> None:
    sold = sold_on_paper(a_business())
    told = _tell(sold)
    assert all_at_once(crowd, app, hear, [told] * 16) == {"succeeded": 16}
    assert instalment_payments() == [EACH]
    assert statuses_of(sold.own) == "paid scheduled scheduled"
    assert_sound()


def test_without_the_guard_it_would_come_twice(app: Flask, crowd: Crowd) -> None:
    """The database's own key is then all that stands between a payment and itself."""
    told = _tell(sold_on_paper(a_business()))
    outcomes = all_at_once(crowd, app, hear, [told] * 2, without=without_guard_of_instalments)
    assert outcomes == {"succeeded": 1, "fault: IntegrityError": 1}


def test_a_decline_that_16_tell_of_at_once_fails_once_and_is_told_once(app: Flask, crowd: Crowd) -> None:
    sold = sold_on_paper(a_business())
    told = _tell(sold, declined=NO_FUNDS)
    assert all_at_once(crowd, app, hear, [told] * 16) == {"declined": 16}
    assert instalments_of(sold.own)[0].failures == 1
    assert len(letters_about_failures()) == 1
    assert_sound()


def test_without_the_guard_the_customer_is_told_several_times(app: Flask, crowd: Crowd) -> None:
    told = _tell(sold_on_paper(a_business()), declined=NO_FUNDS)
    all_at_once(crowd, app, hear, [told] * PROCESSES_AT_ONCE, without=without_guard_of_instalments)
    assert len(letters_about_failures()) > 1


def test_a_retry_and_a_deactivation_that_charges_it_meet(app: Flask, crowd: Crowd) -> None:
    """What is moved to the account is not tried, and what is being tried is not moved (S4, S5)."""
    passes = _failed_before(ROUNDS)
    outcomes = all_at_once(crowd, app, act, _retry_and_deactivate(passes))
    assert outcomes["deactivated"] == ROUNDS
    assert outcomes["begun"] + outcomes["nothing"] == ROUNDS
    assert _entries() == ROUNDS - outcomes["begun"]
    assert_sound()


def test_without_the_guard_some_are_moved_and_tried(app: Flask, crowd: Crowd) -> None:
    passes = _failed_before(1)
    all_at_once(crowd, app, act, _retry_and_deactivate(passes), without=without_guard_of_instalments)
    with pytest.raises(AssertionError, match=r"is not being tried|is on its client's account, once"):
        assert_sound()


def test_a_decline_and_a_deactivation_that_charges_it_meet(app: Flask, crowd: Crowd) -> None:
    """Whichever is first: the client owes it once, on the account."""
    people: list[object] = []
    passes = _failed_before(ROUNDS)
    for sold in passes:
        people += [_tell(sold, declined=NO_FUNDS, at=RETRY), _deactivator(sold)]
    outcomes = all_at_once(crowd, app, act, people)
    assert outcomes == {"declined": ROUNDS, "deactivated": ROUNDS}
    assert [statuses_of(sold.own) for sold in passes] == ["charged scheduled scheduled"] * ROUNDS
    assert _entries() == ROUNDS
    assert_sound()


def test_without_the_guard_what_was_declined_is_owed_nowhere(app: Flask, crowd: Crowd) -> None:
    (sold,) = _failed_before(1)
    people = [_tell(sold, declined=NO_FUNDS, at=RETRY), _deactivator(sold)]
    outcomes = all_at_once(crowd, app, act, people, without=without_guard_of_instalments)
    assert outcomes == {"declined": 1, "deactivated": 1}
    assert (statuses_of(sold.own), _entries()) == ("failed scheduled scheduled", 0)


def test_money_and_a_deactivation_that_charges_it_meet(app: Flask, crowd: Crowd) -> None:
    """What was being tried when staff pressed DEACTIVATE is paid, and owed by nobody."""
    people: list[object] = []
    passes = _failed_before(ROUNDS)
    for sold in passes:
        people += [_tell(sold, at=RETRY), _deactivator(sold)]
    assert all_at_once(crowd, app, act, people) == {"succeeded": ROUNDS, "deactivated": ROUNDS}
    assert [statuses_of(sold.own) for sold in passes] == ["paid scheduled scheduled"] * ROUNDS
    assert _entries() == 0
    assert len(instalment_payments()) == ROUNDS
    assert_sound()


def test_without_the_guard_it_is_paid_and_owed(app: Flask, crowd: Crowd) -> None:
    (sold,) = _failed_before(1)
    people = [_tell(sold, at=RETRY), _deactivator(sold)]
    all_at_once(crowd, app, act, people, without=without_guard_of_attempts)
    assert (len(instalment_payments()), _entries()) == (1, 1)
    with pytest.raises(AssertionError):  # which sentence: as whoever is last to write leaves its status
        assert_sound()


def _workers(sold: SoldInParts, count: int) -> list[Charger]:
    first = instalments_of(sold.own)[0].id
    return [Charger(sold.business, first, DUE)] * count


def _tell(sold: SoldInParts, *, declined: str | None = None, at: datetime = DUE) -> Hearer:
    """An attempt is under way, and Stripe has an answer."""
    due = instalments_of(sold.own)[0]
    with transaction():
        attempt = intend_charge(sold.business, due.id, now=at)
    assert attempt is not None
    return Hearer(sold.business, charge_on_paper(attempt, declined=declined), at)


def _failed_before(count: int) -> list[SoldInParts]:
    """Passes whose first instalment was declined three days ago, and is to be tried again today."""
    studio = a_business()
    passes = [sold_on_paper(studio) for _ in range(count)]
    for sold in passes:
        auto_payment_on_paper(sold, declined=NO_FUNDS, now=DUE)
    return passes


def _retry_and_deactivate(passes: list[SoldInParts]) -> list[object]:
    people: list[object] = []
    for sold in passes:
        people += [Charger(sold.business, instalments_of(sold.own)[0].id, RETRY), _deactivator(sold)]
    return people


def _deactivator(sold: SoldInParts) -> Deactivator:
    olive = a_staff_member(sold.business)
    return Deactivator(sold.business, sold.own.id, staff_actor(olive), RETRY)


def _attempts() -> list[AttemptStatus]:
    found = list(db.session.scalars(select(InstalmentAttempt.status)))
    end_reading()
    return found


def _entries() -> int:
    found = db.session.scalar(select(func.count()).select_from(AccountEntry))
    end_reading()
    return found or 0
