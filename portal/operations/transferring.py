"""Tickets are moved to another class, by customers and by staff (C7)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from portal.gateways.smallest_charge import smallest_charge
from portal.models.bookings import Booking, BookingStatus
from portal.models.business import BusinessFacts
from portal.models.cancellation_facts import (
    BookingToCancel,
    TicketOfBooking,
    booking_to_cancel,
    bookings_of,
    payments_of_booking,
)
from portal.models.refundable import lock_payments
from portal.models.transfer_facts import pass_that_pays, prices_of
from portal.models.transfer_targets import series_of, target_of
from portal.operations.auditing import Actor
from portal.operations.booking_lock import lock_booking_alone
from portal.operations.cancelling import (
    AlreadyCancelled,
    CheckedIn,
    NoSuchTicket,
    StillBeingPaid,
    canceller_of,
)
from portal.operations.claims import lock_passes
from portal.operations.paying_for_moves import intend_to_take_difference
from portal.operations.places import NoPlaceLeft, lock_classes
from portal.operations.preferences import preferences_of
from portal.operations.reasons import given_reason
from portal.operations.transfer_refusals import (
    AlreadyMoved,
    BeganBeforeMoving,
    BeingMoved,
    ClassIsCancelled,
    MovingNotOffered,
    NotOpen,
    PassDoesNotPay,
    SameClass,
    TooLateToMove,
    TransferChanged,
)
from portal.operations.transferred_tickets import Moved, carry_out
from portal.rules.facts import OwnedPass, TicketLine
from portal.rules.line_money import MoneyLeft
from portal.rules.preferences import Preferences
from portal.rules.sentences import Refusal
from portal.rules.transferring import (
    NOTHING_DECIDED,
    OF_VALIDITY,
    Decided,
    Mover,
    TicketToMove,
    TransferFacts,
    TransferForecast,
    forecast,
    obstacle_of,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which ticket is to go where: to a class, as a kind of ticket for it."""

    ticket_id: UUID
    class_session_id: UUID
    ticket_type_id: UUID


@dataclass(frozen=True, slots=True)
class MovedBy:
    """Who moves a ticket; staff say why. ``return_to`` is the address of the shop that a client comes back to
    from Stripe's page.
    """

    actor: Actor
    reason: str = ""
    return_to: str = ""


@dataclass(frozen=True, slots=True)
class Movable:
    """A ticket that may be moved, with what every forecast about it is reckoned from."""

    business: BusinessFacts
    customer_id: UUID | None
    currency: str
    ticket: TicketToMove
    series_id: UUID
    owned: OwnedPass | None
    left: MoneyLeft
    by: Mover
    preferences: Preferences

    def obstacle(self, target: TicketLine, *, now: datetime) -> Refusal | None:
        """Why this class is none to move to; staff see past a pass's validity (C7), and past the
        booking window.
        """
        if target.class_session_id == self.ticket.class_session_id:
            return SameClass()
        if not target.on_sale or target.starts_at <= now or (target.closed and self.by is not Mover.STAFF):
            return NotOpen()
        if target.places_free <= 0:
            return NoPlaceLeft()
        if self.owned is None:
            return None
        found = obstacle_of(self.owned, self.ticket, target, self.business.day_of(now))
        if found is None or (self.by is Mover.STAFF and found[0] in OF_VALIDITY):
            return None
        return PassDoesNotPay(found[1], self.by)

    def forecast(
        self, target: TicketLine, decided: Decided = NOTHING_DECIDED, *, now: datetime
    ) -> TransferForecast:
        """What moving there brings."""
        return forecast(
            TransferFacts(
                now=now,
                today=self.business.day_of(now),
                currency=self.currency,
                smallest_charge=smallest_charge(self.currency),
                by=self.by,
                preferences=self.preferences,
                decided=decided,
                ticket=self.ticket,
                target=target,
                owned=self.owned,
                left=self.left,
                has_account=self.customer_id is not None,
            )
        )


def movable_ticket(business: BusinessFacts, ticket_id: UUID, *, by: Mover, now: datetime) -> Movable:
    """A ticket as it may be moved; who may see its booking is for the door to ask.

    Raises NoSuchTicket, StillBeingPaid, AlreadyCancelled, AlreadyMoved, BeingMoved, BeganBeforeMoving,
    ClassIsCancelled, and for clients MovingNotOffered and TooLateToMove.
    """
    booking_ids = bookings_of(business.id, [ticket_id])
    if len(booking_ids) != 1:
        raise NoSuchTicket
    return _movable(business, booking_to_cancel(business.id, booking_ids[0]), ticket_id, by, now)


def transfer_forecast(
    business: BusinessFacts,
    wish: Wish,
    *,
    by: Mover,
    decided: Decided = NOTHING_DECIDED,
    now: datetime,
) -> TransferForecast:
    """What moving a ticket would do, for the page to say first (C4). Changes nothing.

    Raises what ``movable_ticket`` raises, and SameClass, NotOpen, NoPlaceLeft, PassDoesNotPay.
    """
    movable = movable_ticket(business, wish.ticket_id, by=by, now=now)
    return _forecast(movable, wish, decided, now)


def move_ticket(
    business: BusinessFacts,
    wish: Wish,
    *,
    digest: str,
    decided: Decided = NOTHING_DECIDED,
    who: MovedBy,
    now: datetime,
) -> Moved:
    """Move a ticket, as the forecast with this digest said (C7).

    Everything is decided again under the locks of booking, classes, pass and payments. A client's move to a
    dearer class claims the place and waits for its difference, ``checkout_id`` being opened at Stripe (M3).
    Any other is done at once: the old place is free, the same use pays, money goes back as forecast, a letter
    tells the client. Staff give a reason. Raises what the forecast raises, and TransferChanged, ReasonNeeded,
    ReasonTooLong; NoSuchTicket too for a ticket that is not the actor's.
    """
    by = canceller_of(who.actor)
    reason = given_reason(who.reason) if by is Mover.STAFF else ""
    if by is Mover.CLIENT and decided != NOTHING_DECIDED:
        raise ValueError("Only staff decide otherwise than the studio's preferences.")
    booking, now_it_is = _decide_under_locks(business, wish, by, decided, who.actor, now)
    if now_it_is.digest != digest:
        raise TransferChanged(now_it_is)
    moved = carry_out(business, booking, now_it_is, reason=reason, actor=who.actor, now=now)
    if not now_it_is.to_pay:
        return moved
    checkout = intend_to_take_difference(business, booking, moved, return_to=who.return_to, now=now)
    return replace(moved, checkout_id=checkout.id)


def _forecast(movable: Movable, wish: Wish, decided: Decided, now: datetime) -> TransferForecast:
    line = target_of(movable.business.id, wish.class_session_id, wish.ticket_type_id, now=now)
    if line is None:
        raise NotOpen
    obstacle = movable.obstacle(line, now=now)
    if obstacle is not None:
        raise obstacle
    return movable.forecast(line, decided, now=now)


def _movable(
    business: BusinessFacts, booking: BookingToCancel, ticket_id: UUID, by: Mover, now: datetime
) -> Movable:
    of_booking = _standing(booking, ticket_id)
    ticket = of_booking.to_cancel
    series_id, is_cancelled = series_of(business.id, ticket.class_session_id)
    if is_cancelled:
        raise ClassIsCancelled(ticket.class_name)
    if ticket.starts_at <= now:
        raise BeganBeforeMoving(ticket.class_name, ticket.on_date)
    preferences = preferences_of(business.id)
    if by is Mover.CLIENT:
        _refuse_client(business, preferences, ticket.starts_at, now)
    prices = prices_of(business.id, ticket_id)
    return Movable(
        business=business,
        customer_id=booking.customer_id,
        currency=booking.currency,
        ticket=TicketToMove(
            id=ticket.id,
            class_session_id=ticket.class_session_id,
            class_name=ticket.class_name,
            ticket_type_id=prices.ticket_type_id,
            ticket_name=ticket.ticket_name,
            starts_at=ticket.starts_at,
            on_date=ticket.on_date,
            pass_id=ticket.pass_id,
            list_price=prices.list_price,
            discount=prices.discount,
            to_pay=prices.to_pay,
            paid=ticket.paid,
        ),
        series_id=series_id,
        owned=pass_that_pays(business.id, ticket.pass_id) if ticket.pass_id else None,
        left=booking.left,
        by=by,
        preferences=preferences,
    )


def _standing(booking: BookingToCancel, ticket_id: UUID) -> TicketOfBooking:
    """The ticket, if it is where it may be moved from."""
    if ticket_id in booking.moved:
        raise AlreadyMoved
    found = next((it for it in booking.tickets if it.to_cancel.id == ticket_id), None)
    if found is None or booking.status is BookingStatus.RELEASED:
        raise NoSuchTicket
    if booking.status is BookingStatus.PENDING:
        raise StillBeingPaid
    if found.cancelled_at is not None:
        raise AlreadyCancelled(found.to_cancel)
    if found.is_moving:
        raise BeingMoved
    if found.checked_in:
        raise CheckedIn(found.to_cancel)
    return found


def _refuse_client(
    business: BusinessFacts, preferences: Preferences, starts_at: datetime, now: datetime
) -> None:
    if not preferences.customers_may_transfer:
        raise MovingNotOffered(business.name)
    if now > preferences.transfer_until(starts_at):
        raise TooLateToMove(business, preferences.transfer_until(starts_at))


def _decide_under_locks(
    business: BusinessFacts,
    wish: Wish,
    by: Mover,
    decided: Decided,
    actor: Actor,
    now: datetime,
) -> tuple[Booking, TransferForecast]:
    """Lock booking, both classes, pass and payments in that order, and reckon once more."""
    booking_ids = bookings_of(business.id, [wish.ticket_id])
    if len(booking_ids) != 1:
        raise NoSuchTicket
    booking = lock_booking_alone(business.id, booking_ids[0])
    if by is Mover.CLIENT and booking.customer_id != actor.id:
        raise NoSuchTicket
    ticket = _standing(booking_to_cancel(business.id, booking.id), wish.ticket_id).to_cancel
    lock_classes(business.id, {ticket.class_session_id, wish.class_session_id})
    lock_passes(business.id, {ticket.pass_id} if ticket.pass_id is not None else ())
    lock_payments(business.id, payments_of_booking(business.id, booking.id))
    movable = movable_ticket(business, wish.ticket_id, by=by, now=now)
    return booking, _forecast(movable, wish, decided, now)
