"""Ask Stripe what nobody told us, and send back what is owed back."""

from datetime import datetime

from portal.exchanges.account_checkouts import reconcile_account_checkouts
from portal.exchanges.checkout_sessions import reconcile
from portal.exchanges.refunds import carry_out_refunds
from portal.gateways.card_payments import CardPayments


def reconcile_payments(stripe: CardPayments, *, now: datetime) -> int:
    """Settle open payments that no webhook told of (M2); how many were looked at."""
    return reconcile(stripe=stripe, now=now)


def reconcile_dues(stripe: CardPayments, *, now: datetime) -> int:
    """Settle what clients paid of what they owe, and cards that they changed, where no webhook told of it
    (M2); how many were looked at.
    """
    return reconcile_account_checkouts(stripe=stripe, now=now)


def carry_out_due_refunds(stripe: CardPayments, *, now: datetime) -> int:
    """Carry out refunds (M3, M4); how many were looked at."""
    return carry_out_refunds(stripe=stripe, now=now)
