"""Pay now: what is owed is taken once, whatever is pressed, told, or lost on the way (M2, M3, M5, M6)."""

from dataclasses import replace

import pytest

from portal.exchanges.account_checkouts import NotStarted
from portal.exchanges.checkout_sessions import StripeIsSilent
from portal.gateways.card_payments import CardPayments
from portal.gateways.stripe_objects import CheckoutSession
from portal.jobs.payments import reconcile_dues
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, transaction
from portal.operations.outstanding import close_outstanding
from portal.operations.paying_dues import DuesChanged, NothingOwed, TooLittleToPay
from portal.operations.settling import PaymentMismatch
from portal.operations.settling_dues import DuesOutcome
from tests.accounts import balance_of, entries_of, failed_instalments, in_debt, in_favour, instalments_of
from tests.exchanges.dues import Debtor, session_of
from tests.studio import APass, a_business, a_customer, a_pass_of
from tests.till import Till


@pytest.fixture
def ada(till: Till, studio: BusinessFacts) -> Debtor:
    """A client of the studio."""
    return Debtor(till, a_customer(studio, now=till.clock.now()))


@pytest.fixture
def month(ada: Debtor) -> APass:
    """Her pass, whose two instalments were declined: £55.00."""
    owned = a_pass_of(ada.client, now=ada.till.clock.now())
    failed_instalments(owned, 3000, 2500)
    return owned


def test_an_outstanding_balance_is_paid(ada: Debtor, month: APass) -> None:
    url = ada.page_for(month)
    assert ada.pay(url) == "paid"
    assert ada.hear_of(url) is DuesOutcome.PAID
    assert instalments_of(month) == [("paid", 3000), ("paid", 2500)]
    assert (entries_of(ada.client), ada.payments(), ada.till.taken()) == ([], [5500], 5500)


def test_the_account_and_a_pass_are_paid_together_each_where_it_belongs(ada: Debtor, month: APass) -> None:
    in_debt(ada.client, 2000, now=ada.till.clock.now())
    url = ada.page_for(month, account=True)
    ada.pay(url)
    assert ada.come_back(url) is DuesOutcome.PAID
    assert balance_of(ada.client) == (0, 0)
    assert entries_of(ada.client) == [("charge", -2000), ("payment", 2000)]
    assert instalments_of(month) == [("paid", 3000), ("paid", 2500)]
    assert ada.till.taken() == 7500


def test_one_line_is_paid_and_the_others_stay(ada: Debtor, month: APass) -> None:
    other = a_pass_of(ada.client, name="Clay month", now=ada.till.clock.now())
    failed_instalments(other, 4000)
    in_debt(ada.client, 2000, now=ada.till.clock.now())
    ada.pay(url := ada.page_for(other))
    ada.hear_of(url)
    assert instalments_of(other) == [("paid", 4000)]
    assert instalments_of(month) == [("failed", 3000), ("failed", 2500)]
    assert balance_of(ada.client) == (-2000, 0)


def test_told_twice_and_by_the_return_page_and_by_the_worker_it_counts_once(
    ada: Debtor, month: APass
) -> None:
    in_debt(ada.client, 2000, now=ada.till.clock.now())
    ada.pay(url := ada.page_for(month, account=True))
    assert [ada.hear_of(url), ada.come_back(url), ada.hear_of(url)] == [DuesOutcome.PAID] * 3
    ada.till.clock.let_pass(minutes=2)
    reconcile_dues(ada.till.stripe, now=ada.till.clock.now())
    assert (ada.payments(), balance_of(ada.client)) == ([7500], (0, 0))


def test_the_webhook_comes_in_by_the_portals_own_door(ada: Debtor, month: APass) -> None:
    ada.till.receive_webhooks()
    ada.pay(ada.page_for(month))
    assert ada.till.stand_in.webhooks_settle()
    assert instalments_of(month) == [("paid", 3000), ("paid", 2500)]


def test_the_worker_finds_what_nobody_told_of(ada: Debtor, month: APass) -> None:
    ada.pay(ada.page_for(month))
    ada.till.clock.let_pass(minutes=2)
    assert reconcile_dues(ada.till.stripe, now=ada.till.clock.now()) == 1
    assert instalments_of(month) == [("paid", 3000), ("paid", 2500)]
    assert reconcile_dues(ada.till.stripe, now=ada.till.clock.now()) == 0


def test_a_second_press_leads_to_the_same_page(ada: Debtor, month: APass) -> None:
    assert ada.page_for(month) == ada.page_for(month)
    assert len(ada.till.sessions()) == 1


def test_other_lines_end_the_payment_that_is_under_way(ada: Debtor, month: APass) -> None:
    first = ada.page_for(month)
    in_debt(ada.client, 2000, now=ada.till.clock.now())
    second = ada.page_for(month, account=True)
    assert second != first
    assert len(ada.open_checkouts()) == 1
    with pytest.raises(AssertionError, match="expired"):
        ada.pay(first)
    ada.pay(second)
    ada.hear_of(second)
    assert ada.till.taken() == 7500


def test_what_was_paid_before_other_lines_were_asked_for_counts(ada: Debtor, month: APass) -> None:
    in_debt(ada.client, 2000, now=ada.till.clock.now())
    ada.pay(ada.page_for(month))
    wanted = ada.wanted(account=True)
    ada.pay(ada.page_for(account=True, amount=wanted.amount))
    ada.till.clock.let_pass(minutes=2)
    reconcile_dues(ada.till.stripe, now=ada.till.clock.now())
    assert (sorted(ada.payments()), ada.till.taken()) == ([2000, 5500], 7500)
    assert balance_of(ada.client) == (0, 0)


def test_what_changed_since_it_was_shown_is_not_charged(ada: Debtor, month: APass) -> None:
    with pytest.raises(DuesChanged):
        ada.page_for(month, amount=3000)
    assert (ada.till.sessions(), ada.open_checkouts()) == ([], [])


def test_nothing_owed_is_nothing_to_pay(ada: Debtor) -> None:
    in_favour(ada.client, 500, now=ada.till.clock.now())
    with pytest.raises(NothingOwed):
        ada.page_for(account=True)


def test_a_sum_below_stripes_smallest_charge_waits(ada: Debtor) -> None:
    in_debt(ada.client, 29, now=ada.till.clock.now())
    with pytest.raises(TooLittleToPay, match="less than £0"):
        ada.page_for(account=True)
    assert balance_of(ada.client) == (-29, 0)


def test_nobody_pays_for_anothers_pass(ada: Debtor, month: APass) -> None:
    ben = Debtor(ada.till, a_customer(ada.client.business, "Ben Osei", now=ada.till.clock.now()))
    with pytest.raises(NothingOwed):
        ben.page_for(month, amount=5500)


def test_nobody_comes_back_from_anothers_payment(ada: Debtor, month: APass) -> None:
    ada.pay(url := ada.page_for(month))
    ben = Debtor(ada.till, a_customer(ada.client.business, "Ben Osei", now=ada.till.clock.now()))
    assert ben.come_back(url) is None
    assert instalments_of(month) == [("failed", 3000), ("failed", 2500)]


def test_a_declined_card_leaves_it_owed_and_the_page_open(ada: Debtor, month: APass) -> None:
    url = ada.page_for(month)
    assert ada.pay(url, "4000000000000002") == "declined"
    assert ada.hear_of(url) is DuesOutcome.WAITING
    assert ada.page_for(month) == url
    assert ada.pay(url) == "paid"
    assert ada.hear_of(url) is DuesOutcome.PAID


def test_a_bank_that_wants_its_customer_present_is_satisfied_there(ada: Debtor, month: APass) -> None:
    url = ada.page_for(month)
    assert ada.pay(url, "4000002760003184", authenticate=True) == "paid"
    assert ada.hear_of(url) is DuesOutcome.PAID


def test_walking_away_leaves_it_owed_and_free_to_be_paid_anew(ada: Debtor, month: APass) -> None:
    first = ada.page_for(month)
    ada.till.clock.let_pass(minutes=36)
    reconcile_dues(ada.till.stripe, now=ada.till.clock.now())
    assert ada.open_checkouts() == []
    second = ada.page_for(month)
    assert second != first
    ada.pay(second)
    ada.hear_of(second)
    assert ada.till.taken() == 5500


def test_who_comes_back_after_its_time_is_led_to_a_fresh_page(ada: Debtor, month: APass) -> None:
    first = ada.page_for(month)
    ada.till.clock.let_pass(minutes=36)
    assert ada.page_for(month) != first


def test_money_for_an_instalment_that_was_ended_meanwhile_is_the_clients(ada: Debtor, month: APass) -> None:
    url = ada.page_for(month)
    with transaction():
        owned = db.session.get(ClassPass, (month.business.id, month.id))
        assert owned is not None
        close_outstanding(owned, now=ada.till.clock.now())
    ada.pay(url)
    assert ada.hear_of(url) is DuesOutcome.PAID
    assert entries_of(ada.client) == [("payment", 5500)]
    assert instalments_of(month) == [("not_collected", 3000), ("not_collected", 2500)]


def test_money_that_comes_after_its_time_still_pays(ada: Debtor, month: APass) -> None:
    url = ada.page_for(month)
    ada.till.clock.let_pass(minutes=36)
    reconcile_dues(ada.till.stripe, now=ada.till.clock.now())
    assert ada.pay(url, even_if_expired=True) == "paid"
    assert ada.hear_of(url) is DuesOutcome.PAID
    assert instalments_of(month) == [("paid", 3000), ("paid", 2500)]


@pytest.mark.parametrize("fault", ["connection_dropped", "timeout_after_success", "unavailable_503"])
def test_while_stripe_is_silent_nothing_is_lost_and_nothing_is_opened_twice(
    ada: Debtor, month: APass, fault: str
) -> None:
    ada.till.stand_in.fault(fault, method="POST", path="/v1/checkout/sessions")
    with pytest.raises(StripeIsSilent):
        ada.page_for(month)
    ada.pay(url := ada.page_for(month))
    ada.hear_of(url)
    assert (len(ada.till.sessions()), ada.till.taken()) == (1, 5500)


def test_a_page_whose_address_was_never_heard_is_found_again_by_the_worker(ada: Debtor, month: APass) -> None:
    ada.till.stand_in.fault("timeout_after_success", method="POST", path="/v1/checkout/sessions")
    with pytest.raises(StripeIsSilent):
        ada.page_for(month)
    ada.till.clock.let_pass(minutes=2)
    reconcile_dues(ada.till.stripe, now=ada.till.clock.now())
    ada.pay(str(ada.till.sessions()[0]["url"]))
    ada.till.clock.let_pass(minutes=2)
    reconcile_dues(ada.till.stripe, now=ada.till.clock.now())
    assert instalments_of(month) == [("paid", 3000), ("paid", 2500)]


def test_one_that_was_never_opened_is_closed_and_another_takes_its_place(ada: Debtor, month: APass) -> None:
    ada.till.stand_in.fault("connection_dropped", method="POST", path="/v1/checkout/sessions")
    with pytest.raises(StripeIsSilent):
        ada.page_for(month)
    ada.till.clock.let_pass(minutes=2)
    ada.pay(url := ada.page_for(month))
    ada.hear_of(url)
    assert ada.till.taken() == 5500


def test_a_refusal_of_stripes_leaves_it_owed(ada: Debtor, month: APass) -> None:
    wrong = CardPayments(secret_key="mistyped", webhook_secret="", api_base=ada.till.stand_in.url)
    with pytest.raises(NotStarted):
        Debtor(replace(ada.till, stripe=wrong), ada.client).page_for(month)
    assert ada.open_checkouts() == []
    assert instalments_of(month) == [("failed", 3000), ("failed", 2500)]


def test_a_session_that_is_not_what_was_written_down_is_not_applied(
    ada: Debtor, month: APass, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = ada.page_for(month)
    ada.pay(url)
    look = ada.till.stripe.read_session

    def of_another_amount(session_id: str, stripe_account: str | None) -> CheckoutSession:
        seen = look(session_id, stripe_account)
        return CheckoutSession(**{**{f: getattr(seen, f) for f in seen.__slots__}, "amount": 1})

    with monkeypatch.context() as lie:
        lie.setattr(ada.till.stripe, "read_session", of_another_amount)
        with pytest.raises(PaymentMismatch):
            ada.hear_of(url)
    assert ada.payments() == []
    ada.hear_of(url)


def test_sessions_of_others_are_let_pass(ada: Debtor) -> None:
    assert ada.hear_of("cs_test_of_nobody") is None
    assert ada.come_back("cs_test_of_nobody") is None


def test_a_studio_with_its_own_account_takes_it_there(till: Till) -> None:
    studio = a_business(stripe_account="acct_riverside", now=till.clock.now())
    ada = Debtor(till, a_customer(studio, now=till.clock.now()))
    in_debt(ada.client, 2000, now=till.clock.now())
    ada.pay(ada.page_for(account=True))
    till.clock.let_pass(minutes=2)
    reconcile_dues(till.stripe, now=till.clock.now())
    assert (till.taken("acct_riverside"), till.taken()) == (2000, 0)
    assert balance_of(ada.client) == (0, 0)


def test_a_refund_in_the_dashboard_that_is_told_of_first_is_not_lost(ada: Debtor, month: APass) -> None:
    ada.till.stand_in.fault("webhook_lost", type="checkout.session.*", times=None)
    ada.till.receive_webhooks()
    url = ada.page_for(month)
    ada.pay(url)
    ada.till.stand_in.refund_in_dashboard(session_of(url), 500)
    assert ada.till.stand_in.webhooks_settle()
    assert instalments_of(month) == [("paid", 3000), ("paid", 2500)]
    assert ada.payments() == [5500]
