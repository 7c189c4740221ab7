"""Waiting lists: who stands in line, to whom a place is on offer, and that nobody jumps the queue."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from portal.models.baskets import BasketLine
from portal.models.classes import ClassSession, TicketType
from portal.models.database import db, end_reading, transaction
from portal.models.waiting_lists import WaitingEntry, WaitingStatus
from portal.models.waiting_pages import waited_for, waiting_list_of
from portal.operations.auditing import SYSTEM
from portal.operations.basket_lines import ClassHasStarted, NotOnSale, keep_places
from portal.operations.checkout import EmptyBasket
from portal.operations.places import ClassIsCancelled, NoPlaceLeft, PlacesAreWaitedFor, take_places
from portal.operations.preferences import change_preferences
from portal.operations.quoting import quoted_basket
from portal.operations.releasing import lock_booking, release
from portal.operations.settling import Outcome
from portal.operations.waiting_lists import HasFreePlaces, HasTicketAlready, InBasketAlready
from portal.rules.preferences import Preferences
from portal.rules.quote import Standing
from portal.rules.waiting import Turn
from tests.cancellations import cancelled
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    ABooking,
    AClass,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_customer,
    a_pass_of,
    check_out,
    stripe_tells,
)
from tests.waiting import (
    a_queue,
    counted,
    leaves,
    line_removed,
    offered_by_letter,
    standing,
    statuses,
    the_worker_looks,
    waits,
)

pytestmark = pytest.mark.usefixtures("app")

WAITING, OFFERED = WaitingStatus.WAITING, WaitingStatus.OFFERED
TAKEN, LAPSED, LEFT = WaitingStatus.TAKEN, WaitingStatus.LAPSED, WaitingStatus.LEFT
OFFER_ENDS = NOW + timedelta(hours=2)
HOLD_ENDS = NOW + timedelta(minutes=15)
SECOND = timedelta(seconds=1)
WHAT_AND_WHEN = (("Yoga", time(9)), ("Clay", time(11)))


def a_full_class(*, capacity: int = 1, on: date = date(2026, 12, 10)) -> tuple[AClass, ABooking]:
    """A class whose places are booked, and the first of the bookings."""
    yoga = a_class(a_business(), capacity=capacity, on=on)
    bookings = [a_booking(yoga.business, yoga, email=f"guest-{nth}@example.com") for nth in range(capacity)]
    return yoga, bookings[0]


def test_from_joining_over_the_freed_place_and_its_offer_to_a_ticket() -> None:
    yoga, booking = a_full_class()
    (ada,) = a_queue(yoga, "Ada Park")
    a_pass_of(ada)
    assert standing(ada, yoga).turn is Turn.IN_LINE
    cancelled(booking)
    the_worker_looks()
    assert standing(ada, yoga).until == OFFER_ENDS
    assert offered_by_letter() == ["Ada Park"]
    a_booking(ada, yoga)
    assert statuses(yoga) == [TAKEN]
    assert counted(yoga) == (1, 0)
    assert_sound()


def test_whoever_joined_first_is_offered_a_place_first() -> None:
    yoga, booking = a_full_class()
    ada, bo, cleo = a_queue(yoga, "Ada Park", "Bo Lee", "Cleo Ray")
    assert [standing(who, yoga).position for who in (ada, bo, cleo)] == [1, 2, 3]
    cancelled(booking)
    the_worker_looks()
    assert statuses(yoga) == [OFFERED, WAITING, WAITING]
    assert [standing(who, yoga).position for who in (bo, cleo)] == [1, 2]
    assert counted(yoga) == (1, 2)
    assert_sound()


def test_a_freed_place_is_nobodys_but_the_queues_though_no_job_has_run() -> None:
    """Neither a passer-by's nor that of the second in line; and the first need not wait for the job."""
    yoga, basket_id = a_held_class()
    ada, bo = a_queue(yoga, "Ada Park", "Bo Lee")
    with pytest.raises(PlacesAreWaitedFor):
        a_basket(yoga.business, yoga, now=HOLD_ENDS)
    with pytest.raises(PlacesAreWaitedFor):
        a_basket(bo, yoga, now=HOLD_ENDS)
    assert standing(ada, yoga, now=HOLD_ENDS).turn is Turn.FREE
    assert standing(bo, yoga, now=HOLD_ENDS).turn is Turn.IN_LINE
    a_basket(ada, yoga, now=HOLD_ENDS)
    assert statuses(yoga) == [TAKEN, WAITING]
    assert keeps(yoga, basket_id, now=HOLD_ENDS) is Standing.WAITED_FOR
    assert_sound()


def test_an_ended_hold_is_not_still_free_where_people_wait() -> None:
    """R4's second half ends where a queue begins: Keep my places loses it, and check-out leaves it out."""
    yoga, basket_id = a_held_class()
    assert keeps(yoga, basket_id, now=HOLD_ENDS) is Standing.HOLD_ENDED
    a_queue(yoga, "Ada Park")
    assert keeps(yoga, basket_id, now=HOLD_ENDS) is Standing.WAITED_FOR
    with transaction():
        lost = keep_places(yoga.business, basket_id=basket_id, now=HOLD_ENDS)
    assert len(lost) == 1
    with pytest.raises(EmptyBasket):
        check_out(yoga.business, basket_id, now=HOLD_ENDS)


def a_held_class() -> tuple[AClass, UUID]:
    """A class whose only place lies in a guest's basket."""
    yoga = a_class(a_business(), capacity=1)
    return yoga, a_basket(yoga.business, yoga)


def keeps(yoga: AClass, basket_id: UUID, *, now: datetime) -> Standing:
    """How the only line of a guest's basket stands."""
    quoted = quoted_basket(yoga.business, basket_id=basket_id, customer_id=None, now=now)
    end_reading()
    (line,) = quoted.quote.lines
    return line.standing


def test_an_offer_that_nobody_takes_goes_to_the_next_and_its_owner_may_join_again_at_the_end() -> None:
    yoga, booking = a_full_class()
    ada, bo = a_queue(yoga, "Ada Park", "Bo Lee")
    cancelled(booking)
    the_worker_looks()
    assert standing(ada, yoga, now=OFFER_ENDS - SECOND).turn is Turn.OFFERED
    assert standing(ada, yoga, now=OFFER_ENDS).turn is Turn.MISSED
    assert standing(bo, yoga, now=OFFER_ENDS).turn is Turn.FREE
    with pytest.raises(NoPlaceLeft):
        a_basket(ada, yoga, now=OFFER_ENDS)
    the_worker_looks(OFFER_ENDS)
    assert statuses(yoga) == [LAPSED, OFFERED]
    waits(ada, yoga, now=OFFER_ENDS)
    assert standing(ada, yoga, now=OFFER_ENDS).position == 1
    assert offered_by_letter() == ["Ada Park", "Bo Lee"]
    assert_sound()


def test_an_offer_that_the_last_in_line_misses_leaves_the_place_to_everyone_at_once() -> None:
    yoga, booking = a_full_class()
    a_queue(yoga, "Ada Park")
    cancelled(booking)
    the_worker_looks()
    with pytest.raises(NoPlaceLeft):
        a_basket(yoga.business, yoga, now=OFFER_ENDS - SECOND)
    a_basket(yoga.business, yoga, now=OFFER_ENDS)
    assert statuses(yoga) == [LAPSED]
    assert_sound()


def test_leaving_gives_up_the_place_in_line_or_the_place_itself() -> None:
    yoga, booking = a_full_class()
    ada, bo, cleo = a_queue(yoga, "Ada Park", "Bo Lee", "Cleo Ray")
    assert leaves(bo, yoga)
    assert not leaves(bo, yoga)
    assert standing(cleo, yoga).position == 2
    cancelled(booking)
    the_worker_looks()
    assert leaves(ada, yoga)
    assert statuses(yoga) == [LEFT, LEFT, OFFERED]
    assert offered_by_letter() == ["Ada Park", "Cleo Ray"]
    assert_sound()


def test_joining_twice_keeps_the_place_in_line() -> None:
    yoga, _ = a_full_class()
    ada, bo = a_queue(yoga, "Ada Park", "Bo Lee")
    waits(ada, yoga, now=NOW + SECOND)
    assert (standing(ada, yoga).position, standing(bo, yoga).position) == (1, 2)
    assert counted(yoga) == (1, 2)


def test_nobody_joins_who_need_not_wait() -> None:
    """Who has a ticket, who pays for one, whose basket holds a place, and where a place is free."""
    yoga = a_class(a_business(), capacity=3)
    ada, bo, cleo = (a_customer(yoga.business, name) for name in ("Ada Park", "Bo Lee", "Cleo Ray"))
    a_booking(ada, yoga)
    check_out(bo, a_basket(bo, yoga))
    with pytest.raises(HasFreePlaces):
        waits(cleo, yoga)
    a_basket(cleo, yoga)
    for who, why in ((ada, HasTicketAlready), (bo, HasTicketAlready), (cleo, InBasketAlready)):
        with pytest.raises(why):
            waits(who, yoga)
    assert statuses(yoga) == []


def test_nobody_joins_what_cannot_be_booked() -> None:
    yoga, _ = a_full_class()
    ada = a_customer(yoga.business)
    with pytest.raises(ClassHasStarted):
        waits(ada, yoga, now=yoga.starts_at)
    with transaction():
        db.session.execute(update(TicketType).values(on_sale=False))
    with pytest.raises(NotOnSale):
        waits(ada, yoga)
    elsewhere = a_customer(a_business("Harbour Pottery"))
    with pytest.raises(NotOnSale):
        waits(elsewhere, yoga)


def test_whoever_cancelled_a_ticket_may_wait_for_a_place_again() -> None:
    yoga, _ = a_full_class()
    ada = a_customer(yoga.business)
    with transaction():
        db.session.execute(update(ClassSession).values(capacity=2))
    booking = a_booking(ada, yoga)
    cancelled(booking)
    a_basket(yoga.business, yoga)
    waits(ada, yoga)
    assert standing(ada, yoga).position == 1


def test_the_class_begins_and_those_who_wait_have_waited_in_vain() -> None:
    yoga, booking = a_full_class()
    a_queue(yoga, "Ada Park", "Bo Lee")
    cancelled(booking, now=yoga.starts_at - timedelta(minutes=30))
    the_worker_looks(yoga.starts_at - timedelta(minutes=30))
    (until,) = db.session.scalars(select(WaitingEntry.offered_until).where(WaitingEntry.status == OFFERED))
    assert until == yoga.starts_at
    assert the_worker_looks(yoga.starts_at) == 1
    assert statuses(yoga) == [LAPSED, LAPSED]
    assert offered_by_letter() == ["Ada Park"]
    assert the_worker_looks(yoga.starts_at) == 0
    assert_sound()


def test_places_more_are_offered_to_as_many_as_wait_and_the_rest_is_for_everyone() -> None:
    yoga, _ = a_full_class()
    ada, bo = a_queue(yoga, "Ada Park", "Bo Lee")
    with transaction():
        db.session.execute(update(ClassSession).values(capacity=4))
    assert standing(bo, yoga).turn is Turn.FREE
    a_basket(yoga.business, yoga)
    assert statuses(yoga) == [OFFERED, OFFERED]
    assert counted(yoga) == (4, 0)
    with pytest.raises(NoPlaceLeft):
        a_basket(yoga.business, yoga)
    a_basket(ada, yoga)
    assert_sound()


@pytest.mark.parametrize("way", ["remove", "cancel", "expire", "join"])
def test_whatever_frees_a_place_offers_it_at_once(way: str) -> None:
    yoga = a_class(a_business(), capacity=1)
    gus = a_customer(yoga.business, "Gus")
    basket_id = a_basket(gus, yoga)
    if way == "remove":
        a_queue(yoga, "Ada Park")
        line_id = db.session.scalars(select(BasketLine.id)).one()
        line_removed(yoga, basket_id, line_id)
    elif way == "expire":
        pending = check_out(gus, basket_id)
        a_queue(yoga, "Ada Park")
        stripe_tells(pending, paid=False)
    elif way == "join":
        waits(ada := a_customer(yoga.business, "Ada Park"), yoga)
        waits(a_customer(yoga.business, "Bo Lee"), yoga, now=HOLD_ENDS)
        assert standing(ada, yoga, now=HOLD_ENDS).turn is Turn.OFFERED
    else:
        a_queue(yoga, "Ada Park")
        cancelled(booked(gus, basket_id))
    assert statuses(yoga)[0] is OFFERED
    assert_sound()


def booked(gus: APerson, basket_id: UUID) -> ABooking:
    """A paid booking of what is in the basket."""
    booking = check_out(gus, basket_id)
    stripe_tells(booking, paid=True)
    return booking


def test_late_money_does_not_jump_the_queue() -> None:
    """The place was let go of, and somebody waits for it: the money goes back (M4)."""
    yoga = a_class(a_business(), capacity=1)
    pending = check_out(yoga.business, a_basket(yoga.business, yoga))
    (ada,) = a_queue(yoga, "Ada Park")
    stripe_tells(pending, paid=False)
    settled = stripe_tells(pending, paid=True)
    assert settled.outcome is Outcome.REFUNDED
    assert standing(ada, yoga).turn is Turn.OFFERED
    assert_sound()


def test_changing_the_basket_keeps_the_places_that_were_being_paid() -> None:
    """They pass from the booking back to the lines, whoever waits (R7)."""
    yoga = a_class(a_business(), capacity=1)
    pending = check_out(yoga.business, a_basket(yoga.business, yoga))
    (ada,) = a_queue(yoga, "Ada Park")
    with transaction():
        basket, booking = lock_booking(yoga.business.id, pending.id)
        release(yoga.business, booking, basket, actor=SYSTEM, now=NOW, hold_anew=True, reason="Change basket")
    assert standing(ada, yoga).turn is Turn.IN_LINE
    assert_sound()


def test_an_offered_place_goes_to_the_line_whose_hold_had_ended() -> None:
    """Who had let their hold end and waited does not find the class twice in the basket."""
    yoga = a_class(a_business(), capacity=1)
    ada = a_customer(yoga.business)
    basket_id = a_basket(ada, yoga)
    booking = a_booking(yoga.business, yoga, now=HOLD_ENDS)
    waits(ada, yoga, now=HOLD_ENDS)
    cancelled(booking, now=HOLD_ENDS)
    the_worker_looks(HOLD_ENDS)
    assert a_basket(ada, yoga, now=HOLD_ENDS) == basket_id
    (line,) = db.session.scalars(select(BasketLine)).all()
    assert line.held_until == HOLD_ENDS + timedelta(minutes=15)
    end_reading()
    assert_sound()


def test_keep_my_places_takes_a_place_that_is_on_offer_too() -> None:
    yoga = a_class(a_business(), capacity=1)
    ada = a_customer(yoga.business)
    basket_id = a_basket(ada, yoga)
    a_queue(yoga, "Bo Lee")
    waits(ada, yoga, now=HOLD_ENDS)
    assert statuses(yoga) == [OFFERED, WAITING]
    with transaction():
        assert len(keep_places(yoga.business, basket_id=basket_id, now=HOLD_ENDS)) == 1
    the_worker_looks(OFFER_ENDS + timedelta(minutes=20))
    assert statuses(yoga) == [LAPSED, OFFERED]
    with transaction():
        lost = keep_places(yoga.business, basket_id=basket_id, now=OFFER_ENDS + timedelta(minutes=30))
    assert lost == []
    assert statuses(yoga) == [LAPSED, TAKEN]
    assert_sound()


def test_the_studios_own_time_for_an_offer() -> None:
    yoga, booking = a_full_class()
    (ada,) = a_queue(yoga, "Ada Park")
    with transaction():
        wanted = Preferences(offer_minutes=45)
        change_preferences(yoga.business, wanted=wanted, actor=SYSTEM, now=NOW)
    cancelled(booking)
    the_worker_looks()
    assert standing(ada, yoga).until == NOW + timedelta(minutes=45)


def test_a_cancelled_class_takes_nobody() -> None:
    yoga, _ = a_full_class()
    ada = a_customer(yoga.business)
    with transaction():
        db.session.execute(update(ClassSession).values(cancelled_at=NOW, capacity=5))
    with pytest.raises(ClassIsCancelled):
        a_basket(yoga.business, yoga)
    with pytest.raises(ClassIsCancelled):
        waits(ada, yoga)
    with pytest.raises(ClassIsCancelled), transaction():
        take_places(yoga.business.id, yoga.id)


def test_a_line_for_a_cancelled_class_counts_for_nothing() -> None:
    yoga, basket_id = a_held_class()
    with transaction():
        db.session.execute(update(ClassSession).values(cancelled_at=NOW))
    assert keeps(yoga, basket_id, now=NOW) is Standing.CANCELLED


def test_the_worker_does_each_thing_once() -> None:
    yoga, booking = a_full_class()
    a_queue(yoga, "Ada Park")
    assert the_worker_looks() == 0
    cancelled(booking)
    the_worker_looks()
    assert the_worker_looks() == 0
    assert the_worker_looks(OFFER_ENDS) == 1
    assert the_worker_looks(OFFER_ENDS) == 0


def test_an_account_lists_what_its_owner_waits_for() -> None:
    studio = a_business()
    yoga, clay = (a_class(studio, name=name, capacity=1, at=at) for name, at in WHAT_AND_WHEN)
    first = a_booking(studio, yoga)
    a_booking(studio, clay)
    ada = a_customer(studio)
    waits(ada, clay)
    waits(ada, yoga)
    cancelled(first)
    the_worker_looks()
    assert [(it.class_name, it.turn) for it in waited_for(studio.id, ada.id, now=NOW)] == [
        ("Yoga", Turn.OFFERED),
        ("Clay", Turn.IN_LINE),
    ]
    assert [it.class_name for it in waited_for(studio.id, ada.id, now=OFFER_ENDS)] == ["Clay"]
    end_reading()


def test_staff_see_who_stands_in_line_in_order() -> None:
    yoga, booking = a_full_class()
    a_queue(yoga, "Ada Park", "Bo Lee", "Cleo Ray")
    cancelled(booking)
    the_worker_looks()
    shown = [(it.name, it.position, it.offered_until) for it in waiting_list_of(yoga.business.id, yoga.id)]
    assert shown == [("Ada Park", None, OFFER_ENDS), ("Bo Lee", 1, None), ("Cleo Ray", 2, None)]
    end_reading()
