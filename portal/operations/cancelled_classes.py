"""A cancelled class's tickets are cancelled booking by booking, until none counts any more (C6).

What is due is state: tickets that count, for a class whose act is not finished. Whoever is stopped in between
has lost nothing; who was paying is cancelled right after the money came, and it goes back.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.models.audit import ActorKind
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.business import BusinessFacts
from portal.models.cancellation_facts import booking_to_cancel, passes_to_cancel_on, payments_of_booking
from portal.models.class_cancellations import ClassCancellation
from portal.models.class_cancelling_facts import (
    CountingTicket,
    anything_counts,
    counting_tickets,
    extended_already,
)
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.refundable import lock_payments
from portal.operations.auditing import Actor
from portal.operations.booking_lock import lock_booking_alone
from portal.operations.cancelled_tickets import carry_out
from portal.operations.claims import earliest_counting_date, lock_passes
from portal.operations.class_cancelling import forecast_in_booking
from portal.operations.class_letters import tell_of_class
from portal.operations.locked_passes import lock_pass, record_act
from portal.operations.pass_days import ForClass, add_days
from portal.operations.places import give_back_places, lock_classes
from portal.rules.cancelling import Forecast

_ACT = select(ClassCancellation).where(
    ClassCancellation.business_id == bindparam("business_id"),
    ClassCancellation.id == bindparam("cancellation_id"),
)


def cancellation_of_class(business_id: UUID, cancellation_id: UUID) -> ClassCancellation:
    """The studio's act."""
    keys = {"business_id": business_id, "cancellation_id": cancellation_id}
    return db.session.scalars(_ACT, keys).one()


def cancel_in_booking(
    business: BusinessFacts, cancellation_id: UUID, booking_id: UUID, *, now: datetime
) -> int:
    """Cancel what a booking has in a cancelled class; how many tickets. Again, it finds nothing to do.

    Under the locks of booking, class, passes, payments and account, in this order. Uses and money go back,
    each pass is made longer once, one letter tells it; the act is its author's, whoever carries it out.
    """
    act = cancellation_of_class(business.id, cancellation_id)
    booking = lock_booking_alone(business.id, booking_id)
    lock_classes(business.id, [act.class_session_id])
    counting = counting_tickets(business.id, act.class_session_id, booking_id)
    if booking.status is not BookingStatus.CONFIRMED or not counting:
        return 0
    lock_passes(business.id, {it.pass_id for it in counting if it.pass_id is not None})
    given_up = [it for it in counting if it.is_cancelled]
    live = {it.id for it in counting} - {it.id for it in given_up}
    if live:
        _cancel(business, act, booking, live, now)
    if given_up:
        _count_no_more(act, given_up)
    return len(live)


def finish(business_id: UUID, cancellation_id: UUID, *, now: datetime) -> bool:
    """Mark the act as finished once none of the class's tickets counts; whether it is."""
    act = cancellation_of_class(business_id, cancellation_id)
    lock_classes(business_id, [act.class_session_id])
    db.session.refresh(act)
    if act.finished_at is None and not anything_counts(business_id, act.class_session_id):
        act.finished_at = now
        db.session.flush()
    return act.finished_at is not None


def _cancel(
    business: BusinessFacts,
    act: ClassCancellation,
    booking: Booking,
    ticket_ids: Collection[UUID],
    now: datetime,
) -> None:
    lock_payments(business.id, payments_of_booking(business.id, booking.id))
    whole = booking_to_cancel(business.id, booking.id)
    pass_ids = {it.pass_id for it in whole.live if it.id in ticket_ids and it.pass_id is not None}
    longer = _to_be_longer(act, pass_ids)
    done = forecast_in_booking(
        business,
        whole,
        ticket_ids,
        {owned.id: owned for owned in passes_to_cancel_on(business.id, pass_ids)},
        refund_to=act.refund_to,
        added_days=longer,
        now=now,
    )
    by_author = Actor(ActorKind.STAFF, act.staff_member_id)
    carry_out(booking, done, reason=act.reason, actor=by_author, now=now, class_cancellation_id=act.id)
    for pass_id in sorted(longer):
        _extend(business, act, done, pass_id, now)
    tell_of_class(act, booking, done, now=now)
    db.session.flush()


def _to_be_longer(act: ClassCancellation, pass_ids: set[UUID]) -> dict[UUID, int]:
    """The passes that this class makes longer and has not yet, each with the days."""
    if not act.days or not pass_ids:
        return {}
    return dict.fromkeys(pass_ids - extended_already(act.business_id, act.id, pass_ids), act.days)


def _extend(
    business: BusinessFacts, act: ClassCancellation, done: Forecast, pass_id: UUID, now: datetime
) -> None:
    """Add the days to a pass, also to one that is inactive: it stays so unless they bring it back (C5)."""
    by_author = Actor(ActorKind.STAFF, act.staff_member_id)
    locked = lock_pass(business, pass_id, now=now)
    add_days(locked.row, act.days, reason=act.reason, actor=by_author, now=now, for_what=ForClass(act.id))
    ticket = done.tickets[0].ticket
    told = {"class": ticket.class_name, "on_date": ticket.on_date.isoformat()}
    record_act("pass.extended_for_class", locked, actor=by_author, now=now, reason=act.reason, told=told)


def _count_no_more(act: ClassCancellation, given_up: Collection[CountingTicket]) -> None:
    """What clients cancelled after the class began went on counting (C3); now there was no class (C6)."""
    db.session.execute(
        update(Ticket)
        .where(Ticket.business_id == act.business_id, Ticket.id.in_([it.id for it in given_up]))
        .values(counts=False)
        .execution_options(synchronize_session=False)
    )
    give_back_places(act.business_id, act.class_session_id, len(given_up))
    for pass_id in sorted({it.pass_id for it in given_up if it.pass_id is not None}):
        db.session.execute(
            update(ClassPass)
            .where(ClassPass.business_id == act.business_id, ClassPass.id == pass_id)
            .values(first_class_on=earliest_counting_date(act.business_id, pass_id))
            .execution_options(synchronize_session=False)
        )
