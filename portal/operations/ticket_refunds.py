"""A cancelled or moved ticket's money on its way back to the card, and the next try where it failed (M2)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.cancellation_facts import bookings_of, payments_of_booking
from portal.models.database import db, new_id
from portal.models.refundable import lock_payments, refundable
from portal.models.ticket_refunds import TicketRefund, failed_refund_of, latest_failed
from portal.operations.account_ledger import add_entry
from portal.operations.auditing import Actor, write_audit
from portal.operations.booking_lock import lock_booking_alone
from portal.operations.reasons import given_reason
from portal.operations.refund_portions import portions, write_refund
from portal.rules.preferences import RefundTo
from portal.rules.sentences import Refusal

SENT_AGAIN = "Sent again: the bank did not take it before."


class NoRefundFailed(Refusal):
    """Nothing of the ticket's money has failed; perhaps somebody sent it again already."""

    def __init__(self) -> None:
        super().__init__("No refund of this ticket has failed, or it has been sent again already.")


class NoAccountToRefundTo(Refusal):
    """A guest has no account that money could go to."""

    def __init__(self) -> None:
        super().__init__("This was booked by a guest, who has no account. The money can go to the card only.")


def owe_to_card(
    booking: Booking,
    amount: int,
    *,
    reason: str,
    now: datetime,
    ticket_cancellation_id: UUID | None = None,
    ticket_transfer_id: UUID | None = None,
) -> None:
    """Write down that an amount, in minor units, goes back to the card that paid, for a cancelled or a moved
    ticket; the worker sends it (M3).

    The booking's payments are locked by the caller. Raises NotThatMuchOnCards.
    """
    payments = refundable(booking.business_id, payments_of_booking(booking.business_id, booking.id))
    for portion in portions(payments, amount, currency=booking.currency):
        write_refund(
            booking.business_id,
            portion,
            reason=reason,
            now=now,
            ticket_cancellation_id=ticket_cancellation_id,
            ticket_transfer_id=ticket_transfer_id,
        )


def send_refund_again(
    business: BusinessFacts,
    *,
    ticket_id: UUID,
    to: RefundTo = RefundTo.CARD,
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Send what the bank did not take once more to the card, or put it on the client's account instead.

    Returns how much, in minor units. Decided under the locks of booking and payments, so that a second press
    finds nothing to send. Raises ReasonNeeded, NoRefundFailed, NoAccountToRefundTo, NotThatMuchOnCards.
    """
    reason = given_reason(reason)
    booking_ids = bookings_of(business.id, [ticket_id])
    if not booking_ids:
        raise NoRefundFailed
    booking = lock_booking_alone(business.id, booking_ids[0])
    lock_payments(business.id, payments_of_booking(business.id, booking.id))
    refund = failed_refund_of(business.id, ticket_id)
    if refund is None:
        raise NoRefundFailed
    if to is RefundTo.ACCOUNT:
        _put_on_account(booking, refund, reason, actor, now)
    else:
        owe_to_card(
            booking,
            refund.failed,
            reason=SENT_AGAIN,
            now=now,
            ticket_cancellation_id=refund.cancellation_id,
            ticket_transfer_id=refund.transfer_id,
        )
    told: dict[str, Any] = {"ticket": str(ticket_id), "amount": refund.failed, "to": to.value}
    write_audit(actor, "ticket.refund_sent_again", booking, now=now, after=told, reason=reason)
    db.session.flush()
    return refund.failed


def _put_on_account(booking: Booking, refund: TicketRefund, reason: str, actor: Actor, now: datetime) -> None:
    if booking.customer_id is None:
        raise NoAccountToRefundTo
    entry = AccountEntry(
        business_id=booking.business_id,
        id=new_id(),
        customer_id=booking.customer_id,
        kind=EntryKind.TICKET_REFUND,
        amount=refund.failed,
        refund_id=latest_failed(booking.business_id, refund),
        reason=reason,
    )
    add_entry(entry, actor=actor, now=now)
