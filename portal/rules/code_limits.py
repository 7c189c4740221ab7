"""What a studio may ask of a discount code, and what a code of a batch is spelt with (D3)."""

from datetime import date
from enum import Enum

from portal.rules.facts import DiscountKind, Reduces
from portal.rules.money import MOST_MONEY
from portal.rules.sentences import Count, Money, Refusal

LONGEST_CODE = 40
LONGEST_PREFIX = 20
MOST_BOOKINGS = 1_000_000
MOST_IN_BATCH = 500

BATCH_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is misread on paper or on the telephone."""

BATCH_SUFFIX = (4, 4)
"""Letters in each part of what nobody is to guess: 31⁸ possibilities, so that of a batch of 500 somebody who
tries a code a second finds one in half a century.
"""


class CodeState(Enum):
    """How a code stands at a moment; the first that is true, in this order."""

    OFF = "off"  # staff switched it off
    ENDED = "ended"
    USED_UP = "used-up"
    NOT_BEGUN = "not-begun"
    RUNNING = "running"


class CodeSpeltWrong(Refusal):
    """What was typed is no code that people could type again."""

    def __init__(self) -> None:
        super().__init__(
            "Use 1 to {most} letters, figures, hyphens and underscores, without spaces.", most=LONGEST_CODE
        )


class PrefixSpeltWrong(Refusal):
    """What was typed could not begin a code."""

    def __init__(self) -> None:
        super().__init__(
            "Use 1 to {most} letters, figures, hyphens and underscores, without spaces.", most=LONGEST_PREFIX
        )


class DiscountOutOfRange(Refusal):
    """More than everything off, or nothing at all."""

    def __init__(self, kind: DiscountKind, currency: str) -> None:
        if kind is DiscountKind.PERCENT:
            super().__init__("Give a whole percentage from 1 to 100.")
        else:
            super().__init__("Give an amount above zero, {most} at most.", most=Money(MOST_MONEY, currency))


class LeastSpendOutOfRange(Refusal):
    """A least spend of nothing is none."""

    def __init__(self, currency: str) -> None:
        super().__init__(
            "Give an amount above zero, {most} at most, or leave it empty.", most=Money(MOST_MONEY, currency)
        )


class BookingsOutOfRange(Refusal):
    """How many bookings a code is for: a number that somebody can mean."""

    def __init__(self) -> None:
        super().__init__("Give a number from 1 to {most}, or leave it empty.", most=MOST_BOOKINGS)


class PerPersonOutOfRange(BookingsOutOfRange):
    """The same for each customer."""


class BatchSizeOutOfRange(Refusal):
    """How many codes are made in one go."""

    def __init__(self) -> None:
        super().__init__("Give a number from 1 to {most}.", most=MOST_IN_BATCH)


class ClassDatesTurnedRound(Refusal):
    """The last class date lies before the first."""

    def __init__(self) -> None:
        super().__init__("The last class date is before the first.")


class DaysTurnedRound(Refusal):
    """The code's last day lies before its first."""

    def __init__(self) -> None:
        super().__init__("The last day is before the first.")


class NoTicketsToLimit(Refusal):
    """Limits to classes, tickets and class dates are about tickets, and it is for passes alone (D3)."""

    def __init__(self) -> None:
        super().__init__(
            "A code for passes alone has no classes or class dates to be limited to. Take those limits away,"
            " or let it lower tickets too."
        )


class LimitBelowUse(Refusal):
    """A limit that more bookings have passed already; those that are being paid are among them."""

    def __init__(self, bookings: int) -> None:
        used = Count(bookings, "booking has", "bookings have")
        super().__init__("{used} used it already, so the limit cannot be lower.", used=used)


def is_spelt_right(text: str, longest: int) -> bool:
    """Whether it is made of what people can type again, in any alphabet."""
    return 0 < len(text.upper()) <= longest and all(it.isalnum() or it in "-_" for it in text)


def refuse_discount(kind: DiscountKind, value: int, currency: str) -> None:
    """Raise DiscountOutOfRange for a percentage above 100 or an amount that nobody can mean."""
    if not 1 <= value <= (100 if kind is DiscountKind.PERCENT else MOST_MONEY):
        raise DiscountOutOfRange(kind, currency)


def refuse_limits(
    *, bookings: int | None, per_person: int | None, least_spend: int | None, currency: str
) -> None:
    """Raise BookingsOutOfRange, PerPersonOutOfRange or LeastSpendOutOfRange; None is no limit."""
    if bookings is not None and not 1 <= bookings <= MOST_BOOKINGS:
        raise BookingsOutOfRange
    if per_person is not None and not 1 <= per_person <= MOST_BOOKINGS:
        raise PerPersonOutOfRange
    if least_spend is not None and not 1 <= least_spend <= MOST_MONEY:
        raise LeastSpendOutOfRange(currency)


def refuse_class_limits(
    reduces: Reduces, *, class_from: date | None, class_to: date | None, covers_some: bool
) -> None:
    """Raise NoTicketsToLimit or ClassDatesTurnedRound."""
    if reduces is Reduces.PASSES and (class_from or class_to or covers_some):
        raise NoTicketsToLimit
    if class_from is not None and class_to is not None and class_to < class_from:
        raise ClassDatesTurnedRound
