"""The letter that says that money is on its way to the card, once Stripe has confirmed it."""

from datetime import datetime

from portal.models.letters import LetterKind
from portal.models.payments import Refund
from portal.models.refund_letters import payee_of
from portal.models.whole_refunds import WHOLE
from portal.operations.letters import write_letter


def tell_of_refund(refund: Refund, *, now: datetime) -> None:
    """Tell whoever paid, once for each refund of ours; nothing of one made in Stripe's own dashboard, nor of
    money that came too late or twice, which has a letter of its own (M4).

    A cancelled or moved ticket's refund says which; other reasons are staff's, for staff.
    """
    if not refund.ours or refund.reason in WHOLE:
        return
    of_ticket = refund.ticket_cancellation_id or refund.ticket_transfer_id
    payee = payee_of(refund.business_id, refund.payment_id)
    write_letter(
        refund.business_id,
        LetterKind.REFUND_SENT,
        to_email=payee.email,
        to_name=payee.name,
        facts={
            "amount": refund.amount,
            "booking_id": str(payee.booking_id) if payee.booking_id else None,
            "what_for": refund.reason if of_ticket else None,
        },
        now=now,
        once_key=f"refund_sent:{refund.id}",
    )
