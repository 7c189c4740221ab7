"""Baskets over the same classes in opposite order never wait for each other for ever (DESIGN §3)."""

from collections import Counter
from contextlib import nullcontext
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask

from portal.operations.checkout import Buyer
from tests.races.crowd import Crowd, Gap, all_at_once
from tests.races.shoppers import keep_then_press, presser
from tests.races.unguarded import without_order_of_classes
from tests.soundness import assert_sound
from tests.studio import NOW, a_basket, a_business, a_class, a_customer

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(minutes=5)

without_order = partial(without_order_of_classes, "basket_lines", "checkout")


def test_baskets_over_the_same_classes_in_opposite_order_never_deadlock(app: Flask, crowd: Crowd) -> None:
    assert _opposite_baskets(24, app, crowd) == {"confirmed": 24}
    assert_sound()


def test_without_the_order_some_of_them_do(app: Flask, crowd: Crowd) -> None:
    outcomes = _opposite_baskets(2, app, crowd, without=without_order)
    assert outcomes["fault: OperationalError"] > 0
    assert_sound()


def _opposite_baskets(count: int, app: Flask, crowd: Crowd, *, without: Gap = nullcontext) -> Counter[str]:
    """Everyone has the same three classes in the basket, half of them from the last to the first."""
    studio = a_business()
    classes = [a_class(studio, on=date(2026, 12, day), capacity=100, price=0) for day in (10, 11, 12)]
    people = []
    for nth in range(count):
        ada = a_customer(studio)
        basket_id = a_basket(ada, *(classes if nth % 2 else reversed(classes)))
        people.append(presser(studio, basket_id, Buyer(ada.id, ada.name, ada.email), now=LATER))
    return all_at_once(crowd, app, keep_then_press, people, without=without)
