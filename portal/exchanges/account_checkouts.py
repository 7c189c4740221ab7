"""Talks with Stripe about what a client owes and the card on file: Pay now, Change card; and what is common
to these and the difference of a transfer (M2, M3, M5).
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from portal.exchanges.checkout_sessions import StripeIsSilent
from portal.gateways.card_payments import CardPayments, NotAtStripe, StripeDidNotAnswer, StripeRefused
from portal.gateways.stripe_objects import CheckoutSession
from portal.models.accounts import AccountCheckoutPurpose
from portal.models.business import BusinessFacts
from portal.models.database import end_reading, transaction
from portal.operations.account_checkouts import (
    checkout_by_id,
    checkout_by_session_id,
    checkout_of_session,
    checkouts_to_ask_about,
    record_asking,
)
from portal.operations.open_checkouts import OpenCheckout
from portal.operations.paying_dues import Intended, Wanted, intend_to_change_card, intend_to_pay
from portal.operations.settling_dues import SettledDues, settle_dues
from portal.operations.settling_transfers import SettledTransfer, close_unmade, settle_transfer
from portal.rules.sentences import Refusal

TRIES = 4
"""How often what is under way is made room for: more presses than that at once are not a person's."""


class NotStarted(Refusal):
    """Stripe refused to open its page: nothing was charged."""

    def __init__(self) -> None:
        super().__init__("The card page could not be opened, so nothing was charged. Please tell the studio.")


def pay_dues(
    business: BusinessFacts,
    *,
    customer_id: UUID,
    wanted: Wanted,
    return_to: str,
    stripe: CardPayments,
    now: datetime,
) -> str:
    """The address of Stripe's page for what a client wants to pay; the same on a second press.

    Another payment of theirs that is under way is ended first, and counted if it was paid by then. Raises
    NothingOwed, DuesChanged, TooLittleToPay, NotStarted, StripeIsSilent.
    """

    def intend(*, is_known_there: bool) -> Intended:
        return intend_to_pay(
            business,
            customer_id=customer_id,
            wanted=wanted,
            return_to=return_to,
            now=now,
            is_known_there=is_known_there,
        )

    return _page(business, intend, stripe=stripe, now=now)


def change_card(
    business: BusinessFacts,
    *,
    customer_id: UUID,
    consent: str,
    return_to: str,
    stripe: CardPayments,
    now: datetime,
) -> str:
    """The address of Stripe's page on which a client leaves another card; the same on a second press.

    Raises NotStarted, StripeIsSilent.
    """

    def intend(*, is_known_there: bool) -> Intended:
        return intend_to_change_card(
            business,
            customer_id=customer_id,
            consent=consent,
            return_to=return_to,
            now=now,
            is_known_there=is_known_there,
        )

    return _page(business, intend, stripe=stripe, now=now)


def settle_account_session(
    session_id: str, stripe_account: str | None, *, stripe: CardPayments, now: datetime
) -> SettledDues | SettledTransfer | None:
    """Read a session anew and apply it: for the webhook (M2, M7). None for one that is not ours."""
    try:
        session = stripe.read_session(session_id, stripe_account)
    except NotAtStripe:
        return None
    checkout = checkout_of_session(session)
    end_reading()
    return settle_checkout(checkout, session, stripe_account, now=now) if checkout else None


def settle_account_return(
    business: BusinessFacts, session_id: str, *, customer_id: UUID, stripe: CardPayments, now: datetime
) -> SettledDues | None:
    """Apply the session that a client came back from (M2); None where it is not theirs."""
    checkout = checkout_by_session_id(session_id)
    end_reading()
    if checkout is None or (checkout.business_id, checkout.customer_id) != (business.id, customer_id):
        return None
    try:
        session = stripe.read_session(session_id, checkout.stripe_account)
    except StripeDidNotAnswer as silence:
        raise StripeIsSilent from silence
    settled = settle_checkout(checkout, session, checkout.stripe_account, now=now)
    return settled if isinstance(settled, SettledDues) else None


def reconcile_account_checkouts(*, stripe: CardPayments, now: datetime) -> int:
    """Ask Stripe about every open account checkout that nobody told us of for a minute; how many (M2, M3).

    A fault with one does not keep the others waiting: it is raised at the end.
    """
    due = checkouts_to_ask_about(now=now)
    end_reading()
    faults: list[Exception] = []
    for checkout in due:
        try:
            with transaction():
                record_asking(checkout, now=now)
            _ask(checkout, stripe=stripe, now=now)
        except Exception as fault:  # noqa: BLE001  the others are not to wait for it
            faults.append(fault)
    if faults:
        raise ExceptionGroup("Account checkouts that could not be reconciled", faults)
    return len(due)


def _page(
    business: BusinessFacts, intend: Callable[..., Intended], *, stripe: CardPayments, now: datetime
) -> str:
    """Intend and open, until there is a page: what is in its way is ended first, and a client whom Stripe
    does not know (any more) comes as a new one.
    """
    is_known_there = True
    for _ in range(TRIES):
        with transaction():
            intended = intend(is_known_there=is_known_there)
        try:
            url = _opened_or_made_room(business, intended, stripe=stripe, now=now)
        except NotStarted as no:
            if not is_known_there or not isinstance(no.__cause__, NotAtStripe):
                raise
            is_known_there = False
        except StripeDidNotAnswer as silence:
            raise StripeIsSilent from silence
        else:
            if url is not None:
                return url
    raise StripeIsSilent


def _opened_or_made_room(
    business: BusinessFacts, intended: Intended, *, stripe: CardPayments, now: datetime
) -> str | None:
    if intended.checkout_id is not None:
        return opened_page(business, intended.checkout_id, stripe=stripe, now=now)
    if intended.instead_of is not None:
        end_checkout(intended.instead_of, stripe=stripe, now=now)
    return None


def opened_page(
    business: BusinessFacts, checkout_id: UUID, *, stripe: CardPayments, now: datetime
) -> str | None:
    """The page of an account checkout: opened now, or before. None where it is over by now.

    Raises NotStarted, StripeDidNotAnswer.
    """
    checkout = checkout_by_id(business.id, checkout_id)
    end_reading()
    if checkout is None or not checkout.is_open:
        return None
    session = _ask(checkout, stripe=stripe, now=now)
    return session.url if session is not None and session.status == "open" else None


def end_checkout(checkout: OpenCheckout, *, stripe: CardPayments, now: datetime) -> None:
    """End what is under way; one that was paid by then is settled as paid. Raises StripeDidNotAnswer."""
    session = _session_of(checkout, stripe=stripe, now=now)
    if session is not None and session.status == "open":
        session = stripe.expire_session(session.id, checkout.stripe_account)
    if session is None:
        with transaction():
            close_unmade(checkout, now=now)
    else:
        settle_checkout(checkout, session, checkout.stripe_account, now=now)


def _ask(checkout: OpenCheckout, *, stripe: CardPayments, now: datetime) -> CheckoutSession | None:
    """Ask how an account checkout stands and apply the answer; None where Stripe never opened it."""
    try:
        session = _session_of(checkout, stripe=stripe, now=now)
    except StripeRefused as no:
        if checkout.session_id is not None:
            raise  # it was opened, and may yet be paid
        with transaction():
            close_unmade(checkout, now=now)
        raise NotStarted from no
    if session is None:
        with transaction():
            close_unmade(checkout, now=now)
        return None
    settle_checkout(checkout, session, checkout.stripe_account, now=now)
    return session


def settle_checkout(
    checkout: OpenCheckout, session: CheckoutSession, stripe_account: str | None, *, now: datetime
) -> SettledDues | SettledTransfer:
    """Apply what Stripe says of an account checkout, whatever it is for."""
    with transaction():
        if checkout.purpose is AccountCheckoutPurpose.TRANSFER:
            return settle_transfer(checkout, session, stripe_account=stripe_account, now=now)
        return settle_dues(checkout, session, stripe_account=stripe_account, now=now)


def _session_of(checkout: OpenCheckout, *, stripe: CardPayments, now: datetime) -> CheckoutSession | None:
    """What it opened: read, sent (again) with its key, or looked up; None where Stripe knows nothing of it
    (M3). A session that Stripe denies is believed to be gone only once its time is over.
    """
    if checkout.session_id is not None:
        try:
            return stripe.read_session(checkout.session_id, checkout.stripe_account)
        except NotAtStripe:
            if now < checkout.expires_at:
                raise
            return None
    if checkout.may_be_sent_again(now):
        return _open(checkout, stripe=stripe)
    return stripe.find_session(checkout.id, since=checkout.created_at, stripe_account=checkout.stripe_account)


def _open(checkout: OpenCheckout, *, stripe: CardPayments) -> CheckoutSession:
    if checkout.purpose is AccountCheckoutPurpose.CARD:
        return stripe.open_card_session(checkout.card_request())
    return stripe.open_session(checkout.payment_request())
