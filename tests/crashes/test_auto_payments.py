"""A worker is killed at each step from an instalment's day to its outcome: no money is taken twice, none is
lost, and nobody is told twice (M1, M3).
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from portal.exchanges.auto_payments import charge_due, reconcile_charges
from portal.models.database import transaction
from portal.models.instalments import AttemptStatus
from portal.operations.auto_payments import intend_charge
from portal.outside import outside
from tests.crashes.dying import Step, after, before, dies_at
from tests.crashes.requests import hear_webhook
from tests.instalments import (
    DECLINES_LATER,
    EACH,
    SoldInParts,
    attempts_of,
    card_on_file,
    card_turns_into,
    deactivate,
    instalment_payments,
    instalments_of,
    letters_about_failures,
    sold_in_parts,
    statuses_of,
)
from tests.soundness import assert_sound
from tests.studio import a_basket, a_business, a_customer, a_purchase_option, check_out
from tests.till import Till, a_till

pytestmark = pytest.mark.slow

COMMIT = "sqlalchemy.orm.session.Session.commit"
STRIPE = "portal.gateways.card_payments.CardPayments"
WIRE = "stripe._http_client.RequestsClient.request"
OPERATIONS = "portal.operations.auto_payments"

CHARGING = (
    before("before the intent is committed", COMMIT),
    after("after the intent is committed", COMMIT),
    before("before Stripe is called", f"{STRIPE}.charge_card"),
    after("after Stripe charged, before its answer is read", WIRE),
    after("after the answer, before the payment is read anew", f"{STRIPE}.charge_card"),
    after("after the payment is read, before it is written down", f"{STRIPE}.read_charge"),
    before("before the outcome is committed", COMMIT, call=2),
    after("after the outcome is committed", COMMIT, call=2),
)
PAID = (before("in the middle of writing the money down", f"{OPERATIONS}.end_instalment"),)
DECLINED = (
    before("in the middle of writing the decline down", f"{OPERATIONS}.fail_instalment"),
    before("as the letter is written", "portal.operations.instalments.write_letter"),
)
ASKING = (
    after("after the asking was written down", COMMIT),
    before("before the charge is sent again", f"{STRIPE}.charge_card"),
    after("after it was sent again", f"{STRIPE}.charge_card"),
    before("before the outcome is committed", COMMIT, call=2),
)
HEARING = (
    before("as the webhook comes in", f"{STRIPE}.signed_event"),
    after("after the payment was read anew", f"{STRIPE}.read_charge"),
    before("before the outcome is committed", COMMIT),
    after("after the outcome is committed, before the webhook is answered", COMMIT),
)
BEGUN_AT_STRIPE = CHARGING[3:]


@pytest.fixture
def till(app: Flask, tmp_path: Path) -> Iterator[Till]:
    with a_till(app, tmp_path) as open_till:
        yield open_till
    assert_sound()


@pytest.fixture
def sold(till: Till) -> SoldInParts:
    """A pass in four parts; the second is due."""
    made = sold_in_parts(till, a_business(zone="UTC", now=till.clock.now()))
    till.clock.let_pass(days=7)
    return made


def charge(now: datetime) -> None:
    """A worker charges what is due."""
    charge_due(stripe=outside().card_payments, now=now)


def ask(now: datetime) -> None:
    """A worker asks about charges without an answer."""
    reconcile_charges(stripe=outside().card_payments, now=now)


def days_go_by(till: Till) -> None:
    """The worker starts again after two minutes, and goes on for two days."""
    for wait in ({"minutes": 2}, {"minutes": 2}, {"hours": 24}, {"hours": 24}):
        till.clock.let_pass(**wait)
        till.work()
        till.work()


@pytest.mark.parametrize("step", [*CHARGING, *PAID], ids=str)
def test_killed_while_charging(app: Flask, till: Till, sold: SoldInParts, step: Step) -> None:
    dies_at(step, app, till.stand_in.url, charge, till.clock.now())
    days_go_by(till)
    _assert_paid_once(till, sold)


@pytest.mark.parametrize("step", [*CHARGING, *DECLINED], ids=str)
def test_killed_while_charging_a_card_that_declines(
    app: Flask, till: Till, sold: SoldInParts, step: Step
) -> None:
    card_turns_into(till, sold, DECLINES_LATER)
    dies_at(step, app, till.stand_in.url, charge, till.clock.now())
    days_go_by(till)
    assert statuses_of(sold.own) == "failed scheduled scheduled"
    assert instalments_of(sold.own)[0].failures == 1
    assert len(letters_about_failures()) == 1
    assert len(till.charges()) == 1
    assert till.taken() == EACH


@pytest.mark.parametrize("step", CHARGING[1:], ids=str)
def test_killed_while_charging_and_the_worker_comes_back_three_days_late(
    app: Flask, till: Till, sold: SoldInParts, step: Step
) -> None:
    """Its key is too old to be sent by then: what was made is found, what was not is made under another."""
    dies_at(step, app, till.stand_in.url, charge, till.clock.now())
    till.clock.let_pass(days=3)
    till.work()
    till.work()
    _assert_paid_once(till, sold)


@pytest.mark.parametrize("step", CHARGING[1:], ids=str)
def test_killed_while_charging_and_the_pass_is_deactivated_meanwhile(
    app: Flask, till: Till, sold: SoldInParts, step: Step
) -> None:
    """S4: what Stripe took before counts; nothing is sent from then on."""
    dies_at(step, app, till.stand_in.url, charge, till.clock.now())
    was_charged = len(till.charges()) == 1
    assert was_charged == (step in BEGUN_AT_STRIPE)
    deactivate(sold, charges_balance=None, now=till.clock.now())
    days_go_by(till)
    if was_charged:
        _assert_paid_once(till, sold)
    else:
        assert till.charges() == []
        assert statuses_of(sold.own) == "scheduled scheduled scheduled"
        assert [row.status for row in attempts_of(sold.own)] == [AttemptStatus.CLOSED]


@pytest.mark.parametrize("step", ASKING, ids=str)
def test_killed_while_asking(app: Flask, till: Till, sold: SoldInParts, step: Step) -> None:
    with transaction():
        assert intend_charge(sold.business, instalments_of(sold.own)[0].id, now=till.clock.now())
    till.clock.let_pass(minutes=2)
    dies_at(step, app, till.stand_in.url, ask, till.clock.now())
    days_go_by(till)
    _assert_paid_once(till, sold)


@pytest.mark.parametrize("told_again", [True, False], ids=["told again", "never told again"])
@pytest.mark.parametrize("step", HEARING, ids=str)
def test_killed_while_hearing_of_it(
    app: Flask, till: Till, sold: SoldInParts, step: Step, told_again: bool
) -> None:
    webhooks: list[tuple[bytes, dict[str, str]]] = []

    def keep(body: bytes, headers: dict[str, str]) -> int:
        webhooks.append((body, headers))
        return 200

    till.stand_in.receive_webhooks(keep)
    dies_at(CHARGING[3], app, till.stand_in.url, charge, till.clock.now())
    assert till.stand_in.webhooks_settle()
    (webhook,) = [it for it in webhooks if b"payment_intent.succeeded" in it[0]]
    dies_at(step, app, till.stand_in.url, hear_webhook, *webhook)
    if told_again:
        assert till.post_webhook(*webhook) == 200
    days_go_by(till)
    _assert_paid_once(till, sold)


@pytest.mark.parametrize(
    "step",
    [
        before("as the instalments are written down", "portal.operations.confirming.schedule_instalments"),
        before("as the card is put on file", "portal.operations.settling.keep_card_of_booking"),
        before("before the sale is committed", COMMIT),
    ],
    ids=str,
)
def test_killed_while_the_pass_comes_into_being(app: Flask, till: Till, step: Step) -> None:
    """Pass, instalments and card come into being together, or not at all (P7)."""
    now = till.clock.now()
    studio = a_business(zone="UTC", now=now)
    ada = a_customer(studio, now=now)
    option = a_purchase_option(studio, price=12000, instalments=4, now=now)
    booking = check_out(ada, a_basket(ada, option, now=now), now=now)
    webhooks: list[tuple[bytes, dict[str, str]]] = []

    def keep(body: bytes, headers: dict[str, str]) -> int:
        webhooks.append((body, headers))
        return 200

    till.stand_in.receive_webhooks(keep)
    till.stand_in.pay(till.page_for(booking))
    assert till.stand_in.webhooks_settle()
    (webhook,) = [it for it in webhooks if b"checkout.session.completed" in it[0]]
    dies_at(step, app, till.stand_in.url, hear_webhook, *webhook)
    assert card_on_file(ada) is None
    till.clock.let_pass(minutes=2)
    till.work()
    assert card_on_file(ada) is not None
    assert till.taken() == EACH


def _assert_paid_once(till: Till, sold: SoldInParts) -> None:
    assert statuses_of(sold.own) == "paid scheduled scheduled"
    assert instalment_payments() == [EACH]
    assert till.taken() == 2 * EACH
    assert len(till.charges()) == 1
    assert letters_about_failures() == []
