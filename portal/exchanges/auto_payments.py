"""Charging instalments on their day, and learning what became of each charge (M1–M3)."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from portal.gateways.card_payments import (
    CardPayments,
    KeyRefused,
    NotAtStripe,
    StripeDidNotAnswer,
    StripeRefused,
)
from portal.gateways.stripe_objects import CardCharge
from portal.models.business import BusinessFacts
from portal.models.businesses import business_of
from portal.models.database import end_reading, transaction
from portal.models.instalments import AttemptStatus
from portal.operations.auto_payments import (
    close_charge,
    intend_charge,
    may_be_sent_again,
    record_charge,
    record_refusal,
)
from portal.operations.charge_attempts import (
    ChargeAttempt,
    DueInstalment,
    attempt_of_charge,
    due_page,
    unresolved_charges,
)

MOST_AT_A_TIME = 200
"""How many charges one round makes at most, so that its moment does not grow stale."""

MOST_SILENCES = 3
"""After so many unanswered calls a round ends: the rest waits for the next, not each for its own time-out."""

REFUSED = "refused_by_stripe"


def charge_due(*, stripe: CardPayments, now: datetime) -> int:
    """Charge every instalment that is due; returns how many charges were begun.

    A fault with one does not keep the others waiting: it is raised at the end. A charge that Stripe did not
    answer for is asked about later.
    """
    begun = silences = 0
    faults: list[Exception] = []
    for business, due in _may_be_due(now):
        try:
            begun += _charge(business, due, stripe=stripe, now=now)
        except StripeDidNotAnswer:
            silences += 1
        except Exception as fault:  # noqa: BLE001  the others are not to wait for it
            faults.append(fault)
        if silences >= MOST_SILENCES or begun + len(faults) >= MOST_AT_A_TIME:
            break
    _raise_together("Auto-payments that could not be made", faults)
    return begun + silences


def reconcile_charges(*, stripe: CardPayments, now: datetime) -> int:
    """Ask Stripe about every charge that nobody has told us of for a minute; returns how many (M2, M3)."""
    unresolved = unresolved_charges(now=now)
    end_reading()
    silences = 0
    faults: list[Exception] = []
    for attempt in unresolved:
        try:
            _reconcile(attempt, stripe=stripe, now=now)
        except StripeDidNotAnswer as silence:
            faults.append(silence)
            silences += 1
            if silences >= MOST_SILENCES:
                break
        except Exception as fault:  # noqa: BLE001  the others are not to wait for it
            faults.append(fault)
    _raise_together("Auto-payments that could not be reconciled", faults)
    return len(unresolved)


def settle_charge(
    payment_intent: str, stripe_account: str | None, *, stripe: CardPayments, now: datetime
) -> AttemptStatus | None:
    """Read a payment anew and apply it: for the webhook, whose account says where to read (M2, M7).

    None for a payment that is no instalment's.
    """
    try:
        charge = stripe.read_charge(payment_intent, stripe_account)
    except NotAtStripe:
        return None
    attempt = attempt_of_charge(charge)
    end_reading()
    if attempt is None:
        return None
    with transaction():
        return record_charge(
            business_of(attempt.business_id), attempt, charge, stripe_account=stripe_account, now=now
        )


def _may_be_due(now: datetime) -> Iterator[tuple[BusinessFacts, DueInstalment]]:
    """Page by page, to the end: what cannot be charged now never keeps the rest out of sight."""
    businesses: dict[UUID, BusinessFacts] = {}
    after: DueInstalment | None = None
    while page := due_page(after, now=now):
        for due in page:
            if due.business_id not in businesses:
                businesses[due.business_id] = business_of(due.business_id)
        end_reading()
        for due in page:
            business = businesses[due.business_id]
            if due.try_on <= business.day_of(now):
                yield business, due
        after = page[-1]
    end_reading()


def _charge(business: BusinessFacts, due: DueInstalment, *, stripe: CardPayments, now: datetime) -> bool:
    """The intent, the call, the outcome; False where there was nothing to charge after all."""
    with transaction():
        attempt = intend_charge(business, due.id, now=now)
    if attempt is None:
        return False
    _send(business, attempt, stripe=stripe, now=now)
    return True


def _send(business: BusinessFacts, attempt: ChargeAttempt, *, stripe: CardPayments, now: datetime) -> None:
    """Ask Stripe for the money and record what it says. Raises StripeDidNotAnswer."""
    try:
        made = stripe.charge_card(attempt.request())
        charge = stripe.read_charge(made, attempt.stripe_account)
    except KeyRefused:
        raise  # it is asked again until somebody has put the key right
    except StripeRefused as no:
        _refused(business, attempt, no, stripe=stripe, now=now)
    else:
        _record(business, attempt, charge, now=now)


def _refused(
    business: BusinessFacts, attempt: ChargeAttempt, no: StripeRefused, *, stripe: CardPayments, now: datetime
) -> None:
    """A refusal for good, unless an earlier sending of the same attempt had made the payment."""
    charge = _looked_up(attempt, stripe=stripe)
    with transaction():
        if charge is None:
            record_refusal(business, attempt, code=no.code or REFUSED, now=now)
        else:
            record_charge(business, attempt, charge, stripe_account=attempt.stripe_account, now=now)


def _reconcile(attempt: ChargeAttempt, *, stripe: CardPayments, now: datetime) -> None:
    """Send again what may be sent, and look up what Stripe does not answer for; a payment that it never made
    is closed once its key is not sent any more.
    """
    business = business_of(attempt.business_id)
    with transaction():
        goes_on = may_be_sent_again(business, attempt, now=now)
    if goes_on:
        with suppress(StripeDidNotAnswer):
            _send(business, attempt, stripe=stripe, now=now)
            return
    charge = _looked_up(attempt, stripe=stripe)
    if charge is not None:
        _record(business, attempt, charge, now=now)
    elif not goes_on:
        with transaction():
            close_charge(business, attempt, now=now)


def _looked_up(attempt: ChargeAttempt, *, stripe: CardPayments) -> CardCharge | None:
    """The payment that an attempt made, found by our name on it; none for a customer whom Stripe has not."""
    try:
        return stripe.find_charge(
            attempt.id,
            stripe_customer=attempt.stripe_customer,
            since=attempt.created_at,
            stripe_account=attempt.stripe_account,
        )
    except NotAtStripe:
        return None


def _record(business: BusinessFacts, attempt: ChargeAttempt, charge: CardCharge, *, now: datetime) -> None:
    with transaction():
        record_charge(business, attempt, charge, stripe_account=attempt.stripe_account, now=now)


def _raise_together(what: str, faults: list[Exception]) -> None:
    if faults:
        raise ExceptionGroup(what, faults)
