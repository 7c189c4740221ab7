"""What a transfer changes, once it is decided: tickets, places, the pass, money, and the audit (C7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.bookings import Booking, Ticket
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.database import db, new_id, table_of
from portal.models.transfer_facts import prices_of
from portal.models.transfers import TicketTransfer, TransferStatus
from portal.operations.account_ledger import add_entry, locked_balance
from portal.operations.auditing import Actor, write_audit
from portal.operations.claims import earliest_counting_date
from portal.operations.place_offers import hand_on_places
from portal.operations.places import give_back_places, take_places
from portal.operations.ticket_refunds import owe_to_card
from portal.operations.transfer_letters import tell_of_transfer
from portal.rules.sentences import Sentence, Value
from portal.rules.transferring import TransferForecast

CLAIM_MINUTES = 35
"""How long the place of a move is claimed while its difference is paid, as a booking's are (R7)."""

_pass = table_of(ClassPass)


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was made, or that waits for its difference: then ``checkout_id`` is what takes it."""

    transfer_id: UUID
    to_ticket_id: UUID
    forecast: TransferForecast
    checkout_id: UUID | None = None


def carry_out(
    business: BusinessFacts,
    booking: Booking,
    forecast: TransferForecast,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Moved:
    """Do what a forecast says: the place in the other class is taken, and where nothing is to be paid first
    the ticket moves there. Booking, classes, pass and payments are locked by the caller; the client's account
    is locked here, last. Raises NoPlaceLeft.
    """
    target = forecast.target
    hand_on_places(business.id, [target.class_session_id], now=now)
    take_places(business.id, target.class_session_id)
    ticket = _new_ticket(booking, forecast)
    transfer = _write_down(booking, forecast, ticket, reason, actor, now)
    if forecast.to_pay:
        _audit(booking, "ticket.move_claimed", transfer, forecast, reason, actor, now)
    else:
        leave_old_class(transfer, now=now)
        _move_use(ticket, actor, now)
        _settle_money(business, booking, forecast, transfer, reason, actor, now)
        _audit(booking, "ticket.moved", transfer, forecast, reason, actor, now)
        tell_of_transfer(booking, transfer, forecast, now=now)
    db.session.flush()
    return Moved(transfer.id, ticket.id, forecast)


def leave_old_class(transfer: TicketTransfer, *, now: datetime) -> None:
    """The old ticket stands no more; its place is free, or on offer to who waits. Its class is locked by the
    caller.
    """
    old = db.session.get_one(Ticket, (transfer.business_id, transfer.from_ticket_id))
    old.counts = False
    db.session.flush()
    if give_back_places(transfer.business_id, old.class_session_id):
        hand_on_places(transfer.business_id, [old.class_session_id], now=now)


def _new_ticket(booking: Booking, forecast: TransferForecast) -> Ticket:
    """The ticket for the other class; its share of the discount has moved along (C7)."""
    old, target = prices_of(booking.business_id, forecast.ticket.id), forecast.target
    ticket = Ticket(
        business_id=booking.business_id,
        id=new_id(),
        booking_id=booking.id,
        line_id=old.line_id,
        class_session_id=target.class_session_id,
        ticket_type_id=target.ticket_type_id,
        by_pass=forecast.ticket.pass_id is not None,
        class_pass_id=forecast.ticket.pass_id,
        pass_sale_id=None,
        list_price=target.price,
        discount=forecast.discount,
        to_pay=forecast.price,
    )
    db.session.add(ticket)
    db.session.flush()
    return ticket


def _write_down(
    booking: Booking,
    forecast: TransferForecast,
    ticket: Ticket,
    reason: str,
    actor: Actor,
    now: datetime,
) -> TicketTransfer:
    waits = forecast.to_pay > 0
    transfer = TicketTransfer(
        business_id=booking.business_id,
        id=new_id(),
        from_ticket_id=forecast.ticket.id,
        to_ticket_id=ticket.id,
        status=TransferStatus.PENDING if waits else TransferStatus.CONFIRMED,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        reason=reason,
        to_pay=forecast.to_pay,
        to_account=forecast.charged,
        waived=forecast.waived,
        refund=forecast.refund,
        refund_to=forecast.refund_to,
        claimed_until=now + timedelta(minutes=CLAIM_MINUTES) if waits else None,
        confirmed_at=None if waits else now,
    )
    db.session.add(transfer)
    db.session.flush()
    return transfer


def _move_use(ticket: Ticket, actor: Actor, now: datetime) -> None:
    """The same use pays for the new ticket, and the earliest class that counts is read again (P4, P8)."""
    if ticket.class_pass_id is None:
        return
    db.session.add(
        PassUse(
            business_id=ticket.business_id,
            id=new_id(),
            class_pass_id=ticket.class_pass_id,
            kind=UseKind.MOVED,
            change=0,
            ticket_id=ticket.id,
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
        )
    )
    db.session.flush()
    earliest = earliest_counting_date(ticket.business_id, ticket.class_pass_id)
    db.session.execute(
        update(_pass)
        .where(_pass.c.business_id == ticket.business_id, _pass.c.id == ticket.class_pass_id)
        .values(first_class_on=earliest)
    )


def _settle_money(
    business: BusinessFacts,
    booking: Booking,
    forecast: TransferForecast,
    transfer: TicketTransfer,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """What was forecast goes back to the cards that paid; then what the account gets, or is charged (M3)."""
    why = _why(forecast)
    owe_to_card(booking, forecast.to_card, ticket_transfer_id=transfer.id, reason=why, now=now)
    if booking.customer_id is None:
        return
    if forecast.to_account:
        _enter(booking.customer_id, EntryKind.TICKET_REFUND, forecast.to_account, transfer, why, actor, now)
    if forecast.charged:
        told = f"{why}. {reason}"[:500]
        before = locked_balance(business.id, booking.customer_id).balance
        entry = _enter(booking.customer_id, EntryKind.CHARGE, -forecast.charged, transfer, told, actor, now)
        after = {"balance": before - forecast.charged, "amount": forecast.charged}
        write_audit(
            actor, "account.charged", entry, now=now, before={"balance": before}, after=after, reason=told
        )


def _enter(
    customer_id: UUID,
    kind: EntryKind,
    amount: int,
    transfer: TicketTransfer,
    reason: str,
    actor: Actor,
    now: datetime,
) -> AccountEntry:
    entry = AccountEntry(
        business_id=transfer.business_id,
        id=new_id(),
        customer_id=customer_id,
        kind=kind,
        amount=amount,
        ticket_transfer_id=transfer.id,
        reason=reason,
    )
    return add_entry(entry, actor=actor, now=now)


def _why(forecast: TransferForecast) -> str:
    told: dict[str, Value] = {"class_name": forecast.target.class_name, "day": forecast.target.on_date}
    return str(Sentence("Moved to {class_name}, {day:year}", told))


def _audit(
    booking: Booking,
    act: str,
    transfer: TicketTransfer,
    forecast: TransferForecast,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    ticket, target = forecast.ticket, forecast.target
    before: dict[str, Any] = {
        "ticket": str(ticket.id),
        "class": ticket.class_name,
        "on_date": ticket.on_date.isoformat(),
    }
    after: dict[str, Any] = {
        "ticket": str(transfer.to_ticket_id),
        "class": target.class_name,
        "on_date": target.on_date.isoformat(),
        "to_pay": forecast.to_pay,
        "charged": forecast.charged,
        "waived": forecast.waived,
        "to_card": forecast.to_card,
        "to_account": forecast.to_account,
    }
    write_audit(actor, act, booking, now=now, before=before, after=after, reason=reason)
