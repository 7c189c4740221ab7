"""What tests cancel with: the page that says first what will happen, and its button.

booking = a_booking(ada, yoga, clay)
with_preferences(studio, returns_use=False)
cancelled(booking, yoga)              # by whoever booked
cancelled(booking, by=olive)          # all that is left of it, by a member of staff
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.models.audit import ActorKind
from portal.models.bookings import Booking, Ticket
from portal.models.business import BusinessFacts
from portal.models.database import db, end_reading, transaction
from portal.operations.auditing import SYSTEM, Actor, customer_or_guest
from portal.operations.cancelling import cancel_tickets, cancellation_forecast, canceller_of, tickets_left
from portal.operations.preferences import change_preferences, preferences_of
from portal.rules.cancelling import NO_OVERRIDES, Forecast, Overrides
from portal.rules.preferences import Preferences
from tests.studio import NOW, ABooking, AClass, APerson

BY_STAFF = "Asked for on the telephone"


def with_preferences(business: BusinessFacts, *, now: datetime = NOW, **changes: Any) -> Preferences:
    """Settings › Booking preferences › Save, with these answers and the others as they were."""
    wanted = replace(preferences_of(business.id), **changes)
    end_reading()
    with transaction():
        return change_preferences(business, wanted=wanted, actor=SYSTEM, now=now)


def forecast_of(
    booking: ABooking,
    *classes: AClass,
    by: APerson | None = None,
    overrides: Overrides = NO_OVERRIDES,
    now: datetime = NOW,
) -> Forecast:
    """What the page says before anyone confirms."""
    actor = who_cancels(booking, by)
    found = cancellation_forecast(
        booking.business,
        ticket_ids=tickets_for(booking, *classes, actor=actor, now=now),
        by=canceller_of(actor),
        overrides=overrides,
        now=now,
    )
    end_reading()
    return found


def cancelled(
    booking: ABooking,
    *classes: AClass,
    by: APerson | None = None,
    overrides: Overrides = NO_OVERRIDES,
    now: datetime = NOW,
) -> Forecast:
    """Cancel the booking's tickets for these classes, or all that are left, as whoever booked or as staff."""
    shown = forecast_of(booking, *classes, by=by, overrides=overrides, now=now)
    with transaction():
        return cancel_tickets(
            booking.business,
            ticket_ids=[outcome.ticket.id for outcome in shown.tickets],
            digest=shown.digest,
            reason=BY_STAFF if by else "",
            overrides=overrides,
            actor=who_cancels(booking, by),
            now=now,
        )


def tickets_for(booking: ABooking, *classes: AClass, actor: Actor, now: datetime) -> tuple[UUID, ...]:
    """The booking's tickets for these classes, cancelled or not; without any, those that are left."""
    if not classes:
        return tickets_left(booking.business.id, booking.id, by=canceller_of(actor), now=now)
    found = db.session.scalars(
        select(Ticket.id)
        .where(Ticket.booking_id == booking.id, Ticket.class_session_id.in_([it.id for it in classes]))
        .order_by(Ticket.id)
    ).all()
    end_reading()
    return tuple(found)


def who_cancels(booking: ABooking, by: APerson | None = None) -> Actor:
    """A member of staff, or whoever booked."""
    if by is not None:
        return Actor(ActorKind.STAFF, by.id)
    customer_id = db.session.scalar(select(Booking.customer_id).where(Booking.id == booking.id))
    end_reading()
    return customer_or_guest(customer_id)
