"""Tickets are cancelled by customers and by staff: one, several, or all of a booking (C1–C5)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from portal.models.audit import ActorKind
from portal.models.bookings import Booking, BookingStatus
from portal.models.business import BusinessFacts
from portal.models.cancellation_facts import (
    BookingToCancel,
    booking_to_cancel,
    bookings_of,
    passes_to_cancel_on,
    payments_of_booking,
)
from portal.models.database import db
from portal.models.refundable import lock_payments
from portal.operations.auditing import Actor
from portal.operations.booking_lock import lock_booking_alone
from portal.operations.cancellation_letters import tell_of_cancellation
from portal.operations.cancelled_tickets import carry_out
from portal.operations.claims import lock_passes
from portal.operations.places import lock_classes
from portal.operations.preferences import preferences_of
from portal.operations.reasons import LONGEST_REASON, given_reason
from portal.operations.transfer_refusals import AlreadyMoved, BeingMoved
from portal.rules.cancelling import (
    NO_OVERRIDES,
    CancellationFacts,
    Canceller,
    Forecast,
    Overrides,
    TicketToCancel,
    forecast,
)
from portal.rules.sentences import Refusal


class NoSuchTicket(Refusal):
    """The booking has no such ticket, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__("There is no such ticket.")


class AlreadyCancelled(Refusal):
    """Somebody cancelled the ticket before; perhaps by the same button, pressed twice."""

    def __init__(self, ticket: TicketToCancel) -> None:
        super().__init__(
            "This ticket for {class_name} on {day} is cancelled already.",
            class_name=ticket.class_name,
            day=ticket.on_date,
        )


class ClassIsCancelled(Refusal):
    """The studio has cancelled the class: its tickets go with it, and more comes back than by this (C6)."""

    def __init__(self, ticket: TicketToCancel) -> None:
        super().__init__(
            "The studio has cancelled {class_name} on {day}. The ticket is cancelled with it any moment, and"
            " everything comes back.",
            class_name=ticket.class_name,
            day=ticket.on_date,
        )


class CheckedIn(Refusal):
    """Whoever has the ticket came: it has been used."""

    def __init__(self, ticket: TicketToCancel) -> None:
        super().__init__(
            "This ticket for {class_name} on {day} is checked in, so it stays as it is. The studio can take"
            " the check-in back.",
            class_name=ticket.class_name,
            day=ticket.on_date,
        )


class StillBeingPaid(Refusal):
    """The booking waits for its payment: what it claims is changed in the basket (R7)."""

    def __init__(self) -> None:
        super().__init__("This booking is still being paid. Choose Change basket to take something out.")


class ClassHasBegun(Refusal):
    """A client cancels until the class starts; after that staff may, for them."""

    def __init__(self, ticket: TicketToCancel) -> None:
        super().__init__(
            "{class_name} on {day} has begun, so it cannot be cancelled any more.",
            class_name=ticket.class_name,
            day=ticket.on_date,
        )


class CancellingNotOffered(Refusal):
    """The studio does not let customers cancel by themselves (C2)."""

    def __init__(self, business: BusinessFacts) -> None:
        super().__init__("Please ask {studio} to cancel: it cannot be done here.", studio=business.name)


class ForecastChanged(Refusal):
    """What the page said is no longer what would happen: nothing was cancelled (as R6)."""

    def __init__(self, now_it_is: Forecast) -> None:
        super().__init__(
            "What this cancellation brings has changed since you opened the page, so nothing was cancelled."
            " Please look at it again."
        )
        self.forecast = now_it_is


def canceller_of(actor: Actor) -> Canceller:
    """Whether a client cancels, or staff for them."""
    is_client = actor.kind in {ActorKind.CUSTOMER, ActorKind.GUEST}
    return Canceller.CLIENT if is_client else Canceller.STAFF


def tickets_left(business_id: UUID, booking_id: UUID, *, by: Canceller, now: datetime) -> tuple[UUID, ...]:
    """The tickets of a booking that "Cancel booking" is about: not cancelled, nor their class, and for a
    client not begun.
    """
    still_open = booking_to_cancel(business_id, booking_id).open
    return tuple(ticket.id for ticket in still_open if by is Canceller.STAFF or ticket.starts_at > now)


def cancellation_forecast(
    business: BusinessFacts,
    *,
    ticket_ids: Collection[UUID],
    by: Canceller,
    overrides: Overrides = NO_OVERRIDES,
    now: datetime,
) -> Forecast:
    """What cancelling tickets of one booking would do, for the page to say first (C4). Changes nothing.

    Raises NoSuchTicket, StillBeingPaid, AlreadyCancelled, ClassIsCancelled, AlreadyMoved, BeingMoved,
    CheckedIn, and for clients ClassHasBegun and CancellingNotOffered. Who may see the booking is for the door
    to ask.
    """
    booking_ids = bookings_of(business.id, ticket_ids)
    if len(booking_ids) != 1:
        raise NoSuchTicket
    booking = booking_to_cancel(business.id, booking_ids[0])
    return _forecast(business, booking, ticket_ids, by, overrides, now)


def cancel_tickets(
    business: BusinessFacts,
    *,
    ticket_ids: Collection[UUID],
    digest: str,
    reason: str = "",
    overrides: Overrides = NO_OVERRIDES,
    actor: Actor,
    now: datetime,
) -> Forecast:
    """Cancel tickets of one booking, as the forecast with this digest said; all of them or none (C1–C5).

    Everything is decided again under the locks of booking, classes, passes and payments. The places are
    free at once; uses and money go back as forecast, the card's by the worker (M3); a letter tells the
    client. A pass is never cancelled by this (C1). Staff give a reason. Raises what the forecast raises, and
    ForecastChanged, ReasonNeeded, ReasonTooLong; NoSuchTicket too for a ticket that is not the actor's.
    """
    by = canceller_of(actor)
    reason = given_reason(reason) if by is Canceller.STAFF else reason.strip()[:LONGEST_REASON]
    booking, now_it_is = _decide_under_locks(business, ticket_ids, by, overrides, actor, now)
    if now_it_is.digest != digest:
        raise ForecastChanged(now_it_is)
    carry_out(booking, now_it_is, reason=reason, actor=actor, now=now)
    tell_of_cancellation(booking, now_it_is, now=now)
    db.session.flush()
    return now_it_is


def _forecast(
    business: BusinessFacts,
    booking: BookingToCancel,
    ticket_ids: Collection[UUID],
    by: Canceller,
    overrides: Overrides,
    now: datetime,
) -> Forecast:
    preferences = preferences_of(business.id)
    tickets = _chosen(booking, ticket_ids)
    if by is Canceller.CLIENT:
        _refuse_client(business, tickets, overrides, may_cancel=preferences.customers_may_cancel, now=now)
    return forecast(
        CancellationFacts(
            now=now,
            today=business.day_of(now),
            currency=booking.currency,
            by=by,
            preferences=preferences,
            overrides=overrides,
            tickets=tickets,
            passes=passes_to_cancel_on(business.id, {it.pass_id for it in tickets if it.pass_id is not None}),
            left=booking.left,
            has_account=booking.customer_id is not None,
        )
    )


def _chosen(booking: BookingToCancel, ticket_ids: Collection[UUID]) -> tuple[TicketToCancel, ...]:
    """The tickets to cancel, in the order of their classes; raises where one of them cannot be."""
    if not booking.moved.isdisjoint(ticket_ids):
        raise AlreadyMoved
    chosen = [ticket for ticket in booking.tickets if ticket.to_cancel.id in ticket_ids]
    if len(chosen) != len(set(ticket_ids)) or booking.status is BookingStatus.RELEASED:
        raise NoSuchTicket
    if booking.status is BookingStatus.PENDING:
        raise StillBeingPaid
    for ticket in chosen:
        if ticket.cancelled_at is not None:
            raise AlreadyCancelled(ticket.to_cancel)
        if ticket.class_cancelled:
            raise ClassIsCancelled(ticket.to_cancel)
        if ticket.is_moving:
            raise BeingMoved
        if ticket.checked_in:
            raise CheckedIn(ticket.to_cancel)
    return tuple(ticket.to_cancel for ticket in chosen)


def _refuse_client(
    business: BusinessFacts,
    tickets: Sequence[TicketToCancel],
    overrides: Overrides,
    *,
    may_cancel: bool,
    now: datetime,
) -> None:
    if overrides != NO_OVERRIDES:
        raise ValueError("Only staff decide otherwise than the studio's preferences.")
    if not may_cancel:
        raise CancellingNotOffered(business)
    for ticket in tickets:
        if ticket.starts_at <= now:
            raise ClassHasBegun(ticket)


def _decide_under_locks(
    business: BusinessFacts,
    ticket_ids: Collection[UUID],
    by: Canceller,
    overrides: Overrides,
    actor: Actor,
    now: datetime,
) -> tuple[Booking, Forecast]:
    """Lock booking, classes, passes and payments in that order, and reckon once more."""
    booking_ids = bookings_of(business.id, ticket_ids)
    if len(booking_ids) != 1:
        raise NoSuchTicket
    booking = lock_booking_alone(business.id, booking_ids[0])
    if by is Canceller.CLIENT and booking.customer_id != actor.id:
        raise NoSuchTicket
    chosen = _chosen(booking_to_cancel(business.id, booking.id), ticket_ids)
    lock_classes(business.id, {ticket.class_session_id for ticket in chosen})
    lock_passes(business.id, {ticket.pass_id for ticket in chosen if ticket.pass_id is not None})
    lock_payments(business.id, payments_of_booking(business.id, booking.id))
    as_it_is = booking_to_cancel(business.id, booking.id)
    return booking, _forecast(business, as_it_is, ticket_ids, by, overrides, now)
