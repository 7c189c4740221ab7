"""What it brings when the studio cancels a class: for every booking at once, and for the passes (C6)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.rules.cancelling import Forecast, Overrides, TicketOutcome, UseOutcome
from portal.rules.preferences import RefundTo

MOST_DAYS = 366
"""The most days by which passes are made longer for one class."""


@dataclass(frozen=True, slots=True)
class ClassDecision:
    """What staff decided: the ``reason``, which customers read; the ``days`` by which passes that paid become
    longer; and where money goes, to the card or the account.
    """

    reason: str
    days: int
    refund_to: RefundTo


@dataclass(frozen=True, slots=True)
class BookingOutcome:
    """What one booking gets for its tickets; ``customer_id`` is None for a guest's."""

    booking_id: UUID
    reference: str
    name: str
    customer_id: UUID | None
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class AboutClass:
    """The class; ``next_on`` is the date of the next one of its series that is not cancelled."""

    name: str
    on_date: date
    starts_at: datetime
    next_on: date | None

    @property
    def days(self) -> int:
        """The extension that is offered: until the next one; none where there is none."""
        return 0 if self.next_on is None else min((self.next_on - self.on_date).days, MOST_DAYS)


@dataclass(frozen=True, slots=True)
class ClassForecast:
    """What cancelling a class will do, booking by booking; money in minor units of ``currency``."""

    currency: str
    of: AboutClass
    bookings: tuple[BookingOutcome, ...]

    @property
    def tickets(self) -> int:
        """How many tickets are cancelled."""
        return sum(1 for _ in self._outcomes())

    @property
    def uses_returned(self) -> int:
        """How many uses go back to passes that count them."""
        return sum(outcome.use_returned for outcome in self._outcomes())

    @property
    def passes(self) -> int:
        """How many passes paid for a place, and are made longer."""
        return len({outcome.ticket.pass_id for outcome in self._outcomes()} - {None})

    @property
    def unlimited(self) -> int:
        """How many tickets are paid by a pass that counts no uses."""
        return sum(outcome.use is UseOutcome.UNLIMITED for outcome in self._outcomes())

    @property
    def to_card(self) -> int:
        """What goes back to the cards that paid."""
        return sum(outcome.to_card for outcome in self._outcomes())

    @property
    def to_account(self) -> int:
        """What goes to clients' account balances."""
        return sum(outcome.to_account for outcome in self._outcomes())

    @property
    def kept(self) -> int:
        """What was paid and can go nowhere: a guest's, whose card takes nothing back any more."""
        return sum(outcome.kept for outcome in self._outcomes())

    @property
    def digest(self) -> str:
        """A SHA-256, in hex, over who gets what: another as soon as somebody comes, goes, or gets less."""
        told = sorted(_told(outcome) for outcome in self._outcomes())
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def _outcomes(self) -> Iterator[TicketOutcome]:
        for booking in self.bookings:
            yield from booking.forecast.tickets


def everything_back(refund_to: RefundTo) -> Overrides:
    """C6 whatever the studio's preferences are: the use returns, and the money goes to card or account."""
    if refund_to is RefundTo.NONE:
        raise ValueError("When the studio cancels a class, money goes back.")
    return Overrides(returns_use=True, refund_to=refund_to)


def _told(outcome: TicketOutcome) -> str:
    money = f"{outcome.to_card} {outcome.to_account} {outcome.kept}"
    return f"{outcome.ticket.id} {outcome.use.value} {money}"
