"""A ticket is moved to a dearer class: its difference is paid, once, or nothing is moved (C7, M2–M4)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal.exchanges.account_checkouts import reconcile_account_checkouts, settle_account_session
from portal.exchanges.transfers import (
    continue_transfer,
    keep_ticket,
    open_transfer_payment,
    settle_transfer_return,
)
from portal.models.classes import ClassSession
from portal.models.database import db, end_reading, transaction
from portal.models.transfers import TicketTransfer
from portal.operations.account_checkouts import open_checkout_of_ticket
from portal.operations.cancelling import cancellation_forecast
from portal.operations.settling_transfers import SettledTransfer, TransferOutcome, close_unmade
from portal.operations.transfer_refusals import BeingMoved
from portal.rules.cancelling import Canceller
from tests.cancellations import cancelled
from tests.exchanges.counter import Counter
from tests.exchanges.dues import session_of
from tests.soundness import assert_sound
from tests.studio import ABooking, AClass, APerson, a_booking, a_customer, stripe_tells
from tests.till import Till
from tests.transfers import moved, ticket_for


@dataclass(frozen=True)
class Move:
    """Ada's ticket for Yoga (£12) on its way to Clay (£15), which has one place."""

    counter: Counter
    booking: ABooking
    yoga: AClass
    clay: AClass
    ticket_id: UUID
    url: str

    @property
    def till(self) -> Till:
        return self.counter.till

    def hear(self) -> TransferOutcome | None:
        """What the webhook does."""
        settled = settle_account_session(
            session_of(self.url), None, stripe=self.till.stripe, now=self.till.clock.now()
        )
        return settled.outcome if isinstance(settled, SettledTransfer) else None

    def come_back(self) -> TransferOutcome | None:
        """What the return page does."""
        settled = settle_transfer_return(
            self.booking.business,
            session_of(self.url),
            reference=self.booking.reference,
            stripe=self.till.stripe,
            now=self.till.clock.now(),
        )
        return settled.outcome if settled else None

    def keep(self) -> None:
        """Keep my ticket."""
        keep_ticket(self.booking.business, self.ticket_id, stripe=self.till.stripe, now=self.till.clock.now())

    def places(self) -> tuple[int, int]:
        """Places taken in Yoga and in Clay."""
        found = dict(db.session.execute(select(ClassSession.id, ClassSession.places_taken)).all())
        end_reading()
        return found[self.yoga.id], found[self.clay.id]

    def status(self) -> str:
        found = db.session.scalars(select(TicketTransfer.status)).one()
        end_reading()
        return found.value


def begun(counter: Counter, by: APerson | None = None) -> Move:
    """Press Pay £3.00: the place is claimed, and Stripe's page is open."""
    now = counter.till.clock.now()
    yoga, clay = counter.a_class(), counter.a_class(capacity=1, price=1500, name="Clay")
    booking = counter.check_out(yoga, by=by)
    stripe_tells(booking, paid=True, now=now)
    ticket_id = ticket_for(booking, yoga)
    claimed = moved(booking, yoga, clay, now=now)
    assert claimed.checkout_id is not None
    url = open_transfer_payment(counter.studio, claimed.checkout_id, stripe=counter.till.stripe, now=now)
    assert url is not None
    return Move(counter, booking, yoga, clay, ticket_id, url)


@pytest.fixture
def move(counter: Counter) -> Move:
    return begun(counter, a_customer(counter.studio))


def test_the_place_is_claimed_until_the_difference_is_paid_and_then_the_ticket_moves(move: Move) -> None:
    assert (move.places(), move.status()) == ((1, 1), "pending")
    assert move.counter.pay(move.url) == "paid"
    assert move.hear() is TransferOutcome.MOVED
    assert (move.places(), move.status()) == ((0, 1), "confirmed")
    assert [payment.amount for payment in move.counter.payments()] == [1200, 300]
    assert move.counter.letters() == ["booking_confirmed", "ticket_moved"]
    assert_sound()


def test_m2_webhook_return_page_and_reconciler_apply_it_once(move: Move) -> None:
    move.counter.pay(move.url)
    assert move.come_back() is TransferOutcome.MOVED
    assert move.hear() is TransferOutcome.MOVED
    reconcile_account_checkouts(stripe=move.till.stripe, now=move.till.clock.now() + timedelta(minutes=5))
    assert [payment.amount for payment in move.counter.payments()] == [1200, 300]
    assert_sound()


def test_while_it_is_being_paid_the_ticket_is_neither_cancelled_nor_moved_again(move: Move) -> None:
    with pytest.raises(BeingMoved):
        cancellation_forecast(
            move.booking.business,
            ticket_ids=[move.ticket_id],
            by=Canceller.CLIENT,
            now=move.till.clock.now(),
        )
    end_reading()
    with pytest.raises(BeingMoved):
        moved(move.booking, move.yoga, move.clay, now=move.till.clock.now())


def test_continue_payment_leads_to_the_same_page(move: Move) -> None:
    url = continue_transfer(
        move.booking.business, move.ticket_id, stripe=move.till.stripe, now=move.till.clock.now()
    )
    assert url == move.url


def test_keep_my_ticket_ends_the_payment_and_lets_go_of_the_place(move: Move) -> None:
    move.keep()
    assert (move.places(), move.status()) == ((1, 0), "released")
    with pytest.raises(AssertionError, match="The Checkout Session is expired"):
        move.counter.pay(move.url)
    assert move.hear() is TransferOutcome.KEPT
    assert_sound()


def test_keep_my_ticket_comes_too_late_for_what_is_paid(move: Move) -> None:
    move.counter.pay(move.url)
    move.keep()
    assert (move.places(), move.status()) == ((0, 1), "confirmed")
    assert_sound()


def test_a_payment_whose_time_ran_out_lets_go_of_the_place(move: Move) -> None:
    move.till.clock.let_pass(minutes=36)
    reconcile_account_checkouts(stripe=move.till.stripe, now=move.till.clock.now())
    assert (move.places(), move.status()) == ((1, 0), "released")
    assert_sound()


def test_what_was_paid_for_the_move_goes_back_with_the_ticket(move: Move) -> None:
    move.counter.pay(move.url)
    move.hear()
    shown = cancelled(move.booking, now=move.till.clock.now())
    assert shown.to_card == 1500
    assert sum(refund.amount for refund in move.counter.refunds()) == 1500
    assert_sound()


def test_a_guest_pays_the_difference_as_well(counter: Counter) -> None:
    move = begun(counter)
    counter.pay(move.url)
    assert move.come_back() is TransferOutcome.MOVED
    assert_sound()


def test_somebody_elses_return_page_applies_nothing(move: Move) -> None:
    move.counter.pay(move.url)
    settled = settle_transfer_return(
        move.booking.business,
        session_of(move.url),
        reference="ANOTHER1",
        stripe=move.till.stripe,
        now=move.till.clock.now(),
    )
    assert settled is None
    assert move.status() == "pending"


def test_m4_late_money_claims_the_place_again_where_it_is_free(move: Move) -> None:
    move.counter.pay(move.url)
    _released_behind_stripes_back(move)
    assert move.places() == (1, 0)
    assert move.hear() is TransferOutcome.MOVED
    assert (move.places(), move.status()) == ((0, 1), "confirmed")
    assert_sound()


def test_m4_late_money_goes_back_in_full_where_the_place_is_gone_and_the_client_is_told(move: Move) -> None:
    move.counter.pay(move.url)
    _released_behind_stripes_back(move)
    ben = a_customer(move.booking.business, "Ben Cole")
    a_booking(ben, move.clay, now=move.till.clock.now())
    assert move.hear() is TransferOutcome.REFUNDED
    assert move.hear() is TransferOutcome.REFUNDED
    assert (move.places(), move.status()) == ((1, 1), "released")
    assert [refund.amount for refund in move.counter.refunds()] == [300]
    assert move.counter.letters().count("booking_refunded") == 1
    assert_sound()


def test_m4_late_money_goes_back_where_the_ticket_was_cancelled_meanwhile(move: Move) -> None:
    move.counter.pay(move.url)
    _released_behind_stripes_back(move)
    cancelled(move.booking, now=move.till.clock.now())
    assert move.hear() is TransferOutcome.REFUNDED
    assert db.session.scalar(select(func.count(TicketTransfer.id))) == 1
    end_reading()
    assert_sound()


def _released_behind_stripes_back(move: Move) -> None:
    """Its session was thought to be gone, and it is not."""
    checkout = open_checkout_of_ticket(move.booking.business.id, move.ticket_id)
    end_reading()
    assert checkout is not None
    with transaction():
        close_unmade(checkout, now=move.till.clock.now())
