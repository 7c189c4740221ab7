"""Check-out decides everything again under locks, and claims all of it or nothing (R6, R7, P7, D3, D6)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from portal.models.baskets import BasketLine
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.classes import ClassSession, TicketType
from portal.models.database import db, end_reading, transaction
from portal.models.discount_codes import DiscountCode
from portal.operations.auditing import customer_or_guest
from portal.operations.basket_lines import NotInBasket, remove_line
from portal.operations.checkout import (
    AccountNeeded,
    Buyer,
    EmptyBasket,
    PlacedBooking,
    QuoteChanged,
    place_booking,
)
from portal.operations.quoting import QuotedBasket, quoted_basket
from portal.rules.periods import FromPurchase, Period, Unit
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    APass,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_purchase_option,
    check_out,
    stripe_tells,
)

pytestmark = pytest.mark.usefixtures("app")

LATER = NOW + timedelta(minutes=40)


def shown_to(ada: APerson, basket_id: UUID, *, now: datetime = NOW) -> QuotedBasket:
    """A customer's basket, as its page shows it."""
    shown = quoted_basket(
        ada.business, basket_id=basket_id, customer_id=ada.id, now=now, person_key=ada.email
    )
    end_reading()
    return shown


def press(ada: APerson, basket_id: UUID, digest: str, *, now: datetime = NOW) -> PlacedBooking:
    """Press the button under a quote that was shown before."""
    with transaction():
        return place_booking(
            ada.business,
            basket_id=basket_id,
            buyer=Buyer(ada.id, ada.name, ada.email),
            digest=digest,
            return_to=ada.business.public_address,
            actor=customer_or_guest(ada.id),
            now=now,
        )


def count(model: Any, *where: Any) -> int:
    """How many rows there are."""
    found = db.session.scalar(select(func.count()).select_from(model).where(*where))
    end_reading()
    return found or 0


def uses(owned: APass) -> tuple[int | None, int]:
    """Uses left and uses claimed of a pass."""
    left = select(ClassPass.uses_left, ClassPass.uses_claimed).where(ClassPass.id == owned.id)
    found = db.session.execute(left).one()
    end_reading()
    return found[0], found[1]


def change(statement: Any) -> None:
    """Something that the studio does meanwhile."""
    with transaction():
        db.session.execute(statement.execution_options(synchronize_session=False))


def test_what_a_pass_pays_for_is_booked_at_once_with_an_entry_in_its_ledger() -> None:
    studio = a_business()
    ada = a_customer(studio)
    ten = a_pass_of(ada, uses=10)
    booking = a_booking(ada, a_class(studio))
    assert booking.attempt_id is None
    assert uses(ten) == (9, 0)
    assert count(PassUse, PassUse.class_pass_id == ten.id, PassUse.kind == UseKind.BOOKED) == 1
    assert_sound()


def test_while_money_is_to_come_uses_are_claimed_and_become_entries_when_it_has() -> None:
    studio = a_business()
    ada = a_customer(studio)
    ten = a_pass_of(ada, uses=10)
    yoga = a_class(studio)
    booking = check_out(ada, a_basket(ada, yoga, yoga))
    assert uses(ten) == (10, 1)
    assert count(PassUse, PassUse.kind == UseKind.BOOKED) == 0
    stripe_tells(booking, paid=True)
    assert uses(ten) == (9, 0)
    assert_sound()


def test_what_is_claimed_and_not_paid_comes_back() -> None:
    studio = a_business()
    ada = a_customer(studio)
    ten = a_pass_of(ada, uses=10)
    yoga = a_class(studio, capacity=2)
    code = a_code(studio, "LAST", percent=50, covers=a_class(studio), bookings_limit=1)
    booking = check_out(ada, a_basket(ada, yoga, yoga))
    stripe_tells(booking, paid=False, now=LATER)
    assert uses(ten) == (10, 0)
    assert count(ClassSession, ClassSession.places_taken > 0) == 0
    assert count(ClassPass, ClassPass.first_class_on.is_not(None)) == 0
    assert count(DiscountCode, DiscountCode.id == code.id, DiscountCode.bookings_count == 0) == 1
    assert_sound()


def test_a_pass_its_uses_and_its_tickets_come_into_being_together() -> None:
    studio = a_business()
    ada = a_customer(studio)
    booking = check_out(ada, a_basket(ada, a_class(studio), a_purchase_option(studio, uses=5)))
    assert count(ClassPass) == 0
    stripe_tells(booking, paid=True)
    assert count(ClassPass, ClassPass.uses_left == 4) == 1
    assert count(Ticket, Ticket.class_pass_id.is_not(None), Ticket.to_pay == 0) == 1
    assert_sound()


def test_a_pass_is_valid_from_the_day_that_its_quote_went_by() -> None:
    """Midnight may pass while the card is typed: the ticket of the evening must stay within the pass."""
    studio = a_business()
    evening = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    ada = a_customer(studio)
    late_class = a_class(studio, on=date(2026, 12, 1), at=time(23, 45), minutes=10)
    month = a_purchase_option(studio, "Month", uses=None, validity=FromPurchase(Period(1, Unit.MONTHS)))
    booking = check_out(ada, a_basket(ada, late_class, month, now=evening), now=evening)
    stripe_tells(booking, paid=True, now=evening + timedelta(hours=1))
    assert count(ClassPass, ClassPass.bought_on == date(2026, 12, 1)) == 1
    assert_sound()


def test_the_last_redemption_is_claimed_at_check_out_and_freed_when_it_is_abandoned() -> None:
    studio = a_business()
    yoga = a_class(studio)
    a_code(studio, "LAST", percent=50, bookings_limit=1)
    first = check_out(studio, a_basket(studio, yoga, code="LAST"))
    with pytest.raises(Exception, match="LAST has been used up"):
        a_basket(studio, yoga, code="LAST")
    stripe_tells(first, paid=False, now=LATER)
    second = check_out(studio, a_basket(studio, yoga, code="LAST", now=LATER), now=LATER)
    stripe_tells(second, paid=True, now=LATER)
    assert_sound()


def test_a_guests_limit_goes_by_their_address_however_it_is_written() -> None:
    studio = a_business()
    yoga = a_class(studio)
    a_code(studio, "ONCE", percent=100, per_person_limit=1)
    check_out(studio, a_basket(studio, yoga, code="ONCE"), email="gil@example.com")
    basket_id = a_basket(studio, yoga, code="ONCE")
    shown = quoted_basket(studio, basket_id=basket_id, customer_id=None, now=NOW)
    end_reading()
    with pytest.raises(QuoteChanged, match="You have already used ONCE"), transaction():
        place_booking(
            studio,
            basket_id=basket_id,
            buyer=Buyer(None, "Gil", "  GIL@Example.com "),
            digest=shown.quote.digest,
            return_to=studio.public_address,
            actor=customer_or_guest(None),
            now=NOW,
        )
    check_out(studio, a_basket(studio, yoga, code="ONCE"), email="another@example.com")
    assert_sound()


def take_out_the_first_line(ada: APerson, basket_id: UUID) -> None:
    """In another tab."""
    line = shown_to(ada, basket_id).lines[0]
    with transaction():
        remove_line(ada.business, basket_id=basket_id, line_id=line.id, now=NOW)


MEANWHILE: dict[str, Callable[[APerson, UUID], object]] = {
    "the price rose": lambda *_: change(update(TicketType).values(price=1300)),
    "the ticket went off sale": lambda *_: change(update(TicketType).values(on_sale=False)),
    "the code ended": lambda *_: change(update(DiscountCode).values(ends_at=NOW)),
    "the code was switched off": lambda *_: change(update(DiscountCode).values(switched_off_at=NOW)),
    "the class was moved": lambda *_: change(
        update(ClassSession).values(
            starts_at=datetime(2026, 12, 10, 8, tzinfo=UTC), closes_at=datetime(2026, 12, 10, 8, tzinfo=UTC)
        )
    ),
    "a pass was issued": lambda ada, _: a_pass_of(ada, name="Gift"),
    "a line was removed": take_out_the_first_line,
}


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_what_is_no_longer_the_quote_is_neither_booked_nor_charged(meanwhile: str) -> None:
    studio = a_business()
    ada = a_customer(studio)
    covered, other = a_class(studio), a_class(studio, name="Wheel Throwing")
    a_code(studio, "SPRING20", covers=covered)
    basket_id = a_basket(ada, covered, other, code="SPRING20")
    shown = shown_to(ada, basket_id)
    MEANWHILE[meanwhile](ada, basket_id)
    with pytest.raises(QuoteChanged) as refused:
        press(ada, basket_id, shown.quote.digest)
    assert refused.value.quote.digest != shown.quote.digest
    assert count(Booking) == 0
    assert_sound()


def test_a_quote_that_only_the_clock_has_moved_is_still_the_quote() -> None:
    """The hold has ended, a place is free: pressing claims it as if it had been held (R4, R6)."""
    studio = a_business()
    ada = a_customer(studio)
    basket_id = a_basket(ada, a_class(studio, capacity=1))
    shown = shown_to(ada, basket_id)
    assert press(ada, basket_id, shown.quote.digest, now=LATER).status is BookingStatus.PENDING
    assert_sound()


def test_a_line_whose_place_is_gone_is_left_out_and_left_in_the_basket() -> None:
    studio = a_business()
    ada = a_customer(studio)
    full, free = a_class(studio, capacity=1, price=900), a_class(studio, price=1200)
    basket_id = a_basket(ada, full, free)
    a_basket(studio, full, now=LATER)
    booking = check_out(ada, basket_id, now=LATER)
    assert count(Ticket, Ticket.booking_id == booking.id) == 1
    stripe_tells(booking, paid=True, now=LATER)
    assert count(BasketLine, BasketLine.basket_id == basket_id) == 1
    assert_sound()


def test_while_it_is_being_paid_the_basket_shows_what_is_being_paid() -> None:
    """Also when the place of a line that was left out comes free again."""
    studio = a_business()
    ada = a_customer(studio)
    full, free = a_class(studio, capacity=1, price=900), a_class(studio, price=1200)
    basket_id = a_basket(ada, full, free)
    a_basket(studio, full, now=LATER)
    check_out(ada, basket_id, now=LATER)
    shown = shown_to(ada, basket_id, now=LATER + timedelta(minutes=20))
    assert shown.pending is not None
    assert shown.quote.to_pay == shown.pending.to_pay == 1200


def test_places_that_are_held_for_nothing_are_given_back_at_check_out() -> None:
    """A ticket that went off sale keeps its hold in the basket, but its booking does not take it along."""
    studio = a_business()
    ada = a_customer(studio)
    off_sale, on_sale = a_class(studio, name="Wheel Throwing"), a_class(studio)
    basket_id = a_basket(ada, off_sale, on_sale)
    change(update(TicketType).where(TicketType.id == off_sale.ticket_type_id).values(on_sale=False))
    check_out(ada, basket_id)
    assert count(ClassSession, ClassSession.places_taken == 1) == 1
    assert_sound()


def test_a_second_press_finds_the_booking_of_the_first() -> None:
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada)
    basket_id = a_basket(ada, a_class(studio))
    digest = shown_to(ada, basket_id).quote.digest
    assert press(ada, basket_id, digest) == press(ada, basket_id, digest)
    assert count(Booking) == 1


def test_a_press_under_another_quote_while_one_is_paid_books_nothing() -> None:
    studio = a_business()
    ada = a_customer(studio)
    booking = check_out(ada, a_basket(ada, a_class(studio)))
    with pytest.raises(QuoteChanged):
        press(ada, booking.basket_id, "of another day")
    assert count(Booking) == 1


def test_an_empty_basket_has_nothing_to_book() -> None:
    ada = a_customer(a_business())
    basket_id = a_basket(ada)
    with pytest.raises(EmptyBasket):
        press(ada, basket_id, shown_to(ada, basket_id).quote.digest)


def test_a_guest_who_buys_a_pass_needs_an_account() -> None:
    studio = a_business()
    with pytest.raises(AccountNeeded):
        check_out(studio, a_basket(studio, a_purchase_option(studio)))
    assert count(Booking) == 0


def test_nobody_checks_out_anothers_basket() -> None:
    studio = a_business()
    ada, ben = a_customer(studio), a_customer(studio, "Ben Okafor")
    for basket_id in (a_basket(ada, a_class(studio)), a_basket(studio, a_class(studio))):
        with pytest.raises(NotInBasket):
            press(ben, basket_id, "whatever")
    elsewhere = a_customer(a_business("Harbour Pottery"))
    with pytest.raises(NotInBasket):
        press(elsewhere, a_basket(ada), "whatever")


def test_what_is_below_stripes_smallest_charge_is_waived_and_booked_at_once() -> None:
    studio = a_business()
    booking = check_out(studio, a_basket(studio, a_class(studio, price=29)))
    assert booking.attempt_id is None
    assert count(Booking, Booking.waived == 29, Booking.to_pay == 0) == 1
    assert_sound()
