"""Nobody sells a place twice, however many want the last ones (R4, DESIGN §3)."""

from collections import Counter
from contextlib import nullcontext
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.jobs.tidying import tidy_up
from portal.models.bookings import Ticket
from portal.models.database import db, end_reading
from portal.operations.checkout import Buyer
from tests.races.crowd import THREADS_THAT_MEET, Crowd, Gap, all_at_once
from tests.races.shoppers import Walker, buy_a_place, press, presser
from tests.races.unguarded import without_guard_of_places
from tests.soundness import assert_sound
from tests.studio import NOW, AClass, a_basket, a_business, a_class

pytestmark = pytest.mark.slow


def test_200_buyers_for_the_last_7_places_buy_7(app: Flask, crowd: Crowd) -> None:
    yoga = a_class(a_business(), capacity=7, price=0)
    assert _buyers(200, yoga, app, crowd) == {"confirmed": 7, "NoPlaceLeft": 193}
    assert _sold(yoga) == 7
    assert_sound()


def test_without_the_guard_more_than_7_are_sold(app: Flask, crowd: Crowd) -> None:
    yoga = a_class(a_business(), capacity=7, price=0)
    _buyers(THREADS_THAT_MEET, yoga, app, crowd, without=without_guard_of_places)
    assert _sold(yoga) > 7
    with pytest.raises(AssertionError, match="No class has more tickets and holds than places"):
        assert_sound()


def test_40_whose_holds_have_ended_claim_the_last_7_places_as_they_check_out(
    app: Flask, crowd: Crowd
) -> None:
    yoga = a_class(a_business(), capacity=7, price=0)
    outcomes = _late_checkers_out(40, yoga, app, crowd)
    assert outcomes["confirmed"] == _sold(yoga) == 7
    assert outcomes.keys() == {"confirmed", "QuoteChanged"}
    assert_sound()


def test_without_the_guard_ended_holds_are_claimed_beyond_the_last_place(app: Flask, crowd: Crowd) -> None:
    yoga = a_class(a_business(), capacity=7, price=0)
    _late_checkers_out(THREADS_THAT_MEET, yoga, app, crowd, tidied=True, without=without_guard_of_places)
    assert _sold(yoga) > 7
    with pytest.raises(AssertionError, match="No class has more tickets and holds than places"):
        assert_sound()


def _buyers(
    count: int, yoga: AClass, app: Flask, crowd: Crowd, *, without: Gap = nullcontext
) -> Counter[str]:
    people = [Walker(yoga, f"guest-{nth}@example.com", NOW) for nth in range(count)]
    return all_at_once(crowd, app, buy_a_place, people, without=without)


def _late_checkers_out(
    count: int,
    yoga: AClass,
    app: Flask,
    crowd: Crowd,
    *,
    tidied: bool = False,
    without: Gap = nullcontext,
) -> Counter[str]:
    """People who let their holds end one after another, as the next held the place: all look, and press.

    The holds that ended last are let go of by the first who presses, unless the worker has ``tidied``: who
    lets go of them changes the class, and others could not come to a meeting before that is committed.
    """
    baskets = [
        a_basket(yoga.business, yoga, now=NOW + timedelta(minutes=16 * (nth // 7))) for nth in range(count)
    ]
    later = NOW + timedelta(minutes=16 * (count // 7 + 1))
    people = [
        presser(yoga.business, basket, Buyer(None, "Gil Guest", f"guest-{nth}@example.com"), now=later)
        for nth, basket in enumerate(baskets)
    ]
    if tidied:
        tidy_up(now=later)
    return all_at_once(crowd, app, press, people, without=without)


def _sold(yoga: AClass) -> int:
    sold = db.session.scalar(select(func.count()).where(Ticket.class_session_id == yoga.id, Ticket.counts))
    end_reading()
    return sold or 0
