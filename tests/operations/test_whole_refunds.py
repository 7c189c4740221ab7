"""Money that came too late or twice, and that the bank did not take back, is sent once more (M4, M2, M3)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.models.business import BusinessFacts
from portal.models.database import db, end_reading, transaction
from portal.models.payments import Refund
from portal.models.whole_refunds import PAID_TOO_LATE
from portal.operations.account_refunds import refund_to_card
from portal.operations.refund_portions import NotThatMuchOnCards
from portal.operations.refunding import due_refunds, fail_refund, start_refund_anew
from portal.operations.settling import Outcome
from portal.operations.ticket_refunds import NoAccountToRefundTo
from portal.operations.whole_refunds import NothingOwedBack, send_whole_refund_again
from portal.rules.preferences import RefundTo
from tests.accounts import balance_of, entry_for, in_favour, staff_actor
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ABooking,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_staff_member,
    check_out,
    stripe_tells,
)

pytestmark = pytest.mark.usefixtures("app")


def paid_too_late(buyer: APerson | BusinessFacts) -> ABooking:
    """The £12.00 came when the last place had gone to somebody else; ``buyer`` is a client, or the studio
    where a guest.
    """
    studio = buyer.business if isinstance(buyer, APerson) else buyer
    last_place = a_class(studio, capacity=1)
    booking = check_out(buyer, a_basket(buyer, last_place))
    stripe_tells(booking, paid=False)
    a_booking(a_customer(studio, "Ben Cole"), last_place)
    assert stripe_tells(booking, paid=True, now=NOW + timedelta(minutes=5)).outcome is Outcome.REFUNDED
    return booking


def again(booking: ABooking, *, to: RefundTo = RefundTo.CARD) -> int:
    """Staff press Send again."""
    olive = a_staff_member(booking.business)
    with transaction():
        return send_whole_refund_again(
            booking.business,
            booking_id=booking.id,
            to=to,
            reason="The client has a new card",
            actor=staff_actor(olive),
            now=NOW + timedelta(days=1),
        )


def pay_out(client: APerson, amount: int) -> None:
    """Staff pay out of the client's account to the cards that paid."""
    olive = a_staff_member(client.business)
    with transaction():
        refund_to_card(client.business, entry_for(client, amount), actor=staff_actor(olive), now=NOW)


def the_bank_says_no() -> None:
    due = due_refunds(now=NOW + timedelta(days=1))
    end_reading()
    for refund in due:
        with transaction():
            fail_refund(refund, reason="The card is closed.", now=NOW)


def refunds() -> list[tuple[int, str, str]]:
    """Every refund to a card, the oldest first: amount, status and why."""
    rows = db.session.scalars(select(Refund).order_by(Refund.id)).all()
    end_reading()
    return [(row.amount, row.status.value, row.reason) for row in rows]


def test_it_is_sent_again_once_under_a_key_of_its_own() -> None:
    booking = paid_too_late(a_customer(a_business()))
    with pytest.raises(NothingOwedBack):
        again(booking)
    the_bank_says_no()
    assert again(booking) == 1200
    with pytest.raises(NothingOwedBack):
        again(booking)
    assert refunds() == [(1200, "failed", PAID_TOO_LATE), (1200, "pending", PAID_TOO_LATE)]
    assert_sound()


def test_one_that_fails_again_is_sent_again_again() -> None:
    booking = paid_too_late(a_customer(a_business()))
    for _ in range(2):
        the_bank_says_no()
        assert again(booking) == 1200
    assert [status for _, status, _ in refunds()] == ["failed", "failed", "pending"]


def test_it_goes_to_the_account_instead_once_and_can_be_paid_out_from_there() -> None:
    ada = a_customer(a_business())
    booking = paid_too_late(ada)
    the_bank_says_no()
    assert again(booking, to=RefundTo.ACCOUNT) == 1200
    assert balance_of(ada) == (1200, 0)
    for way in RefundTo.CARD, RefundTo.ACCOUNT:
        with pytest.raises(NothingOwedBack):
            again(booking, to=way)
    assert_sound()
    pay_out(ada, 1200)
    assert_sound()


def test_what_is_owed_back_pays_for_no_other_refund() -> None:
    ada = a_customer(a_business())
    booking = paid_too_late(ada)
    in_favour(ada, 500)
    the_bank_says_no()
    with pytest.raises(NotThatMuchOnCards):
        pay_out(ada, 500)
    assert again(booking) == 1200


def test_a_guests_money_can_go_to_the_card_only() -> None:
    booking = paid_too_late(a_business())
    the_bank_says_no()
    with pytest.raises(NoAccountToRefundTo):
        again(booking, to=RefundTo.ACCOUNT)
    assert again(booking) == 1200


def test_one_that_stripe_never_made_begins_anew_and_is_not_owed() -> None:
    booking = paid_too_late(a_customer(a_business()))
    (due,) = due_refunds(now=NOW + timedelta(minutes=10))
    end_reading()
    with transaction():
        start_refund_anew(due, now=NOW + timedelta(days=2))
    with pytest.raises(NothingOwedBack):
        again(booking)
    assert_sound()
