"""Stripe's word on an auto-payment: silent, late, twice, out of order, or after the pass was deactivated
(M2, M3, S4, S5).
"""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.exchanges.auto_payments import charge_due, settle_charge
from portal.exchanges.refunds import learn_dispute, learn_refunds
from portal.gateways.card_payments import StripeDidNotAnswer
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, end_reading, transaction
from portal.models.instalments import AttemptStatus, Instalment, InstalmentAttempt, InstalmentStatus
from portal.models.payments import Dispute, Payment, Refund
from portal.operations.auto_payments import intend_charge
from portal.operations.outstanding import skip_missed
from portal.operations.settling import PaymentMismatch
from tests.accounts import balance_of, entries_of
from tests.instalments import (
    DECLINES_LATER,
    EACH,
    SoldInParts,
    attempts_of,
    card_turns_into,
    deactivate,
    instalment_payments,
    instalments_of,
    letters_about_failures,
    sold_in_parts,
    statuses_of,
)
from tests.studio import a_business
from tests.till import Till

SILENCES = (
    "connection_dropped",
    "timeout_after_success",
    "error_500_after_success",
    "unavailable_503",
    "rate_limit_429",
)
WEEK = timedelta(days=7)


@pytest.fixture
def studio(till: Till) -> BusinessFacts:
    """A studio whose day is UTC's, so that a week is a week whenever the test runs."""
    return a_business(zone="UTC", now=till.clock.now())


@pytest.fixture
def sold(till: Till, studio: BusinessFacts) -> SoldInParts:
    """A pass in four parts; the second is due."""
    made = sold_in_parts(till, studio)
    till.clock.let_pass(days=7)
    return made


@pytest.mark.parametrize("fault", SILENCES)
def test_after_a_silence_the_money_is_taken_once(till: Till, sold: SoldInParts, fault: str) -> None:
    _charge_into(fault, till, sold)
    till.work()
    assert statuses_of(sold.own) == "scheduled scheduled scheduled", "not asked again at once"
    for _ in range(3):
        till.clock.let_pass(minutes=2)
        till.work()
    _assert_paid_once(till, sold, attempts=1)


@pytest.mark.parametrize("fault", SILENCES)
def test_after_a_silence_and_three_days_the_money_is_taken_once(
    till: Till, sold: SoldInParts, fault: str
) -> None:
    """What was made is found by our name on it; what was not is closed, and tried anew under another key."""
    _charge_into(fault, till, sold)
    till.clock.let_pass(days=3)
    till.work()
    till.work()
    was_made = "after_success" in fault
    _assert_paid_once(till, sold, attempts=1 if was_made else 2)


def test_a_fault_that_stripe_remembers_for_a_day_is_charged_under_a_new_key(
    till: Till, sold: SoldInParts
) -> None:
    _charge_into("error_500", till, sold)
    for _ in range(4):
        till.clock.let_pass(hours=5, minutes=30)
        till.work()
        assert till.charges() == []
    till.clock.let_pass(hours=2)
    till.work()
    assert [row.status for row in attempts_of(sold.own)] == [AttemptStatus.CLOSED, AttemptStatus.SUCCEEDED]
    _assert_paid_once(till, sold, attempts=2)


def test_two_answers_lost_on_the_way_are_read_on_the_third(till: Till, sold: SoldInParts) -> None:
    """The charge was made and answered; reading it anew was not."""
    till.stand_in.fault("unavailable_503", method="GET", path="/v1/payment_intents/*", times=2)
    till.work()
    till.clock.let_pass(minutes=2)
    till.work()
    till.clock.let_pass(minutes=2)
    till.work()
    _assert_paid_once(till, sold, attempts=1)


def test_the_webhook_may_tell_first_twice_and_of_all_kinds(till: Till, sold: SoldInParts) -> None:
    till.receive_webhooks()
    till.stand_in.fault("webhook_doubled", type="payment_intent.*", times=5)
    till.stand_in.fault("error_500_after_success", method="POST", path="/v1/payment_intents")
    charge_due(stripe=till.stripe, now=till.clock.now())
    assert till.stand_in.webhooks_settle()
    _assert_paid_once(till, sold, attempts=1)
    till.work()
    _assert_paid_once(till, sold, attempts=1)


def test_a_decline_that_is_told_again_and_again_counts_once(till: Till, sold: SoldInParts) -> None:
    card_turns_into(till, sold, DECLINES_LATER)
    till.receive_webhooks()
    till.stand_in.fault("webhook_doubled", type="payment_intent.*", times=5)
    till.work()
    assert till.stand_in.webhooks_settle()
    (charge,) = till.charges()
    for _ in range(3):
        told = settle_charge(charge["id"], None, stripe=till.stripe, now=till.clock.now())
        assert told is AttemptStatus.DECLINED
    assert [row.failures for row in instalments_of(sold.own)] == [1, 0, 0]
    assert len(letters_about_failures()) == 1


def test_what_is_not_ours_is_let_pass(till: Till, sold: SoldInParts) -> None:
    first = next(
        it
        for it in till.stand_in.inside.store.books(None).newest_first("payment_intent")
        if it["metadata"]["purpose"] == "booking"
    )
    for payment_intent in (first["id"], "pi_of_nobody"):
        assert settle_charge(payment_intent, None, stripe=till.stripe, now=till.clock.now()) is None


def test_money_of_another_account_or_amount_is_looked_at_by_people(till: Till, sold: SoldInParts) -> None:
    till.work()
    (charge,) = till.charges()
    with transaction():
        db.session.execute(update(InstalmentAttempt).values(amount=EACH - 1))
    with pytest.raises(PaymentMismatch):
        settle_charge(charge["id"], None, stripe=till.stripe, now=till.clock.now())
    with transaction():
        db.session.execute(update(InstalmentAttempt).values(amount=EACH))


def test_a_charge_that_was_never_sent_is_not_sent_once_the_pass_is_deactivated(
    till: Till, sold: SoldInParts
) -> None:
    """S4: a worker died between intent and call, and staff deactivated the pass meanwhile."""
    _intend(till, sold)
    deactivate(sold, charges_balance=None, now=till.clock.now())
    for _ in range(3):
        till.clock.let_pass(minutes=2)
        till.work()
    assert till.charges() == []
    assert [row.status for row in attempts_of(sold.own)] == [AttemptStatus.CLOSED]
    assert statuses_of(sold.own) == "scheduled scheduled scheduled"


def test_a_charge_that_was_made_before_the_deactivation_is_adopted(till: Till, sold: SoldInParts) -> None:
    _charge_into("timeout_after_success", till, sold)
    deactivate(sold, charges_balance=None, now=till.clock.now())
    till.clock.let_pass(minutes=2)
    till.work()
    _assert_paid_once(till, sold, attempts=1)


@pytest.mark.parametrize(
    ("answer", "status", "entries"),
    [
        (True, "charged", [("instalments", -EACH), ("instalments", -EACH)]),
        (False, "not_collected", []),
    ],
)
def test_a_decline_that_comes_after_the_deactivation_is_covered_by_its_answer(
    till: Till, sold: SoldInParts, answer: bool, status: str, entries: list[tuple[str, int]]
) -> None:
    """The first failed before; the second was being tried while staff pressed DEACTIVATE (S5)."""
    card_turns_into(till, sold, DECLINES_LATER)
    till.work()
    till.clock.let_pass(days=7)
    _charge_into("timeout_after_success", till, sold, nth=1)
    deactivate(sold, charges_balance=answer, now=till.clock.now())
    before = len(letters_about_failures())
    for _ in range(3):
        till.clock.let_pass(minutes=2)
        till.work()
    assert statuses_of(sold.own) == f"{status} {status} scheduled"
    assert entries_of(sold.ada) == entries
    assert len(letters_about_failures()) == before, "the studio settled it: there is nothing to pay"
    till.clock.let_pass(weeks=3)
    till.work()
    assert statuses_of(sold.own) == f"{status} {status} scheduled"


@pytest.mark.parametrize(("answer", "status"), [(True, "charged"), (False, "not_collected")])
def test_a_retry_that_never_reached_stripe_is_covered_by_the_answer_too(
    till: Till, sold: SoldInParts, answer: bool, status: str
) -> None:
    card_turns_into(till, sold, DECLINES_LATER)
    till.work()
    till.clock.let_pass(days=3)
    _intend(till, sold)
    deactivate(sold, charges_balance=answer, now=till.clock.now())
    till.clock.let_pass(minutes=2)
    till.work()
    assert statuses_of(sold.own) == f"{status} scheduled scheduled"
    assert len(till.charges()) == 1


def test_money_for_an_instalment_that_was_settled_otherwise_is_the_clients(
    till: Till, sold: SoldInParts
) -> None:
    _charge_into("timeout_after_success", till, sold)
    with transaction():
        db.session.execute(
            update(Instalment)
            .where(Instalment.nth == 2)
            .values(status=InstalmentStatus.NOT_COLLECTED, try_on=None, settled_at=till.clock.now())
        )
    for _ in range(2):
        till.clock.let_pass(minutes=2)
        till.work()
    assert statuses_of(sold.own) == "not_collected scheduled scheduled"
    assert entries_of(sold.ada) == [("payment", EACH)]
    assert balance_of(sold.ada) == (EACH, 0)


def test_an_instalment_that_is_being_tried_is_not_skipped(till: Till, sold: SoldInParts) -> None:
    _charge_into("timeout_after_success", till, sold)
    till.clock.let_pass(days=1)
    with transaction():
        class_pass = db.session.get_one(ClassPass, (sold.business.id, sold.own.id))
        today = till.clock.today()
        assert skip_missed(class_pass, since=today - WEEK, today=today, now=till.clock.now()) == 0
    till.work()
    _assert_paid_once(till, sold, attempts=1)


def test_a_refund_and_a_dispute_of_an_instalment_become_facts(till: Till, sold: SoldInParts) -> None:
    """Told before we have recorded the charge itself, and again after it (M2)."""
    _charge_into("timeout_after_success", till, sold)
    (charge,) = till.charges()
    till.stand_in.refund_in_dashboard(charge["id"], 1000)
    dispute = till.stand_in.dispute(charge["id"])["id"]
    for _ in range(2):
        assert learn_refunds(charge["id"], None, stripe=till.stripe, now=till.clock.now())
        assert learn_dispute(dispute, None, stripe=till.stripe, now=till.clock.now())
    assert db.session.scalars(select(Refund.amount)).all() == [1000]
    assert len(db.session.scalars(select(Dispute)).all()) == 1
    end_reading()
    _assert_paid_once(till, sold, attempts=1, refunded=1000)


def test_a_worker_begins_no_second_charge_while_one_is_unresolved(till: Till, sold: SoldInParts) -> None:
    _intend(till, sold)
    for _ in range(3):
        charge_due(stripe=till.stripe, now=till.clock.now())
    assert len(attempts_of(sold.own)) == 1


def _intend(till: Till, sold: SoldInParts) -> None:
    """A worker writes the intent down, and dies."""
    with transaction():
        attempt = intend_charge(sold.business, instalments_of(sold.own)[0].id, now=till.clock.now())
    assert attempt is not None


def _charge_into(fault: str, till: Till, sold: SoldInParts, *, nth: int = 0) -> None:
    """A worker charges what is due into a fault of Stripe's; nobody hears what became of it."""
    due = instalments_of(sold.own)[nth]
    till.stand_in.fault(fault, method="POST", path="/v1/payment_intents")
    before = len(attempts_of(sold.own))
    with transaction():
        attempt = intend_charge(sold.business, due.id, now=till.clock.now())
    assert attempt is not None
    with pytest.raises(StripeDidNotAnswer):
        till.stripe.charge_card(attempt.request())
    assert len(attempts_of(sold.own)) == before + 1


def _assert_paid_once(till: Till, sold: SoldInParts, *, attempts: int, refunded: int = 0) -> None:
    assert statuses_of(sold.own) == "paid scheduled scheduled"
    assert instalment_payments() == [EACH]
    assert len(db.session.scalars(select(Payment)).all()) == 2
    end_reading()
    assert till.taken() == 2 * EACH - refunded
    assert len([it for it in till.charges() if it["status"] == "succeeded"]) == 1
    assert len(attempts_of(sold.own)) == attempts
    assert letters_about_failures() == []
