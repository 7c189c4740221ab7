"""Instalments are charged on their day, once; a decline is told and tried again by a schedule (M1)."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.exchanges.auto_payments import charge_due
from portal.exchanges.checkout_sessions import PaymentNotStarted, settle_session
from portal.gateways.card_payments import CardPayments
from portal.models.accounts import AccountCheckout, AccountCheckoutLine, AccountCheckoutPurpose
from portal.models.bookings import PassSale
from portal.models.business import Business, BusinessFacts
from portal.models.database import db, end_reading, new_id, transaction
from portal.models.instalments import AttemptStatus, SavedCard
from portal.operations.deactivating import set_termination
from portal.operations.option_withdrawal import deactivate_option
from portal.operations.reactivating import reactivate_pass
from portal.rules.instalments import Rhythm
from tests.accounts import staff_actor
from tests.instalments import (
    COUNT,
    DECLINES_LATER,
    EACH,
    PRICE,
    TAKES_EVERYTHING,
    WANTS_ITS_HOLDER,
    SoldInParts,
    attempts_of,
    card_on_file,
    card_turns_into,
    deactivate,
    instalment_payments,
    instalments_of,
    letters_about_failures,
    pass_of,
    sold_in_parts,
    statuses_of,
    tries_of,
)
from tests.studio import a_basket, a_business, a_customer, a_purchase_option, a_staff_member, check_out
from tests.till import Till


@pytest.fixture
def studio(till: Till) -> BusinessFacts:
    """A studio whose day is UTC's, so that a week is a week whenever the test runs."""
    return a_business(zone="UTC", now=till.clock.now())


def test_a_sale_in_instalments_takes_the_first_and_writes_the_others_down(
    till: Till, studio: BusinessFacts
) -> None:
    sold = sold_in_parts(till, studio)
    today = till.clock.today()
    assert till.taken() == EACH
    assert [(row.nth, row.amount, row.due_on, row.try_on) for row in instalments_of(sold.own)] == [
        (nth, EACH, today + timedelta(weeks=nth - 1), today + timedelta(weeks=nth - 1)) for nth in (2, 3, 4)
    ]
    card = card_on_file(sold.ada)
    assert card is not None
    assert (card.brand, card.last4) == ("visa", "4242")
    assert card.consent == db.session.scalars(select(PassSale.consent)).one()
    assert card.consent.startswith(f"{studio.name} may keep my card and charge it for the 10-class pass")
    end_reading()


def test_an_instalment_is_charged_on_its_day_and_once(till: Till, studio: BusinessFacts) -> None:
    sold = sold_in_parts(till, studio)
    till.clock.let_pass(days=6)
    till.work()
    assert attempts_of(sold.own) == []
    till.clock.let_pass(days=1)
    for _ in range(3):
        till.work()
        till.clock.let_pass(minutes=2)
    assert statuses_of(sold.own) == "paid scheduled scheduled"
    assert instalment_payments() == [EACH]
    assert till.taken() == 2 * EACH
    assert letters_about_failures() == []


def test_a_worker_that_was_asleep_for_weeks_charges_each_instalment_once(
    till: Till, studio: BusinessFacts
) -> None:
    sold = sold_in_parts(till, studio)
    till.clock.let_pass(weeks=3, days=3)
    till.work()
    till.work()
    assert statuses_of(sold.own) == "paid paid paid"
    assert till.taken() == PRICE


def test_each_studio_goes_by_its_own_day(till: Till) -> None:
    """Auckland is a day ahead for half of the day; nobody is charged on the evening before."""
    here = sold_in_parts(till, a_business("East", zone="Pacific/Kiritimati", now=till.clock.now()))
    there = sold_in_parts(till, a_business("West", zone="Pacific/Niue", now=till.clock.now()))
    for _ in range(8 * 24):
        till.clock.let_pass(hours=1)
        till.work()
        for sold in (here, there):
            day = sold.business.day_of(till.clock.now())
            first = instalments_of(sold.own)[0]
            assert (first.status.value == "paid") == (day >= first.due_on)


def test_a_decline_is_told_and_tried_again_by_the_schedule_and_then_no_more(
    till: Till, studio: BusinessFacts
) -> None:
    sold = sold_in_parts(till, studio, count=2, price=2 * EACH)
    card_turns_into(till, sold, DECLINES_LATER)
    till.clock.let_pass(days=7)
    waited = []
    for nth in range(1, 5):
        till.work()
        till.work()
        assert len(attempts_of(sold.own)) == len(letters_about_failures()) == nth
        (try_on,) = tries_of(sold.own)
        waited.append((try_on - till.clock.today()).days if try_on else None)
        till.clock.let_pass(days=waited[-1] or 30)
    assert waited == [3, 5, 7, None]
    till.work()
    assert statuses_of(sold.own) == "failed"
    assert {row.decline_code for row in attempts_of(sold.own)} == {"generic_decline"}
    assert till.taken() == EACH
    assert letters_about_failures()[-1].facts["next_try_on"] is None


def test_a_retry_that_succeeds_ends_it(till: Till, studio: BusinessFacts) -> None:
    sold = sold_in_parts(till, studio)
    card_turns_into(till, sold, DECLINES_LATER)
    till.clock.let_pass(days=7)
    till.work()
    assert statuses_of(sold.own) == "failed scheduled scheduled"
    card_turns_into(till, sold, TAKES_EVERYTHING)
    till.clock.let_pass(days=3)
    till.work()
    assert statuses_of(sold.own) == "paid scheduled scheduled"
    assert [row.status for row in attempts_of(sold.own)] == [AttemptStatus.DECLINED, AttemptStatus.SUCCEEDED]


def test_a_bank_that_wants_the_customer_present_is_a_decline(till: Till, studio: BusinessFacts) -> None:
    sold = sold_in_parts(till, studio, card=WANTS_ITS_HOLDER)
    till.clock.let_pass(days=7)
    till.work()
    assert statuses_of(sold.own) == "failed scheduled scheduled"
    assert [row.decline_code for row in attempts_of(sold.own)] == ["authentication_required"]
    assert letters_about_failures()[0].facts["decline_code"] == "authentication_required"


def test_a_studio_without_retries_tries_once(till: Till, studio: BusinessFacts) -> None:
    with transaction():
        db.session.execute(update(Business).values(retry_after_days=""))
    sold = sold_in_parts(till, studio, count=2, price=2 * EACH)
    card_turns_into(till, sold, DECLINES_LATER)
    till.clock.let_pass(days=7)
    till.work()
    assert tries_of(sold.own) == [None]


def test_without_a_card_on_file_the_instalment_fails_without_a_try(till: Till, studio: BusinessFacts) -> None:
    sold = sold_in_parts(till, studio)
    with transaction():
        db.session.execute(update(SavedCard).values(replaced_at=till.clock.now()))
    till.clock.let_pass(days=7)
    till.work()
    assert statuses_of(sold.own) == "failed scheduled scheduled"
    assert attempts_of(sold.own) == []
    assert [letter.facts["decline_code"] for letter in letters_about_failures()] == ["no_card_on_file"]


def test_a_card_that_was_taken_away_at_stripe_fails_the_instalment(till: Till, studio: BusinessFacts) -> None:
    sold = sold_in_parts(till, studio)
    card = card_on_file(sold.ada)
    assert card is not None
    till.stand_in.client().v1.payment_methods.detach(card.payment_method)
    till.clock.let_pass(days=7)
    till.work()
    assert statuses_of(sold.own) == "failed scheduled scheduled"
    assert till.charges() == []


def test_a_second_sale_keeps_the_new_card_for_the_same_customer_of_stripes(
    till: Till, studio: BusinessFacts
) -> None:
    first = sold_in_parts(till, studio)
    before = card_on_file(first.ada)
    second = sold_in_parts(till, studio, to=first.ada, card="5555555555554444")
    after = card_on_file(second.ada)
    assert before is not None
    assert after is not None
    assert (after.last4, after.stripe_customer) == ("4444", before.stripe_customer)
    till.clock.let_pass(days=7)
    till.work()
    assert {it["payment_method"] for it in till.charges()} == {after.payment_method}
    assert till.taken() == 4 * EACH


def test_a_customer_who_was_deleted_at_stripe_can_buy_in_instalments_again(
    till: Till, studio: BusinessFacts
) -> None:
    """The first press finds out and says so; the second keeps the card for another customer of Stripe's."""
    first = sold_in_parts(till, studio)
    before = card_on_file(first.ada)
    assert before is not None
    del till.stand_in.inside.store.books(None).objects[before.stripe_customer]
    with pytest.raises(PaymentNotStarted):
        sold_in_parts(till, studio, to=first.ada)
    assert card_on_file(first.ada) is None
    sold_in_parts(till, studio, to=first.ada)
    after = card_on_file(first.ada)
    assert after is not None
    assert after.stripe_customer != before.stripe_customer


def test_a_pass_that_was_deactivated_is_charged_nothing_more(till: Till, studio: BusinessFacts) -> None:
    sold = sold_in_parts(till, studio)
    till.clock.let_pass(days=7)
    deactivate(sold, charges_balance=None, now=till.clock.now())
    till.work()
    till.clock.let_pass(weeks=3)
    till.work()
    assert statuses_of(sold.own) == "scheduled scheduled scheduled"
    assert attempts_of(sold.own) == []
    assert till.taken() == EACH


def test_a_pass_that_ends_on_a_day_is_charged_until_then_whether_or_not_a_job_has_run(
    till: Till, studio: BusinessFacts
) -> None:
    """S6: the day of the third instalment is the first on which nothing is tried."""
    sold = sold_in_parts(till, studio)
    third = instalments_of(sold.own)[1].due_on
    now = till.clock.now()
    olive = a_staff_member(studio, now=now)
    with transaction():
        set_termination(
            studio,
            pass_id=sold.own.id,
            from_day=third,
            reason="Moves away",
            charges_balance=True,
            actor=staff_actor(olive),
            now=now,
        )
    till.clock.let_pass(days=13)
    till.work()
    till.clock.let_pass(days=1)
    till.work()
    assert statuses_of(sold.own) == "paid scheduled scheduled"
    assert till.taken() == 2 * EACH


def test_after_a_reactivation_what_was_missed_is_skipped_and_the_rest_goes_on(
    till: Till, studio: BusinessFacts
) -> None:
    sold = sold_in_parts(till, studio)
    till.clock.let_pass(days=5)
    deactivate(sold, charges_balance=None, now=till.clock.now())
    till.clock.let_pass(days=4)
    till.work()
    now = till.clock.now()
    olive = a_staff_member(studio, now=now)
    with transaction():
        reactivate_pass(
            studio,
            pass_id=sold.own.id,
            reason="Came back",
            expires_on=None,
            actor=staff_actor(olive),
            now=now,
        )
    till.work()
    assert statuses_of(sold.own) == "skipped scheduled scheduled"
    till.clock.let_pass(days=12)
    till.work()
    assert statuses_of(sold.own) == "skipped paid paid"
    assert till.taken() == 3 * EACH


def test_late_money_brings_the_pass_its_instalments_and_its_card(till: Till, studio: BusinessFacts) -> None:
    """M4: the money comes after the booking was let go of, and all of it is claimed again."""
    now = till.clock.now()
    ada = a_customer(studio, now=now)
    option = a_purchase_option(studio, price=PRICE, instalments=COUNT, rhythm=Rhythm.WEEKLY, now=now)
    booking = check_out(ada, a_basket(ada, option, now=now), now=now)
    url = till.page_for(booking)
    till.clock.let_pass(minutes=40)
    till.work()
    till.stand_in.pay(url, even_if_expired=True)
    settle_session(url.rsplit("/", 1)[-1], None, stripe=till.stripe, now=till.clock.now())
    own = pass_of(ada, option.id, option.name)
    assert statuses_of(own) == "scheduled scheduled scheduled"
    assert card_on_file(ada) is not None


def test_while_stripe_is_silent_a_round_ends_early_and_nothing_is_lost(
    till: Till, studio: BusinessFacts
) -> None:
    passes = [sold_in_parts(till, studio) for _ in range(5)]
    till.clock.let_pass(days=7)
    till.stand_in.fault("unavailable_503", path="/v1/payment_intents*", times=100)
    assert charge_due(stripe=till.stripe, now=till.clock.now()) == 3
    assert sum(len(attempts_of(sold.own)) for sold in passes) == 3
    till.stand_in.clear_faults()
    for _ in range(2):
        till.clock.let_pass(minutes=2)
        till.work()
    assert [statuses_of(sold.own) for sold in passes] == ["paid scheduled scheduled"] * 5
    assert till.taken() == 5 * 2 * EACH


def test_a_pass_whose_purchase_option_was_deactivated_is_charged_nothing_more(
    till: Till, studio: BusinessFacts
) -> None:
    sold = sold_in_parts(till, studio)
    now = till.clock.now()
    olive = a_staff_member(studio, now=now)
    with transaction():
        deactivate_option(
            studio, option_id=sold.own.purchase_option_id, reason="Over", actor=staff_actor(olive), now=now
        )
    till.clock.let_pass(weeks=2)
    till.work()
    assert attempts_of(sold.own) == []


def test_an_instalment_that_is_being_paid_on_stripes_page_is_left_alone(
    till: Till, studio: BusinessFacts
) -> None:
    sold = sold_in_parts(till, studio)
    till.clock.let_pass(days=7)
    checkout_id = _is_being_paid(sold, till)
    till.work()
    assert attempts_of(sold.own) == []
    with transaction():
        row = db.session.get_one(AccountCheckout, (studio.id, checkout_id))
        row.closed_at = till.clock.now()
    till.work()
    assert statuses_of(sold.own) == "paid scheduled scheduled"


def test_one_round_charges_more_than_a_page_of_them(
    till: Till, studio: BusinessFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.operations.charge_attempts.PAGE", 2)
    stopped, *others = (sold_in_parts(till, studio) for _ in range(6))
    till.clock.let_pass(days=7)
    deactivate(stopped, charges_balance=None, now=till.clock.now())
    till.work()
    assert [statuses_of(sold.own) for sold in others] == ["paid scheduled scheduled"] * 5
    assert attempts_of(stopped.own) == []


def test_a_key_that_stripe_does_not_know_fails_nobody(
    till: Till, studio: BusinessFacts, app: Flask, tmp_path: Path
) -> None:
    sold = sold_in_parts(till, studio)
    wrong = CardPayments(secret_key="mistyped", webhook_secret="", api_base=till.stand_in.url)
    till.clock.let_pass(days=7)
    with pytest.raises(ExceptionGroup):
        charge_due(stripe=wrong, now=till.clock.now())
    assert statuses_of(sold.own) == "scheduled scheduled scheduled"
    assert letters_about_failures() == []
    till.clock.let_pass(hours=2)
    till.work()
    assert statuses_of(sold.own) == "paid scheduled scheduled"
    assert len(attempts_of(sold.own)) == 1


def test_a_fault_with_one_does_not_keep_the_others_waiting(till: Till, studio: BusinessFacts) -> None:
    broken, fine = sold_in_parts(till, studio), sold_in_parts(till, studio)
    till.clock.let_pass(days=7)
    with transaction():
        db.session.execute(
            update(SavedCard).where(SavedCard.customer_id == broken.ada.id).values(stripe_customer="acct")
        )
    till.work()
    assert statuses_of(broken.own) == "failed scheduled scheduled"
    assert statuses_of(fine.own) == "paid scheduled scheduled"


def test_a_connected_account_keeps_the_card_and_takes_the_money(till: Till) -> None:
    studio = a_business(zone="UTC", stripe_account="acct_riverside", now=till.clock.now())
    sold = sold_in_parts(till, studio)
    till.clock.let_pass(weeks=3)
    till.work()
    assert statuses_of(sold.own) == "paid paid paid"
    assert (till.taken("acct_riverside"), till.taken()) == (COUNT * EACH, 0)


def test_the_webhook_of_a_connected_account_is_heard(till: Till) -> None:
    studio = a_business(zone="UTC", stripe_account="acct_riverside", now=till.clock.now())
    sold = sold_in_parts(till, studio)
    till.receive_webhooks()
    till.clock.let_pass(days=7)
    till.stand_in.fault("error_500_after_success", method="POST", path="/v1/payment_intents")
    charge_due(stripe=till.stripe, now=till.clock.now())
    assert till.stand_in.webhooks_settle()
    assert statuses_of(sold.own) == "paid scheduled scheduled"


def test_a_card_of_another_account_of_the_studios_is_not_charged(till: Till, studio: BusinessFacts) -> None:
    sold = sold_in_parts(till, studio)
    with transaction():
        db.session.execute(update(Business).values(stripe_account="acct_moved"))
    till.clock.let_pass(days=7)
    till.work()
    assert statuses_of(sold.own) == "failed scheduled scheduled"
    assert (till.charges(), till.charges("acct_moved")) == ([], [])


def _is_being_paid(sold: SoldInParts, till: Till) -> object:
    """The customer is on Stripe's page with the first instalment."""
    now, first = till.clock.now(), instalments_of(sold.own)[0]
    checkout = AccountCheckout(
        business_id=sold.business.id,
        id=new_id(),
        customer_id=sold.ada.id,
        purpose=AccountCheckoutPurpose.DUES,
        amount=first.amount,
        currency=first.currency,
        created_at=now,
        expires_at=now + timedelta(minutes=35),
        asked_at=now + timedelta(days=1),
        return_to="https://riverside.example",
    )
    line = AccountCheckoutLine(
        business_id=sold.business.id,
        account_checkout_id=checkout.id,
        instalment_id=first.id,
        amount=first.amount,
    )
    with transaction():
        db.session.add(checkout)
        db.session.flush()
        db.session.add(line)
    return checkout.id
