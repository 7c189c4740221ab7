"""Deactivating a client's pass at once (S2–S5), and what it does to baskets and bookings."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from portal.models.audit import ActorKind
from portal.models.database import transaction
from portal.operations.auditing import Actor
from portal.operations.checkout import Buyer, QuoteChanged
from portal.operations.deactivating import AlreadyDeactivated, AnswerNeeded, deactivate_pass
from portal.operations.reasons import ReasonNeeded, ReasonTooLong
from portal.rules.passes import PassStatus
from portal.rules.quote import MoneyPays, PassPays
from tests.accounts import balance_of, entries_of, failed_instalments, instalments_of
from tests.desk import WHY, Desk, a_desk, acts_on, deactivations_of, scheduled_instalments, uses_of
from tests.races.shoppers import press, presser
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ABooking,
    APass,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_purchase_option,
    stripe_tells,
)

pytestmark = pytest.mark.usefixtures("app")


def a_client_with_a_pass() -> tuple[Desk, APerson, APass]:
    """A desk, Ada, and her 10-class pass."""
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    return desk, ada, a_pass_of(ada)


def a_payment_under_way() -> tuple[Desk, APass, ABooking]:
    """Ada pays for Clay by card, while her pass for yoga alone pays for yoga beside it."""
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    yoga = a_class(desk.business)
    for_yoga = a_pass_of(ada, covers=yoga)
    return desk, for_yoga, a_placed_booking(ada, yoga, a_class(desk.business, name="Clay", at=time(15)))


def test_w1_only_that_clients_pass_is_deactivated() -> None:
    desk, ada, ten_classes = a_client_with_a_pass()
    option = a_purchase_option(desk.business)
    other = a_pass_of(ada, option)
    bens = a_pass_of(a_customer(desk.business, "Ben Osei"), option)
    desk.deactivate(other)
    stand = [desk.status(it) for it in (ten_classes, other, bens)]
    assert stand == [PassStatus.NOT_STARTED, PassStatus.DEACTIVATED, PassStatus.NOT_STARTED]
    assert_sound()


def test_w1_nobody_but_staff_deactivates() -> None:
    desk, ada, ten_classes = a_client_with_a_pass()
    for actor in (Actor(ActorKind.CUSTOMER, ada.id), Actor(ActorKind.SYSTEM)):
        with pytest.raises(ValueError, match="Only a member of staff"), transaction():
            deactivate_pass(
                desk.business, pass_id=ten_classes.id, reason=WHY, charges_balance=None, actor=actor, now=NOW
            )
    assert desk.status(ten_classes) is PassStatus.NOT_STARTED


def test_w16_it_says_why_in_500_characters() -> None:
    desk, _, ten_classes = a_client_with_a_pass()
    for reason in ("", "  \n"):
        with pytest.raises(ReasonNeeded):
            replace(desk, reason=reason).deactivate(ten_classes)
    with pytest.raises(ReasonTooLong):
        replace(desk, reason="x" * 501).deactivate(ten_classes)
    assert deactivations_of(ten_classes) == []
    replace(desk, reason=f" {'x' * 500} ").deactivate(ten_classes)
    assert [row.reason for row in deactivations_of(ten_classes)] == ["x" * 500]


def test_it_leaves_one_audit_entry_with_before_and_after() -> None:
    desk, ada, ten_classes = a_client_with_a_pass()
    desk.deactivate(ten_classes)
    entry = acts_on(ten_classes.id)[-1]
    assert (entry.act, entry.reason, entry.actor_id) == ("pass.deactivated", WHY, desk.staff.id)
    assert entry.customer_id == ada.id
    assert entry.before == {"status": "not_started", "deactivated_from": None}
    assert entry.after == {"status": "deactivated", "deactivated_from": "2026-12-01"}


def test_whoever_comes_second_is_told_who_was_first_and_when() -> None:
    desk, _, ten_classes = a_client_with_a_pass()
    desk.deactivate(ten_classes)
    with pytest.raises(AlreadyDeactivated, match="Olive Owen already deactivated this pass on 1 Dec 2026"):
        desk.at(NOW + timedelta(days=2)).deactivate(ten_classes)
    assert len(deactivations_of(ten_classes)) == 1
    assert len([it for it in acts_on(ten_classes.id) if it.act == "pass.deactivated"]) == 1


def test_w2_it_stops_paying_in_a_basket_at_once_and_the_line_says_why() -> None:
    desk, ada, ten_classes = a_client_with_a_pass()
    basket_id = a_basket(ada, a_class(desk.business))
    (before,) = desk.lines(ada, basket_id)
    desk.deactivate(ten_classes)
    (after,) = desk.lines(ada, basket_id)
    assert isinstance(before.pays, PassPays)
    assert isinstance(after.pays, MoneyPays)
    assert str(after.why_not[0].sentence) == "Your 10-class pass has been deactivated."
    assert after.to_pay == 1200


def test_w2_another_pass_steps_in_where_there_is_one() -> None:
    desk, ada, ten_classes = a_client_with_a_pass()
    other = a_pass_of(ada, name="Spare pass", now=NOW + timedelta(minutes=1))
    basket_id = a_basket(ada, a_class(desk.business))
    desk.deactivate(ten_classes)
    (line,) = desk.lines(ada, basket_id)
    assert isinstance(line.pays, PassPays)
    assert line.pays.pass_id == other.id


def test_a_checkout_that_still_shows_the_pass_books_nothing() -> None:
    desk, ada, ten_classes = a_client_with_a_pass()
    yoga = a_class(desk.business)
    basket_id = a_basket(ada, yoga)
    shown = presser(desk.business, basket_id, Buyer(ada.id, ada.name, ada.email), now=NOW)
    desk.deactivate(ten_classes)
    with pytest.raises(QuoteChanged):
        press(shown)
    assert uses_of(ten_classes) == (10, 0)
    assert_sound()


def test_w5_visits_that_it_paid_stay_paid_and_booked() -> None:
    desk, ada, ten_classes = a_client_with_a_pass()
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 10)))
    a_booking(ada, a_class(desk.business, on=date(2026, 12, 12)))
    desk.deactivate(ten_classes)
    assert [visit.on_date.day for visit in desk.outlook(ten_classes).visits] == [10, 12]
    assert uses_of(ten_classes) == (8, 0)
    assert_sound()


def test_a_pending_booking_keeps_its_claim_and_is_confirmed_with_the_use() -> None:
    desk, ten_classes, booking = a_payment_under_way()
    assert uses_of(ten_classes) == (10, 1)
    desk.deactivate(ten_classes)
    assert [visit.is_claimed for visit in desk.outlook(ten_classes).visits] == [True]
    stripe_tells(booking, paid=True)
    assert uses_of(ten_classes) == (9, 0)
    assert_sound()


def test_money_that_comes_after_its_claims_were_let_go_of_is_refunded_instead() -> None:
    """The claim of R7 ended with its session; a later one would be a new use of a deactivated pass (S2)."""
    desk, ten_classes, booking = a_payment_under_way()
    stripe_tells(booking, paid=False, now=NOW + timedelta(minutes=36))
    desk.deactivate(ten_classes)
    settled = stripe_tells(booking, paid=True, now=NOW + timedelta(minutes=40))
    assert settled.outcome.value == "refunded"
    assert uses_of(ten_classes) == (10, 0)
    assert_sound()


def test_w7_w17_the_question_stands_only_where_a_balance_is_outstanding() -> None:
    desk, ada, ten_classes = a_client_with_a_pass()
    failed_instalments(ten_classes, 3000)
    with pytest.raises(AnswerNeeded):
        desk.deactivate(ten_classes)
    assert deactivations_of(ten_classes) == []
    without = a_pass_of(ada)
    assert desk.deactivate(without, charge=True).charged == 0
    assert [row.charges_balance for row in deactivations_of(without)] == [None]
    assert entries_of(ada) == []


def test_w7_yes_is_one_debit_on_the_clients_account() -> None:
    desk, ada, ten_classes = a_client_with_a_pass()
    failed_instalments(ten_classes, 3000, 2500)
    assert desk.deactivate(ten_classes, charge=True).charged == 5500
    assert entries_of(ada) == [("instalments", -5500)]
    assert balance_of(ada) == (-5500, 0)
    assert instalments_of(ten_classes) == [("charged", 3000), ("charged", 2500)]
    entry = acts_on(ten_classes.id)[-1]
    assert entry.after is not None
    assert entry.after["charged_to_account"] == 5500


def test_w7_no_is_no_debit_and_closed_on_record() -> None:
    desk, ada, ten_classes = a_client_with_a_pass()
    failed_instalments(ten_classes, 3000)
    assert desk.deactivate(ten_classes, charge=False).not_collected == 3000
    assert (entries_of(ada), balance_of(ada)) == ([], (0, 0))
    assert instalments_of(ten_classes) == [("not_collected", 3000)]
    entry = acts_on(ten_classes.id)[-1]
    assert entry.after is not None
    assert entry.after["not_collected"] == 3000


def test_instalments_to_come_are_never_charged_this_way() -> None:
    desk, ada, ten_classes = a_client_with_a_pass()
    scheduled_instalments(ten_classes, 3000, on=[date(2026, 12, 20)])
    desk.deactivate(ten_classes)
    assert instalments_of(ten_classes) == [("scheduled", 3000)]
    assert entries_of(ada) == []
    assert [due.amount for due in desk.outlook(ten_classes).scheduled] == [3000]
