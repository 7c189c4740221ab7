"""Money for cancelled tickets goes back once, where the studio prefers, by its shares (C2, D4, M5)."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.models.accounts import EntryKind
from portal.models.cancellations import TicketCancellation
from portal.models.database import db, end_reading, transaction
from portal.models.payments import Payment, Refund, RefundStatus
from portal.models.ticket_refunds import ticket_refunds_of
from portal.operations.account_refunds import refund_to_card
from portal.operations.refunding import DueRefund, due_refunds, fail_refund, start_refund_anew
from portal.operations.settling import Outcome
from portal.operations.ticket_refunds import NoAccountToRefundTo, NoRefundFailed, send_refund_again
from portal.rules.cancelling import Overrides
from portal.rules.preferences import RefundTo
from tests.accounts import balance_of, entries_of, entry_for, in_favour, staff_actor
from tests.cancellations import cancelled, forecast_of, with_preferences
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ABooking,
    AClass,
    APerson,
    a_booking,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_purchase_option,
    a_staff_member,
    stripe_tells,
)

pytestmark = pytest.mark.usefixtures("app")


def refunds() -> list[tuple[int, str]]:
    """Every refund to a card, the oldest first: amount and status."""
    rows = db.session.scalars(select(Refund).order_by(Refund.id)).all()
    end_reading()
    return [(row.amount, row.status.value) for row in rows]


def the_due_one() -> DueRefund:
    (due,) = due_refunds(now=NOW)
    end_reading()
    return due


def three_classes_for_ten_pounds_less(ada: APerson) -> tuple[ABooking, list[AClass]]:
    """£10 over three £12 tickets: 8.66, 8.67 and 8.67 to pay."""
    studio = ada.business
    a_code(studio, "TENNER", basket=1000)
    classes = [a_class(studio, on=date(2026, 12, 10 + nth), name=f"Class {nth}") for nth in range(3)]
    return a_booking(ada, *classes, code="TENNER"), classes


def test_d4_tickets_of_one_booking_go_back_one_by_one_by_their_shares() -> None:
    ada = a_customer(a_business())
    booking, classes = three_classes_for_ten_pounds_less(ada)
    for yoga in classes:
        cancelled(booking, yoga)
    assert refunds() == [(866, "pending"), (867, "pending"), (867, "pending")]
    assert_sound()


def test_a_whole_booking_goes_back_whole_with_a_refund_for_each_ticket() -> None:
    ada = a_customer(a_business())
    booking, _ = three_classes_for_ten_pounds_less(ada)
    shown = cancelled(booking)
    assert shown.to_card == 2600
    assert sum(amount for amount, _ in refunds()) == 2600
    assert_sound()


def test_money_goes_to_the_account_where_the_studio_prefers_that() -> None:
    ada = a_customer(a_business())
    with_preferences(ada.business, refund_to=RefundTo.ACCOUNT)
    cancelled(a_booking(ada, a_class(ada.business)))
    assert (balance_of(ada), refunds()) == ((1200, 0), [])
    assert entries_of(ada) == [(EntryKind.TICKET_REFUND.value, 1200)]
    assert_sound()


def test_nothing_goes_back_where_the_studio_prefers_that_unless_staff_decide_otherwise() -> None:
    ada = a_customer(a_business())
    olive = a_staff_member(ada.business)
    with_preferences(ada.business, refund_to=RefundTo.NONE)
    yoga, clay = a_class(ada.business), a_class(ada.business, name="Clay", price=2800)
    booking = a_booking(ada, yoga, clay)
    assert cancelled(booking, yoga).tickets[0].kept == 1200
    assert refunds() == []
    cancelled(booking, clay, by=olive, overrides=Overrides(refund_to=RefundTo.CARD))
    assert refunds() == [(2800, "pending")]
    assert_sound()


def test_what_the_account_paid_goes_back_to_it_and_the_rest_to_the_card() -> None:
    ada = a_customer(a_business())
    in_favour(ada, 1000)
    yoga, clay = a_class(ada.business), a_class(ada.business, name="Clay", price=2800)
    booking = a_booking(ada, yoga, clay)
    cancelled(booking, yoga)
    assert (balance_of(ada), refunds()) == ((300, 0), [(900, "pending")])
    cancelled(booking, clay)
    assert (balance_of(ada), refunds()) == ((1000, 0), [(900, "pending"), (2100, "pending")])
    assert_sound()


def test_a_booking_that_the_account_paid_whole_goes_back_to_the_account() -> None:
    ada = a_customer(a_business())
    in_favour(ada, 5000)
    cancelled(a_booking(ada, a_class(ada.business)))
    assert (balance_of(ada), refunds()) == ((5000, 0), [])
    assert cancellations()[0].refund_to is RefundTo.ACCOUNT
    assert_sound()


def test_a_guest_has_no_account_and_gets_it_back_on_the_card() -> None:
    studio = a_business()
    with_preferences(studio, refund_to=RefundTo.ACCOUNT)
    cancelled(a_booking(studio, a_class(studio)))
    assert refunds() == [(1200, "pending")]
    assert_sound()


def test_what_was_waived_was_not_paid_and_does_not_go_back() -> None:
    ada = a_customer(a_business())
    in_favour(ada, 1190)
    booking = a_booking(ada, a_class(ada.business))  # ten pence are less than a card can pay
    assert cancelled(booking).to_account == 1190
    assert (balance_of(ada), refunds()) == ((1190, 0), [])
    assert_sound()


def test_the_pass_that_was_bought_along_is_not_refunded() -> None:
    studio = a_business()
    ada = a_customer(studio)
    option = a_purchase_option(studio, price=9600)
    yoga, clay = a_class(studio), a_class(studio, name="Clay", price=2800)
    booking = a_booking(ada, option, yoga)
    assert cancelled(booking).to_card == 0
    other = a_booking(a_customer(studio), clay, option)  # the dearer is paid by the new pass too
    assert cancelled(other).to_card == 0
    assert refunds() == []
    assert_sound()


def test_after_the_cut_off_the_money_is_kept() -> None:
    ada = a_customer(a_business())
    yoga = a_class(ada.business)
    booking = a_booking(ada, yoga)
    shown = cancelled(booking, now=yoga.starts_at - timedelta(hours=3))
    assert (shown.tickets[0].kept, refunds()) == (1200, [])
    assert_sound()


def test_never_more_than_was_paid_less_what_went_back_in_the_dashboard() -> None:
    ada = a_customer(a_business())
    yoga, clay = a_class(ada.business), a_class(ada.business, name="Clay", price=2800)
    booking = a_booking(ada, yoga, clay)
    went_back_in_the_dashboard(booking, 3000)
    shown = cancelled(booking)
    assert [outcome.to_card for outcome in shown.tickets] == [1000, 0]
    assert_sound()


def test_money_put_on_the_account_counts_as_gone_back_of_the_booking() -> None:
    ada = a_customer(a_business())
    with_preferences(ada.business, refund_to=RefundTo.ACCOUNT)
    yoga, clay = a_class(ada.business), a_class(ada.business, name="Clay")
    booking = a_booking(ada, yoga, clay)
    cancelled(booking, yoga)
    went_back_in_the_dashboard(booking, 1200)
    assert forecast_of(booking, clay).to_account == 0
    assert_sound()


def test_what_an_account_paid_out_over_the_same_card_is_not_taken_from_the_ticket() -> None:
    ada = a_customer(a_business())
    olive = a_staff_member(ada.business)
    booking = a_booking(ada, a_class(ada.business))
    in_favour(ada, 1000)
    with transaction():
        refund_to_card(ada.business, entry_for(ada, 1000), actor=staff_actor(olive), now=NOW)
    shown = cancelled(booking)
    assert (shown.to_card, shown.to_account) == (200, 1000)
    assert_sound()


def test_a_payment_told_again_after_the_cancellation_is_still_a_booking_that_was_made() -> None:
    ada = a_customer(a_business())
    booking = a_booking(ada, a_class(ada.business))
    cancelled(booking)
    assert stripe_tells(booking, paid=True).outcome is Outcome.CONFIRMED
    assert refunds() == [(1200, "pending")]
    assert_sound()


def test_a_refund_that_failed_is_sent_again_once() -> None:
    ada = a_customer(a_business())
    olive = a_staff_member(ada.business)
    booking = a_booking(ada, a_class(ada.business))
    ticket_id = cancelled(booking).tickets[0].ticket.id
    with pytest.raises(NoRefundFailed), transaction():
        again(ada, ticket_id, olive)
    the_bank_says_no()
    assert [it.failed for it in ticket_refunds_of(ada.business.id, booking.id)] == [1200]
    with transaction():
        assert again(ada, ticket_id, olive) == 1200
    with pytest.raises(NoRefundFailed), transaction():
        again(ada, ticket_id, olive)
    assert refunds() == [(1200, "failed"), (1200, "pending")]
    assert_sound()


def test_a_refund_that_failed_goes_to_the_account_instead_once() -> None:
    ada = a_customer(a_business())
    olive = a_staff_member(ada.business)
    in_favour(ada, 200)
    booking = a_booking(ada, a_class(ada.business))
    ticket_id = cancelled(booking).tickets[0].ticket.id
    assert balance_of(ada) == (200, 0)
    the_bank_says_no()
    with transaction():
        again(ada, ticket_id, olive, to=RefundTo.ACCOUNT)
    assert balance_of(ada) == (1200, 0)
    with pytest.raises(NoRefundFailed), transaction():
        again(ada, ticket_id, olive, to=RefundTo.ACCOUNT)
    (refund,) = ticket_refunds_of(ada.business.id, booking.id)
    assert (refund.failed, refund.to_account, refund.done) == (0, 1200, 0)
    end_reading()
    assert_sound()


def test_a_guests_refund_that_failed_can_go_to_the_card_only() -> None:
    studio = a_business()
    olive = a_staff_member(studio)
    ticket_id = cancelled(a_booking(studio, a_class(studio))).tickets[0].ticket.id
    the_bank_says_no()
    with pytest.raises(NoAccountToRefundTo), transaction():
        again(olive, ticket_id, olive, to=RefundTo.ACCOUNT)
    assert_sound()


def test_a_refund_that_stripe_never_made_begins_anew_for_the_same_ticket() -> None:
    ada = a_customer(a_business())
    booking = a_booking(ada, a_class(ada.business))
    cancelled(booking)
    with transaction():
        start_refund_anew(the_due_one(), now=NOW + timedelta(days=2))
    (refund,) = ticket_refunds_of(ada.business.id, booking.id)
    end_reading()
    assert (refund.pending, refund.failed) == (1200, 0)
    assert_sound()


def test_only_the_studios_own_tickets_are_sent_again() -> None:
    ada = a_customer(a_business())
    ticket_id = cancelled(a_booking(ada, a_class(ada.business))).tickets[0].ticket.id
    the_bank_says_no()
    elsewhere = a_staff_member(a_business("Harbour Pottery"))
    with pytest.raises(NoRefundFailed), transaction():
        again(elsewhere, ticket_id, elsewhere)


def again(of: APerson, ticket_id: UUID, by: APerson, *, to: RefundTo = RefundTo.CARD) -> int:
    """Try again."""
    return send_refund_again(
        of.business,
        ticket_id=ticket_id,
        to=to,
        reason="The client has a new card",
        actor=staff_actor(by),
        now=NOW + timedelta(days=1),
    )


def the_bank_says_no() -> None:
    """The refund that is due fails."""
    due = the_due_one()
    with transaction():
        fail_refund(due, reason="The card is closed.", now=NOW)


def went_back_in_the_dashboard(booking: ABooking, amount: int) -> None:
    """Stripe tells of a refund that was not ours."""
    with transaction():
        payment_id = db.session.scalars(select(Payment.id).where(Payment.booking_id == booking.id)).one()
        db.session.add(
            Refund(
                business_id=booking.business.id,
                payment_id=payment_id,
                amount=amount,
                reason="Refunded in Stripe's own dashboard.",
                ours=False,
                status=RefundStatus.SUCCEEDED,
                created_at=NOW,
                asked_at=NOW,
                settled_at=NOW,
            )
        )


def cancellations() -> Sequence[TicketCancellation]:
    found = list(db.session.scalars(select(TicketCancellation)))
    end_reading()
    return found
