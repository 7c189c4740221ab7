"""People before the page of a cancellation, about to press its button, and staff who send money again."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import sleep
from typing import Any
from unittest.mock import patch
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.operations import cancelled_tickets, cancelling, ticket_refunds
from portal.operations.auditing import Actor
from portal.operations.cancelling import cancel_tickets
from portal.operations.ticket_refunds import send_refund_again
from tests.cancellations import forecast_of, who_cancels
from tests.races.clerks import Clerk, press_or_act
from tests.races.shoppers import act
from tests.races.unguarded import LONG_ENOUGH_TO_MEET, without_locks
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
        case Clerk():
            return press_or_act(who)
        case _:
            return act(who)


@contextmanager
def without_locks_on_tickets() -> Iterator[None]:
    """No lock, and others have time to decide between what is read of a booking and what is done about it."""
    with without_locks(), ExitStack() as changes:
        for module, name in (
            (cancelling, "booking_to_cancel"),
            (cancelled_tickets, "earliest_counting_date"),
            (ticket_refunds, "ticket_refund_of"),
            (ticket_refunds, "refundable"),
        ):
            changes.enter_context(patch.object(module, name, _slowly(getattr(module, name))))
        yield


def _slowly(read: Any) -> Any:
    def read_and_wait(*args: object, **keywords: object) -> object:
        found = read(*args, **keywords)
        sleep(LONG_ENOUGH_TO_MEET)
        return found

    return read_and_wait
