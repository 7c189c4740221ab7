"""A studio with a Stripe account of its own: every call names it, and no other is touched (M7)."""

from datetime import timedelta

import pytest

from portal.exchanges.checkout_sessions import change_basket
from portal.models.bookings import BookingStatus
from portal.models.payments import RefundStatus
from portal.operations.auditing import GUEST
from tests.exchanges.counter import Counter
from tests.studio import a_booking, a_business, a_customer
from tests.till import Till, holds_of, status_of

ACCOUNT = "acct_riverside"


@pytest.fixture
def own(till: Till) -> Counter:
    """The shop of a studio that has its own account."""
    studio = a_business(stripe_account=ACCOUNT, now=till.clock.now())
    return Counter(till, studio, till.clock.today() + timedelta(days=9))


def test_it_is_paid_on_its_own_account(till: Till, own: Counter) -> None:
    till.receive_webhooks()
    booking = own.check_out(own.a_class(price=1200))
    own.pay(till.page_for(booking))
    assert till.stand_in.webhooks_settle()
    assert status_of(booking) is BookingStatus.CONFIRMED
    assert (till.taken(ACCOUNT), till.taken()) == (1200, 0)
    assert [payment.stripe_account for payment in own.payments()] == [ACCOUNT]


def test_the_worker_asks_about_it_there(till: Till, own: Counter) -> None:
    till.stand_in.fault("timeout_after_success", method="POST", path="/v1/checkout/sessions", account=ACCOUNT)
    booking = own.check_out(own.a_class())
    with pytest.raises(Exception, match="did not answer"):
        till.page_for(booking)
    till.clock.let_pass(minutes=2)
    till.work()
    own.pay(str(till.sessions(ACCOUNT)[0]["url"]))
    till.clock.let_pass(minutes=2)
    till.work()
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_its_payments_are_ended_there(till: Till, own: Counter) -> None:
    booking = own.check_out(own.a_class())
    till.page_for(booking)
    change_basket(own.studio, booking.id, actor=GUEST, stripe=till.stripe, now=till.clock.now())
    assert till.sessions(ACCOUNT)[0]["status"] == "expired"
    assert holds_of(booking, till.clock.now()) == 1


def test_its_refunds_and_disputes_are_told_of_and_made_there(till: Till, own: Counter) -> None:
    till.receive_webhooks()
    last_place = own.a_class(capacity=1)
    url = till.page_for(own.check_out(last_place))
    till.clock.let_pass(minutes=36)
    till.work()
    a_booking(a_customer(own.studio, now=till.clock.now()), last_place, now=till.clock.now())
    own.pay(url, even_if_expired=True)
    assert till.stand_in.webhooks_settle()
    till.work()
    assert till.taken(ACCOUNT) == 0
    assert [refund.status for refund in own.refunds()] == [RefundStatus.SUCCEEDED]
