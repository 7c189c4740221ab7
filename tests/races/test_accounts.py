"""A client's money is spent, charged, paid and refunded once, however many act at the same moment (M2, M5,
S5, S9).
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.models.accounts import AccountCheckout, AccountCheckoutLine
from portal.models.database import db, end_reading, new_id, transaction
from portal.models.instalments import Instalment, InstalmentAttempt, InstalmentStatus
from portal.models.pass_refunds import RefundedTo
from portal.models.payments import Payment
from portal.operations.auditing import Actor
from portal.operations.checkout import Buyer
from portal.operations.pass_refunding import WantedRefund
from portal.operations.paying_dues import Wanted
from tests.accounts import balance_of, entries_of, entry_for, in_debt, in_favour, staff_actor
from tests.instalments import SoldInParts, pass_of, sold_on_paper
from tests.paper_dues import dues_intended, dues_session
from tests.races.crowd import PROCESSES_AT_ONCE, Crowd, all_at_once
from tests.races.debtors import (
    Charger,
    Deactivator,
    DuesTold,
    Job,
    PassRefunder,
    Payer,
    Refunder,
    act,
    without_guard_of_balances,
)
from tests.races.late_money import more_like, paid_after_all
from tests.races.shoppers import presser
from tests.races.unguarded import without_locks_and_meet_after
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    APass,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_placed_booking,
    a_purchase_option,
    a_staff_member,
    stripe_tells,
)

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(minutes=40)
DUE = NOW + timedelta(days=8)
MANY = 8
ROUNDS = 8

meet_after = without_locks_and_meet_after
without_locks_on_refunds = partial(meet_after, "account_refunds.portions")
without_locks_on_pass_refunds = partial(meet_after, "pass_refunding.worth_of")
without_locks_on_charges = partial(meet_after, "account_charges.was_entered")
without_locks_on_presses = partial(meet_after, "paying_dues._instalments")
without_locks_on_settling = partial(meet_after, "settling_dues.lock_checkout")
without_locks_on_deactivations = partial(meet_after, "deactivating.live_deactivation")
without_locks_on_outstanding = partial(
    meet_after, "settling_dues.lock_checkout", last=["outstanding.outstanding_of"]
)
"""No lock, and staff have seen what is outstanding before it is paid, and charge it after."""
without_locks_on_balances = partial(meet_after, "checkout.quoted_basket", last=["account_refunds.portions"])
"""No lock, and staff have seen the balance before it pays for a basket, and refund it after."""
without_locks_on_dues = partial(meet_after, "paying_dues._instalments", "auto_payments.live_card")


def test_a_balance_that_9_bookings_want_pays_for_one(app: Flask, crowd: Crowd) -> None:
    """Nine bookings whose claims were let go of, paid late at once: £5.00 of the balance each, of £5.00."""
    ada, told = _late_payments_for_one_balance()
    assert all_at_once(crowd, app, act, told) == {"confirmed": 1, "refunded": MANY}
    assert balance_of(ada) == (0, 0)
    assert_sound()


def test_without_the_guard_a_balance_is_spent_more_than_once(app: Flask, crowd: Crowd) -> None:
    _, told = _late_payments_for_one_balance(2)
    outcomes = all_at_once(crowd, app, act, told, without=without_guard_of_balances)
    assert outcomes != {"confirmed": 1, "refunded": 1}


def test_a_form_of_a_charge_that_is_sent_16_times_at_once_charges_once(app: Flask, crowd: Crowd) -> None:
    ada, olive = _client_and_staff()
    sent = [Charger(ada.business, entry_for(ada, 2000, entry_id=new_id()), olive, NOW)] * 16
    assert all_at_once(crowd, app, act, sent) == {"charged": 16}
    assert entries_of(ada) == [("charge", -2000)]
    assert_sound()


def test_without_locks_a_charge_sent_twice_goes_wrong(app: Flask, crowd: Crowd) -> None:
    ada, olive = _client_and_staff()
    in_debt(ada, 100)
    sent = [Charger(ada.business, entry_for(ada, 2000, entry_id=new_id()), olive, NOW)] * PROCESSES_AT_ONCE
    assert all_at_once(crowd, app, act, sent, without=without_locks_on_charges) != {"charged": len(sent)}


def test_a_balance_that_8_refund_to_the_card_goes_back_once(app: Flask, crowd: Crowd) -> None:
    ada, refunders = _refunders()
    assert all_at_once(crowd, app, act, refunders) == {
        "refunded to card": 1,
        "NotThatMuchInFavour": MANY - 1,
    }
    assert balance_of(ada) == (0, 0)
    assert_sound()


def test_without_locks_a_balance_goes_back_more_than_once(app: Flask, crowd: Crowd) -> None:
    ada, refunders = _refunders()
    all_at_once(crowd, app, act, refunders, without=without_locks_on_refunds)
    assert balance_of(ada)[0] < 0


def test_a_balance_goes_to_the_basket_or_to_the_card(app: Flask, crowd: Crowd) -> None:
    people = _bookers_and_refunders(ROUNDS)
    outcomes = all_at_once(crowd, app, act, people)
    assert outcomes["confirmed"] + outcomes["refunded to card"] == ROUNDS
    assert outcomes["QuoteChanged"] + outcomes["NotThatMuchInFavour"] == ROUNDS
    assert_sound()


def test_without_locks_a_balance_goes_to_both(app: Flask, crowd: Crowd) -> None:
    people = _bookers_and_refunders(1)
    outcomes = all_at_once(crowd, app, act, people, without=without_locks_on_balances)
    assert outcomes == {"confirmed": 1, "refunded to card": 1}


def test_a_pass_that_8_refund_goes_back_once(app: Flask, crowd: Crowd) -> None:
    ada, refunders = _pass_refunders()
    assert all_at_once(crowd, app, act, refunders) == {"refunded to account": 1, "NothingPaid": MANY - 1}
    assert entries_of(ada) == [("pass_refund", 10000)]
    assert_sound()


def test_without_locks_a_pass_goes_back_more_than_once(app: Flask, crowd: Crowd) -> None:
    ada, refunders = _pass_refunders()
    all_at_once(crowd, app, act, refunders, without=without_locks_on_pass_refunds)
    assert len(entries_of(ada)) > 1


def test_pay_now_pressed_16_times_at_once_opens_one_payment(app: Flask, crowd: Crowd) -> None:
    ada, _ = _client_and_staff()
    in_debt(ada, 2000)
    presses = [Payer(ada.business, ada.id, Wanted(account=True, pass_ids=frozenset(), amount=2000), NOW)] * 16
    assert all_at_once(crowd, app, act, presses) == {"pays": 16}
    assert _count(AccountCheckout) == _count(AccountCheckoutLine) == 1
    assert_sound()


def test_without_locks_pay_now_pressed_twice_goes_wrong(app: Flask, crowd: Crowd) -> None:
    ada, _ = _client_and_staff()
    in_debt(ada, 2000)
    presses = [Payer(ada.business, ada.id, Wanted(account=True, pass_ids=frozenset(), amount=2000), NOW)]
    outcomes = all_at_once(crowd, app, act, presses * MANY, without=without_locks_on_presses)
    assert outcomes != {"pays": MANY}


def test_a_payment_of_dues_that_is_told_16_times_at_once_counts_once(app: Flask, crowd: Crowd) -> None:
    sold, told = _paid_dues()
    assert all_at_once(crowd, app, act, [told] * 16) == {"paid": 16}
    assert _count(Payment, Payment.account_checkout_id.is_not(None)) == 1
    assert entries_of(sold.ada) == [("charge", -2000), ("payment", 2000)]
    assert_sound()


def test_without_locks_a_payment_of_dues_told_twice_goes_wrong(app: Flask, crowd: Crowd) -> None:
    _, told = _paid_dues()
    assert all_at_once(crowd, app, act, [told] * MANY, without=without_locks_on_settling) != {"paid": MANY}


def test_an_instalment_is_paid_by_its_client_or_tried_by_the_worker(app: Flask, crowd: Crowd) -> None:
    assert all_at_once(crowd, app, act, people := _payers_and_jobs(ROUNDS)).total() == len(people)
    assert _in_both_hands() == 0
    assert _count(InstalmentAttempt) + _count(AccountCheckout) == ROUNDS
    assert_sound()


def test_without_locks_an_instalment_is_paid_and_tried(app: Flask, crowd: Crowd) -> None:
    all_at_once(crowd, app, act, _payers_and_jobs(1), without=without_locks_on_dues)
    assert _in_both_hands() > 0


def test_an_outstanding_balance_that_two_people_charge_is_one_entry(app: Flask, crowd: Crowd) -> None:
    clients, people = _two_deactivate(ROUNDS)
    outcomes = all_at_once(crowd, app, act, people)
    assert outcomes == {"deactivated": ROUNDS, "AlreadyDeactivated": ROUNDS}
    assert [entries_of(ada) for ada in clients] == [[("instalments", -3000)]] * ROUNDS
    assert_sound()


def test_without_locks_it_would_be_two(app: Flask, crowd: Crowd) -> None:
    """The database's own key is then all that stands between a pass and two deactivations."""
    _, people = _two_deactivate(1)
    outcomes = all_at_once(crowd, app, act, people, without=without_locks_on_deactivations)
    assert outcomes == {"deactivated": 1, "fault: IntegrityError": 1}


def test_money_meets_a_deactivation_and_is_counted_once(app: Flask, crowd: Crowd) -> None:
    """The client pays what staff move to the account at the same moment: paid, or charged and paid there."""
    clients, people = _money_and_a_deactivation(ROUNDS)
    outcomes = all_at_once(crowd, app, act, people)
    assert outcomes["paid"] == ROUNDS
    assert [balance_of(ada) for ada in clients] == [(0, 0)] * ROUNDS
    assert_sound()


def test_without_locks_it_is_paid_and_charged(app: Flask, crowd: Crowd) -> None:
    (ada,), people = _money_and_a_deactivation(1)
    outcomes = all_at_once(crowd, app, act, people, without=without_locks_on_outstanding)
    assert outcomes == {"paid": 1, "deactivated": 1}
    assert balance_of(ada) == (-3000, 0)


def _two_deactivate(count: int) -> tuple[list[APerson], list[object]]:
    """For each client: two of the staff deactivate the pass, and charge its outstanding balance."""
    clients: list[APerson] = []
    people: list[object] = []
    for _ in range(count):
        sold = _with_a_failed_instalment()
        clients.append(sold.ada)
        for name in ("Olive Owen", "Max Manager"):
            staff = staff_actor(a_staff_member(sold.business, name))
            people.append(Deactivator(sold.business, sold.own.id, True, staff, DUE))
    return clients, people


def _money_and_a_deactivation(count: int) -> tuple[list[APerson], list[object]]:
    """For each client: Stripe tells that the outstanding balance was paid, while staff charge it."""
    clients: list[APerson] = []
    people: list[object] = []
    for _ in range(count):
        sold = _with_a_failed_instalment()
        clients.append(sold.ada)
        staff = staff_actor(a_staff_member(sold.business))
        people.append(_told(sold, account=False, amount=3000))
        people.append(Deactivator(sold.business, sold.own.id, True, staff, DUE))
    return clients, people


def _client_and_staff() -> tuple[APerson, Actor]:
    studio = a_business()
    return a_customer(studio), staff_actor(a_staff_member(studio))


def _late_payments_for_one_balance(count: int = 1 + MANY) -> tuple[APerson, list[object]]:
    studio = a_business()
    ada = a_customer(studio)
    in_favour(ada, 500)
    booking = a_placed_booking(ada, a_class(studio, price=1200))
    assert booking.attempt_id is not None
    stripe_tells(booking, paid=False, now=LATER)
    attempts = more_like(booking, [a_class(studio, price=1200) for _ in range(count - 1)])
    return ada, [paid_after_all(booking, it, now=LATER) for it in [booking.attempt_id, *attempts]]


def _refunders() -> tuple[APerson, Sequence[object]]:
    ada, olive = _client_and_staff()
    a_booking(ada, a_class(ada.business, price=9900))
    in_favour(ada, 1000)
    return ada, [Refunder(ada.business, entry_for(ada, 1000), olive, LATER) for _ in range(MANY)]


def _bookers_and_refunders(count: int) -> list[object]:
    people: list[object] = []
    for _ in range(count):
        ada, olive = _client_and_staff()
        studio = ada.business
        a_booking(ada, a_class(studio, price=9900))
        in_favour(ada, 1200)
        basket_id = a_basket(ada, a_class(studio, price=1200))
        people.append(presser(studio, basket_id, Buyer(ada.id, ada.name, ada.email), now=NOW))
        people.append(Refunder(studio, entry_for(ada, 1200), olive, NOW))
    end_reading()
    return people


def _pass_refunders() -> tuple[APerson, Sequence[object]]:
    ada, olive = _client_and_staff()
    option = a_purchase_option(ada.business, price=10000)
    a_booking(ada, option)
    ten = pass_of(ada, option.id, option.name)
    return ada, [PassRefunder(ada.business, _whole(ten), olive, LATER) for _ in range(MANY)]


def _whole(ten: APass) -> WantedRefund:
    return WantedRefund(id=new_id(), pass_id=ten.id, amount=10000, to=RefundedTo.ACCOUNT, reason="Injured")


def _with_a_failed_instalment() -> SoldInParts:
    """£30.00 are outstanding, and due to be tried again."""
    sold = sold_on_paper(a_business(zone="UTC"))
    with transaction():
        db.session.execute(
            update(Instalment)
            .where(Instalment.id == _second(sold))
            .values(status=InstalmentStatus.FAILED, failures=1, try_on=DUE.date())
        )
    return sold


def _second(sold: SoldInParts) -> UUID:
    found = db.session.scalar(
        select(Instalment.id).where(Instalment.class_pass_id == sold.own.id, Instalment.nth == 2)
    )
    end_reading()
    assert found is not None
    return found


def _payers_and_jobs(count: int) -> list[object]:
    people: list[object] = []
    for _ in range(count):
        sold = _with_a_failed_instalment()
        wanted = Wanted(account=False, pass_ids=frozenset({sold.own.id}), amount=3000)
        people.append(Payer(sold.business, sold.ada.id, wanted, DUE))
        people.append(Job(sold.business, _second(sold), DUE))
    return people


def _paid_dues() -> tuple[SoldInParts, DuesTold]:
    sold = _with_a_failed_instalment()
    in_debt(sold.ada, 2000)
    return sold, _told(sold, account=True, amount=5000)


def _told(sold: SoldInParts, *, account: bool, amount: int) -> DuesTold:
    """The webhook that tells that Pay now was paid."""
    checkout_id = dues_intended(sold.ada, sold.own, account=account, amount=amount, now=DUE)
    session = dues_session(sold.business, checkout_id, amount)
    return DuesTold(sold.business.id, checkout_id, session, DUE)


def _in_both_hands() -> int:
    """Instalments that are being tried and being paid."""
    found = db.session.scalar(
        select(func.count())
        .select_from(InstalmentAttempt)
        .join(AccountCheckoutLine, AccountCheckoutLine.instalment_id == InstalmentAttempt.instalment_id)
    )
    end_reading()
    return found or 0


def _count(model: type, *where: object) -> int:
    found = db.session.scalar(select(func.count()).select_from(model).where(*where))  # type: ignore[arg-type]
    end_reading()
    return found or 0
