"""A process is killed at each step from Pay to a booking: no money is lost, none taken twice, no place lost
(M3).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.exchanges.checkout_sessions import settle_session
from tests.crashes.dying import Step, after, before, dies_at
from tests.crashes.requests import hear_webhook, pay_back, press_change_basket, press_pay
from tests.crashes.shop import Shop, a_shop
from tests.soundness import assert_sound
from tests.studio import a_booking, a_customer
from tests.till import a_till

pytestmark = pytest.mark.slow

COMMIT = "sqlalchemy.orm.session.Session.commit"
EXCHANGE = "portal.exchanges.checkout_sessions"
STRIPE = "portal.gateways.card_payments.CardPayments"
WIRE = "stripe._http_client.RequestsClient.request"

OPENING = (
    before("before the intent is committed", COMMIT),
    after("after the intent is committed", COMMIT),
    before("before Stripe is called", f"{STRIPE}.open_session"),
    after("after Stripe opened the session, before its answer is read", WIRE),
    after("after the answer, before it is written down", f"{STRIPE}.open_session"),
    before("before the answer is committed", COMMIT, call=2),
    after("after the answer is committed, before the customer is sent on", COMMIT, call=2),
)
SETTLING = (
    before("as the webhook comes in", f"{STRIPE}.signed_event"),
    after("after the session was read anew", f"{STRIPE}.read_session"),
    before("in the middle of settling", "portal.operations.settling.confirm"),
    before("as the letter is written", "portal.operations.confirming.write_letter"),
    before("before the booking is committed", COMMIT),
    after("after the booking is committed, before the webhook is answered", COMMIT),
)
CHANGING = (
    after("after the wish was written down", COMMIT),
    before("before Stripe is told", f"{STRIPE}.expire_session"),
    after("after Stripe ended the session", f"{STRIPE}.expire_session"),
    before("before the release is committed", COMMIT, call=2),
)
RETURNING = (
    after("after the asking was written down", COMMIT),
    before("between the refund's intent and the call", f"{STRIPE}.refund"),
    after("after the refund was made, before it is written down", f"{STRIPE}.refund"),
    before("before the refund's outcome is committed", COMMIT, call=2),
)


@pytest.fixture
def shop(app: Flask, tmp_path: Path) -> Iterator[Shop]:
    """Ada before a full basket, at a till."""
    with a_till(app, tmp_path) as till:
        yield a_shop(till)


@pytest.mark.parametrize("step", OPENING, ids=str)
def test_killed_while_opening_the_payment_and_nobody_comes_back(app: Flask, shop: Shop, step: Step) -> None:
    dies_at(step, app, shop.till.stand_in.url, press_pay, shop.before_the_button())
    shop.days_go_by()
    shop.assert_nothing_happened()


@pytest.mark.parametrize("step", OPENING, ids=str)
def test_killed_while_opening_the_payment_and_the_customer_presses_again(
    app: Flask, shop: Shop, step: Step
) -> None:
    dies_at(step, app, shop.till.stand_in.url, press_pay, shop.before_the_button())
    assert shop.till.stand_in.pay(shop.page())["outcome"] == "paid"
    assert len(shop.till.sessions()) == 1, "one payment, however often it was begun"
    shop.days_go_by()
    shop.assert_booked_once()


@pytest.mark.parametrize("step", OPENING[1:], ids=str)
def test_killed_while_opening_the_payment_and_the_customer_presses_again_after_the_worker(
    app: Flask, shop: Shop, step: Step
) -> None:
    dies_at(step, app, shop.till.stand_in.url, press_pay, shop.before_the_button())
    shop.till.clock.let_pass(minutes=2)
    shop.till.work()
    assert shop.till.stand_in.pay(shop.page())["outcome"] == "paid"
    shop.days_go_by()
    shop.assert_booked_once()


def test_killed_after_the_payment_and_no_webhook_ever_comes(app: Flask, shop: Shop) -> None:
    shop.till.stand_in.pay(shop.page())
    shop.days_go_by()
    shop.assert_booked_once()


@pytest.mark.parametrize("told_again", [True, False], ids=["told again", "never told again"])
@pytest.mark.parametrize("step", SETTLING, ids=str)
def test_killed_while_settling(app: Flask, shop: Shop, step: Step, told_again: bool) -> None:
    webhooks: list[tuple[bytes, dict[str, str]]] = []

    def keep(body: bytes, headers: dict[str, str]) -> int:
        webhooks.append((body, headers))
        return 200

    shop.till.stand_in.receive_webhooks(keep)
    shop.till.stand_in.pay(shop.page())
    assert shop.till.stand_in.webhooks_settle()
    (webhook,) = [it for it in webhooks if b"checkout.session.completed" in it[0]]
    dies_at(step, app, shop.till.stand_in.url, hear_webhook, *webhook)
    if told_again:
        assert shop.till.post_webhook(*webhook) == 200
    shop.days_go_by()
    shop.assert_booked_once()


@pytest.mark.parametrize("step", CHANGING, ids=str)
def test_killed_while_changing_the_basket_and_nobody_comes_back(app: Flask, shop: Shop, step: Step) -> None:
    shop.page()
    now = shop.till.clock.now()
    dies_at(step, app, shop.till.stand_in.url, press_change_basket, shop.booking(), shop.ada.id, now)
    shop.days_go_by()
    shop.assert_nothing_happened()


@pytest.mark.parametrize("step", CHANGING, ids=str)
def test_killed_while_changing_the_basket_and_the_customer_pays_after_all(
    app: Flask, shop: Shop, step: Step
) -> None:
    shop.page()
    now = shop.till.clock.now()
    dies_at(step, app, shop.till.stand_in.url, press_change_basket, shop.booking(), shop.ada.id, now)
    shop.till.clock.let_pass(minutes=2)
    shop.till.work()
    assert shop.till.stand_in.pay(shop.page())["outcome"] == "paid"
    shop.days_go_by()
    shop.assert_booked_once()


@pytest.mark.parametrize("step", RETURNING, ids=str)
def test_killed_while_paying_back(app: Flask, shop: Shop, step: Step) -> None:
    """Late money for a place that is gone is owed back: it goes back once, whenever the worker dies (M4)."""
    url = shop.page()
    shop.till.clock.let_pass(minutes=36)
    shop.till.work()
    now = shop.till.clock.now()
    ben = a_customer(shop.ada.business, "Ben Okafor", now=now)
    a_booking(ben, shop.by_pass, now=now)
    shop.till.stand_in.pay(url, even_if_expired=True)
    shop.till.clock.let_pass(minutes=2)
    settle_session(url.rsplit("/", 1)[-1], None, stripe=shop.till.stripe, now=shop.till.clock.now())
    dies_at(step, app, shop.till.stand_in.url, pay_back, shop.till.clock.now())
    shop.days_go_by()
    assert shop.till.taken() == 0
    assert len(shop.till.stand_in.inside.store.books(None).newest_first("refund")) == 1
    assert_sound()
