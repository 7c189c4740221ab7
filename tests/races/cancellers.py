"""People before the page of a cancellation, about to press its button, and staff who send money again."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.operations.auditing import Actor
from portal.operations.cancelling import cancel_tickets
from portal.operations.ticket_refunds import send_refund_again
from portal.operations.whole_refunds import send_whole_refund_again
from tests.cancellations import forecast_of, who_cancels
from tests.races.clerks import Clerk, press_or_act
from tests.races.shoppers import act
from tests.races.unguarded import without_locks_and_meet_after
from tests.studio import NOW, ABooking, AClass, APerson


@dataclass(frozen=True, slots=True)
class Cancelling:
    """Somebody who has been shown what cancelling brings."""

    business: BusinessFacts
    ticket_ids: tuple[UUID, ...]
    digest: str
    actor: Actor
    reason: str
    now: datetime


@dataclass(frozen=True, slots=True)
class SendingAgain:
    """A member of staff who looks at a refund that failed."""

    business: BusinessFacts
    ticket_id: UUID
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class SendingBack:
    """A member of staff who looks at money that came too late and did not arrive back."""

    booking: ABooking
    actor: Actor
    now: datetime


def about_to_cancel(
    booking: ABooking, *classes: AClass, by: APerson | None = None, now: datetime = NOW
) -> Cancelling:
    """Before the button, as whoever booked or as staff."""
    shown = forecast_of(booking, *classes, by=by, now=now)
    return Cancelling(
        business=booking.business,
        ticket_ids=tuple(outcome.ticket.id for outcome in shown.tickets),
        digest=shown.digest,
        actor=who_cancels(booking, by),
        reason="Asked for at the desk" if by else "",
        now=now,
    )


def cancel_or_act(who: object) -> str:
    """Whatever such a person does; the word for it."""
    match who:
        case Cancelling():
            with transaction():
                cancel_tickets(
                    who.business,
                    ticket_ids=who.ticket_ids,
                    digest=who.digest,
                    reason=who.reason,
                    actor=who.actor,
                    now=who.now,
                )
            return "cancelled"
        case SendingAgain():
            with transaction():
                send_refund_again(
                    who.business, ticket_id=who.ticket_id, reason="Again", actor=who.actor, now=who.now
                )
            return "sent again"
        case SendingBack():
            with transaction():
                send_whole_refund_again(
                    who.booking.business,
                    booking_id=who.booking.id,
                    reason="Again",
                    actor=who.actor,
                    now=who.now,
                )
            return "sent again"
        case Clerk():
            return press_or_act(who)
        case _:
            return act(who)


without_locks_on_tickets = partial(without_locks_and_meet_after, "cancelling.forecast")
"""No lock, and everybody decides what cancelling brings before anybody cancels."""
without_locks_on_passes_of_tickets = partial(
    without_locks_and_meet_after,
    "checkout.quoted_basket",
    "cancelling.forecast",
    "booked_lines._claims",
    last=["cancelled_tickets.earliest_counting_date"],
)
"""No lock, and both have decided before either writes; then who cancels reads when the pass starts before who
books has claimed it, and writes it after.
"""
without_locks_on_deactivations = partial(
    without_locks_and_meet_after, "cancelling.forecast", last=["deactivating.live_deactivation"]
)
"""No lock, and staff have seen the pass before its ticket is cancelled, and deactivate it after."""
without_locks_on_card_money = partial(
    without_locks_and_meet_after, "cancelling.forecast", "ticket_refunds.refundable"
)
"""No lock, and both have decided, and then seen what there is room for on the card, before either writes."""
without_locks_on_refunds = partial(without_locks_and_meet_after, "ticket_refunds.refundable")
"""No lock, and everybody sees what failed before anybody sends it again."""
without_locks_on_late_money = partial(without_locks_and_meet_after, "whole_refunds.owed_back")
"""No lock, and everybody sees what is owed back before anybody sends it."""
