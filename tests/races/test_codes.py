"""A code's last redemption is one booking's, and a person's last is one of theirs (D3, D6)."""

from collections import Counter
from contextlib import nullcontext

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.models.database import db, end_reading, transaction
from portal.models.discount_codes import CodeRedemption
from portal.operations.basket_codes import apply_discount_code
from portal.operations.basket_lines import add_ticket, open_basket
from portal.operations.checkout import Buyer
from tests.races.crowd import PROCESSES_AT_ONCE, Crowd, Gap, all_at_once
from tests.races.shoppers import Presser, press, presser
from tests.races.unguarded import without_guard_of_codes
from tests.soundness import assert_sound
from tests.studio import NOW, AClass, ACode, a_business, a_class, a_code

pytestmark = pytest.mark.slow


def test_100_for_a_codes_last_redemption_take_1(app: Flask, crowd: Crowd) -> None:
    last = _a_free_class_by_code(bookings_limit=1)
    assert _press_at_once(100, last, app, crowd) == {"confirmed": 1, "QuoteChanged": 99}
    assert _redeemed(last[1]) == 1
    assert_sound()


def test_without_the_guard_the_last_redemption_is_taken_more_than_once(app: Flask, crowd: Crowd) -> None:
    last = _a_free_class_by_code(bookings_limit=1)
    _press_at_once(PROCESSES_AT_ONCE, last, app, crowd, without=without_guard_of_codes)
    assert _redeemed(last[1]) > 1
    with pytest.raises(AssertionError, match="No code is redeemed more often than it may be"):
        assert_sound()


def test_30_guests_under_one_address_redeem_their_last_once(app: Flask, crowd: Crowd) -> None:
    once_each = _a_free_class_by_code(per_person_limit=1)
    outcomes = _press_at_once(30, once_each, app, crowd, email="One.Guest@example.com")
    assert outcomes == {"confirmed": 1, "QuoteChanged": 29}
    assert _redeemed(once_each[1]) == 1
    assert_sound()


def test_without_the_guard_they_collide(app: Flask, crowd: Crowd) -> None:
    """The database's own key is then all that stands between an address and a second redemption."""
    once_each = _a_free_class_by_code(per_person_limit=1)
    outcomes = _press_at_once(
        2, once_each, app, crowd, email="One.Guest@example.com", without=without_guard_of_codes
    )
    assert outcomes == {"confirmed": 1, "fault: IntegrityError": 1}


def _a_free_class_by_code(
    *, bookings_limit: int | None = None, per_person_limit: int | None = None
) -> tuple[AClass, ACode]:
    studio = a_business()
    code = a_code(
        studio, "ALLOFIT", percent=100, bookings_limit=bookings_limit, per_person_limit=per_person_limit
    )
    return a_class(studio, capacity=200), code


def _press_at_once(
    count: int,
    what: tuple[AClass, ACode],
    app: Flask,
    crowd: Crowd,
    *,
    email: str | None = None,
    without: Gap = nullcontext,
) -> Counter[str]:
    """So many guests have the code in their baskets, have seen what it does, and press Book now."""
    yoga, code = what
    people = _before_the_button(count, yoga, code, email)
    return all_at_once(crowd, app, press, people, without=without)


def _before_the_button(count: int, yoga: AClass, code: ACode, email: str | None) -> list[Presser]:
    business = yoga.business
    with transaction():
        baskets = [open_basket(business, customer_id=None, basket_id=None, now=NOW) for _ in range(count)]
        for basket_id in baskets:
            add_ticket(
                business,
                basket_id=basket_id,
                class_session_id=yoga.id,
                ticket_type_id=yoga.ticket_type_id,
                now=NOW,
            )
            apply_discount_code(
                business, basket_id=basket_id, customer_id=None, person_key=None, text=code.text, now=NOW
            )
    people = [
        presser(business, basket_id, Buyer(None, "Gil", email or f"guest-{nth}@example.com"), now=NOW)
        for nth, basket_id in enumerate(baskets)
    ]
    end_reading()
    return people


def _redeemed(code: ACode) -> int:
    live = select(func.count()).where(
        CodeRedemption.discount_code_id == code.id, CodeRedemption.let_go_at.is_(None)
    )
    found = db.session.scalar(live)
    end_reading()
    return found or 0
