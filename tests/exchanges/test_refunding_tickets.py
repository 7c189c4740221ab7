"""A cancelled ticket's money goes back to the card over Stripe: in parts, and again where it failed (M2)."""

from uuid import UUID

import pytest

from portal.models.business import BusinessFacts
from portal.models.database import end_reading, transaction
from portal.models.payments import RefundStatus
from portal.models.ticket_refunds import TicketRefund, ticket_refunds_of
from portal.operations.refund_portions import NotThatMuchOnCards
from portal.operations.ticket_refunds import NoRefundFailed, send_refund_again
from portal.rules.preferences import RefundTo
from tests.accounts import balance_of, staff_actor
from tests.cancellations import cancelled
from tests.exchanges.counter import Counter
from tests.studio import ABooking, AClass, APerson, a_customer, a_staff_member
from tests.till import Till

REFUNDED_LATER_REFUSED = "4000000000005126"


@pytest.fixture
def ada(till: Till, studio: BusinessFacts) -> APerson:
    """A client."""
    return a_customer(studio, now=till.clock.now())


@pytest.fixture
def olive(till: Till, studio: BusinessFacts) -> APerson:
    """The owner."""
    return a_staff_member(studio, now=till.clock.now())


def paid_with(counter: Counter, ada: APerson, *wants: AClass, card: str = "4242424242424242") -> ABooking:
    """Classes booked with a card; one of £12.00 unless they are named."""
    booking = counter.check_out(*(wants or [counter.a_class(price=1200)]), by=ada)
    url = counter.till.page_for(booking)
    assert counter.pay(url, card) == "paid"
    counter.hear_of(url)
    return booking


def stand_of(booking: ABooking) -> list[TicketRefund]:
    """The money of each cancelled ticket."""
    found = list(ticket_refunds_of(booking.business.id, booking.id))
    end_reading()
    return found


def again(booking: ABooking, ticket_id: UUID, by: APerson, till: Till, to: RefundTo = RefundTo.CARD) -> None:
    """Try again."""
    with transaction():
        send_refund_again(
            booking.business,
            ticket_id=ticket_id,
            to=to,
            reason="The client has asked the bank",
            actor=staff_actor(by),
            now=till.clock.now(),
        )


def refused_by_the_bank(counter: Counter, ada: APerson) -> tuple[ABooking, UUID]:
    """A ticket whose refund Stripe made, and whose bank sent it back days later."""
    till = counter.till
    till.receive_webhooks()
    booking = paid_with(counter, ada, card=REFUNDED_LATER_REFUSED)
    ticket_id = cancelled(booking, now=till.clock.now()).tickets[0].ticket.id
    till.work()
    assert stand_of(booking)[0].done == 1200
    till.clock.let_pass(days=1)
    till.stand_in.inside.let_time_pass()
    assert till.stand_in.webhooks_settle()
    assert stand_of(booking)[0].failed == 1200
    return booking, ticket_id


def test_one_ticket_of_two_goes_back_in_part_and_the_other_later(
    till: Till, counter: Counter, ada: APerson
) -> None:
    yoga, clay = counter.a_class(price=1200), counter.a_class(price=2800, name="Clay")
    booking = paid_with(counter, ada, yoga, clay)
    cancelled(booking, yoga, now=till.clock.now())
    assert [(it.pending, it.done) for it in stand_of(booking)] == [(1200, 0)]
    till.work()
    assert [(it.pending, it.done) for it in stand_of(booking)] == [(0, 1200)]
    assert till.taken() == 2800
    cancelled(booking, now=till.clock.now())
    till.work()
    assert till.taken() == 0
    assert len({refund.refund_id for refund in counter.refunds()}) == 2


def test_a_refund_that_stripe_did_not_answer_for_is_made_once(
    till: Till, counter: Counter, ada: APerson
) -> None:
    booking = paid_with(counter, ada)
    cancelled(booking, now=till.clock.now())
    till.stand_in.fault("timeout_after_success", method="POST", path="/v1/refunds")
    till.work()
    till.clock.let_pass(minutes=2)
    till.work()
    assert stand_of(booking)[0].done == 1200
    assert till.taken() == 0
    assert len(till.stand_in.inside.store.books(None).newest_first("refund")) == 1


def test_a_worker_that_comes_three_days_late_pays_back_for_the_same_ticket(
    till: Till, counter: Counter, ada: APerson
) -> None:
    booking = paid_with(counter, ada)
    cancelled(booking, now=till.clock.now())
    till.clock.let_pass(days=3)
    till.work()
    till.work()
    assert [refund.status for refund in counter.refunds()] == [RefundStatus.FAILED, RefundStatus.SUCCEEDED]
    (refund,) = stand_of(booking)
    assert (refund.done, refund.failed) == (1200, 0)
    assert till.taken() == 0


def test_what_the_bank_refused_is_sent_again_and_arrives(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    booking, ticket_id = refused_by_the_bank(counter, ada)
    again(booking, ticket_id, olive, till)
    till.work()
    assert (stand_of(booking)[0].done, stand_of(booking)[0].failed) == (1200, 0)
    with pytest.raises(NoRefundFailed):
        again(booking, ticket_id, olive, till)


def test_what_the_bank_refused_goes_to_the_account_instead(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    booking, ticket_id = refused_by_the_bank(counter, ada)
    again(booking, ticket_id, olive, till, RefundTo.ACCOUNT)
    till.work()
    assert (stand_of(booking)[0].to_account, stand_of(booking)[0].failed) == (1200, 0)
    assert balance_of(ada) == (1200, 0)


def test_what_went_back_in_the_dashboard_first_is_not_sent_again(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    booking = paid_with(counter, ada)
    ticket_id = cancelled(booking, now=till.clock.now()).tickets[0].ticket.id
    till.stand_in.refund_in_dashboard(str(till.sessions()[0]["id"]))
    till.work()
    assert till.taken() == 0
    assert stand_of(booking)[0].failed == 1200
    with pytest.raises(NotThatMuchOnCards):
        again(booking, ticket_id, olive, till)


def test_a_disputed_payment_gives_nothing_back(till: Till, counter: Counter, ada: APerson) -> None:
    till.receive_webhooks()
    booking = paid_with(counter, ada)
    till.stand_in.dispute(str(till.sessions()[0]["id"]))
    assert till.stand_in.webhooks_settle()
    found = cancelled(booking, now=till.clock.now())
    assert (found.to_card, found.to_account) == (0, 0)
    assert counter.refunds() == []
