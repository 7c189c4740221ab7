"""The tickets of a booking on its page: cancelled or not, and until when each may be cancelled (C2, C4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.models.booking_letters import ToldTicket
from portal.models.booking_pages import FoundBooking
from portal.models.cancellation_pages import CancelledTicket
from portal.rules.cancelling import Canceller
from portal.rules.preferences import Preferences
from portal.rules.sentences import Sentence
from portal.web.cancellation_words import told_of_cancelled
from portal.web.visitor import business


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """What stands under a ticket: what became of it, or until when it may be cancelled, and where.

    ``refund`` is where staff send money once more that the bank did not take.
    """

    is_cancelled: bool
    told: tuple[Sentence, ...]
    cancellation: str | None
    refund: str | None = None


def shown_tickets(
    booking: FoundBooking,
    tickets: Iterable[ToldTicket],
    cancelled: Mapping[UUID, CancelledTicket],
    preferences: Preferences,
    *,
    now: datetime,
) -> dict[UUID, ShownTicket]:
    """By the ids of the tickets, as the client reads it."""
    return {
        ticket.id: _cancelled(cancelled[ticket.id], ticket)
        if ticket.id in cancelled
        else _live(booking, ticket, preferences, now)
        for ticket in tickets
    }


def _cancelled(cancelled: CancelledTicket, ticket: ToldTicket) -> ShownTicket:
    return ShownTicket(
        is_cancelled=True,
        told=told_of_cancelled(cancelled, ticket, reader=Canceller.CLIENT),
        cancellation=None,
    )


def _live(booking: FoundBooking, ticket: ToldTicket, preferences: Preferences, now: datetime) -> ShownTicket:
    if ticket.starts_at <= now or not booking.is_confirmed:
        return ShownTicket(is_cancelled=False, told=(), cancellation=None)
    if not preferences.customers_may_cancel:
        ask = Sentence("To cancel, write to {contact}.", {"contact": business().contact_email})
        return ShownTicket(is_cancelled=False, told=(ask,), cancellation=None)
    return ShownTicket(
        is_cancelled=False,
        told=(_until(ticket, preferences, now),),
        cancellation=booking.part(f"/tickets/{ticket.id}/cancellation"),
    )


def _until(ticket: ToldTicket, preferences: Preferences, now: datetime) -> Sentence:
    until = preferences.cancel_until(ticket.starts_at)
    if now > until:
        return Sentence("The time to cancel is over. You can still give up the place until the class starts.")
    return Sentence(
        "You can cancel until {day:weekday}, {at}.", {"day": business().day_of(until), "at": until}
    )
