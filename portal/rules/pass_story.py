"""What cancelling a ticket did to the start of its pass, told afterwards by what was booked when (P4, C3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PastTicket:
    """A ticket that a pass paid for: its class, when it was booked, and when it was cancelled, if it was."""

    id: UUID
    on_date: date
    starts_at: datetime
    booked_at: datetime
    cancelled_at: datetime | None = None

    def counted_after(self, moment: datetime) -> bool:
        """Whether it counted once everything of a moment was done; one cancelled after its class began goes
        on counting (C3).
        """
        return self.booked_at <= moment and (self._lost_at is None or self._lost_at > moment)

    def counted_before(self, moment: datetime) -> bool:
        """Whether it counted until then."""
        return self.booked_at <= moment and (self._lost_at is None or self._lost_at >= moment)

    @property
    def _lost_at(self) -> datetime | None:
        begun = self.cancelled_at is not None and self.cancelled_at >= self.starts_at
        return None if begun else self.cancelled_at


@dataclass(frozen=True, slots=True)
class StartMoved:
    """A cancellation that took away a pass's first class: its start moved on, or there is none any more."""

    before: date
    after: date | None


def start_moved_by(cancelled: PastTicket, tickets: Iterable[PastTicket]) -> StartMoved | None:
    """What cancelling a ticket did to the start of the pass that had paid for ``tickets``, all that it ever
    paid for; None where the start stayed (C3).
    """
    moment = cancelled.cancelled_at
    if moment is None or not cancelled.counted_before(moment) or cancelled.counted_after(moment):
        return None
    known = list(tickets)
    before = min(ticket.on_date for ticket in (*known, cancelled) if ticket.counted_before(moment))
    after = min((ticket.on_date for ticket in known if ticket.counted_after(moment)), default=None)
    return None if cancelled.on_date > before or after == before else StartMoved(before, after)
