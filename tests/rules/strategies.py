"""Baskets of every kind for properties: few classes, days and prices, so that passes compete and sums tie.

What a basket is made of is laid out below and drawn as a whole, because a draw costs more than a quote.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from portal.rules.facts import (
    BasketFacts,
    BookedClass,
    DiscountKind,
    DiscountTerms,
    OwnedPass,
    PassLine,
    PassTerms,
    PayWithMoney,
    PayWithPass,
    Reduces,
    TicketLine,
)
from portal.rules.periods import FixedDates, FromFirstClass, FromPurchase, Period, Unit
from tests.rules.builders import NOW, TODAY, a_basket, a_new_id, the

YOGA, WHEEL, BARRE = the("Morning Yoga"), the("Wheel Throwing"), the("Barre")
ADULT, CONCESSION = the("Adult"), the("Concession")

DAYS = [TODAY + timedelta(days=ahead) for ahead in (1, 2, 5, 6, 7, 8, 13, 14, 29, 30, 31, 32, 40)]
CLASSES = list(product([YOGA, WHEEL, BARRE], DAYS, [time(9), time(18)]))
TICKETS = list(product([ADULT, CONCESSION], [1200, 1200, 1800, 999, 1, 0]))
HELD, HOLD_ENDED = NOW + timedelta(minutes=15), NOW
HOLDS: list[dict[str, Any]] = [
    *[{"held_until": HELD, "places_free": 0}] * 5,
    {"held_until": HOLD_ENDED, "places_free": 1},
    {"held_until": HOLD_ENDED, "places_free": 0},
    {"held_until": HELD, "places_free": 3, "on_sale": False},
    {"held_until": HOLD_ENDED, "places_free": 0, "waiting": 2},
    {"held_until": HELD, "places_free": 3, "cancelled": True},
]

VALIDITIES = [
    FromFirstClass(Period(7, Unit.DAYS)),
    FromFirstClass(Period(30, Unit.DAYS)),
    FromFirstClass(Period(1, Unit.MONTHS)),
    FromPurchase(Period(1, Unit.MONTHS)),
    FixedDates(DAYS[2], DAYS[8]),
]
LIMITS: list[dict[str, Any]] = [{}, {"uses_per_day": 1}, {"uses_per_week": 1}, {"uses_per_week": 2}]
COVERAGE: list[dict[str, Any]] = [
    {},
    {"series_ids": frozenset([YOGA])},
    {"series_ids": frozenset([YOGA, WHEEL])},
    {"ticket_type_ids": frozenset([ADULT])},
]
TERMS = [
    PassTerms(validity=validity, uses=uses, several_per_class=several, **limit, **cover)
    for validity, uses, several, limit, cover in product(
        VALIDITIES, [1, 2, 5, None], [False, True], LIMITS, COVERAGE
    )
]
BOOKED = [(), *[(BookedClass(the(f"{YOGA} {on} {time(9)}"), on),) for on in DAYS]]
STAFF: list[dict[str, Any]] = [
    *[{}] * 8,
    {"added_days": 3},
    {"withdrawn": True},
    *[{what: DAYS[at]} for what in ("starts_on_set", "expires_on_set", "deactivated_from") for at in (2, 9)],
    *[{"start_by": DAYS[at]} for at in (0, 3, 9)],
]

CODE_VALUES = [
    *product([DiscountKind.PERCENT], [1, 10, 33, 100]),
    *product([DiscountKind.AMOUNT_EACH, DiscountKind.AMOUNT_BASKET], [1, 500, 1000, 5000]),
]
CODE_LIMITS: list[dict[str, Any]] = [*COVERAGE, {"class_from": DAYS[4]}, {"least_spend": 2000}]


classes = st.sampled_from(CLASSES)
tickets_and_prices = st.sampled_from(TICKETS)
holds = st.sampled_from(HOLDS)
terms = st.sampled_from(TERMS)
ages = st.integers(0, 20)
uses_left = st.integers(0, 5)
booked = st.sampled_from(BOOKED)
staff = st.sampled_from(STAFF)
code_values = st.sampled_from(CODE_VALUES)
code_limits = st.sampled_from(CODE_LIMITS)
reductions = st.sampled_from(Reduces)


def _ticket_line(
    one_class: tuple[UUID, date, time], ticket: tuple[UUID, int], hold: dict[str, Any]
) -> TicketLine:
    series, on, at = one_class
    ticket_type, price = ticket
    return TicketLine(
        id=a_new_id(),
        class_session_id=the(f"{series} {on} {at}"),
        series_id=series,
        ticket_type_id=ticket_type,
        class_name="a class",
        ticket_name="a ticket",
        starts_at=datetime.combine(on, at, UTC),
        on_date=on,
        price=price,
        **hold,
    )


def _owned_pass(
    promised: PassTerms, age: int, left: int, visits: tuple[BookedClass, ...], changes: dict[str, Any]
) -> OwnedPass:
    bought_on = TODAY - timedelta(days=age)
    return OwnedPass(
        id=a_new_id(),
        name="a pass",
        terms=promised,
        bought_at=datetime.combine(bought_on, time(9), UTC),
        bought_on=bought_on,
        uses_left=None if promised.uses is None else min(left, promised.uses),
        booked=visits,
        **changes,
    )


def _pass_line(promised: PassTerms, price: int, on_sale: bool) -> PassLine:
    return PassLine(a_new_id(), the("an option"), "a pass in the basket", price, promised, on_sale=on_sale)


def _code(worth: tuple[DiscountKind, int], reduces: Reduces, limits: dict[str, Any]) -> DiscountTerms:
    kind, value = worth
    return DiscountTerms(the("CODE"), "CODE", kind, value, reduces, **limits)


def _basket(
    tickets: list[TicketLine],
    bought: list[PassLine],
    owned: list[OwnedPass],
    choices: list[tuple[int, int]],
    code: DiscountTerms | None,
) -> BasketFacts:
    """The basket, after the customer made choices: which line is to be paid by which pass, or by money."""
    passes = [*(held.id for held in owned), *(line.id for line in bought)]
    for line, payer in choices:
        choice = PayWithPass(passes[payer]) if payer < len(passes) else PayWithMoney()
        tickets[line % len(tickets)] = replace(tickets[line % len(tickets)], choice=choice)
    return a_basket(*tickets, *bought, passes=owned, code=code)


ticket_lines = st.builds(_ticket_line, classes, tickets_and_prices, holds)
owned_passes = st.builds(_owned_pass, terms, ages, uses_left, booked, staff)
pass_lines = st.builds(_pass_line, terms, st.sampled_from([9000, 0]), st.sampled_from([True, True, False]))
codes = st.builds(_code, code_values, reductions, code_limits)


def baskets_with(code: st.SearchStrategy[DiscountTerms | None]) -> st.SearchStrategy[BasketFacts]:
    """A basket with such a code, with choices by the customer that can be had and some that cannot."""
    return st.builds(
        _basket,
        st.lists(ticket_lines, min_size=1, max_size=6),
        st.lists(pass_lines, max_size=1),
        st.lists(owned_passes, max_size=3),
        st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), max_size=2),
        code,
    )


baskets = baskets_with(st.none() | codes)
codeless_baskets = baskets_with(st.none())
