"""What tests move tickets with: the page that says first what will happen, and its button.

booking = a_booking(ada, yoga)
moved(booking, yoga, clay)               # by whoever booked
moved(booking, yoga, clay, by=olive)     # by a member of staff
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.gateways.stripe_objects import CheckoutSession
from portal.gateways.stripe_requests import Purpose
from portal.models.bookings import Ticket
from portal.models.business import BusinessFacts
from portal.models.database import db, end_reading, transaction
from portal.models.transfer_facts import stands
from portal.operations.account_checkouts import checkout_by_id
from portal.operations.cancelling import canceller_of
from portal.operations.settling_transfers import TransferOutcome, settle_transfer
from portal.operations.transferred_tickets import Moved
from portal.operations.transferring import MovedBy, Wish, move_ticket, transfer_forecast
from portal.rules.transferring import NOTHING_DECIDED, Decided, TransferForecast
from tests.cancellations import who_cancels
from tests.studio import NOW, ABooking, AClass, APerson
from tests.till import RETURN_TO

BY_STAFF = "Asked for at the desk"


def ticket_for(booking: ABooking, of: AClass) -> UUID:
    """The booking's ticket for a class, where it stands now."""
    found = db.session.scalars(
        select(Ticket.id)
        .where(Ticket.booking_id == booking.id, Ticket.class_session_id == of.id, stands(Ticket))
        .order_by(Ticket.id)
    ).first()
    end_reading()
    assert found is not None, "no such ticket"
    return found


def wish_for(booking: ABooking, left: AClass, to: AClass, ticket_type_id: UUID | None = None) -> Wish:
    """Ticket from one class to another, of its first kind unless told."""
    return Wish(ticket_for(booking, left), to.id, ticket_type_id or to.ticket_type_id)


def move_told(
    booking: ABooking,
    left: AClass,
    to: AClass,
    *,
    by: APerson | None = None,
    decided: Decided = NOTHING_DECIDED,
    now: datetime = NOW,
) -> TransferForecast:
    """What the page says before anyone confirms."""
    found = transfer_forecast(
        booking.business,
        wish_for(booking, left, to),
        by=canceller_of(who_cancels(booking, by)),
        decided=decided,
        now=now,
    )
    end_reading()
    return found


def moved(
    booking: ABooking,
    left: AClass,
    to: AClass,
    *,
    by: APerson | None = None,
    decided: Decided = NOTHING_DECIDED,
    now: datetime = NOW,
) -> Moved:
    """Move the booking's ticket from one class to another, as whoever booked or as staff."""
    shown = move_told(booking, left, to, by=by, decided=decided, now=now)
    wish, actor = wish_for(booking, left, to), who_cancels(booking, by)
    with transaction():
        return move_ticket(
            booking.business,
            wish,
            digest=shown.digest,
            decided=decided,
            who=MovedBy(actor, BY_STAFF if by else "", RETURN_TO),
            now=now,
        )


def move_is_paid(
    business: BusinessFacts, claimed: Moved, *, paid: bool = True, now: datetime = NOW
) -> TransferOutcome:
    """What the webhook brings: the difference of a move was paid, or its time ran out."""
    assert claimed.checkout_id is not None, "nothing to pay"
    checkout = checkout_by_id(business.id, claimed.checkout_id)
    end_reading()
    assert checkout is not None
    session = CheckoutSession(
        id=f"cs_{checkout.id.hex}",
        url=None,
        status="complete" if paid else "expired",
        paid=paid,
        amount=checkout.amount,
        currency=checkout.currency,
        payment_intent=f"pi_{checkout.id.hex}" if paid else None,
        attempt_id=checkout.id,
        business_id=business.id,
        purpose=Purpose.TRANSFER.value,
    )
    with transaction():
        return settle_transfer(checkout, session, stripe_account=checkout.stripe_account, now=now).outcome
