"""Nobody books a class too early or too late, whatever is posted; who holds a place may still book it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db, end_reading, transaction
from portal.operations.auditing import SYSTEM
from portal.operations.basket_lines import BookingNotOpen, add_ticket, keep_places
from portal.operations.class_setup import SeriesDetails, change_series
from portal.operations.places import BookingClosed
from portal.operations.quoting import quoted_basket
from portal.operations.waiting_lists import join_waiting_list
from portal.rules.booking_window import BookingWindow
from portal.rules.verdicts import Standing
from tests.soundness import assert_sound
from tests.studio import NOW, AClass, a_basket, a_booking, a_business, a_class, a_customer

pytestmark = pytest.mark.usefixtures("app")

AN_HOUR = timedelta(hours=1)


def a_class_that_opens(opens_days: int | None = None, closes_minutes: int = 0) -> AClass:
    yoga = a_class(a_business())
    with transaction():
        change_series(
            yoga.business,
            series_id=yoga.series_id,
            details=SeriesDetails("Morning Yoga", "", BookingWindow(opens_days, closes_minutes)),
            actor=SYSTEM,
            now=NOW,
        )
    return yoga


def test_it_is_refused_before_booking_opens_and_the_sentence_says_when() -> None:
    yoga = a_class_that_opens(opens_days=2)
    with pytest.raises(BookingNotOpen, match="opens on Tue 8 Dec at 09:30"):
        a_basket(yoga.business, yoga)
    a_basket(yoga.business, yoga, now=yoga.starts_at - timedelta(days=2))


def test_it_is_refused_from_the_moment_that_booking_closes() -> None:
    yoga = a_class_that_opens(closes_minutes=60)
    a_basket(yoga.business, yoga, now=yoga.starts_at - AN_HOUR - timedelta(seconds=1))
    with pytest.raises(BookingClosed):
        a_basket(yoga.business, yoga, now=yoga.starts_at - AN_HOUR)
    assert_sound()


def test_a_held_place_may_still_be_booked_and_one_that_ended_is_not_found_again() -> None:
    yoga = a_class_that_opens(closes_minutes=60)
    added = yoga.starts_at - AN_HOUR - timedelta(minutes=5)
    basket_id = a_basket(yoga.business, yoga, now=added)

    def standing(minutes: int) -> Standing:
        at = added + timedelta(minutes=minutes)
        end_reading()
        shown = quoted_basket(yoga.business, basket_id=basket_id, customer_id=None, now=at)
        return shown.quote.lines[0].standing

    assert [standing(10), standing(20)] == [Standing.HELD, Standing.CLOSED]
    with transaction():
        lost = keep_places(yoga.business, basket_id=basket_id, now=added + timedelta(minutes=20))
    assert len(lost) == 1
    assert_sound()


def test_nobody_joins_its_waiting_list_after_that() -> None:
    yoga = a_class_that_opens(closes_minutes=60)
    ada = a_customer(yoga.business)
    with pytest.raises(BookingClosed), transaction():
        join_waiting_list(
            yoga.business, class_session_id=yoga.id, customer_id=ada.id, now=yoga.starts_at - AN_HOUR
        )


def test_a_changed_window_counts_for_every_class_to_come_and_loses_no_booking() -> None:
    yoga = a_class_that_opens()
    booking = a_booking(yoga.business, yoga)
    with transaction():
        change_series(
            yoga.business,
            series_id=yoga.series_id,
            details=SeriesDetails("Evening Yoga", "Slow", BookingWindow(3, 30)),
            actor=SYSTEM,
            now=NOW,
        )
    session = db.session.scalars(select(ClassSession)).one()
    assert session.closes_at == yoga.starts_at - timedelta(minutes=30)
    assert session.opens_at == yoga.starts_at - timedelta(days=3)
    assert session.places_taken == 1
    assert db.session.scalars(select(ClassSeries.name)).one() == "Evening Yoga"
    assert booking.reference
    assert_sound()


def test_whoever_posts_a_ticket_past_the_page_is_refused_as_well() -> None:
    yoga = a_class_that_opens(opens_days=1)
    basket_id = a_basket(yoga.business)
    with pytest.raises(BookingNotOpen), transaction():
        add_ticket(
            yoga.business,
            basket_id=basket_id,
            class_session_id=yoga.id,
            ticket_type_id=yoga.ticket_type_id,
            now=NOW,
        )
