"""How much a basket takes, and for how long it keeps places (P2, R4)."""

from portal.rules.sentences import Refusal

MOST_LINES = 20
MOST_GUEST_PLACES = 6
MOST_EXTENSIONS = 10
DEFAULT_HOLD_MINUTES = 15
MOST_HOLD_MINUTES = 120


class BasketFull(Refusal):
    """A basket has its twenty lines (P2)."""

    def __init__(self) -> None:
        super().__init__("Your basket is full: it takes {most} lines.", most=MOST_LINES)


class TooManyPlacesForAGuest(Refusal):
    """A guest holds as many places as a guest may (R4)."""

    def __init__(self) -> None:
        super().__init__(
            "Without an account you can hold {most} places at a time. Please sign in to hold more.",
            most=MOST_GUEST_PLACES,
        )


class NoMoreExtensions(Refusal):
    """The places were kept ten times (R4)."""

    def __init__(self) -> None:
        super().__init__(
            "You have kept these places {most} times, which is as often as we can. Please check out to book.",
            most=MOST_EXTENSIONS,
        )


class HoldOutOfRange(Refusal):
    """A hold time that a studio cannot set (R4)."""

    def __init__(self) -> None:
        super().__init__("Places can be held for 1 to {most} minutes.", most=MOST_HOLD_MINUTES)


def refuse_line(lines: int) -> None:
    """Refuse one line more in a basket of so many."""
    if lines >= MOST_LINES:
        raise BasketFull


def refuse_place(places_held: int) -> None:
    """Refuse a guest one place more than they may hold."""
    if places_held >= MOST_GUEST_PLACES:
        raise TooManyPlacesForAGuest


def refuse_extension(extensions: int) -> None:
    """Refuse to keep places once more."""
    if extensions >= MOST_EXTENSIONS:
        raise NoMoreExtensions


def refuse_hold_minutes(minutes: int) -> None:
    """Refuse a hold time of less than a minute or more than two hours."""
    if not 1 <= minutes <= MOST_HOLD_MINUTES:
        raise HoldOutOfRange
