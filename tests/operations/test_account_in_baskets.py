"""A balance in the client's favour pays in baskets before the card: claimed, spent once, let go of (M5)."""

from datetime import timedelta
from uuid import UUID

import pytest

from portal.models.bookings import BookingStatus
from portal.models.database import end_reading, transaction
from portal.operations.account_ledger import BalanceTooSmall, claim_balance
from portal.operations.auditing import customer_or_guest
from portal.operations.checkout import Buyer, PlacedBooking, QuoteChanged, place_booking
from portal.operations.quoting import QuotedBasket, quoted_basket
from tests.accounts import balance_of, entries_of, in_debt, in_favour
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_placed_booking,
    check_out,
    stripe_tells,
)
from tests.till import status_of

pytestmark = pytest.mark.usefixtures("app")

LATER = NOW + timedelta(minutes=40)


def shown(ada: APerson, basket_id: UUID) -> QuotedBasket:
    """The basket as its page shows it."""
    found = quoted_basket(
        ada.business, basket_id=basket_id, customer_id=ada.id, now=NOW, person_key=ada.email
    )
    end_reading()
    return found


def press(ada: APerson, basket_id: UUID, digest: str) -> PlacedBooking:
    """The button under a quote that was shown before."""
    with transaction():
        return place_booking(
            ada.business,
            basket_id=basket_id,
            buyer=Buyer(ada.id, ada.name, ada.email),
            digest=digest,
            return_to=ada.business.public_address,
            actor=customer_or_guest(ada.id),
            now=NOW,
        )


def test_what_the_balance_covers_is_booked_at_once() -> None:
    studio = a_business()
    ada = a_customer(studio)
    in_favour(ada, 5000)
    booking = a_placed_booking(ada, a_class(studio, price=1200))
    assert booking.attempt_id is None
    assert balance_of(ada) == (3800, 0)
    assert entries_of(ada) == [("credit", 5000), ("basket", -1200)]
    assert_sound()


def test_the_card_pays_what_the_balance_leaves() -> None:
    studio = a_business()
    ada = a_customer(studio)
    in_favour(ada, 500)
    basket_id = a_basket(ada, a_class(studio, price=1200))
    quote = shown(ada, basket_id).quote
    assert (quote.balance_used, quote.to_pay) == (500, 700)
    booking = check_out(ada, basket_id)
    assert balance_of(ada) == (500, 500)
    assert_sound()
    stripe_tells(booking, paid=True)
    assert balance_of(ada) == (0, 0)
    assert entries_of(ada) == [("credit", 500), ("basket", -500)]
    assert_sound()


def test_passes_and_codes_go_before_the_balance() -> None:
    studio = a_business()
    ada = a_customer(studio)
    yoga, clay = a_class(studio, price=1200), a_class(studio, name="Clay", price=2000)
    a_pass_of(ada, covers=yoga)
    a_code(studio, "SPRING20", percent=20, covers=clay)
    in_favour(ada, 1000)
    quote = shown(ada, a_basket(ada, yoga, clay, code="SPRING20")).quote
    assert (quote.pass_total, quote.discount_total, quote.balance_used, quote.to_pay) == (
        1200,
        400,
        1000,
        600,
    )


def test_what_the_balance_leaves_below_stripes_smallest_charge_is_waived() -> None:
    studio = a_business()
    ada = a_customer(studio)
    in_favour(ada, 1190)
    booking = a_placed_booking(ada, a_class(studio, price=1200))
    assert booking.attempt_id is None
    assert balance_of(ada) == (0, 0)
    assert_sound()


def test_what_was_claimed_and_not_paid_comes_back() -> None:
    studio = a_business()
    ada = a_customer(studio)
    in_favour(ada, 500)
    booking = a_placed_booking(ada, a_class(studio))
    stripe_tells(booking, paid=False, now=LATER)
    assert balance_of(ada) == (500, 0)
    assert entries_of(ada) == [("credit", 500)]
    assert_sound()


def test_late_money_claims_the_balance_again() -> None:
    studio = a_business()
    ada = a_customer(studio)
    in_favour(ada, 500)
    booking = a_placed_booking(ada, a_class(studio))
    stripe_tells(booking, paid=False, now=LATER)
    stripe_tells(booking, paid=True, now=LATER)
    assert status_of(booking) is BookingStatus.CONFIRMED
    assert balance_of(ada) == (0, 0)
    assert_sound()


def test_late_money_goes_back_where_the_balance_was_spent_meanwhile() -> None:
    studio = a_business()
    ada = a_customer(studio)
    in_favour(ada, 500)
    booking = a_placed_booking(ada, a_class(studio))
    stripe_tells(booking, paid=False, now=LATER)
    in_debt(ada, 100)
    assert stripe_tells(booking, paid=True, now=LATER).outcome.value == "refunded"
    assert balance_of(ada) == (400, 0)
    assert_sound()


def test_a_debt_pays_for_nothing_and_costs_nothing_in_a_basket() -> None:
    studio = a_business()
    ada = a_customer(studio)
    in_debt(ada, 500)
    quote = shown(ada, a_basket(ada, a_class(studio, price=1200))).quote
    assert (quote.balance_used, quote.to_pay) == (0, 1200)


def test_a_balance_that_shrank_since_it_was_shown_books_nothing() -> None:
    studio = a_business()
    ada = a_customer(studio)
    in_favour(ada, 1200)
    basket_id = a_basket(ada, a_class(studio, price=1200))
    digest = shown(ada, basket_id).quote.digest
    in_debt(ada, 200)
    with pytest.raises(QuoteChanged):
        press(ada, basket_id, digest)
    assert balance_of(ada) == (1000, 0)
    assert_sound()


def test_a_credit_that_comes_while_it_is_paid_changes_neither_basket_nor_payment() -> None:
    studio = a_business()
    ada = a_customer(studio)
    in_favour(ada, 500)
    booking = a_placed_booking(ada, a_class(studio, price=1200))
    in_favour(ada, 5000)
    basket = shown(ada, booking.basket_id)
    assert basket.pending is not None
    assert (basket.quote.balance_used, basket.quote.to_pay, basket.pending.to_pay) == (500, 700, 700)


def test_a_charge_that_comes_while_it_is_paid_does_not_undo_the_claim() -> None:
    studio = a_business()
    ada = a_customer(studio)
    in_favour(ada, 500)
    booking = a_placed_booking(ada, a_class(studio, price=1200))
    in_debt(ada, 500)
    stripe_tells(booking, paid=True)
    assert balance_of(ada) == (-500, 0)
    assert_sound()


def test_nobody_spends_anothers_balance() -> None:
    studio = a_business()
    ada, ben = a_customer(studio), a_customer(studio, "Ben Okafor")
    in_favour(ada, 5000)
    assert shown(ben, a_basket(ben, a_class(studio))).quote.balance_used == 0
    a_booking(studio, a_class(studio))
    assert balance_of(ada) == (5000, 0)


def test_more_than_the_balance_cannot_be_claimed() -> None:
    ada = a_customer(a_business())
    in_favour(ada, 500)
    with pytest.raises(BalanceTooSmall), transaction():
        claim_balance(ada.business.id, ada.id, 501)
    assert balance_of(ada) == (500, 0)
