"""How a studio wants cancellations, transfers and refunds (C2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

MOST_HOURS = 720
"""The longest cut-off, in hours before a class: thirty days."""
SHORTEST_OFFER, LONGEST_OFFER = 15, 2880
"""For how long a free place may be on offer to the next in line, in minutes: up to two days."""


class RefundTo(Enum):
    """Where money goes when a ticket is cancelled in time."""

    NONE = "none"
    CARD = "card"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Preferences:
    """A studio's answers; one that has given none goes by these.

    ``cancel_hours`` and ``transfer_hours`` are the cut-offs, in hours before the class starts;
    ``offer_minutes`` is how long a free place is on offer to the next in line of a waiting list.
    """

    returns_use: bool = True
    customers_may_cancel: bool = True
    cancel_hours: int = 12
    refund_to: RefundTo = RefundTo.CARD
    customers_may_transfer: bool = True
    transfer_hours: int = 12
    offer_minutes: int = 120

    def cancel_until(self, starts_at: datetime) -> datetime:
        """The last moment at which a cancellation of a class that starts then is in time."""
        return starts_at - timedelta(hours=self.cancel_hours)

    def transfer_until(self, starts_at: datetime) -> datetime:
        """The last moment at which a customer may move a ticket of a class that starts then."""
        return starts_at - timedelta(hours=self.transfer_hours)

    def offer_until(self, now: datetime, closes_at: datetime) -> datetime:
        """Until when a place is on offer of a class whose booking closes then: never longer than that."""
        return min(now + timedelta(minutes=self.offer_minutes), closes_at)
