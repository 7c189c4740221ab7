"""The tickets of a booking on its page: cancelled, moved, or until when each may be (C2, C4, C7)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.models.booking_letters import ToldBooking, ToldTicket
from portal.models.booking_pages import FoundBooking
from portal.models.cancellation_pages import CancelledTicket, cancelled_tickets
from portal.models.transfer_pages import ShownMove, moves_shown
from portal.rules.cancelling import Canceller
from portal.rules.preferences import Preferences
from portal.rules.sentences import Sentence
from portal.web.cancellation_words import told_of_cancelled
from portal.web.moved_words import told_of_moved, told_of_moving, told_of_new
from portal.web.visitor import business


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """What stands under a ticket: what became of it, or until when it may be cancelled and moved, and where.

    ``refund`` is where staff send money once more that the bank did not take; ``moving`` the address below
    which a client continues the payment of a move, or gives it up. ``door`` is the page to show at the door.
    """

    is_cancelled: bool
    told: tuple[Sentence, ...]
    cancellation: str | None
    refund: str | None = None
    is_moved: bool = False
    transfer: str | None = None
    moving: str | None = None
    door: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether nobody comes with it any more."""
        return self.is_cancelled or self.is_moved


@dataclass(frozen=True, slots=True)
class Past:
    """What became of a booking's tickets: which were cancelled, and how they were moved."""

    cancelled: Mapping[UUID, CancelledTicket]
    moves: Sequence[ShownMove]

    def moved(self, ticket_id: UUID) -> ShownMove | None:
        """How a ticket was moved away, or is being moved."""
        return next((move for move in self.moves if move.from_ticket_id == ticket_id), None)

    def came(self, ticket_id: UUID) -> ShownMove | None:
        """How a ticket came here."""
        return next((move for move in self.moves if move.to_ticket_id == ticket_id), None)

    @property
    def to_account(self) -> int:
        """What went to the client's account, in minor units."""
        return sum(ticket.money.to_account for ticket in self.cancelled.values()) + sum(
            move.refunded_to_account for move in self.moves
        )

    def is_over(self, ticket_id: UUID) -> bool:
        """Whether nobody comes with a ticket any more."""
        move = self.moved(ticket_id)
        return ticket_id in self.cancelled or (move is not None and not move.is_pending)


def past_of(booking: FoundBooking, contents: ToldBooking) -> Past:
    """Three statements at most, and one where nothing was cancelled or moved."""
    moves = moves_shown(business().id, booking.id) if contents.has_moves else ()
    return Past(cancelled_tickets(business().id, booking.id), tuple(moves))


def shown_tickets(
    booking: FoundBooking,
    tickets: Iterable[ToldTicket],
    past: Past,
    preferences: Preferences,
    *,
    now: datetime,
) -> dict[UUID, ShownTicket]:
    """By the ids of the tickets, as the client reads it."""
    return {
        ticket.id: over_ticket(ticket, past, reader=Canceller.CLIENT)
        or _live(booking, ticket, past, preferences, now)
        for ticket in tickets
    }


def over_ticket(ticket: ToldTicket, past: Past, *, reader: Canceller) -> ShownTicket | None:
    """What became of a ticket that was cancelled or moved away; None for one that stands."""
    came = past.came(ticket.id)
    before = told_of_new(came, reader=reader) if came else ()
    if ticket.id in past.cancelled:
        told = told_of_cancelled(past.cancelled[ticket.id], ticket, reader=reader)
        return ShownTicket(is_cancelled=True, told=(*before, *told), cancellation=None)
    move = past.moved(ticket.id)
    if move is None or move.is_pending:
        return None
    told = told_of_moved(move, reader=reader)
    return ShownTicket(is_cancelled=False, told=(*before, *told), cancellation=None, is_moved=True)


def told_of_standing(ticket: ToldTicket, past: Past, *, reader: Canceller) -> tuple[Sentence, ...]:
    """How a ticket that stands came here, and where it is being moved to."""
    came, going = past.came(ticket.id), past.moved(ticket.id)
    return (
        *(told_of_new(came, reader=reader) if came else ()),
        *(told_of_moving(going, reader=reader) if going else ()),
    )


def _live(
    booking: FoundBooking, ticket: ToldTicket, past: Past, preferences: Preferences, now: datetime
) -> ShownTicket:
    told = told_of_standing(ticket, past, reader=Canceller.CLIENT)
    if not booking.is_confirmed or ticket.ends_at <= now:
        return ShownTicket(is_cancelled=False, told=told, cancellation=None)
    door = booking.part(f"/tickets/{ticket.id}")
    if ticket.starts_at <= now:
        return ShownTicket(is_cancelled=False, told=told, cancellation=None, door=door)
    if ticket.class_cancelled and past.moved(ticket.id) is None:
        gone = "The studio has cancelled this class. Your ticket is cancelled with it any moment."
        told = (*told, Sentence(gone + " Everything comes back, and an e-mail says so."))
        return ShownTicket(is_cancelled=False, told=told, cancellation=None)
    if past.moved(ticket.id) is not None:
        moving = f"/tickets/{ticket.id}/transfer"
        return ShownTicket(is_cancelled=False, told=told, cancellation=None, moving=moving)
    may_move = preferences.customers_may_transfer and now <= preferences.transfer_until(ticket.starts_at)
    transfer = booking.part(f"/tickets/{ticket.id}/transfer") if may_move else None
    may_cancel = preferences.customers_may_cancel
    ask = Sentence("To cancel, write to {contact}.", {"contact": business().contact_email})
    return ShownTicket(
        is_cancelled=False,
        told=(*told, *(_until(ticket, preferences, now) if may_cancel else (ask,))),
        cancellation=booking.part(f"/tickets/{ticket.id}/cancellation") if may_cancel else None,
        transfer=transfer,
        door=door,
    )


def _until(ticket: ToldTicket, preferences: Preferences, now: datetime) -> Iterator[Sentence]:
    """Until when it can be cancelled, and moved where that is another moment."""
    cancel, move = (
        preferences.cancel_until(ticket.starts_at),
        preferences.transfer_until(ticket.starts_at),
    )
    if now > cancel:
        yield Sentence("The time to cancel is over. You can still give up the place until the class starts.")
    else:
        yield Sentence(
            "You can cancel until {day:weekday}, {at}.", {"day": business().day_of(cancel), "at": cancel}
        )
    if preferences.customers_may_transfer and now <= move != cancel:
        yield Sentence(
            "You can move it until {day:weekday}, {at}.", {"day": business().day_of(move), "at": move}
        )
