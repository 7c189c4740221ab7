"""What a move to a cheaper class gives back is sent again where the bank did not take it (C7, M2, M3)."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.models.database import db, end_reading, transaction
from portal.models.payments import Refund
from portal.operations.refunding import due_refunds, fail_refund, start_refund_anew
from portal.operations.ticket_refunds import NoRefundFailed, send_refund_again
from portal.rules.preferences import RefundTo
from tests.accounts import balance_of, staff_actor
from tests.cancellations import cancelled
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ABooking,
    AClass,
    APerson,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_staff_member,
)
from tests.transfers import moved, ticket_for

pytestmark = pytest.mark.usefixtures("app")


def moved_to_a_cheaper_class() -> tuple[APerson, ABooking, AClass]:
    """Clay for £28.00 became yoga for £12.00: £16.00 goes back to the card."""
    ada = a_customer(a_business())
    clay, yoga = a_class(ada.business, name="Clay", price=2800), a_class(ada.business)
    booking = a_booking(ada, clay)
    moved(booking, clay, yoga)
    return ada, booking, yoga


def again(ada: APerson, ticket_id: UUID, *, to: RefundTo = RefundTo.CARD) -> int:
    """Staff press Send again."""
    olive = a_staff_member(ada.business)
    with transaction():
        return send_refund_again(
            ada.business,
            ticket_id=ticket_id,
            to=to,
            reason="The client has a new card",
            actor=staff_actor(olive),
            now=NOW + timedelta(days=1),
        )


def the_bank_says_no() -> None:
    due = due_refunds(now=NOW)
    end_reading()
    for refund in due:
        with transaction():
            fail_refund(refund, reason="The card is closed.", now=NOW)


def refunds() -> list[tuple[int, str]]:
    """Every refund to a card, the oldest first: amount and status."""
    rows = db.session.scalars(select(Refund).order_by(Refund.id)).all()
    end_reading()
    return [(row.amount, row.status.value) for row in rows]


def test_it_is_sent_again_once() -> None:
    ada, booking, yoga = moved_to_a_cheaper_class()
    ticket_id = ticket_for(booking, yoga)
    with pytest.raises(NoRefundFailed):
        again(ada, ticket_id)
    the_bank_says_no()
    assert again(ada, ticket_id) == 1600
    with pytest.raises(NoRefundFailed):
        again(ada, ticket_id)
    assert refunds() == [(1600, "failed"), (1600, "pending")]
    assert_sound()


def test_it_goes_to_the_account_instead_once() -> None:
    ada, booking, yoga = moved_to_a_cheaper_class()
    ticket_id = ticket_for(booking, yoga)
    the_bank_says_no()
    assert again(ada, ticket_id, to=RefundTo.ACCOUNT) == 1600
    assert balance_of(ada) == (1600, 0)
    with pytest.raises(NoRefundFailed):
        again(ada, ticket_id, to=RefundTo.ACCOUNT)
    assert_sound()


def test_of_a_ticket_that_was_moved_and_cancelled_each_is_sent_again() -> None:
    ada, booking, yoga = moved_to_a_cheaper_class()
    ticket_id = ticket_for(booking, yoga)
    cancelled(booking, yoga)
    the_bank_says_no()
    assert {again(ada, ticket_id), again(ada, ticket_id)} == {1200, 1600}
    with pytest.raises(NoRefundFailed):
        again(ada, ticket_id)
    assert sorted(refunds()) == [(1200, "failed"), (1200, "pending"), (1600, "failed"), (1600, "pending")]
    assert_sound()


def test_one_that_stripe_never_made_begins_anew_for_the_same_move() -> None:
    ada, booking, yoga = moved_to_a_cheaper_class()
    (due,) = due_refunds(now=NOW)
    end_reading()
    with transaction():
        start_refund_anew(due, now=NOW + timedelta(days=2))
    with pytest.raises(NoRefundFailed):
        again(ada, ticket_for(booking, yoga))
    assert refunds() == [(1600, "failed"), (1600, "pending")]
    assert_sound()
