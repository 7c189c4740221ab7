"""What cancelling did to the start of a pass, told afterwards (P4, C3).

Ids are ordered by the time at which they were made, also among rows of one moment: so they say what came
before what.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PastTicket:
    """A ticket that a pass paid for: its class, and its cancellation, if any; ``with_class`` says that the
    studio cancelled the whole class, ``is_moved`` that it was the move to another class, which ended it like
    one (C7).
    """

    id: UUID
    booking_id: UUID
    on_date: date
    starts_at: datetime
    cancellation_id: UUID | None = None
    cancelled_at: datetime | None = None
    with_class: bool = False
    is_moved: bool = False

    @property
    def lost_by(self) -> UUID | None:
        """The cancellation that took it out of the count; one after its class began does not (C3), unless the
        studio cancelled the class (C6).
        """
        if self.with_class:
            return self.cancellation_id
        begun = self.cancelled_at is not None and self.cancelled_at >= self.starts_at
        return None if begun else self.cancellation_id


@dataclass(frozen=True, slots=True)
class StartMoved:
    """A cancellation that took away a pass's first class: its start moved on, or there is none any more."""

    before: date
    after: date | None


def start_moved_by(cancelled: PastTicket, tickets: Collection[PastTicket]) -> StartMoved | None:
    """What cancelling a ticket did to the start of the pass that paid for ``tickets``, all that it ever paid
    for, this one among them; None where the start stayed (C3).

    Tickets of one booking that were cancelled at one moment went in one act.
    """
    if cancelled.lost_by is None:
        return None
    act = [ticket.lost_by for ticket in tickets if _went_along(ticket, cancelled) and ticket.lost_by]
    began, ended = min(act), max(act)
    known = [ticket for ticket in tickets if ticket.id < began]
    before = min(ticket.on_date for ticket in known if ticket.lost_by is None or ticket.lost_by >= began)
    after = min(
        (ticket.on_date for ticket in known if ticket.lost_by is None or ticket.lost_by > ended), default=None
    )
    return None if cancelled.on_date > before or after == before else StartMoved(before, after)


def _went_along(ticket: PastTicket, cancelled: PastTicket) -> bool:
    act = (cancelled.booking_id, cancelled.cancelled_at, cancelled.is_moved)
    return (ticket.booking_id, ticket.cancelled_at, ticket.is_moved) == act
