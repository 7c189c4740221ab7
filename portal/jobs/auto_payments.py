"""Charge what is due, and ask Stripe about charges whose answer nobody told us."""

from datetime import datetime

from portal.exchanges.auto_payments import charge_due, reconcile_charges
from portal.gateways.card_payments import CardPayments


def charge_due_instalments(stripe: CardPayments, *, now: datetime) -> int:
    """Charge the instalments whose day has come (M1); how many were charged."""
    return charge_due(stripe=stripe, now=now)


def reconcile_auto_payments(stripe: CardPayments, *, now: datetime) -> int:
    """Settle charges that no webhook told of (M2); how many were looked at."""
    return reconcile_charges(stripe=stripe, now=now)
