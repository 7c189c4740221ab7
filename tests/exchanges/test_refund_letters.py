"""Once Stripe has confirmed a refund of ours, whoever paid is told that it is on its way, once."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.gateways.letter_tokens import LetterTokens
from portal.models.business import BusinessFacts
from portal.models.database import db, end_reading, new_id, transaction
from portal.models.letters import Letter, LetterKind
from portal.models.pass_refunds import RefundedTo
from portal.operations.account_refunds import refund_to_card
from portal.operations.letter_contents import printed_sheet
from portal.operations.letters import claim_due_letters
from portal.operations.pass_refunding import WantedRefund, refund_pass
from tests.accounts import entry_for, in_debt, in_favour, staff_actor
from tests.cancellations import cancelled
from tests.class_cancellations import class_cancelled
from tests.exchanges.counter import Counter
from tests.exchanges.dues import Debtor
from tests.instalments import pass_of
from tests.studio import ABooking, AClass, APerson, a_booking, a_customer, a_purchase_option, a_staff_member
from tests.till import Till
from tests.transfers import moved


@pytest.fixture
def ada(till: Till, studio: BusinessFacts) -> APerson:
    """A client."""
    return a_customer(studio, now=till.clock.now())


@pytest.fixture
def olive(till: Till, studio: BusinessFacts) -> APerson:
    """The owner."""
    return a_staff_member(studio, now=till.clock.now())


def paid(counter: Counter, *wants: Any, by: APerson | None = None) -> ABooking:
    """Booked with a card."""
    booking = counter.check_out(*wants, by=by)
    url = counter.till.page_for(booking)
    counter.pay(url)
    counter.hear_of(url)
    return booking


def told() -> list[Letter]:
    letters = list(db.session.scalars(select(Letter).where(Letter.kind == LetterKind.REFUND_SENT)))
    end_reading()
    return letters


def printed(till: Till) -> str:
    """What the letter says."""
    with transaction():
        due = claim_due_letters(now=till.clock.now(), most=20)
    (letter,) = [it for it in due if it.kind is LetterKind.REFUND_SENT]
    return printed_sheet(letter, tokens=LetterTokens("a key"), now=till.clock.now()).text


def test_a_cancelled_tickets_money_is_told_once_it_has_gone_out(
    till: Till, counter: Counter, ada: APerson
) -> None:
    booking = paid(counter, counter.a_class(), by=ada)
    cancelled(booking, now=till.clock.now())
    assert not told(), "Stripe has not been asked yet"
    for _ in range(3):
        till.work()
        till.clock.let_pass(minutes=2)
    (letter,) = told()
    assert (letter.to_email, letter.facts["amount"]) == (ada.email, 1200)
    text = printed(till)
    assert (
        f"we have sent £12.00 back to the card that you paid with, for booking {booking.reference}." in text
    )
    assert "Cancelled: Morning Yoga" in text


def test_the_money_of_a_move_to_a_cheaper_class_is_told_with_the_class(
    till: Till, counter: Counter, ada: APerson
) -> None:
    clay, yoga = counter.a_class(name="Clay", price=2800), counter.a_class()
    booking = paid(counter, clay, by=ada)
    moved(booking, clay, yoga, now=till.clock.now())
    till.work()
    (letter,) = told()
    assert letter.facts["amount"] == 1600
    assert "Moved to Morning Yoga, " in printed(till)


def test_a_cancelled_class_sends_each_their_own(till: Till, counter: Counter, olive: APerson) -> None:
    yoga: AClass = counter.a_class()
    for nth in range(2):
        booking = counter.check_out(yoga, email=f"guest-{nth}@example.com")
        url = till.page_for(booking)
        counter.pay(url)
        counter.hear_of(url)
    class_cancelled(yoga, by=olive, now=till.clock.now())
    till.work()
    assert sorted(letter.to_email for letter in told()) == ["guest-0@example.com", "guest-1@example.com"]


def test_a_refunded_pass_is_told_without_staffs_reason(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    option = a_purchase_option(counter.studio, price=10000, now=till.clock.now())
    paid(counter, option, by=ada)
    owned = pass_of(ada, option.id, option.name)
    wanted = WantedRefund(
        id=new_id(), pass_id=owned.id, amount=4000, to=RefundedTo.CARD, reason="Always late"
    )
    with transaction():
        refund_pass(ada.business, wanted, actor=staff_actor(olive), now=till.clock.now())
    till.work()
    (letter,) = told()
    assert (letter.facts["amount"], letter.facts["what_for"]) == (4000, None)
    assert "Always late" not in printed(till)


def test_a_balance_paid_out_over_what_paid_a_debt_is_told_to_the_client(
    till: Till, ada: APerson, olive: APerson
) -> None:
    in_debt(ada, 900, now=till.clock.now())
    debtor = Debtor(till, ada)
    url = debtor.page_for(account=True)
    debtor.pay(url)
    debtor.hear_of(url)
    in_favour(ada, 500, now=till.clock.now())
    with transaction():
        entry = entry_for(ada, 500, "Moving away")
        refund_to_card(ada.business, entry, actor=staff_actor(olive), now=till.clock.now())
    till.work()
    (letter,) = told()
    assert (letter.to_email, letter.facts["booking_id"]) == (ada.email, None)
    assert "/account/balance" in printed(till)


def test_money_that_came_too_late_has_its_own_letter(till: Till, counter: Counter) -> None:
    last_place = counter.a_class(capacity=1)
    walked_away = counter.check_out(last_place)
    url = till.page_for(walked_away)
    till.clock.let_pass(minutes=37)
    till.work()
    a_booking(a_customer(counter.studio, now=till.clock.now()), last_place, now=till.clock.now())
    counter.pay(url, even_if_expired=True)
    counter.hear_of(url)
    till.work()
    assert counter.letters()[-1] == "booking_refunded"
    assert not told()


def test_a_refund_made_at_stripe_itself_is_not_ours_to_tell(till: Till, counter: Counter) -> None:
    till.receive_webhooks()
    paid(counter, counter.a_class())
    till.stand_in.refund_in_dashboard(str(till.sessions()[0]["id"]), 500)
    assert till.stand_in.webhooks_settle()
    assert [refund.ours for refund in counter.refunds()] == [False]
    assert not told()
