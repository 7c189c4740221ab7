"""Pay now without a till: the intent as the portal writes it down, and Stripe's word made up."""

from datetime import datetime
from uuid import UUID

from portal.gateways.stripe_objects import CheckoutSession
from portal.models.business import BusinessFacts
from portal.models.database import end_reading, transaction
from portal.operations.account_checkouts import checkout_by_id
from portal.operations.paying_dues import Wanted, intend_to_pay
from portal.operations.settling_dues import settle_dues
from tests.studio import APass, APerson
from tests.till import RETURN_TO


def dues_intended(client: APerson, *passes: APass, account: bool, amount: int, now: datetime) -> UUID:
    """Press Pay now: the account checkout that is written down."""
    wanted = Wanted(account=account, pass_ids=frozenset(owned.id for owned in passes), amount=amount)
    with transaction():
        intended = intend_to_pay(
            client.business, customer_id=client.id, wanted=wanted, return_to=RETURN_TO, now=now
        )
    assert intended.checkout_id is not None, "another is under way"
    return intended.checkout_id


def dues_session(business: BusinessFacts, checkout_id: UUID, amount: int) -> CheckoutSession:
    """What Stripe would tell of it: paid."""
    return CheckoutSession(
        id=f"cs_{checkout_id.hex}",
        url=None,
        status="complete",
        paid=True,
        amount=amount,
        currency=business.currency,
        payment_intent=f"pi_{checkout_id.hex}",
        attempt_id=checkout_id,
        business_id=business.id,
        purpose="dues",
    )


def dues_paid(client: APerson, *passes: APass, account: bool, amount: int, now: datetime) -> None:
    """Pay now, and Stripe tells that it was paid."""
    checkout_id = dues_intended(client, *passes, account=account, amount=amount, now=now)
    checkout = checkout_by_id(client.business.id, checkout_id)
    end_reading()
    assert checkout is not None
    with transaction():
        settle_dues(
            checkout,
            dues_session(client.business, checkout_id, amount),
            stripe_account=checkout.stripe_account,
            now=now,
        )
