"""Talks with Stripe about the difference of a transfer: open, continue, give up, settle (C7, M2–M4)."""

from datetime import datetime
from uuid import UUID

from portal.exchanges.account_checkouts import end_checkout, opened_page, settle_checkout
from portal.exchanges.checkout_sessions import StripeIsSilent
from portal.gateways.card_payments import CardPayments, StripeDidNotAnswer
from portal.models.business import BusinessFacts
from portal.models.database import end_reading
from portal.operations.account_checkouts import checkout_by_session_id, open_checkout_of_ticket
from portal.operations.settling_transfers import SettledTransfer


def open_transfer_payment(
    business: BusinessFacts, checkout_id: UUID, *, stripe: CardPayments, now: datetime
) -> str | None:
    """The address of Stripe's page for a transfer that was just claimed; None where it is over by now.

    Raises NotStarted where Stripe says no (the claim is let go of), StripeIsSilent where it does not answer
    (the claim stays, to be continued).
    """
    try:
        return opened_page(business, checkout_id, stripe=stripe, now=now)
    except StripeDidNotAnswer as silence:
        raise StripeIsSilent from silence


def continue_transfer(
    business: BusinessFacts, ticket_id: UUID, *, stripe: CardPayments, now: datetime
) -> str | None:
    """The address of Stripe's page for a ticket that is being moved; None where there is nothing to pay any
    more. Raises NotStarted, StripeIsSilent.
    """
    checkout = open_checkout_of_ticket(business.id, ticket_id)
    end_reading()
    if checkout is None:
        return None
    return open_transfer_payment(business, checkout.id, stripe=stripe, now=now)


def keep_ticket(business: BusinessFacts, ticket_id: UUID, *, stripe: CardPayments, now: datetime) -> None:
    """Keep my ticket where it is: the payment is ended at Stripe, and the claim let go of once Stripe says
    so. One that was paid meanwhile moves the ticket all the same. Raises StripeIsSilent.
    """
    checkout = open_checkout_of_ticket(business.id, ticket_id)
    end_reading()
    if checkout is None:
        return
    try:
        end_checkout(checkout, stripe=stripe, now=now)
    except StripeDidNotAnswer as silence:
        raise StripeIsSilent from silence


def settle_transfer_return(
    business: BusinessFacts, session_id: str, *, reference: str, stripe: CardPayments, now: datetime
) -> SettledTransfer | None:
    """Apply the session that a client came back from (M2); None where it is not of a transfer of the booking
    with this reference. Raises StripeIsSilent.
    """
    checkout = checkout_by_session_id(session_id)
    end_reading()
    if checkout is None or checkout.transfer_id is None:
        return None
    if (checkout.business_id, checkout.reference) != (business.id, reference):
        return None
    try:
        session = stripe.read_session(session_id, checkout.stripe_account)
    except StripeDidNotAnswer as silence:
        raise StripeIsSilent from silence
    settled = settle_checkout(checkout, session, checkout.stripe_account, now=now)
    return settled if isinstance(settled, SettledTransfer) else None
