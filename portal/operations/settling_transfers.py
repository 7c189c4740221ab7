"""Stripe's word on a transfer's difference is applied here, once, however often it comes (C7, M2, M4)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import exists, select

from portal.gateways.stripe_objects import CheckoutSession
from portal.models.accounts import AccountCheckout
from portal.models.bookings import Booking, Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.classes import ClassSession
from portal.models.database import db
from portal.models.transfers import TicketTransfer, TransferStatus
from portal.models.whole_refunds import MOVED_TOO_LATE
from portal.operations.account_checkouts import close_checkout, lock_checkout
from portal.operations.auditing import SYSTEM, write_audit
from portal.operations.booking_lock import lock_booking_alone
from portal.operations.money_that_came import refund_whole, write_payment
from portal.operations.open_checkouts import OpenCheckout
from portal.operations.place_offers import hand_on_places
from portal.operations.places import give_back_places, lock_classes, take_places
from portal.operations.settling_dues import refuse_mismatch
from portal.operations.transfer_letters import tell_of_paid_transfer
from portal.operations.transferred_tickets import leave_old_class
from portal.rules.sentences import Refusal


class TransferOutcome(Enum):
    """What has become of a transfer."""

    WAITING = "waiting"
    MOVED = "moved"
    KEPT = "kept"  # nobody paid: the ticket is where it was
    REFUNDED = "refunded"  # the money came too late and goes back


@dataclass(frozen=True, slots=True)
class SettledTransfer:
    """A transfer after Stripe's word was applied; ``amount`` is minor units."""

    reference: str
    outcome: TransferOutcome
    amount: int


@dataclass(frozen=True, slots=True)
class LockedTransfer:
    """A transfer whose booking is locked, and with it both tickets."""

    booking: Booking
    transfer: TicketTransfer
    old: Ticket
    new: Ticket


def settle_transfer(
    checkout: OpenCheckout, session: CheckoutSession, *, stripe_account: str | None, now: datetime
) -> SettledTransfer:
    """Apply a session as Stripe tells it now: moved, kept, refunded, or wait. Idempotent, in any order (M2).

    Checks account, attempt, amount and currency first and raises PaymentMismatch.
    """
    refuse_mismatch(checkout, session, stripe_account)
    locked = _lock(checkout)
    row = lock_checkout(checkout)
    if row.session_id is None:
        row.session_id, row.url = session.id, session.url
    outcome = _outcome(locked, row, session, now)
    if outcome is not TransferOutcome.WAITING and row.closed_at is None:
        row.closed_at = now
    db.session.flush()
    return SettledTransfer(locked.booking.reference, outcome, checkout.amount)


def close_unmade(checkout: OpenCheckout, *, now: datetime) -> None:
    """An account checkout that came to nothing at Stripe: closed, and its transfer let go of."""
    if checkout.transfer_id is not None:
        locked = _lock(checkout)
        lock_checkout(checkout)
        if locked.transfer.status is TransferStatus.PENDING:
            _release(locked, now)
    close_checkout(checkout, now=now)


def _lock(checkout: OpenCheckout) -> LockedTransfer:
    """Booking first, as all who cancel or move its tickets do."""
    key = (checkout.business_id, checkout.transfer_id)
    new_ticket = select(Ticket.booking_id).join(
        TicketTransfer,
        (TicketTransfer.business_id == Ticket.business_id) & (TicketTransfer.to_ticket_id == Ticket.id),
    )
    booking_id = db.session.execute(
        new_ticket.where(TicketTransfer.business_id == key[0], TicketTransfer.id == key[1])
    ).scalar_one()
    booking = lock_booking_alone(checkout.business_id, booking_id)
    transfer = db.session.get_one(TicketTransfer, key, populate_existing=True)
    old = db.session.get_one(Ticket, (key[0], transfer.from_ticket_id), populate_existing=True)
    new = db.session.get_one(Ticket, (key[0], transfer.to_ticket_id), populate_existing=True)
    return LockedTransfer(booking, transfer, old, new)


def _outcome(
    locked: LockedTransfer, row: AccountCheckout, session: CheckoutSession, now: datetime
) -> TransferOutcome:
    if session.status == "complete" and session.paid:
        return _take(locked, row, session, now)
    if session.status != "expired":
        return TransferOutcome.WAITING
    if locked.transfer.status is TransferStatus.PENDING:
        _release(locked, now)
    return _standing(locked.transfer)


def _standing(transfer: TicketTransfer) -> TransferOutcome:
    is_moved = transfer.status is TransferStatus.CONFIRMED
    return TransferOutcome.MOVED if is_moved else TransferOutcome.KEPT


def _take(
    locked: LockedTransfer, row: AccountCheckout, session: CheckoutSession, now: datetime
) -> TransferOutcome:
    if row.paid_at is not None:
        is_moved = locked.transfer.status is TransferStatus.CONFIRMED
        return TransferOutcome.MOVED if is_moved else TransferOutcome.REFUNDED
    row.paid_at, row.closed_at = now, row.closed_at or now
    # the difference is money for the booking: refunds find it there
    intent = session.payment_intent or session.id
    payment = write_payment(row, intent, now=now, booking_id=locked.booking.id)
    if _still_moves(locked, now):
        _confirm(locked, now)
        return TransferOutcome.MOVED
    if locked.transfer.status is TransferStatus.PENDING:
        _release(locked, now)
    refund_whole(locked.booking, payment, reason=MOVED_TOO_LATE, now=now, of_move=True)
    return TransferOutcome.REFUNDED


def _still_moves(locked: LockedTransfer, now: datetime) -> bool:
    """Whether the ticket is still there to be moved, and the place claimed, or free to be claimed again
    (M4). Both classes are locked from here on.
    """
    lock_classes(locked.old.business_id, {locked.old.class_session_id, locked.new.class_session_id})
    if _is_cancelled(locked.old):
        return False
    if locked.transfer.status is TransferStatus.PENDING:
        return True
    if not locked.old.counts or _moves_otherwise(locked) or not _both_to_come(locked, now):
        return False
    try:
        with db.session.begin_nested():
            hand_on_places(locked.new.business_id, [locked.new.class_session_id], now=now)
            take_places(locked.new.business_id, locked.new.class_session_id)
    except Refusal:
        return False
    locked.new.counts = True
    return True


def _is_cancelled(ticket: Ticket) -> bool:
    cancelled = exists().where(
        TicketCancellation.business_id == ticket.business_id, TicketCancellation.ticket_id == ticket.id
    )
    return bool(db.session.scalar(select(cancelled)))


def _moves_otherwise(locked: LockedTransfer) -> bool:
    other = exists().where(
        TicketTransfer.business_id == locked.old.business_id,
        TicketTransfer.from_ticket_id == locked.old.id,
        TicketTransfer.id != locked.transfer.id,
        TicketTransfer.status != TransferStatus.RELEASED,
    )
    return bool(db.session.scalar(select(other)))


def _both_to_come(locked: LockedTransfer, now: datetime) -> bool:
    found = db.session.scalars(
        select(ClassSession.id).where(
            ClassSession.business_id == locked.old.business_id,
            ClassSession.id.in_([locked.old.class_session_id, locked.new.class_session_id]),
            ClassSession.starts_at > now,
            ClassSession.cancelled_at.is_(None),
        )
    ).all()
    return len(found) == len({locked.old.class_session_id, locked.new.class_session_id})


def _confirm(locked: LockedTransfer, now: datetime) -> None:
    """The ticket is in the other class now."""
    transfer = locked.transfer
    transfer.status, transfer.confirmed_at, transfer.released_at = TransferStatus.CONFIRMED, now, None
    db.session.flush()
    leave_old_class(transfer, now=now)
    after = {"ticket": str(transfer.to_ticket_id), "to_pay": transfer.to_pay}
    before = {"ticket": str(transfer.from_ticket_id)}
    write_audit(SYSTEM, "ticket.moved", locked.booking, now=now, before=before, after=after)
    tell_of_paid_transfer(locked.booking, transfer, now=now)


def _release(locked: LockedTransfer, now: datetime) -> None:
    """Nobody paid: the claim is let go of, and the ticket is where it was."""
    transfer, new = locked.transfer, locked.new
    lock_classes(new.business_id, [new.class_session_id])
    new.counts = False
    transfer.status, transfer.released_at = TransferStatus.RELEASED, now
    db.session.flush()
    if give_back_places(new.business_id, new.class_session_id):
        hand_on_places(new.business_id, [new.class_session_id], now=now)
    after = {"ticket": str(transfer.from_ticket_id)}
    write_audit(SYSTEM, "ticket.move_released", locked.booking, now=now, after=after)
