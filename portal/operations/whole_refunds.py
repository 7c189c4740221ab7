"""Money that came too late or twice, and that the bank did not take back: sent once more, or put on the
client's account (M4).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.cancellation_facts import payments_of_booking
from portal.models.database import db, new_id
from portal.models.refundable import OwedBack, lock_payments, owed_back
from portal.operations.account_ledger import add_entry
from portal.operations.auditing import Actor, write_audit
from portal.operations.booking_lock import lock_booking_alone
from portal.operations.reasons import given_reason
from portal.operations.refund_portions import Portion, write_refund
from portal.operations.ticket_refunds import NoAccountToRefundTo
from portal.rules.preferences import RefundTo
from portal.rules.sentences import Refusal


class NothingOwedBack(Refusal):
    """No money that came too late or twice is left to send; perhaps somebody sent it again already."""

    def __init__(self) -> None:
        super().__init__("No refund of this booking has failed, or it has been sent again already.")


def send_whole_refund_again(
    business: BusinessFacts,
    *,
    booking_id: UUID,
    to: RefundTo = RefundTo.CARD,
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Send what the bank did not take once more to the card that paid, under a new key (M3), or put it on the
    client's account instead; ``booking_id`` is a booking of this business.

    Returns how much, in minor units. Decided under the locks of booking and payments, so that a second press
    finds nothing to send. Raises ReasonNeeded, NothingOwedBack, NoAccountToRefundTo.
    """
    reason = given_reason(reason)
    booking = lock_booking_alone(business.id, booking_id)
    lock_payments(business.id, payments_of_booking(business.id, booking.id))
    owed = owed_back(business.id, booking.id)
    if not owed:
        raise NothingOwedBack
    for money in owed:
        if to is RefundTo.ACCOUNT:
            _put_on_account(booking, money, reason, actor, now)
        else:
            portion = Portion(money.payment_id, money.amount)
            write_refund(business.id, portion, reason=money.reason, now=now)
    amount = sum(money.amount for money in owed)
    told: dict[str, Any] = {"amount": amount, "to": to.value}
    write_audit(actor, "booking.refund_sent_again", booking, now=now, after=told, reason=reason)
    db.session.flush()
    return amount


def _put_on_account(booking: Booking, money: OwedBack, reason: str, actor: Actor, now: datetime) -> None:
    if booking.customer_id is None:
        raise NoAccountToRefundTo
    entry = AccountEntry(
        business_id=booking.business_id,
        id=new_id(),
        customer_id=booking.customer_id,
        kind=EntryKind.PAYMENT,
        amount=money.amount,
        payment_id=money.payment_id,
        reason=reason,
    )
    add_entry(entry, actor=actor, now=now)
