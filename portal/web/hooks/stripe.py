"""Stripe's webhook: signed, read anew, applied once (M2). It answers on any host; the event's account says
whose it is.
"""

import logging

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest

from portal.exchanges.account_checkouts import settle_account_session
from portal.exchanges.auto_payments import settle_charge
from portal.exchanges.checkout_sessions import settle_session
from portal.exchanges.refunds import learn_dispute, learn_refunds
from portal.gateways.card_payments import CardPayments, ForgedEvent
from portal.gateways.stripe_objects import SignedEvent
from portal.gateways.stripe_requests import Purpose
from portal.outside import outside
from portal.web.security import csrf
from portal.web.visitor import on_any_host

pages = Blueprint("stripe_hook", __name__)
log = logging.getLogger(__name__)

OF_AN_ACCOUNT = {Purpose.DUES.value, Purpose.CARD.value, Purpose.TRANSFER.value}
"""Sessions other than of a booking: what a client owes, a card of theirs, the difference of a transfer."""


@pages.post("/stripe/webhook")
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF carries no types
@on_any_host
def receive() -> tuple[str, int]:
    """Take one event: 400 where its signature is missing, stale or false; 200 once it is applied or none of
    ours.

    A fault answers 500, and Stripe sends the event again.
    """
    try:
        event = outside().card_payments.signed_event(
            request.get_data(), request.headers.get("Stripe-Signature", "")
        )
    except ForgedEvent as forged:
        log.warning("A webhook without a true signature: %s", forged)
        raise BadRequest from forged
    apply(event, outside().card_payments)
    return "", 200


def apply(event: SignedEvent, stripe: CardPayments) -> None:
    """Apply one event by reading its object anew; kinds that tell us nothing are let pass."""
    now = outside().clock.now()
    if event.type.startswith("checkout.session.") and event.purpose in OF_AN_ACCOUNT:
        settle_account_session(event.object_id, event.stripe_account, stripe=stripe, now=now)
    elif event.type.startswith("checkout.session."):
        settle_session(event.object_id, event.stripe_account, stripe=stripe, now=now)
    elif event.type.startswith("payment_intent.") and event.purpose == Purpose.INSTALMENT.value:
        settle_charge(event.object_id, event.stripe_account, stripe=stripe, now=now)
    elif event.type.startswith("charge.dispute."):
        learn_dispute(event.object_id, event.stripe_account, stripe=stripe, now=now)
    elif event.type.startswith(("charge.refund", "refund.")) and event.payment_intent:
        learn_refunds(event.payment_intent, event.stripe_account, stripe=stripe, now=now)
