"""Tickets are cancelled while others act: done once, the place is one person's, and money goes back once."""

from collections import Counter
from contextlib import nullcontext
from datetime import date, time
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.gateways.stripe_objects import StripeRefund
from portal.models.audit import AuditEntry
from portal.models.business import BusinessFacts
from portal.models.class_passes import PassUse, UseKind
from portal.models.database import db, end_reading, transaction
from portal.models.payments import Payment, Refund, RefundStatus
from portal.operations.checkout import Buyer
from portal.operations.refunding import KnownPayment, due_refunds, fail_refund, record_refunds
from portal.operations.verification import broken_invariants
from tests.accounts import staff_actor
from tests.cancellations import cancelled
from tests.desk import a_desk
from tests.races.cancellers import (
    SendingAgain,
    SendingBack,
    about_to_cancel,
    cancel_or_act,
    without_locks_on_card_money,
    without_locks_on_deactivations,
    without_locks_on_late_money,
    without_locks_on_passes_of_tickets,
    without_locks_on_refunds,
    without_locks_on_tickets,
)
from tests.races.clerks import Clerk
from tests.races.crowd import Crowd, Gap, all_at_once
from tests.races.shoppers import Presser, Walker, presser
from tests.races.unguarded import without_guard_of_places, without_order_of_classes
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ABooking,
    AClass,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_series,
    a_staff_member,
    check_out,
    stripe_tells,
)

pytestmark = pytest.mark.slow

ROUNDS = 8
PRESSES = 8

without_order = partial(without_order_of_classes, "cancelling", "checkout")


def test_pressed_by_many_at_once_a_booking_is_cancelled_once(app: Flask, crowd: Crowd) -> None:
    assert _many_cancel(app, crowd) == {"cancelled": 1, "AlreadyCancelled": PRESSES - 1}
    assert (_returned(), _went_back()) == (1, 2800)
    assert_sound()


def test_without_the_lock_they_collide(app: Flask, crowd: Crowd) -> None:
    """The database's own keys are then all that stands between a ticket and two cancellations."""

    outcomes = _many_cancel(app, crowd, without=without_locks_on_tickets)
    assert any(word.startswith("fault") for word in outcomes) or outcomes["cancelled"] > 1


def test_the_tickets_of_one_booking_are_cancelled_at_once_each_for_its_own_money(
    app: Flask, crowd: Crowd
) -> None:
    studio = a_business()
    classes = [a_class(studio, at=time(9 + nth), name=f"Class {nth}") for nth in range(ROUNDS)]
    booking = a_booking(a_customer(studio), *classes)
    people = [about_to_cancel(booking, yoga) for yoga in classes]
    assert all_at_once(crowd, app, cancel_or_act, people) == {"cancelled": ROUNDS}
    assert _went_back() == 1200 * ROUNDS
    assert_sound()


def test_what_a_card_paid_is_promised_to_one_of_two_tickets_cancelled_at_once(
    app: Flask, crowd: Crowd
) -> None:
    """The other is told that nothing is left of it."""
    assert _two_tickets_half_refunded(app, crowd) == {"cancelled": 1, "ForecastChanged": 1}
    assert _went_back() == 2400
    assert_sound()


def test_without_the_lock_it_is_promised_to_both(app: Flask, crowd: Crowd) -> None:
    outcomes = _two_tickets_half_refunded(app, crowd, without=without_locks_on_card_money)
    assert outcomes["cancelled"] == 2 or any(word.startswith("fault") for word in outcomes)


def test_a_freed_place_is_one_persons(app: Flask, crowd: Crowd) -> None:
    outcomes = _cancelling_meets_check_out(ROUNDS, app, crowd)
    assert outcomes["cancelled"] == ROUNDS
    assert outcomes["confirmed"] + outcomes["NoPlaceLeft"] == 2 * ROUNDS
    assert outcomes["confirmed"] <= ROUNDS
    assert_sound()


def test_without_the_guard_places_are_lost_or_sold_twice(app: Flask, crowd: Crowd) -> None:
    _cancelling_meets_check_out(1, app, crowd, capacity=4, want=3, without=without_guard_of_places)
    assert _is_broken("Places taken are the tickets that count, the lines that hold and the places on offer")


def test_a_pass_starts_with_what_is_booked_while_its_only_class_is_cancelled(
    app: Flask, crowd: Crowd
) -> None:
    outcomes = _cancelling_meets_the_same_pass(ROUNDS, app, crowd)
    assert outcomes["confirmed"] == ROUNDS
    assert outcomes["cancelled"] + outcomes["ForecastChanged"] == ROUNDS
    assert_sound()


def test_without_the_lock_the_start_is_forgotten(app: Flask, crowd: Crowd) -> None:
    _cancelling_meets_the_same_pass(1, app, crowd, without=without_locks_on_passes_of_tickets)
    assert _is_broken("Validity starts with the earliest class that counts")


def test_a_refund_that_failed_is_sent_again_by_one_of_many(app: Flask, crowd: Crowd) -> None:
    assert _many_send_again(app, crowd) == {"sent again": 1, "NoRefundFailed": PRESSES - 1}
    assert _went_back() == 1200
    assert_sound()


def test_without_the_lock_it_is_sent_more_than_once(app: Flask, crowd: Crowd) -> None:
    assert _many_send_again(app, crowd, without=without_locks_on_refunds)["sent again"] > 1


def test_money_that_came_too_late_is_sent_again_by_one_of_many(app: Flask, crowd: Crowd) -> None:
    assert _many_send_back(app, crowd) == {"sent again": 1, "NothingOwedBack": PRESSES - 1}
    assert _went_back() == 1200
    assert_sound()


def test_without_the_lock_late_money_is_sent_more_than_once(app: Flask, crowd: Crowd) -> None:
    assert _many_send_back(app, crowd, without=without_locks_on_late_money)["sent again"] > 1


def test_a_pass_is_deactivated_while_its_ticket_is_cancelled(app: Flask, crowd: Crowd) -> None:
    """The page's forecast stands, or the client is shown what changed; the pass is right either way."""
    outcomes = _deactivating_meets_cancelling(ROUNDS, app, crowd)
    assert outcomes["deactivate"] == ROUNDS
    assert outcomes["cancelled"] + outcomes["ForecastChanged"] == ROUNDS
    assert _returned() == outcomes["cancelled"]
    assert not _told_by_deactivations("last_day")
    assert_sound()


def test_without_the_lock_the_deactivation_is_said_to_have_done_what_the_cancellation_did(
    app: Flask, crowd: Crowd
) -> None:
    """The audit tells of a last day that changed, which is what the only ticket that counted had set."""
    outcomes = _deactivating_meets_cancelling(1, app, crowd, without=without_locks_on_deactivations)
    assert outcomes == {"deactivate": 1, "cancelled": 1}
    assert _told_by_deactivations("last_day")


def test_whole_bookings_are_cancelled_while_others_book_the_same_classes(app: Flask, crowd: Crowd) -> None:
    """Over the same classes in opposite order: nobody waits for nobody (DESIGN §3)."""
    outcomes = _opposite_bookings(2 * ROUNDS, app, crowd)
    assert outcomes == {"cancelled": 2 * ROUNDS, "confirmed": 2 * ROUNDS}
    assert_sound()


def test_without_the_order_they_wait_for_each_other(app: Flask, crowd: Crowd) -> None:
    assert _opposite_bookings(1, app, crowd, without=without_order)["fault: OperationalError"] == 1


def _two_tickets_half_refunded(app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    """Two tickets of £12.00, one booking, paid by card; £12.00 of it went back in Stripe's own dashboard."""
    studio = a_business()
    ada = a_customer(studio)
    classes = [a_class(studio, at=time(9 + nth), name=f"Class {nth}") for nth in range(2)]
    booking = a_booking(ada, *classes)
    _refunded_in_dashboard(booking, 1200)
    people = [about_to_cancel(booking, yoga) for yoga in classes]
    return all_at_once(crowd, app, cancel_or_act, people, without=without)


def _deactivating_meets_cancelling(
    count: int, app: Flask, crowd: Crowd, *, without: Gap = nullcontext
) -> Counter[str]:
    """Each client gives up the only ticket of a pass that staff deactivate."""
    desk = a_desk(a_business())
    yoga = a_class(desk.business, capacity=100)
    people: list[object] = []
    for _ in range(count):
        ada = a_customer(desk.business)
        pass_ = a_pass_of(ada)
        people += [about_to_cancel(a_booking(ada, yoga)), Clerk(desk, "deactivate", (pass_,))]
    return all_at_once(crowd, app, cancel_or_act, people, without=without)


def _opposite_bookings(count: int, app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    """So many cancel a whole booking of three classes, every second from the last to the first, and so many
    book the same.
    """
    studio = a_business()
    series = a_series(studio)
    classes = [a_class(series, on=date(2026, 12, day), capacity=100) for day in (10, 11, 12)]
    people: list[object] = []
    for nth in range(count):
        wants = classes if nth % 2 else classes[::-1]
        ada, ben = a_customer(studio), a_customer(studio, "Ben Osei")
        a_pass_of(ada)
        a_pass_of(ben)
        people += [about_to_cancel(a_booking(ada, *wants)), _before_the_button(ben, *wants)]
    return all_at_once(crowd, app, cancel_or_act, people, without=without)


def _many_cancel(app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    """The customer in two tabs and two clerks: one ticket was paid by a pass, the other by card."""
    studio = a_business()
    ada, olive = a_customer(studio), a_staff_member(studio)
    yoga, clay = a_class(studio), a_class(studio, name="Clay", price=2800)
    a_pass_of(ada, covers=yoga)
    booking = a_booking(ada, yoga, clay)
    people = [about_to_cancel(booking, by=olive if nth % 2 else None) for nth in range(PRESSES)]
    return all_at_once(crowd, app, cancel_or_act, people, without=without)


def _cancelling_meets_check_out(
    count: int, app: Flask, crowd: Crowd, *, capacity: int = 1, want: int = 2, without: Gap = nullcontext
) -> Counter[str]:
    """Classes of which one place is given up while two people, or more, want one each."""
    studio = a_business()
    people: list[object] = []
    for nth in range(count):
        yoga = a_class(studio, name=f"Class {nth}", capacity=capacity, price=0)
        booking = a_booking(a_customer(studio), yoga)
        people.append(about_to_cancel(booking))
        people += [Walker(yoga, f"guest-{nth}-{of}@example.com", NOW) for of in range(want)]
    return all_at_once(crowd, app, cancel_or_act, people, without=without)


def _cancelling_meets_the_same_pass(
    count: int, app: Flask, crowd: Crowd, *, without: Gap = nullcontext
) -> Counter[str]:
    """The only class of each pass is cancelled while its owner books an earlier one with it.

    Each has classes of their own, so that nothing but the pass brings them together.
    """
    studio = a_business()
    people: list[object] = []
    for _ in range(count):
        series = a_series(studio)
        later, earlier = a_class(series, on=date(2026, 12, 20)), a_class(series, on=date(2026, 12, 14))
        ada = a_customer(studio)
        a_pass_of(ada)
        booking = a_booking(ada, later)
        people += [about_to_cancel(booking, by=a_staff_member(studio)), _before_the_button(ada, earlier)]
    return all_at_once(crowd, app, cancel_or_act, people, without=without)


def _many_send_again(app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    """The bank has refused a ticket's refund, and everybody at the desk sees it."""
    studio = a_business()
    olive = a_staff_member(studio)
    ticket = cancelled(a_booking(a_customer(studio), a_class(studio))).tickets[0].ticket
    _refuse_refunds(studio)
    people = [SendingAgain(studio, ticket.id, staff_actor(olive), NOW) for _ in range(PRESSES)]
    return all_at_once(crowd, app, cancel_or_act, people, without=without)


def _many_send_back(app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    """Money came when the last place was gone, the bank did not take it back, and everybody sees it."""
    studio = a_business()
    olive = a_staff_member(studio)
    last_place = a_class(studio, capacity=1)
    ada = a_customer(studio)
    booking = check_out(ada, a_basket(ada, last_place))
    stripe_tells(booking, paid=False)
    a_booking(a_customer(studio, "Ben Cole"), last_place)
    stripe_tells(booking, paid=True)
    _refuse_refunds(studio)
    people = [SendingBack(booking, staff_actor(olive), NOW) for _ in range(PRESSES)]
    return all_at_once(crowd, app, cancel_or_act, people, without=without)


def _refuse_refunds(studio: BusinessFacts) -> None:
    """The bank does."""
    due = [refund for refund in due_refunds(now=NOW) if refund.business_id == studio.id]
    end_reading()
    for refund in due:
        with transaction():
            fail_refund(refund, reason="The card is closed.", now=NOW)


def _before_the_button(ada: APerson, *wants: AClass) -> Presser:
    shown = presser(ada.business, a_basket(ada, *wants), Buyer(ada.id, ada.name, ada.email), now=NOW)
    end_reading()
    return shown


def _returned() -> int:
    found = db.session.scalar(select(func.count()).where(PassUse.kind == UseKind.RETURNED))
    end_reading()
    return found or 0


def _refunded_in_dashboard(booking: ABooking, amount: int) -> None:
    payment_id = db.session.scalars(select(Payment.id).where(Payment.booking_id == booking.id)).one()
    end_reading()
    told = StripeRefund("re_of_the_dashboard", "succeeded", amount, None)
    with transaction():
        record_refunds(KnownPayment(payment_id, booking.business.id, None), [told], now=NOW)


def _went_back() -> int:
    """What goes back to cards, failed refunds left out."""
    found = db.session.scalar(
        select(func.coalesce(func.sum(Refund.amount), 0)).where(Refund.status != RefundStatus.FAILED)
    )
    end_reading()
    return int(found or 0)


def _told_by_deactivations(word: str) -> bool:
    """Whether the audit of a deactivation says that such a thing has changed."""
    told = db.session.scalars(select(AuditEntry.after).where(AuditEntry.act == "pass.deactivated")).all()
    end_reading()
    return any(word in (after or {}) for after in told)


def _is_broken(invariant: str) -> bool:
    end_reading()
    return invariant in {finding.name for finding in broken_invariants()}
