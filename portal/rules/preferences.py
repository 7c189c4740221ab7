"""How a studio wants cancellations, transfers and refunds (C2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

MOST_HOURS = 720
"""The longest cut-off, in hours before a class: thirty days."""


class RefundTo(Enum):
    """Where money goes when a ticket is cancelled in time."""

    NONE = "none"
    CARD = "card"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Preferences:
    """A studio's answers; one that has given none goes by these.

    ``cancel_hours`` and ``transfer_hours`` are the cut-offs, in hours before the class starts.
    """

    returns_use: bool = True
    customers_may_cancel: bool = True
    cancel_hours: int = 12
    refund_to: RefundTo = RefundTo.CARD
    customers_may_transfer: bool = True
    transfer_hours: int = 12

    def cancel_until(self, starts_at: datetime) -> datetime:
        """The last moment at which a cancellation of a class that starts then is in time."""
        return starts_at - timedelta(hours=self.cancel_hours)
