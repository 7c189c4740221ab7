"""How much a basket takes, and for how long it keeps places (P2, R4)."""

from collections.abc import Callable

import pytest

from portal.rules.baskets import (
    DEFAULT_HOLD_MINUTES,
    refuse_extension,
    refuse_hold_minutes,
    refuse_line,
    refuse_place,
)
from portal.rules.sentences import Refusal


@pytest.mark.parametrize(
    ("question", "allowed", "refused", "words"),
    [
        (refuse_line, 19, 20, "Your basket is full: it takes 20 lines."),
        (
            refuse_place,
            5,
            6,
            "Without an account you can hold 6 places at a time. Please sign in to hold more.",
        ),
        (
            refuse_extension,
            9,
            10,
            "You have kept these places 10 times, which is as often as we can. Please check out to book.",
        ),
        (refuse_hold_minutes, 120, 121, "Places can be held for 1 to 120 minutes."),
        (refuse_hold_minutes, 1, 0, "Places can be held for 1 to 120 minutes."),
    ],
)
def test_a_limit_holds_to_the_last_and_refuses_the_next_r4(
    question: Callable[[int], None], allowed: int, refused: int, words: str
) -> None:
    question(allowed)
    with pytest.raises(Refusal) as refusal:
        question(refused)
    assert str(refusal.value) == words


def test_places_are_held_for_a_quarter_of_an_hour_unless_set_r4() -> None:
    assert DEFAULT_HOLD_MINUTES == 15
