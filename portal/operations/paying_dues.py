"""Pay now, and Change card: decided under lock, and written down before Stripe is asked (M3, M5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.gateways.smallest_charge import smallest_charge
from portal.models.accounts import AccountCheckout, AccountCheckoutLine, AccountCheckoutPurpose
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, new_id
from portal.models.instalments import Instalment, SavedCard
from portal.models.people import Customer
from portal.operations.account_checkouts import SESSION_MINUTES, lock_checkout, open_checkout_of
from portal.operations.account_ledger import locked_balance
from portal.operations.claims import lock_passes
from portal.operations.open_checkouts import OpenCheckout
from portal.operations.outstanding import outstanding_of
from portal.rules.sentences import Money, Refusal


class NothingOwed(Refusal):
    """There is nothing to pay: it was paid or ended meanwhile."""

    def __init__(self) -> None:
        super().__init__("There is nothing to pay here any more.")


class DuesChanged(Refusal):
    """What is owed is not what was shown: nothing is charged."""

    def __init__(self) -> None:
        super().__init__(
            "What you owe has changed since you saw it, so nothing was charged. Please look again."
        )


class TooLittleToPay(Refusal):
    """A sum below what a card can be charged waits until there is more (M6)."""

    def __init__(self, least: int, currency: str) -> None:
        super().__init__(
            "A card cannot be charged less than {least}, so this waits until there is more to pay.",
            least=Money(least, currency),
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client wants to pay: the account's debt, the outstanding balances of passes; ``amount`` is what
    the page showed for it, in minor units.
    """

    account: bool
    pass_ids: frozenset[UUID]
    amount: int


@dataclass(frozen=True, slots=True)
class Intended:
    """What is to be opened at Stripe; or, with ``instead_of``, what must be ended there first."""

    checkout_id: UUID | None
    instead_of: OpenCheckout | None = None


_LOCK_CLIENT = (
    select(Customer.id)
    .where(Customer.business_id == bindparam("business_id"), Customer.id == bindparam("customer_id"))
    .with_for_update(key_share=True)  # rows that refer to the client are added meanwhile
)

_OWN_PASSES = select(ClassPass.id).where(
    ClassPass.business_id == bindparam("business_id"),
    ClassPass.customer_id == bindparam("customer_id"),
    ClassPass.id.in_(bindparam("pass_ids", expanding=True)),
)


def intend_to_pay(
    business: BusinessFacts,
    *,
    customer_id: UUID,
    wanted: Wanted,
    return_to: str,
    now: datetime,
    is_known_there: bool = True,
) -> Intended:
    """Write down the intent to take what a client owes.

    Decided under the locks of passes, instalments and account; raises NothingOwed, DuesChanged,
    TooLittleToPay. A second press finds the first's; one for other lines names what must be ended first.
    Without ``is_known_there`` Stripe is not told whose card it knows already.
    """
    _lock_client(business.id, customer_id)
    under_way = _locked_if_open(business.id, customer_id, AccountCheckoutPurpose.DUES)
    instalments = _instalments(business.id, customer_id, wanted.pass_ids)
    debt = locked_balance(business.id, customer_id).owed if wanted.account else 0
    amount = sum(instalment.amount for instalment in instalments) + debt
    if under_way is not None:
        if _asks_for(under_way, instalments, debt) and now < under_way.expires_at:
            return Intended(under_way.id)
        return Intended(None, instead_of=under_way)
    _refuse(business, wanted, amount)
    checkout = _add(business, customer_id, AccountCheckoutPurpose.DUES, amount, return_to, now)
    if not is_known_there:
        checkout.stripe_customer = None
    db.session.add_all(
        AccountCheckoutLine(
            business_id=business.id,
            id=new_id(),
            account_checkout_id=checkout.id,
            instalment_id=instalment_id,
            amount=owed,
        )
        for instalment_id, owed in [*((it.id, it.amount) for it in instalments), (None, debt)]
        if owed
    )
    db.session.flush()
    return Intended(checkout.id)


def intend_to_change_card(
    business: BusinessFacts,
    *,
    customer_id: UUID,
    consent: str,
    return_to: str,
    now: datetime,
    is_known_there: bool = True,
) -> Intended:
    """Write down the intent to keep another card, with the sentence that the client agreed to (M1)."""
    _lock_client(business.id, customer_id)
    under_way = _locked_if_open(business.id, customer_id, AccountCheckoutPurpose.CARD)
    if under_way is not None:
        if now < under_way.expires_at:
            return Intended(under_way.id)
        return Intended(None, instead_of=under_way)
    checkout = _add(business, customer_id, AccountCheckoutPurpose.CARD, 0, return_to, now)
    checkout.consent = consent
    if not is_known_there:
        checkout.stripe_customer = None
    db.session.flush()
    return Intended(checkout.id)


def _lock_client(business_id: UUID, customer_id: UUID) -> None:
    """First of all locks: of two presses at once, the second finds what the first intends."""
    db.session.execute(_LOCK_CLIENT, {"business_id": business_id, "customer_id": customer_id})


def _locked_if_open(
    business_id: UUID, customer_id: UUID, purpose: AccountCheckoutPurpose
) -> OpenCheckout | None:
    found = open_checkout_of(business_id, customer_id, purpose)
    if found is None or lock_checkout(found).closed_at is not None:
        return None
    return found


def _instalments(business_id: UUID, customer_id: UUID, pass_ids: Iterable[UUID]) -> list[Instalment]:
    """The failed instalments of a client's own passes, locked, but for those that are tried this moment."""
    keys = {"business_id": business_id, "customer_id": customer_id, "pass_ids": sorted(pass_ids)}
    own = sorted(db.session.scalars(_OWN_PASSES, keys).all())
    lock_passes(business_id, own)
    return [instalment for pass_id in own for instalment in outstanding_of(business_id, pass_id)]


def _asks_for(checkout: OpenCheckout, instalments: list[Instalment], debt: int) -> bool:
    lines = {line.instalment_id: line.amount for line in checkout.lines}
    wanted: dict[UUID | None, int] = {instalment.id: instalment.amount for instalment in instalments}
    return lines == (wanted | {None: debt} if debt else wanted)


def _refuse(business: BusinessFacts, wanted: Wanted, amount: int) -> None:
    if amount == 0:
        raise NothingOwed
    if amount != wanted.amount:
        raise DuesChanged
    least = smallest_charge(business.currency)
    if amount < least:
        raise TooLittleToPay(least, business.currency)


def _add(
    business: BusinessFacts,
    customer_id: UUID,
    purpose: AccountCheckoutPurpose,
    amount: int,
    return_to: str,
    now: datetime,
) -> AccountCheckout:
    checkout = AccountCheckout(
        business_id=business.id,
        id=new_id(),
        customer_id=customer_id,
        purpose=purpose,
        amount=amount,
        currency=business.currency,
        stripe_account=business.stripe_account,
        stripe_customer=_stripe_customer(business, customer_id),
        created_at=now,
        expires_at=now + timedelta(minutes=SESSION_MINUTES),
        return_to=return_to,
        asked_at=now,
    )
    db.session.add(checkout)
    db.session.flush()
    return checkout


def _stripe_customer(business: BusinessFacts, customer_id: UUID) -> str | None:
    """Who the client is at Stripe, in the account that takes the money."""
    card = db.session.scalars(
        select(SavedCard).where(
            SavedCard.business_id == business.id,
            SavedCard.customer_id == customer_id,
            SavedCard.replaced_at.is_(None),
        )
    ).first()
    return card.stripe_customer if card and card.stripe_account == business.stripe_account else None
