"""The studio cancels a class: what it will do, and the act, after which the worker goes on (C6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.cancellation_facts import BookingToCancel, bookings_to_cancel, passes_to_cancel_on
from portal.models.class_cancellations import ClassCancellation
from portal.models.class_cancelling_facts import (
    BookingInClass,
    ClassToCancel,
    bookings_in_class,
    class_to_cancel,
    on_the_way_into,
)
from portal.models.classes import ClassSession
from portal.models.database import db, new_id
from portal.operations.auditing import Actor, write_audit
from portal.operations.class_letters import tell_who_waited
from portal.operations.ended_waiting_lists import end_waiting_list
from portal.operations.places import lock_classes
from portal.operations.reasons import given_reason, staff_member_of
from portal.rules.cancelling import CancellationFacts, Canceller, Forecast, forecast
from portal.rules.class_cancelling import (
    MOST_DAYS,
    AboutClass,
    BookingOutcome,
    ClassDecision,
    ClassForecast,
    everything_back,
)
from portal.rules.facts import OwnedPass
from portal.rules.preferences import Preferences, RefundTo
from portal.rules.sentences import Refusal

NOTHING_ADDED: Mapping[UUID, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Booked:
    """A class with everything that its cancelling is reckoned from."""

    of: ClassToCancel
    bookings: Sequence[BookingInClass]
    whole: Mapping[UUID, BookingToCancel]
    passes: Mapping[UUID, OwnedPass]


class NoSuchClass(Refusal):
    """The studio has no such class."""

    def __init__(self) -> None:
        super().__init__("There is no such class.")


class ClassCancelledAlready(Refusal):
    """Somebody cancelled the class before; perhaps by the same button, pressed twice."""

    def __init__(self, it: ClassToCancel) -> None:
        super().__init__("{class_name} on {day} is cancelled already.", class_name=it.name, day=it.on_date)


class ClassForecastChanged(Refusal):
    """Who gets what is no longer what the page said: nothing was cancelled (as R6)."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody has booked or cancelled since you opened the page, so nothing was cancelled."
            " Please look at it again."
        )


class ExtensionOutOfRange(Refusal):
    """Passes are made longer by up to a year for one class, or not at all."""

    def __init__(self) -> None:
        super().__init__("Choose a number of days from {least} to {most}.", least=0, most=MOST_DAYS)


def class_forecast(
    business: BusinessFacts, class_session_id: UUID, *, refund_to: RefundTo = RefundTo.CARD, now: datetime
) -> ClassForecast:
    """What cancelling a class would do now, for the page to say first; changes nothing (C4, C6).

    In twelve statements however many have booked. Raises NoSuchClass and ClassCancelledAlready.
    """
    return _reckoned(business, _booked(business, class_session_id), refund_to, now)


def class_forecasts(
    business: BusinessFacts, class_session_id: UUID, *, now: datetime
) -> dict[RefundTo, ClassForecast]:
    """The same with money to the card and with money to the account, in as many statements."""
    booked = _booked(business, class_session_id)
    return {way: _reckoned(business, booked, way, now) for way in (RefundTo.CARD, RefundTo.ACCOUNT)}


def cancel_class(
    business: BusinessFacts,
    *,
    class_session_id: UUID,
    digest: str,
    decision: ClassDecision,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Cancel a class, begun or not: from now on nobody gets a place, and its waiting list has ended (C6).

    Everything is decided again under the class's lock. The tickets are cancelled after this, booking by
    booking (``cancelled_classes``), as was decided here. Returns the act's id.
    Raises ReasonNeeded, ReasonTooLong, ExtensionOutOfRange, NoSuchClass, ClassCancelledAlready and
    ClassForecastChanged.
    """
    reason = given_reason(decision.reason)
    if not 0 <= decision.days <= MOST_DAYS:
        raise ExtensionOutOfRange
    lock_classes(business.id, [class_session_id])
    now_it_is = class_forecast(business, class_session_id, now=now)
    if now_it_is.digest != digest:
        raise ClassForecastChanged
    being_paid = on_the_way_into(business.id, class_session_id, now=now).being_paid
    cancellation = ClassCancellation(
        business_id=business.id,
        id=new_id(),
        class_session_id=class_session_id,
        at=now,
        staff_member_id=staff_member_of(actor),
        reason=reason,
        days=decision.days,
        refund_to=decision.refund_to,
        tickets=now_it_is.tickets + being_paid,
    )
    db.session.add(cancellation)
    told = end_waiting_list(business.id, class_session_id, now=now)
    tell_who_waited(cancellation, told, now=now)
    _mark(cancellation, now_it_is.of, actor, now)
    return cancellation.id


def forecast_in_booking(
    business: BusinessFacts,
    booking: BookingToCancel,
    ticket_ids: Collection[UUID],
    passes: Mapping[UUID, OwnedPass],
    *,
    refund_to: RefundTo,
    added_days: Mapping[UUID, int] = NOTHING_ADDED,
    now: datetime,
) -> Forecast:
    """What one booking gets for its tickets, whatever the studio's preferences and the hour (C6)."""
    tickets = tuple(ticket for ticket in booking.live if ticket.id in ticket_ids)
    return forecast(
        CancellationFacts(
            now=now,
            today=business.day_of(now),
            currency=booking.currency,
            by=Canceller.STAFF,
            preferences=Preferences(),
            overrides=everything_back(refund_to),
            tickets=tickets,
            passes=tuple(passes[pass_id] for pass_id in sorted({it.pass_id for it in tickets if it.pass_id})),
            left=booking.left,
            has_account=booking.customer_id is not None,
            of_class=True,
            added_days=added_days,
        )
    )


def _booked(business: BusinessFacts, class_session_id: UUID) -> Booked:
    it = _class(business, class_session_id)
    bookings = bookings_in_class(business.id, it.id)
    whole = {booking.id: booking for booking in bookings_to_cancel(business.id, [it.id for it in bookings])}
    pass_ids = {
        ticket.pass_id
        for booking in bookings
        for ticket in whole[booking.id].live
        if ticket.id in booking.ticket_ids and ticket.pass_id is not None
    }
    passes = {owned.id: owned for owned in passes_to_cancel_on(business.id, pass_ids)}
    return Booked(it, bookings, whole, passes)


def _reckoned(business: BusinessFacts, booked: Booked, refund_to: RefundTo, now: datetime) -> ClassForecast:
    outcomes = tuple(
        BookingOutcome(
            booking.id,
            booking.reference,
            booking.name,
            booking.customer_id,
            forecast_in_booking(
                business,
                booked.whole[booking.id],
                booking.ticket_ids,
                booked.passes,
                refund_to=refund_to,
                now=now,
            ),
        )
        for booking in booked.bookings
    )
    it = booked.of
    return ClassForecast(
        business.currency, AboutClass(it.name, it.on_date, it.starts_at, it.next_on), outcomes
    )


def _class(business: BusinessFacts, class_session_id: UUID) -> ClassToCancel:
    it = class_to_cancel(business.id, class_session_id)
    if it is None:
        raise NoSuchClass
    if it.cancelled_at is not None:
        raise ClassCancelledAlready(it)
    return it


def _mark(cancellation: ClassCancellation, it: AboutClass, actor: Actor, now: datetime) -> None:
    row = db.session.get_one(ClassSession, (cancellation.business_id, cancellation.class_session_id))
    row.cancelled_at = now
    told = {
        "class": it.name,
        "on_date": it.on_date.isoformat(),
        "tickets": cancellation.tickets,
        "days": cancellation.days,
        "refund_to": cancellation.refund_to.value,
    }
    write_audit(actor, "class.cancelled", row, now=now, after=told, reason=cancellation.reason)
    db.session.flush()
