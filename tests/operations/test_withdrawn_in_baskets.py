"""A pass that is deactivated, ends or is withdrawn while it lies in a basket or a payment (R2, R6, R7)."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest

from portal.models.bookings import BookingStatus
from portal.operations.checkout import Buyer, QuoteChanged
from portal.rules.quote import MoneyPays, PassPays
from tests.desk import Desk, a_desk, uses_of
from tests.races.shoppers import press, presser
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ABooking,
    AClass,
    APass,
    APerson,
    a_basket,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    a_placed_booking,
    a_purchase_option,
    check_out,
    stripe_tells,
)
from tests.till import status_of

pytestmark = pytest.mark.usefixtures("app")

THE_10TH = date(2026, 12, 10)
LATER = NOW + timedelta(minutes=36)

WAYS: dict[str, tuple[Callable[[Desk, APass], object], str]] = {
    "deactivated": (lambda desk, of: desk.deactivate(of), "Your 10-class pass has been deactivated."),
    "ending that day": (
        lambda desk, of: desk.terminate(of, THE_10TH),
        "Your 10-class pass ends on 9 Dec; this class is on 10 Dec.",
    ),
    "withdrawn": (
        lambda desk, of: desk.withdraw(of.purchase_option_id),
        "Your 10-class pass has been withdrawn by the studio.",
    ),
    "paused that day": (
        lambda desk, of: desk.pause(of, THE_10TH, THE_10TH),
        "Your 10-class pass is paused from 10 Dec to 10 Dec; this class is on 10 Dec.",
    ),
}

way = pytest.mark.parametrize("way", WAYS)


def a_client_before_yoga() -> tuple[Desk, APerson, APass, AClass]:
    """Ada, her pass for the yoga of 10 Dec, and that class."""
    desk = a_desk(a_business())
    ada = a_customer(desk.business)
    yoga = a_class(desk.business, on=THE_10TH)
    return desk, ada, a_pass_of(ada, covers=yoga), yoga


@way
def test_it_stops_paying_at_once_and_the_line_says_why(way: str) -> None:
    stop, reason = WAYS[way]
    desk, ada, pass_, yoga = a_client_before_yoga()
    basket_id = a_basket(ada, yoga)
    (before,) = desk.lines(ada, basket_id)
    stop(desk, pass_)
    (after,) = desk.lines(ada, basket_id)
    assert isinstance(before.pays, PassPays)
    assert isinstance(after.pays, MoneyPays)
    assert (str(after.why_not[0].sentence), after.to_pay) == (reason, 1200)
    assert uses_of(pass_) == (10, 0)


@way
def test_a_check_out_that_shows_it_books_nothing_and_charges_nothing(way: str) -> None:
    stop, _ = WAYS[way]
    desk, ada, pass_, yoga = a_client_before_yoga()
    basket_id = a_basket(ada, yoga)
    shown = presser(desk.business, basket_id, Buyer(ada.id, ada.name, ada.email), now=NOW)
    stop(desk, pass_)
    with pytest.raises(QuoteChanged):
        press(shown)
    again = check_out(ada, basket_id)
    assert status_of(again) is BookingStatus.PENDING
    assert uses_of(pass_) == (10, 0)
    assert_sound()


@way
def test_a_pass_that_the_customer_had_picked_is_named_as_what_changed(way: str) -> None:
    stop, reason = WAYS[way]
    desk, ada, pass_, yoga = a_client_before_yoga()
    a_pass_of(ada, name="Spare pass", now=NOW + timedelta(minutes=1))
    basket_id = a_basket(ada, yoga)
    desk.pick(basket_id, desk.lines(ada, basket_id)[0].line.id, pass_)
    stop(desk, pass_)
    (line,) = desk.lines(ada, basket_id)
    assert isinstance(line.pays, PassPays)
    assert line.pays.pass_name == "Spare pass"
    assert str(line.why_not[0].sentence) == reason


@way
def test_a_payment_under_way_keeps_its_claim(way: str) -> None:
    stop, _ = WAYS[way]
    desk, ada, pass_, yoga = a_client_before_yoga()
    booking = a_mixed_booking(ada, yoga)
    assert uses_of(pass_) == (10, 1)
    stop(desk, pass_)
    assert [visit.is_claimed for visit in desk.outlook(pass_).visits] == [True]
    stripe_tells(booking, paid=True)
    assert status_of(booking) is BookingStatus.CONFIRMED
    assert uses_of(pass_) == (9, 0)
    assert_sound()


@way
def test_money_that_comes_once_the_claim_was_let_go_of_goes_back(way: str) -> None:
    stop, _ = WAYS[way]
    desk, ada, pass_, yoga = a_client_before_yoga()
    booking = a_mixed_booking(ada, yoga)
    stripe_tells(booking, paid=False, now=LATER)
    stop(desk, pass_)
    assert stripe_tells(booking, paid=True, now=LATER).outcome.value == "refunded"
    assert uses_of(pass_) == (10, 0)
    assert_sound()


def test_late_money_for_a_pass_whose_kind_is_deactivated_goes_back() -> None:
    desk = a_desk(a_business())
    option = a_purchase_option(desk.business)
    booking = a_placed_booking(a_customer(desk.business), option)
    stripe_tells(booking, paid=False, now=LATER)
    desk.withdraw(option.id)
    assert stripe_tells(booking, paid=True, now=LATER).outcome.value == "refunded"
    assert_sound()


def a_mixed_booking(ada: APerson, yoga: AClass) -> ABooking:
    """Yoga by the pass and Clay by card, waiting for the money."""
    return a_placed_booking(ada, yoga, a_class(ada.business, name="Clay", on=THE_10TH, at=time(15)))
