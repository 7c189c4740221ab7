"""What goes into a basket and comes out, how long its places are kept, and whose it is (R4, R5, P2, B2)."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.models.baskets import BasketLine
from portal.models.business import BusinessFacts, Plan
from portal.models.classes import ClassSession, TicketType
from portal.models.database import db, end_reading, new_id, transaction
from portal.operations.auditing import SYSTEM
from portal.operations.basket_codes import apply_discount_code, remove_discount_code
from portal.operations.basket_lines import (
    BasketBeingPaid,
    CannotPayWith,
    ClassHasStarted,
    NotInBasket,
    NotOnSale,
    add_pass,
    add_ticket,
    choose_payment,
    keep_places,
    open_basket,
    remove_line,
)
from portal.operations.businesses import set_plan
from portal.operations.places import NoPlaceLeft
from portal.rules.baskets import BasketFull, NoMoreExtensions, TooManyPlacesForAGuest
from portal.rules.facts import PayWithMoney, PayWithPass
from portal.rules.sentences import Refusal
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    AClass,
    a_basket,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_purchase_option,
    a_series,
    check_out,
)

pytestmark = pytest.mark.usefixtures("app")

HOLD_ENDS = NOW + timedelta(minutes=15)


def add(yoga: AClass, basket_id: UUID, *, ticket_type_id: UUID | None = None, now: datetime = NOW) -> UUID:
    """Put one ticket of a class into a basket."""
    with transaction():
        return add_ticket(
            yoga.business,
            basket_id=basket_id,
            class_session_id=yoga.id,
            ticket_type_id=ticket_type_id or yoga.ticket_type_id,
            now=now,
        )


def taken(yoga: AClass) -> int:
    """How many places of a class are counted as taken."""
    found = db.session.scalars(select(ClassSession.places_taken).where(ClassSession.id == yoga.id)).one()
    end_reading()
    return found


def lines_of(basket_id: UUID) -> list[BasketLine]:
    """A basket's lines, the oldest first."""
    found = select(BasketLine).where(BasketLine.basket_id == basket_id).order_by(BasketLine.id)
    lines = list(db.session.scalars(found))
    end_reading()
    return lines


def a_day_of_classes(studio: BusinessFacts, count: int) -> list[AClass]:
    """So many classes of one series."""
    series = a_series(studio)
    return [a_class(series, on=date(2026, 12, 10), at=time(nth % 24)) for nth in range(count)]


def test_a_place_is_held_for_the_studios_hold_time() -> None:
    yoga = a_class(a_business(hold_minutes=20))
    (line,) = lines_of(a_basket(yoga.business, yoga))
    assert line.held_until == NOW + timedelta(minutes=20)
    assert taken(yoga) == 1


def test_a_full_class_is_refused_until_a_hold_ends_and_then_at_once() -> None:
    """No job has run: whoever comes first after the hold has the place."""
    yoga = a_class(a_business(), capacity=1)
    a_basket(yoga.business, yoga)
    with pytest.raises(NoPlaceLeft):
        a_basket(yoga.business, yoga, now=HOLD_ENDS - timedelta(seconds=1))
    a_basket(yoga.business, yoga, now=HOLD_ENDS)
    assert_sound()


def test_keeping_places_holds_them_anew_ten_times_and_no_more() -> None:
    yoga = a_class(a_business())
    basket_id = a_basket(yoga.business, yoga)
    for nth in range(1, 11):
        now = NOW + timedelta(minutes=nth)
        with transaction():
            assert keep_places(yoga.business, basket_id=basket_id, now=now) == []
        assert lines_of(basket_id)[0].held_until == now + timedelta(minutes=15)
    with pytest.raises(NoMoreExtensions), transaction():
        keep_places(yoga.business, basket_id=basket_id, now=NOW + timedelta(minutes=11))


def test_an_ended_hold_is_kept_while_a_place_is_free_and_told_of_when_not() -> None:
    studio = a_business()
    free, full = a_class(studio, capacity=1), a_class(studio, capacity=1)
    basket_id = a_basket(studio, free, full)
    a_basket(studio, full, now=HOLD_ENDS)
    with transaction():
        lost = keep_places(studio, basket_id=basket_id, now=HOLD_ENDS)
    kept, gone = lines_of(basket_id)
    assert lost == [gone.id]
    assert (kept.place_counted, gone.place_counted) == (True, False)
    assert_sound()


def test_a_guest_holds_six_places_at_most() -> None:
    classes = a_day_of_classes(a_business(), 7)
    basket_id = a_basket(classes[0].business, *classes[:6])
    with pytest.raises(TooManyPlacesForAGuest):
        add(classes[6], basket_id)


def test_a_guest_keeps_six_places_at_most_however_many_lines_have_gathered() -> None:
    classes = a_day_of_classes(a_business(), 9)
    studio = classes[0].business
    basket_id = a_basket(studio, *classes[:5])
    for yoga in classes[5:]:
        add(yoga, basket_id, now=HOLD_ENDS)
    with transaction():
        lost = keep_places(studio, basket_id=basket_id, now=HOLD_ENDS)
    assert len(lost) == 3
    lines = lines_of(basket_id)
    assert sum(line.place_counted for line in lines) == 6
    assert all(line.place_counted for line in lines[5:]), "what is held goes before what is not"
    assert_sound()


def test_a_customer_may_hold_twenty_lines_and_no_more() -> None:
    classes = a_day_of_classes(a_business(), 21)
    ada = a_customer(classes[0].business)
    basket_id = a_basket(ada, *classes[:20])
    with pytest.raises(BasketFull):
        add(classes[20], basket_id)
    option = a_purchase_option(ada.business)
    with pytest.raises(BasketFull), transaction():
        add_pass(ada.business, basket_id=basket_id, purchase_option_id=option.id, now=NOW)


def test_removing_a_line_gives_its_place_back() -> None:
    yoga = a_class(a_business(), capacity=1)
    basket_id = a_basket(yoga.business, yoga)
    (line,) = lines_of(basket_id)
    with transaction():
        remove_line(yoga.business, basket_id=basket_id, line_id=line.id, now=NOW)
    assert taken(yoga) == 0
    assert_sound()


def test_removing_a_line_whose_place_another_has_by_now_gives_back_nothing() -> None:
    yoga = a_class(a_business(), capacity=1)
    basket_id = a_basket(yoga.business, yoga)
    a_basket(yoga.business, yoga, now=HOLD_ENDS)
    (line,) = lines_of(basket_id)
    with transaction():
        remove_line(yoga.business, basket_id=basket_id, line_id=line.id, now=HOLD_ENDS)
    assert taken(yoga) == 1
    assert_sound()


def test_removing_a_pass_forgets_that_it_was_to_pay() -> None:
    studio = a_business()
    ada = a_customer(studio)
    basket_id = a_basket(ada, a_class(studio), a_purchase_option(studio))
    ticket, new_pass = lines_of(basket_id)
    with transaction():
        choose_payment(
            studio, basket_id=basket_id, line_id=ticket.id, choice=PayWithPass(new_pass.id), now=NOW
        )
    with transaction():
        remove_line(studio, basket_id=basket_id, line_id=new_pass.id, now=NOW)
    assert lines_of(basket_id)[0].pays_with_line_id is None


def test_a_class_that_has_begun_is_refused() -> None:
    yoga = a_class(a_business())
    with pytest.raises(ClassHasStarted):
        a_basket(yoga.business, yoga, now=yoga.starts_at)


def test_a_ticket_that_is_off_sale_is_refused() -> None:
    yoga = a_class(a_business())
    basket_id = a_basket(yoga.business)
    with transaction():
        db.session.query(TicketType).update({"on_sale": False})
    with pytest.raises(NotOnSale):
        add(yoga, basket_id)


def test_a_ticket_of_another_series_is_refused() -> None:
    studio = a_business()
    yoga, pottery = a_class(studio), a_class(studio, name="Wheel Throwing")
    with pytest.raises(NotOnSale):
        add(yoga, a_basket(studio), ticket_type_id=pottery.ticket_type_id)


def test_another_studios_class_ticket_and_pass_are_not_there() -> None:
    here, elsewhere = a_business(), a_business("Harbour Pottery")
    theirs = a_class(elsewhere)
    their_pass = a_purchase_option(elsewhere)
    basket_id = a_basket(here)
    with pytest.raises(NotOnSale), transaction():
        add_ticket(
            here,
            basket_id=basket_id,
            class_session_id=theirs.id,
            ticket_type_id=theirs.ticket_type_id,
            now=NOW,
        )
    with pytest.raises(NotOnSale), transaction():
        add_pass(here, basket_id=basket_id, purchase_option_id=their_pass.id, now=NOW)


def test_another_studios_basket_is_not_there() -> None:
    here, elsewhere = a_business(), a_business("Harbour Pottery")
    yoga = a_class(here)
    with pytest.raises(NotInBasket):
        add(yoga, a_basket(elsewhere))


def test_another_baskets_line_is_not_there() -> None:
    yoga = a_class(a_business())
    mine, theirs = a_basket(yoga.business), a_basket(yoga.business, yoga)
    (line,) = lines_of(theirs)
    with pytest.raises(NotInBasket), transaction():
        remove_line(yoga.business, basket_id=mine, line_id=line.id, now=NOW)
    with pytest.raises(NotInBasket), transaction():
        choose_payment(yoga.business, basket_id=mine, line_id=line.id, choice=PayWithMoney(), now=NOW)


@pytest.mark.parametrize("whose", ["another customer's", "another basket's", "nobody's"])
def test_a_pass_that_is_not_ones_own_cannot_be_picked(whose: str) -> None:
    studio = a_business()
    ada, ben = a_customer(studio), a_customer(studio, "Ben Okafor")
    picked = {
        "another customer's": a_pass_of(ben).id,
        "another basket's": lines_of(a_basket(ben, a_purchase_option(studio)))[0].id,
        "nobody's": new_id(),
    }[whose]
    basket_id = a_basket(ada, a_class(studio))
    (line,) = lines_of(basket_id)
    with pytest.raises(CannotPayWith), transaction():
        choose_payment(studio, basket_id=basket_id, line_id=line.id, choice=PayWithPass(picked), now=NOW)


def test_passes_are_not_sold_on_a_plan_without_them() -> None:
    option = a_purchase_option(a_business())
    with transaction():
        lowered = set_plan(option.business, plan=Plan.FREE, actor=SYSTEM, now=NOW)
    with pytest.raises(NotOnSale):
        a_basket(lowered, option)


def test_there_is_one_basket_for_a_customer_on_whatever_device() -> None:
    ada = a_customer(a_business())
    assert a_basket(ada) == a_basket(ada)


CHANGES: dict[str, Callable[[BusinessFacts, UUID, UUID], object]] = {
    "remove": lambda of, basket, line: remove_line(of, basket_id=basket, line_id=line, now=NOW),
    "pay with": lambda of, basket, line: choose_payment(
        of, basket_id=basket, line_id=line, choice=PayWithMoney(), now=NOW
    ),
    "keep": lambda of, basket, _: keep_places(of, basket_id=basket, now=NOW),
    "remove code": lambda of, basket, _: remove_discount_code(of, basket_id=basket, now=NOW),
    "apply": lambda of, basket, _: apply_discount_code(
        of, basket_id=basket, customer_id=None, person_key=None, text="SPRING20", now=NOW
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_while_it_is_being_paid_nothing_in_the_basket_can_be_changed(change: str) -> None:
    studio = a_business()
    a_code(studio, "SPRING20")
    booking = check_out(studio, a_basket(studio, a_class(studio)))
    (line,) = lines_of(booking.basket_id)
    with pytest.raises(BasketBeingPaid), transaction():
        CHANGES[change](studio, booking.basket_id, line.id)
    assert_sound()


def test_while_it_is_being_paid_nothing_can_be_added() -> None:
    yoga = a_class(a_business())
    booking = check_out(yoga.business, a_basket(yoga.business, yoga))
    with pytest.raises(BasketBeingPaid):
        add(yoga, booking.basket_id)


def test_a_refused_ticket_leaves_no_trace() -> None:
    yoga = a_class(a_business(), capacity=0)
    basket_id = a_basket(yoga.business)
    with pytest.raises(Refusal):
        add(yoga, basket_id)
    assert (lines_of(basket_id), taken(yoga)) == ([], 0)


def test_a_guests_basket_that_is_not_there_any_more_is_made_anew() -> None:
    studio = a_business()
    with transaction():
        made = open_basket(studio, customer_id=None, basket_id=new_id(), now=NOW)
    with transaction():
        assert open_basket(studio, customer_id=None, basket_id=made, now=NOW) == made
