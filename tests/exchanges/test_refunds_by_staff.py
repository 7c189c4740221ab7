"""What staff refund, of an account or of a pass, goes back once and is on record if it fails (M2, M5, S9)."""

import pytest
from sqlalchemy import select

from portal.models.booking_letters import told_booking
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, end_reading, new_id, transaction
from portal.models.pass_refunds import RefundedTo
from portal.models.payments import RefundStatus
from portal.models.refundable import refundable_to_card
from portal.operations.account_charges import AmountNeeded
from portal.operations.account_refunds import NotThatMuchInFavour, refund_to_card
from portal.operations.locked_passes import lock_pass
from portal.operations.pass_refunding import (
    MoreThanWasPaid,
    NothingPaid,
    WantedRefund,
    left_for_card,
    refund_pass,
    worth_of,
)
from portal.operations.reasons import ReasonNeeded
from portal.operations.refund_portions import NotThatMuchOnCards
from portal.rules.pass_worth import PassWorth
from tests.accounts import balance_of, entries_of, entry_for, in_debt, in_favour, staff_actor
from tests.exchanges.counter import Counter
from tests.exchanges.dues import Debtor, session_of
from tests.instalments import pass_of, sold_in_parts
from tests.studio import (
    ABooking,
    APass,
    APerson,
    a_booking,
    a_class,
    a_customer,
    a_pass_of,
    a_purchase_option,
    a_staff_member,
)
from tests.till import Till

REFUNDED_LATER_REFUSED = "4000000000005126"


@pytest.fixture
def olive(till: Till, studio: BusinessFacts) -> APerson:
    """The owner."""
    return a_staff_member(studio, now=till.clock.now())


@pytest.fixture
def ada(till: Till, studio: BusinessFacts) -> APerson:
    """A client."""
    return a_customer(studio, now=till.clock.now())


def paid_by_card(counter: Counter, ada: APerson, price: int, card: str = "4242424242424242") -> ABooking:
    """A class booked with a card."""
    booking = counter.check_out(counter.a_class(price=price), by=ada)
    url = counter.till.page_for(booking)
    assert counter.pay(url, card) == "paid"
    counter.hear_of(url)
    return booking


def bought(counter: Counter, ada: APerson, price: int = 10000, uses: int | None = 10) -> APass:
    """A pass bought with a card."""
    now = counter.till.clock.now()
    option = a_purchase_option(counter.studio, price=price, uses=uses, now=now)
    url = counter.till.page_for(counter.check_out(option, by=ada))
    counter.pay(url)
    counter.hear_of(url)
    return pass_of(ada, option.id, option.name)


def refund(ada: APerson, amount: int, by: APerson, till: Till, why: str = "Moving away") -> None:
    """Staff press Refund to card."""
    with transaction():
        refund_to_card(ada.business, entry_for(ada, amount, why), actor=staff_actor(by), now=till.clock.now())


def refund_of(owned: APass, amount: int, to: RefundedTo, by: APerson, till: Till) -> WantedRefund:
    """Staff refund a pass."""
    wanted = WantedRefund(id=new_id(), pass_id=owned.id, amount=amount, to=to, reason="Injured")
    with transaction():
        refund_pass(owned.business, wanted, actor=staff_actor(by), now=till.clock.now())
    return wanted


def worth(owned: APass, till: Till) -> PassWorth:
    """What the page shows."""
    with transaction():
        locked = lock_pass(owned.business, owned.id, now=till.clock.now())
        return worth_of(owned.business, locked.owned, now=till.clock.now())


def test_a_balance_goes_back_to_the_card_that_paid(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    paid_by_card(counter, ada, 3000)
    in_favour(ada, 2000, now=till.clock.now())
    refund(ada, 1500, olive, till)
    assert balance_of(ada) == (500, 0)
    assert till.taken() == 3000
    till.work()
    assert till.taken() == 1500
    assert [(it.amount, it.status) for it in counter.refunds()] == [(1500, RefundStatus.SUCCEEDED)]


def test_the_newest_payment_goes_back_first_and_the_next_one_after_it(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    paid_by_card(counter, ada, 3000)
    till.clock.let_pass(hours=1)
    paid_by_card(counter, ada, 1000)
    in_favour(ada, 2500, now=till.clock.now())
    refund(ada, 2500, olive, till)
    till.work()
    assert [it.amount for it in counter.refunds()] == [1000, 1500]
    assert entries_of(ada) == [("credit", 2500), ("card_refund", -1000), ("card_refund", -1500)]
    assert till.taken() == 1500
    end_reading()
    assert refundable_to_card(ada.business.id, ada.id) == 1500


def test_no_more_goes_back_than_is_in_the_clients_favour(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    paid_by_card(counter, ada, 3000)
    in_favour(ada, 500, now=till.clock.now())
    with pytest.raises(NotThatMuchInFavour, match=r"has £5\.00 in"):
        refund(ada, 501, olive, till)
    counter.check_out(counter.a_class(price=1200), by=ada)
    with pytest.raises(NotThatMuchInFavour, match=r"has £0\.00 in"):
        refund(ada, 100, olive, till)
    assert counter.refunds() == []


def test_no_more_goes_back_than_cards_have_paid(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    in_favour(ada, 5000, now=till.clock.now())
    with pytest.raises(NotThatMuchOnCards, match="no card payment is left"):
        refund(ada, 5000, olive, till)
    paid_by_card(counter, a_customer(counter.studio, "Ben Osei", now=till.clock.now()), 9000)
    with pytest.raises(NotThatMuchOnCards):
        refund(ada, 5000, olive, till)
    in_debt(ada, 5000, now=till.clock.now())
    paid_by_card(counter, ada, 1000)
    in_favour(ada, 5000, now=till.clock.now())
    with pytest.raises(NotThatMuchOnCards, match=r"Only £10\.00 can go back"):
        refund(ada, 5000, olive, till)
    assert balance_of(ada) == (5000, 0)


def test_a_second_press_refunds_once(till: Till, counter: Counter, ada: APerson, olive: APerson) -> None:
    paid_by_card(counter, ada, 3000)
    in_favour(ada, 2000, now=till.clock.now())
    wanted = entry_for(ada, 1000)
    for _ in range(2):
        with transaction():
            refund_to_card(ada.business, wanted, actor=staff_actor(olive), now=till.clock.now())
    assert balance_of(ada) == (1000, 0)


def test_without_a_reason_or_an_amount_nothing_goes_back(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    paid_by_card(counter, ada, 3000)
    in_favour(ada, 2000, now=till.clock.now())
    with pytest.raises(ReasonNeeded):
        refund(ada, 1000, olive, till, "   ")
    with pytest.raises(AmountNeeded):
        refund(ada, 0, olive, till)
    assert balance_of(ada) == (2000, 0)


def test_what_the_bank_does_not_take_comes_back_to_the_account(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    till.receive_webhooks()
    paid_by_card(counter, ada, 3000, REFUNDED_LATER_REFUSED)
    in_favour(ada, 2000, now=till.clock.now())
    refund(ada, 2000, olive, till)
    till.work()
    assert balance_of(ada) == (0, 0)
    till.clock.let_pass(days=1)
    till.stand_in.inside.let_time_pass()
    assert till.stand_in.webhooks_settle()
    assert [it.status for it in counter.refunds()] == [RefundStatus.FAILED]
    assert balance_of(ada) == (2000, 0)
    assert entries_of(ada)[1:] == [("card_refund", -2000), ("refund_failed", 2000)]


def test_a_refund_that_stripe_never_made_is_made_under_another_key(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    paid_by_card(counter, ada, 3000)
    in_favour(ada, 2000, now=till.clock.now())
    refund(ada, 2000, olive, till)
    till.clock.let_pass(days=3)
    till.work()
    till.work()
    assert [it.status for it in counter.refunds()] == [RefundStatus.FAILED, RefundStatus.SUCCEEDED]
    assert (till.taken(), balance_of(ada)) == (1000, (0, 0))


def test_a_refund_that_stripe_refuses_comes_back_to_the_account(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    """It was refunded in the dashboard a moment before."""
    paid_by_card(counter, ada, 3000)
    in_favour(ada, 2000, now=till.clock.now())
    refund(ada, 2000, olive, till)
    till.stand_in.refund_in_dashboard(str(till.sessions()[0]["id"]))
    till.work()
    assert balance_of(ada) == (2000, 0)
    assert till.taken() == 0


def test_disputed_money_does_not_go_back(till: Till, counter: Counter, ada: APerson, olive: APerson) -> None:
    till.receive_webhooks()
    paid_by_card(counter, ada, 3000)
    in_favour(ada, 2000, now=till.clock.now())
    till.stand_in.dispute(str(till.sessions()[0]["id"]))
    assert till.stand_in.webhooks_settle()
    with pytest.raises(NotThatMuchOnCards):
        refund(ada, 2000, olive, till)


def test_what_is_refunded_in_the_dashboard_of_a_paid_debt_is_owed_again(
    till: Till, studio: BusinessFacts, ada: APerson
) -> None:
    till.receive_webhooks()
    in_debt(ada, 2000, now=till.clock.now())
    debtor = Debtor(till, ada)
    debtor.pay(url := debtor.page_for(account=True))
    assert till.stand_in.webhooks_settle()
    till.stand_in.fault("webhook_doubled", type="*refund*", times=None)
    till.stand_in.refund_in_dashboard(session_of(url), 1500)
    assert till.stand_in.webhooks_settle()
    assert balance_of(ada) == (-1500, 0)
    assert entries_of(ada) == [("charge", -2000), ("payment", 2000), ("card_refund", -1500)]


def test_the_booking_stays_paid_and_its_page_says_nothing_of_the_accounts_refund(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    booking = paid_by_card(counter, ada, 3000)
    in_favour(ada, 2000, now=till.clock.now())
    refund(ada, 2000, olive, till)
    till.work()
    assert told_booking(ada.business.id, booking.id).refunded == 0
    end_reading()


def test_a_pass_is_refunded_to_the_card(till: Till, counter: Counter, ada: APerson, olive: APerson) -> None:
    ten = bought(counter, ada, 10000)
    now = till.clock.now()
    for name in ("Yoga", "Clay", "Swing"):
        a_booking(ada, a_class(counter.studio, name=name, on=counter.day, now=now), now=now)
    assert worth(ten, till) == PassWorth(price=10000, paid=10000, refunded=0, used=3000)
    assert worth(ten, till).unused == 7000
    refund_of(ten, 7000, RefundedTo.CARD, olive, till)
    till.work()
    assert till.taken() == 3000
    assert worth(ten, till) == PassWorth(price=10000, paid=10000, refunded=7000, used=3000)
    assert _uses_left(ten) == 7


def test_a_pass_is_refunded_to_the_account(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    ten = bought(counter, ada, 10000)
    refund_of(ten, 4000, RefundedTo.ACCOUNT, olive, till)
    assert balance_of(ada) == (4000, 0)
    assert entries_of(ada) == [("pass_refund", 4000)]
    till.work()
    assert till.taken() == 10000


def test_no_more_is_refunded_than_was_paid(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    ten = bought(counter, ada, 10000)
    refund_of(ten, 4000, RefundedTo.ACCOUNT, olive, till)
    with pytest.raises(MoreThanWasPaid, match=r"Only £60\.00"):
        refund_of(ten, 6001, RefundedTo.CARD, olive, till)
    refund_of(ten, 6000, RefundedTo.CARD, olive, till)
    with pytest.raises(NothingPaid):
        refund_of(ten, 1, RefundedTo.ACCOUNT, olive, till)
    till.work()
    assert (till.taken(), balance_of(ada)) == (4000, (4000, 0))


def test_a_pass_that_staff_issued_has_nothing_to_refund(till: Till, ada: APerson, olive: APerson) -> None:
    given = a_pass_of(ada, now=till.clock.now())
    with pytest.raises(NothingPaid):
        refund_of(given, 100, RefundedTo.ACCOUNT, olive, till)


def test_a_second_press_refunds_a_pass_once(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    ten = bought(counter, ada, 10000)
    wanted = refund_of(ten, 4000, RefundedTo.ACCOUNT, olive, till)
    with transaction():
        refund_pass(ten.business, wanted, actor=staff_actor(olive), now=till.clock.now())
    assert balance_of(ada) == (4000, 0)


def test_what_the_account_paid_does_not_go_to_a_card(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    in_favour(ada, 4000, now=till.clock.now())
    ten = bought(counter, ada, 10000)
    assert till.taken() == 6000
    with pytest.raises(NotThatMuchOnCards, match=r"Only £60\.00"):
        refund_of(ten, 7000, RefundedTo.CARD, olive, till)
    refund_of(ten, 6000, RefundedTo.CARD, olive, till)
    refund_of(ten, 4000, RefundedTo.ACCOUNT, olive, till)
    till.work()
    assert (till.taken(), balance_of(ada)) == (0, (4000, 0))


def test_a_pass_paid_in_instalments_goes_back_from_each_of_its_payments(
    till: Till, counter: Counter, olive: APerson
) -> None:
    sold = sold_in_parts(till, counter.studio)
    till.clock.let_pass(days=9)
    till.work()
    assert till.taken() == 6000
    assert worth(sold.own, till) == PassWorth(price=12000, paid=6000, refunded=0, used=0)
    assert left_for_card(counter.studio, sold.own.id) == 6000
    end_reading()
    refund_of(sold.own, 5000, RefundedTo.CARD, olive, till)
    till.work()
    assert till.taken() == 1000


def test_a_pass_refund_that_the_bank_does_not_take_can_be_given_otherwise(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    till.receive_webhooks()
    option = a_purchase_option(counter.studio, price=10000, now=till.clock.now())
    counter.pay(till.page_for(counter.check_out(option, by=ada)), REFUNDED_LATER_REFUSED)
    assert till.stand_in.webhooks_settle()
    ten = pass_of(ada, option.id, option.name)
    refund_of(ten, 10000, RefundedTo.CARD, olive, till)
    till.work()
    till.clock.let_pass(days=1)
    till.stand_in.inside.let_time_pass()
    assert till.stand_in.webhooks_settle()
    assert worth(ten, till).refunded == 0
    refund_of(ten, 10000, RefundedTo.ACCOUNT, olive, till)
    assert balance_of(ada) == (10000, 0)


def test_a_pass_refund_that_stripe_never_made_is_made_anew(
    till: Till, counter: Counter, ada: APerson, olive: APerson
) -> None:
    ten = bought(counter, ada, 10000)
    refund_of(ten, 4000, RefundedTo.CARD, olive, till)
    till.clock.let_pass(days=3)
    till.work()
    till.work()
    assert till.taken() == 6000
    assert worth(ten, till).refunded == 4000


def test_the_days_of_an_unlimited_pass_count_for_its_worth(
    till: Till, counter: Counter, ada: APerson
) -> None:
    unlimited = bought(counter, ada, 9000, uses=None)
    assert worth(unlimited, till).used == 0
    now = till.clock.now()
    a_booking(ada, a_class(counter.studio, on=counter.day, now=now), now=now)
    till.clock.let_pass(days=(counter.day - till.clock.today()).days + 9)
    assert worth(unlimited, till).used == 3000


def _uses_left(owned: APass) -> int | None:
    left = db.session.scalar(select(ClassPass.uses_left).where(ClassPass.id == owned.id))
    end_reading()
    return left
