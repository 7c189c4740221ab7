"""The demo's instalments, charged on their days as the worker would have; what Stripe said is handed over."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.gateways.stripe_objects import CardCharge, KeptCard
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.instalments import Instalment
from portal.models.people import Customer
from portal.operations.auto_payments import intend_charge, record_charge
from portal.operations.charge_attempts import ChargeAttempt, due_page

DAY = timedelta(days=1)


def kept_card(of: UUID) -> KeptCard:
    """The card that somebody left with Stripe when they bought in instalments."""
    return KeptCard(
        stripe_customer=f"cus_demo_{of.hex}",
        payment_method=f"pm_demo_{of.hex}",
        brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=2034,
    )


def charge_instalments(
    business: BusinessFacts, *, declined: Collection[tuple[str, int]], since: datetime, now: datetime
) -> None:
    """Charge what came due day by day; ``declined`` are the clients' addresses, and which instalment."""
    moment = since
    while moment < now:
        for due in due_page(None, now=moment):
            if due.business_id == business.id and due.try_on <= business.day_of(moment):
                _charge(business, due.id, declined=declined, now=moment)
        moment += DAY


def _charge(
    business: BusinessFacts, instalment_id: UUID, *, declined: Collection[tuple[str, int]], now: datetime
) -> None:
    attempt = intend_charge(business, instalment_id, now=now)
    if attempt is not None:
        fails = (_email_of(business, attempt), attempt.nth) in declined
        charge = CardCharge(
            id=f"pi_demo_{attempt.id.hex}",
            status="requires_payment_method" if fails else "succeeded",
            amount=attempt.amount,
            currency=attempt.currency,
            decline_code="insufficient_funds" if fails else None,
            attempt_id=attempt.id,
            business_id=business.id,
        )
        record_charge(business, attempt, charge, stripe_account=attempt.stripe_account, now=now)


def _email_of(business: BusinessFacts, attempt: ChargeAttempt) -> str:
    return db.session.scalars(
        select(Customer.email)
        .join(
            ClassPass,
            (ClassPass.business_id == Customer.business_id) & (ClassPass.customer_id == Customer.id),
        )
        .join(
            Instalment,
            (Instalment.business_id == ClassPass.business_id) & (Instalment.class_pass_id == ClassPass.id),
        )
        .where(Instalment.business_id == business.id, Instalment.id == attempt.instalment_id)
    ).one()
