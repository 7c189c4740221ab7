"""What a cancellation changes, once it is decided: rows, places, passes, money, and the audit (C1–C5)."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, bindparam, update

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.bookings import Booking, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.database import db, new_id, table_of
from portal.operations.account_ledger import add_entry
from portal.operations.auditing import Actor, write_audit
from portal.operations.claims import earliest_counting_date
from portal.operations.place_offers import hand_on_places
from portal.operations.places import give_back_places
from portal.operations.ticket_refunds import owe_to_card
from portal.rules.cancelling import Forecast, TicketOutcome
from portal.rules.sentences import Sentence, Value

_pass = table_of(ClassPass)

_SET_RIGHT = (
    update(_pass)
    .where(_pass.c.business_id == bindparam("of_business"), _pass.c.id == bindparam("pass_id"))
    .values(
        uses_left=_pass.c.uses_left + bindparam("returned", type_=Integer),
        first_class_on=bindparam("earliest"),
    )
)


def carry_out(
    booking: Booking,
    forecast: Forecast,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    class_cancellation_id: UUID | None = None,
) -> None:
    """Do what a forecast says. Booking, classes, passes and payments are locked by the caller; the client's
    account is locked here, last. ``class_cancellation_id`` names the studio's act on the whole class (C6).
    """
    cancellations = _write_down(booking, forecast, reason, actor, now, class_cancellation_id)
    _free_places(booking, forecast, now)
    _set_passes_right(booking, forecast, actor, now)
    _return_money(booking, forecast, cancellations, actor, now)
    for outcome in forecast.tickets:
        _audit(booking, outcome, reason, actor, now)
    db.session.flush()


def _write_down(
    booking: Booking,
    forecast: Forecast,
    reason: str,
    actor: Actor,
    now: datetime,
    class_cancellation_id: UUID | None,
) -> dict[UUID, TicketCancellation]:
    """One row for each ticket: who, when, why, and what it brought."""
    made = {
        outcome.ticket.id: TicketCancellation(
            business_id=booking.business_id,
            id=new_id(),
            ticket_id=outcome.ticket.id,
            class_cancellation_id=class_cancellation_id,
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            reason=reason,
            in_time=outcome.in_time,
            use_returned=outcome.use_returned,
            refund=outcome.refund,
            refund_to=outcome.refund_to,
        )
        for outcome in forecast.tickets
    }
    db.session.add_all(made.values())
    db.session.flush()
    return made


def _free_places(booking: Booking, forecast: Forecast, now: datetime) -> None:
    """Tickets of classes that have not begun count no more, and their places are free, for those who wait
    first (P4, C3).
    """
    gone = [outcome.ticket for outcome in forecast.tickets if not outcome.begun]
    db.session.execute(
        update(Ticket)
        .where(Ticket.business_id == booking.business_id, Ticket.id.in_([it.id for it in gone]))
        .values(counts=False)
        .execution_options(synchronize_session=False)
    )
    places = Counter(ticket.class_session_id for ticket in gone)
    for class_session_id in sorted(places):
        if give_back_places(booking.business_id, class_session_id, places[class_session_id]):
            hand_on_places(booking.business_id, [class_session_id], now=now)


def _set_passes_right(booking: Booking, forecast: Forecast, actor: Actor, now: datetime) -> None:
    """Returned uses go into the ledger, and the earliest class that counts is read again (P4, P8, C3)."""
    business_id = booking.business_id
    db.session.add_all(
        PassUse(
            business_id=business_id,
            id=new_id(),
            class_pass_id=outcome.ticket.pass_id,
            kind=UseKind.RETURNED,
            change=1,
            ticket_id=outcome.ticket.id,
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
        )
        for outcome in forecast.tickets
        if outcome.use_returned
    )
    for of_pass in forecast.passes:
        pass_id = of_pass.before.id
        changed = {
            "of_business": business_id,
            "pass_id": pass_id,
            "returned": of_pass.uses_returned,
            "earliest": earliest_counting_date(business_id, pass_id),
        }
        db.session.execute(_SET_RIGHT, changed)


def _return_money(
    booking: Booking,
    forecast: Forecast,
    cancellations: dict[UUID, TicketCancellation],
    actor: Actor,
    now: datetime,
) -> None:
    """What was forecast goes back: to the cards that paid, then into the client's account (M3, M5)."""
    for outcome in forecast.tickets:
        cancellation_id = cancellations[outcome.ticket.id].id
        why = _why(outcome)
        owe_to_card(booking, outcome.to_card, ticket_cancellation_id=cancellation_id, reason=why, now=now)
    for outcome in forecast.tickets:
        if outcome.to_account and booking.customer_id is not None:
            entry = AccountEntry(
                business_id=booking.business_id,
                id=new_id(),
                customer_id=booking.customer_id,
                kind=EntryKind.TICKET_REFUND,
                amount=outcome.to_account,
                ticket_cancellation_id=cancellations[outcome.ticket.id].id,
                reason=_why(outcome),
            )
            add_entry(entry, actor=actor, now=now)


def _why(outcome: TicketOutcome) -> str:
    told: dict[str, Value] = {"class_name": outcome.ticket.class_name, "day": outcome.ticket.on_date}
    return str(Sentence("Cancelled: {class_name}, {day:year}", told))


def _audit(booking: Booking, outcome: TicketOutcome, reason: str, actor: Actor, now: datetime) -> None:
    after = {
        "ticket": str(outcome.ticket.id),
        "class": outcome.ticket.class_name,
        "on_date": outcome.ticket.on_date.isoformat(),
        "in_time": outcome.in_time,
        "use_returned": outcome.use_returned,
        "to_card": outcome.to_card,
        "to_account": outcome.to_account,
    }
    write_audit(actor, "ticket.cancelled", booking, now=now, after=after, reason=reason)
