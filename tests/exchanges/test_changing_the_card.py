"""Change card: Stripe's page keeps another card and takes no money; it is on file once (M1, M2, M3)."""

import pytest
from sqlalchemy import select

from portal.exchanges.checkout_sessions import StripeIsSilent
from portal.jobs.payments import reconcile_dues
from portal.models.business import BusinessFacts
from portal.models.database import db, end_reading
from portal.models.instalments import SavedCard
from portal.operations.settling_dues import DuesOutcome
from tests.accounts import in_debt
from tests.exchanges.dues import CONSENT, Debtor
from tests.instalments import (
    DECLINES_LATER,
    card_on_file,
    card_turns_into,
    sold_in_parts,
    sold_on_paper,
    statuses_of,
)
from tests.studio import a_business, a_customer
from tests.till import Till

MASTERCARD = "5555555555554444"


@pytest.fixture
def ada(till: Till, studio: BusinessFacts) -> Debtor:
    """A client of the studio."""
    return Debtor(till, a_customer(studio, now=till.clock.now()))


def cards() -> list[tuple[str, bool]]:
    """Every card that was ever on file: its last digits, and whether it still is."""
    found = db.session.scalars(select(SavedCard).order_by(SavedCard.id)).all()
    end_reading()
    return [(card.last4, card.replaced_at is None) for card in found]


def test_the_card_is_on_file_once_however_often_it_is_told(ada: Debtor) -> None:
    ada.till.receive_webhooks()
    url = ada.card_page()
    ada.pay(url, MASTERCARD)
    assert ada.till.stand_in.webhooks_settle()
    assert [ada.hear_of(url), ada.come_back(url)] == [DuesOutcome.CARD_KEPT] * 2
    assert cards() == [("4444", True)]
    card = card_on_file(ada.client)
    assert card is not None
    assert (card.brand, card.consent) == ("mastercard", CONSENT)
    assert ada.till.taken() == 0


def test_the_next_instalment_is_charged_to_the_new_card(till: Till) -> None:
    studio = a_business(zone="UTC", now=till.clock.now())
    sold = sold_in_parts(till, studio)
    card_turns_into(till, sold, DECLINES_LATER)
    till.clock.let_pass(days=7)
    till.work()
    assert statuses_of(sold.own) == "failed scheduled scheduled"
    ada = Debtor(till, sold.ada)
    ada.pay(url := ada.card_page())
    assert ada.hear_of(url) is DuesOutcome.CARD_KEPT
    till.clock.let_pass(days=7)
    till.work()
    assert statuses_of(sold.own).split()[1] == "paid"
    assert [is_live for _, is_live in cards()] == [False, True]


def test_while_the_client_pays_an_instalment_the_worker_leaves_it_alone(till: Till) -> None:
    studio = a_business(zone="UTC", now=till.clock.now())
    sold = sold_in_parts(till, studio)
    card_turns_into(till, sold, DECLINES_LATER)
    till.clock.let_pass(days=7)
    till.work()
    till.clock.let_pass(days=3)
    ada = Debtor(till, sold.ada)
    url = ada.page_for(sold.own)
    till.work()
    assert ada.pay(url) == "paid"
    assert ada.hear_of(url) is DuesOutcome.PAID
    till.work()
    assert statuses_of(sold.own).split()[0] == "paid"
    assert ada.payments() == [3000]


def test_a_second_press_leads_to_the_same_page_and_paying_does_not_end_it(ada: Debtor) -> None:
    url = ada.card_page()
    assert ada.card_page() == url
    in_debt(ada.client, 2000, now=ada.till.clock.now())
    ada.pay(dues := ada.page_for(account=True))
    ada.hear_of(dues)
    ada.pay(url)
    assert ada.hear_of(url) is DuesOutcome.CARD_KEPT


def test_walking_away_leaves_the_card_as_it_was(ada: Debtor) -> None:
    ada.card_page()
    ada.till.clock.let_pass(minutes=36)
    reconcile_dues(ada.till.stripe, now=ada.till.clock.now())
    assert (ada.open_checkouts(), cards()) == ([], [])


def test_while_stripe_is_silent_the_page_is_opened_once(ada: Debtor) -> None:
    ada.till.stand_in.fault("timeout_after_success", method="POST", path="/v1/checkout/sessions")
    with pytest.raises(StripeIsSilent):
        ada.card_page()
    ada.pay(ada.card_page())
    ada.till.clock.let_pass(minutes=2)
    reconcile_dues(ada.till.stripe, now=ada.till.clock.now())
    assert cards() == [("4242", True)]
    assert len(ada.till.sessions()) == 1


def test_a_studio_with_its_own_account_keeps_it_there(till: Till) -> None:
    studio = a_business(stripe_account="acct_riverside", now=till.clock.now())
    ada = Debtor(till, a_customer(studio, now=till.clock.now()))
    ada.pay(url := ada.card_page())
    assert ada.hear_of(url, "acct_riverside") is DuesOutcome.CARD_KEPT
    card = card_on_file(ada.client)
    assert card is not None
    assert card.stripe_account == "acct_riverside"


def test_a_client_whom_stripe_does_not_know_any_more_pays_and_leaves_a_card_all_the_same(till: Till) -> None:
    sold = sold_on_paper(a_business(now=till.clock.now()), now=till.clock.now())
    ada = Debtor(till, sold.ada)
    in_debt(ada.client, 2000, now=till.clock.now())
    ada.pay(dues := ada.page_for(account=True))
    assert ada.hear_of(dues) is DuesOutcome.PAID
    ada.pay(url := ada.card_page())
    assert ada.hear_of(url) is DuesOutcome.CARD_KEPT
    assert [is_live for _, is_live in cards()] == [False, True]
    assert ada.open_checkouts() == []
