"""People before the page of a transfer, about to press its button."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.operations.auditing import Actor
from portal.operations.transferring import MovedBy, Wish, move_ticket
from tests.cancellations import who_cancels
from tests.races.cancellers import cancel_or_act
from tests.races.unguarded import without_guard_of_places, without_locks_and_meet_after
from tests.studio import NOW, ABooking, AClass, APerson
from tests.transfers import move_told, wish_for


@dataclass(frozen=True, slots=True)
class Moving:
    """Somebody who has been shown what moving a ticket brings."""

    business: BusinessFacts
    wish: Wish
    digest: str
    actor: Actor
    reason: str
    now: datetime


def about_to_move(
    booking: ABooking, left: AClass, to: AClass, *, by: APerson | None = None, now: datetime = NOW
) -> Moving:
    """Before the button, as whoever booked or as staff."""
    shown = move_told(booking, left, to, by=by, now=now)
    return Moving(
        business=booking.business,
        wish=wish_for(booking, left, to),
        digest=shown.digest,
        actor=who_cancels(booking, by),
        reason="Asked for at the desk" if by else "",
        now=now,
    )


def move_or_act(who: object) -> str:
    """Whatever such a person does; the word for it."""
    if not isinstance(who, Moving):
        return cancel_or_act(who)
    with transaction():
        move_ticket(
            who.business,
            who.wish,
            digest=who.digest,
            who=MovedBy(who.actor, who.reason),
            now=who.now,
        )
    return "moved"


without_locks_on_moves = partial(
    without_locks_and_meet_after, "transferring._forecast", "cancelling._decide_under_locks"
)
"""Everybody has decided before anybody does anything about it."""

without_guard_of_moved_places = partial(without_guard_of_places, "transferred_tickets")
"""No lock, and the place in the other class is read, and then written."""
