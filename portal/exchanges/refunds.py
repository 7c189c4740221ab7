"""Carrying out refunds, and learning of what was moved at Stripe itself (M2, M3)."""

from datetime import datetime

from portal.exchanges.account_checkouts import settle_account_session
from portal.exchanges.auto_payments import settle_charge
from portal.exchanges.checkout_sessions import settle_session
from portal.gateways.card_payments import (
    CardPayments,
    KeyRefused,
    NotAtStripe,
    StripeDidNotAnswer,
    StripeRefused,
)
from portal.gateways.stripe_requests import Purpose
from portal.models.database import end_reading, transaction
from portal.operations.refunding import (
    DueRefund,
    KnownPayment,
    due_refunds,
    fail_refund,
    payment_of_intent,
    record_dispute,
    record_refund_asking,
    record_refunds,
    start_refund_anew,
)


def carry_out_refunds(*, stripe: CardPayments, now: datetime) -> int:
    """Send every refund that is due, or ask how it stands; returns how many. A silent Stripe is asked again
    later.

    A fault with one does not keep the others waiting: it is raised at the end.
    """
    due = due_refunds(now=now)
    end_reading()
    faults: list[Exception] = []
    for refund in due:
        try:
            _carry_out(refund, stripe=stripe, now=now)
        except StripeDidNotAnswer:
            continue
        except Exception as fault:  # noqa: BLE001  the others are not to wait for it
            faults.append(fault)
    if faults:
        raise ExceptionGroup("Refunds that could not be carried out", faults)
    return len(due)


def _carry_out(refund: DueRefund, *, stripe: CardPayments, now: datetime) -> None:
    with transaction():
        record_refund_asking(refund, now=now)
    if refund.may_be_sent(now):
        try:
            stripe.refund(
                refund.id,
                payment_intent=refund.payment_intent,
                amount=refund.amount,
                stripe_account=refund.stripe_account,
            )
        except KeyRefused:
            raise  # it stays owed until somebody has put the key right
        except StripeRefused as no:
            learn_refunds(refund.payment_intent, refund.stripe_account, stripe=stripe, now=now)
            with transaction():
                fail_refund(refund, reason=str(no), now=now)
            return
    learn_refunds(refund.payment_intent, refund.stripe_account, stripe=stripe, now=now)
    if not refund.known_to_stripe and not refund.may_be_sent(now):
        with transaction():
            start_refund_anew(refund, now=now)


def learn_refunds(
    payment_intent: str, stripe_account: str | None, *, stripe: CardPayments, now: datetime
) -> bool:
    """Read a payment's refunds anew and record them; False where it is not ours or not this account's."""
    payment = _payment(payment_intent, stripe_account, stripe=stripe, now=now)
    if payment is None:
        return False
    told = stripe.refunds_of(payment_intent, stripe_account)
    with transaction():
        record_refunds(payment, told, now=now)
    return True


def learn_dispute(
    dispute_id: str, stripe_account: str | None, *, stripe: CardPayments, now: datetime
) -> bool:
    """Read a dispute anew and record it; False where its payment is not ours or not this account's."""
    try:
        told = stripe.read_dispute(dispute_id, stripe_account)
    except NotAtStripe:
        return False
    payment = _payment(told.payment_intent, stripe_account, stripe=stripe, now=now)
    if payment is None:
        return False
    with transaction():
        record_dispute(payment, told, now=now)
    return True


def _payment(
    payment_intent: str | None, stripe_account: str | None, *, stripe: CardPayments, now: datetime
) -> KnownPayment | None:
    """The payment that Stripe speaks of; one that we have not heard of yet is settled first (M2)."""
    if payment_intent is None:
        return None
    payment = payment_of_intent(payment_intent)
    end_reading()
    if payment is None and _settle_first(payment_intent, stripe_account, stripe=stripe, now=now):
        payment = payment_of_intent(payment_intent)
        end_reading()
    return payment if payment is not None and payment.stripe_account == stripe_account else None


def _settle_first(
    payment_intent: str, stripe_account: str | None, *, stripe: CardPayments, now: datetime
) -> bool:
    """Apply what a payment came of, a session or an auto-payment, where we are told of its refund or dispute
    before it (M2).
    """
    if settle_charge(payment_intent, stripe_account, stripe=stripe, now=now) is not None:
        return True
    session = stripe.session_of_payment(payment_intent, stripe_account)
    if session is None:
        return False
    if session.purpose in {Purpose.DUES.value, Purpose.TRANSFER.value}:
        return settle_account_session(session.id, stripe_account, stripe=stripe, now=now) is not None
    return settle_session(session.id, stripe_account, stripe=stripe, now=now) is not None
