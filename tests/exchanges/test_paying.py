"""From Pay to a booking, by Stripe's page: paid, declined, walked away from, heard of twice or never (R7,
M2).
"""

import pytest

from portal.exchanges.checkout_sessions import settle_return, settle_session
from portal.models.bookings import BookingStatus
from portal.models.database import transaction
from portal.operations.auditing import GUEST
from portal.operations.checkout import Buyer, place_booking
from portal.operations.quoting import quoted_basket
from portal.operations.settling import Outcome
from tests.exchanges.counter import Counter
from tests.studio import a_business, a_customer, a_pass_of, a_purchase_option
from tests.till import RETURN_TO, Till, holds_of, status_of
from tests.web.browser import Browser, statements

MOST_TO_BOOK_BY_CARD = 120


def test_a_payment_makes_the_booking_once_the_customer_comes_back(till: Till, counter: Counter) -> None:
    booking = counter.check_out(counter.a_class(price=1200))
    url = till.page_for(booking)
    assert counter.pay(url) == "paid"
    settled = settle_return(counter.studio, url.rsplit("/", 1)[-1], stripe=till.stripe, now=till.clock.now())
    assert settled is not None
    assert (settled.reference, settled.outcome) == (booking.reference, Outcome.CONFIRMED)
    assert till.taken() == 1200
    assert counter.letters() == ["booking_confirmed"]


def test_another_studios_return_page_knows_nothing_of_it(till: Till, counter: Counter) -> None:
    booking = counter.check_out(counter.a_class())
    url = till.page_for(booking)
    counter.pay(url)
    elsewhere = a_business("Harbour Pottery", now=till.clock.now())
    assert settle_return(elsewhere, url.rsplit("/", 1)[-1], stripe=till.stripe, now=till.clock.now()) is None
    assert status_of(booking) is BookingStatus.PENDING


def test_a_declined_card_leaves_the_page_open_for_another(till: Till, counter: Counter) -> None:
    booking = counter.check_out(counter.a_class(price=1200))
    url = till.page_for(booking)
    assert counter.pay(url, "4000000000000002") == "declined"
    assert counter.hear_of(url) is Outcome.WAITING
    assert till.continue_to(booking) == url
    assert counter.pay(url) == "paid"
    assert counter.hear_of(url) is Outcome.CONFIRMED
    assert till.taken() == 1200


@pytest.mark.parametrize(
    ("passed", "outcome", "then"), [(True, "paid", Outcome.CONFIRMED), (False, "declined", Outcome.WAITING)]
)
def test_three_d_secure_pays_only_when_it_is_passed(
    till: Till, counter: Counter, passed: bool, outcome: str, then: Outcome
) -> None:
    url = till.page_for(counter.check_out(counter.a_class()))
    assert counter.pay(url, "4000002760003184", authenticate=passed) == outcome
    assert counter.hear_of(url) is then


def test_walking_away_frees_the_place_once_stripe_says_that_it_is_over(till: Till, counter: Counter) -> None:
    last_place = counter.a_class(capacity=1)
    booking = counter.check_out(last_place)
    till.page_for(booking)
    till.clock.let_pass(minutes=34)
    till.work()
    assert status_of(booking) is BookingStatus.PENDING
    till.clock.let_pass(minutes=2)
    till.work()
    assert status_of(booking) is BookingStatus.RELEASED
    assert holds_of(booking, till.clock.now()) == 0
    assert counter.check_out(last_place, email="next@example.com").attempt_id is not None
    assert till.taken() == 0


def test_a_second_press_finds_the_same_booking_and_the_same_page(till: Till, counter: Counter) -> None:
    booking = counter.check_out(counter.a_class())
    url = till.page_for(booking)
    digest = quoted_basket(
        counter.studio, basket_id=booking.basket_id, customer_id=None, now=till.clock.now(), person_key=None
    ).quote.digest
    with transaction():
        again = place_booking(
            counter.studio,
            basket_id=booking.basket_id,
            buyer=Buyer(None, "Gil Guest", "guest@example.com"),
            digest=digest,
            return_to=RETURN_TO,
            actor=GUEST,
            now=till.clock.now(),
        )
    assert (again.id, again.status, again.attempt_id) == (booking.id, BookingStatus.PENDING, None)
    assert till.continue_to(booking) == url
    assert len(till.sessions()) == 1


def test_what_was_walked_away_from_can_be_paid_anew(till: Till, counter: Counter) -> None:
    first = counter.check_out(counter.a_class(price=1200))
    till.page_for(first)
    till.clock.let_pass(minutes=36)
    till.work()
    second = counter.again(first)
    assert second.id != first.id
    url = till.page_for(second)
    counter.pay(url)
    assert counter.hear_of(url) is Outcome.CONFIRMED
    assert (status_of(first), till.taken()) == (BookingStatus.RELEASED, 1200)


def test_continue_payment_finds_out_that_it_was_paid_already(till: Till, counter: Counter) -> None:
    booking = counter.check_out(counter.a_class())
    counter.pay(till.page_for(booking))
    assert till.continue_to(booking) is None
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_the_webhook_may_come_before_the_return_page(till: Till, counter: Counter) -> None:
    till.receive_webhooks()
    booking = counter.check_out(counter.a_class())
    url = till.page_for(booking)
    counter.pay(url)
    assert till.stand_in.webhooks_settle()
    assert status_of(booking) is BookingStatus.CONFIRMED
    settled = settle_return(counter.studio, url.rsplit("/", 1)[-1], stripe=till.stripe, now=till.clock.now())
    assert settled is not None
    assert settled.outcome is Outcome.CONFIRMED
    assert len(counter.payments()) == 1


def test_webhooks_that_come_twice_and_in_reverse_order_are_applied_once(till: Till, counter: Counter) -> None:
    till.stand_in.fault("webhook_doubled", type="checkout.session.completed")
    till.stand_in.fault("webhook_out_of_order", times=4)
    till.receive_webhooks()
    booking = counter.check_out(counter.a_class(price=1200))
    counter.pay(till.page_for(booking))
    assert till.stand_in.webhooks_settle()
    assert len(till.stand_in.deliveries("checkout.session.completed")) == 2
    assert status_of(booking) is BookingStatus.CONFIRMED
    assert [payment.amount for payment in counter.payments()] == [1200]
    assert counter.letters() == ["booking_confirmed"]


def test_a_webhook_that_is_lost_is_made_up_for_by_the_worker(till: Till, counter: Counter) -> None:
    till.stand_in.fault("webhook_lost", type="*", times=None)
    till.receive_webhooks()
    booking = counter.check_out(counter.a_class())
    counter.pay(till.page_for(booking))
    till.clock.let_pass(minutes=2)
    till.work()
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_a_pass_bought_with_its_ticket_comes_into_being_with_the_payment(
    till: Till, counter: Counter
) -> None:
    ada = a_customer(counter.studio, now=till.clock.now())
    option = a_purchase_option(counter.studio, price=9600, now=till.clock.now())
    url = till.page_for(counter.check_out(counter.a_class(), option, by=ada))
    counter.pay(url)
    assert counter.hear_of(url) is Outcome.CONFIRMED
    assert till.taken() == 9600


def test_what_a_pass_pays_for_needs_no_stripe(till: Till, counter: Counter) -> None:
    ada = a_customer(counter.studio, now=till.clock.now())
    a_pass_of(ada, now=till.clock.now())
    assert counter.check_out(counter.a_class(), by=ada).attempt_id is None
    assert till.sessions() == []


def test_a_session_that_is_not_ours_is_let_pass(till: Till, counter: Counter) -> None:
    foreign = till.stand_in.client().v1.checkout.sessions.create(
        params={
            "mode": "payment",
            "success_url": RETURN_TO,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "gbp",
                        "unit_amount": 900,
                        "product_data": {"name": "Somebody else's"},
                    },
                }
            ],
        }
    )
    now = till.clock.now()
    assert settle_session(foreign.id, None, stripe=till.stripe, now=now) is None
    assert settle_session("cs_test_never_made", None, stripe=till.stripe, now=now) is None


def test_a_whole_booking_by_card_costs_few_statements(till: Till, counter: Counter) -> None:
    """From the list of classes to the booking's page, the webhook included: pages, acts and Stripe's two
    words.
    """
    yoga = counter.a_class(price=1200)
    browser = Browser(till.site, counter.studio)
    till.receive_webhooks()
    with statements(till.site) as sent:
        browser.open("/")
        browser.open(f"/classes/{yoga.id}")
        browser.press("Add to basket")
        browser.open("/checkout")
        url = _sent_to_stripe(browser, name="Gil Guest", email="gil@example.com")
        counter.pay(url)
        assert till.stand_in.webhooks_settle()
        browser.open(f"/checkout/return?session_id={url.rsplit('/', 1)[-1]}")
    assert len(counter.payments()) == 1
    assert len(sent) <= MOST_TO_BOOK_BY_CARD, "\n".join(sent)


def _sent_to_stripe(browser: Browser, **fields: str) -> str:
    """Press Pay, and read where it leads."""
    assert browser.page is not None
    form = browser.page.form_of("Pay £12.00")
    kept = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
    return browser.post(str(form["action"]), **{**kept, **fields}).headers["Location"]
