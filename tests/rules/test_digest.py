"""The name of a quote: another as soon as the bargain is another (R6)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.rules.facts import BasketFacts, PayWithMoney, TicketLine
from portal.rules.quote import quote
from tests.rules.builders import NOW, a_basket, a_code, a_pass, a_ticket_line

YOGA, BARRE = a_ticket_line("Morning Yoga"), a_ticket_line("Barre")
BASKET = a_basket(YOGA, BARRE, passes=[a_pass(uses_left=1)])


def digest(facts: BasketFacts) -> str:
    return quote(facts).digest


def with_first(**changes: object) -> Callable[[BasketFacts], BasketFacts]:
    """The same basket with another first line."""
    return lambda facts: replace(facts, lines=(replace(facts.lines[0], **changes), *facts.lines[1:]))  # type: ignore[arg-type]


def test_it_is_a_sha_256_in_hex_r6() -> None:
    assert len(digest(BASKET)) == 64
    assert set(digest(BASKET)) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: replace(facts, now=NOW + timedelta(minutes=9)),
        lambda facts: replace(facts, lines=facts.lines[::-1]),
        with_first(held_until=NOW + timedelta(minutes=30)),
        with_first(held_until=NOW),
        with_first(held_until=None),
        with_first(places_free=1),
    ],
    ids=["minutes pass", "lines in another order", "held longer", "hold ended", "never held", "fewer places"],
)
def test_what_only_the_clock_moves_leaves_it_as_it_is_r6(
    change: Callable[[BasketFacts], BasketFacts],
) -> None:
    assert digest(change(BASKET)) == digest(BASKET)


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: replace(facts, lines=facts.lines[:1]),
        lambda facts: replace(facts, passes=()),
        lambda facts: replace(facts, passes=(a_pass(uses_left=2),)),
        lambda facts: replace(facts, code=a_code(classes=["Barre"])),
        lambda facts: replace(facts, currency="EUR"),
        lambda facts: replace(facts, smallest_charge=5000),
        with_first(price=1300),
        with_first(id=BARRE.class_session_id),
        with_first(held_until=None, places_free=0),
        with_first(on_sale=False),
        with_first(choice=PayWithMoney()),
    ],
    ids=[
        "a line fewer",
        "no pass",
        "another pass with more uses",
        "a code",
        "another currency",
        "a waived total",
        "another price",
        "another line",
        "full",
        "off sale",
        "money instead",
    ],
)
def test_another_bargain_has_another_digest_r6(change: Callable[[BasketFacts], BasketFacts]) -> None:
    assert digest(change(BASKET)) != digest(BASKET)


def test_a_class_that_the_studio_moved_is_another_bargain_r6() -> None:
    moved = replace(YOGA, starts_at=YOGA.starts_at + timedelta(hours=1))
    assert digest(a_basket(moved)) != digest(a_basket(YOGA))


def test_the_same_saving_by_another_code_is_another_bargain_r6() -> None:
    assert digest(replace(BASKET, code=a_code("ONE"))) != digest(replace(BASKET, code=a_code("TWO")))


def test_lines_are_frozen_so_that_nobody_changes_what_was_agreed() -> None:
    with pytest.raises(AttributeError):
        TicketLine.__setattr__(YOGA, "price", 1)
