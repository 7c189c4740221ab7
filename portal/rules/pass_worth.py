"""What a pass was worth so far: what was paid for it, and how much of that was used (S9)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PassWorth:
    """Amounts in minor units. ``price`` is what the pass costs as it was sold, ``paid`` what came for it so
    far, ``refunded`` what went back, ``used`` what was had for it.
    """

    price: int
    paid: int
    refunded: int
    used: int

    @property
    def left(self) -> int:
        """What can still be refunded."""
        return max(self.paid - self.refunded, 0)

    @property
    def unused(self) -> int:
        """What is left once the value already used is kept: an offer, which staff may change."""
        return max(self.left - self.used, 0)


def value_of_uses(price: int, uses: int, booked: int) -> int:
    """What ``booked`` of a pass's ``uses`` are worth: each its share of the price, rounded half up."""
    if uses <= 0:
        return 0
    return min((2 * price * booked + uses) // (2 * uses), price)


def value_of_days(price: int, first_day: date | None, last_day: date | None, today: date) -> int:
    """What the days gone of an unlimited pass are worth, this day included; nothing before it starts."""
    if first_day is None or last_day is None or today < first_day:
        return 0
    days = (last_day - first_day).days + 1
    gone = min((today - first_day).days + 1, days)
    return (2 * price * gone + days) // (2 * days)
