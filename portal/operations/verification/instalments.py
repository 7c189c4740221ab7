"""Passes paid in instalments: what was agreed to, what was tried, and what became of each (M1, S4, S5)."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from sqlalchemy import and_, case, func, or_, select

from portal.models.accounts import AccountCheckout, AccountCheckoutLine, AccountEntry, EntryKind
from portal.models.bookings import PassSale
from portal.models.class_passes import ClassPass
from portal.models.deactivations import PassDeactivation
from portal.models.instalments import (
    AttemptStatus,
    Instalment,
    InstalmentAttempt,
    InstalmentStatus,
    SavedCard,
)
from portal.models.payments import Payment
from portal.operations.verification.invariant import AnyRow, Invariant, count_of
from portal.rules.instalments import due_days

_OF_ATTEMPT = and_(
    Payment.business_id == InstalmentAttempt.business_id,
    Payment.instalment_attempt_id == InstalmentAttempt.id,
)
_TRIES = and_(
    InstalmentAttempt.business_id == Instalment.business_id, InstalmentAttempt.instalment_id == Instalment.id
)
_BEING_TRIED = (
    select(InstalmentAttempt.id).where(_TRIES, InstalmentAttempt.status == AttemptStatus.PENDING).exists()
)
_SENT_TO_ACCOUNT = (
    select(AccountEntry.id)
    .where(
        AccountEntry.business_id == Payment.business_id,
        AccountEntry.payment_id == Payment.id,
        AccountEntry.kind == EntryKind.PAYMENT,
        AccountEntry.amount == Payment.amount,
    )
    .exists()
)
_BY_AUTO_PAYMENT = (
    select(func.count(Payment.id))
    .join(InstalmentAttempt, _OF_ATTEMPT)
    .where(_TRIES, ~_SENT_TO_ACCOUNT)
    .correlate(Instalment)
    .scalar_subquery()
)
_BY_PAY_NOW = (
    select(func.count(AccountCheckout.id))
    .join(
        AccountCheckoutLine,
        and_(
            AccountCheckoutLine.business_id == AccountCheckout.business_id,
            AccountCheckoutLine.account_checkout_id == AccountCheckout.id,
        ),
    )
    .where(
        AccountCheckoutLine.business_id == Instalment.business_id,
        AccountCheckoutLine.instalment_id == Instalment.id,
        AccountCheckout.paid_at == Instalment.settled_at,
    )
    .correlate(Instalment)
    .scalar_subquery()
)
_IS_PAID = Instalment.status == InstalmentStatus.PAID
_GIVEN_UP = Instalment.status.in_(
    (InstalmentStatus.CHARGED, InstalmentStatus.NOT_COLLECTED, InstalmentStatus.SKIPPED)
)

_PAYMENTS = select(func.count(Payment.id)).where(_OF_ATTEMPT).correlate(InstalmentAttempt).scalar_subquery()
_TO_BE_THERE = case((InstalmentAttempt.status == AttemptStatus.SUCCEEDED, 1), else_=0)

_SINCE_DEACTIVATED = (
    select(PassDeactivation.id)
    .where(
        PassDeactivation.business_id == Instalment.business_id,
        PassDeactivation.class_pass_id == Instalment.class_pass_id,
        PassDeactivation.balance_settled_at < InstalmentAttempt.created_at,
        or_(PassDeactivation.ended_at.is_(None), PassDeactivation.ended_at > InstalmentAttempt.created_at),
    )
    .exists()
)


_AGREED = (
    select(
        ClassPass.id.label("class_pass"),
        ClassPass.bought_on,
        PassSale.later,
        PassSale.instalments,
        PassSale.rhythm,
        Instalment.nth,
        Instalment.due_on,
        Instalment.amount,
    )
    .join(
        PassSale, and_(PassSale.business_id == ClassPass.business_id, PassSale.id == ClassPass.pass_sale_id)
    )
    .outerjoin(
        Instalment,
        and_(Instalment.business_id == ClassPass.business_id, Instalment.class_pass_id == ClassPass.id),
    )
    .where(or_(PassSale.later > 0, Instalment.id.is_not(None)))
    .order_by(ClassPass.id, Instalment.nth)
)


def _not_as_agreed(rows: Iterable[AnyRow]) -> Iterator[str]:
    """Each pass whose instalments are not those of its sale: how many, on which days, and how much."""
    for class_pass, of_pass in groupby(rows, key=lambda row: row.class_pass):
        written = list(of_pass)
        sale = written[0]
        days = due_days(sale.bought_on, sale.instalments, sale.rhythm) if sale.later else ()
        found = [(row.nth, row.due_on) for row in written if row.nth is not None]
        amount = sum(row.amount or 0 for row in written)
        if found != list(enumerate(days, 2)) or amount != sale.later:
            agreed = f"agreed to {len(days)} of {sale.later}"
            yield f"class_pass {class_pass}: {agreed}, has {len(found)} of {amount}"


INSTALMENTS = (
    Invariant(
        "A pass that was sold has the instalments agreed to, on their days, and no others",
        count_of(PassSale, PassSale.later > 0),
        _AGREED,
        _not_as_agreed,
    ),
    Invariant(
        "A paid instalment was paid once, by an auto-payment or by its owner, and no other was",
        count_of(Instalment),
        select(
            Instalment.id.label("instalment"),
            Instalment.status,
            _BY_AUTO_PAYMENT.label("auto_payments"),
            _BY_PAY_NOW.label("by_owner"),
        ).where(
            or_(and_(_IS_PAID, _BY_AUTO_PAYMENT + _BY_PAY_NOW != 1), and_(~_IS_PAID, _BY_AUTO_PAYMENT > 0))
        ),
    ),
    Invariant(
        "An auto-payment that succeeded has its money, once, and no other has any",
        count_of(InstalmentAttempt),
        select(
            InstalmentAttempt.id.label("instalment_attempt"),
            InstalmentAttempt.status,
            _PAYMENTS.label("payments"),
        ).where(_PAYMENTS != _TO_BE_THERE),
    ),
    Invariant(
        "What was charged to the account, let go of or skipped is not being tried",
        count_of(Instalment, _GIVEN_UP),
        select(Instalment.id.label("instalment"), Instalment.status).where(_GIVEN_UP, _BEING_TRIED),
    ),
    Invariant(
        "No auto-payment was begun after its pass was deactivated",
        count_of(PassDeactivation),
        select(InstalmentAttempt.id.label("instalment_attempt"), InstalmentAttempt.status)
        .join(Instalment, _TRIES)
        .where(_SINCE_DEACTIVATED),
    ),
    Invariant(
        "A failed instalment has failed at least once",
        count_of(Instalment, Instalment.status == InstalmentStatus.FAILED),
        select(Instalment.id.label("instalment"), Instalment.failures).where(
            Instalment.status == InstalmentStatus.FAILED, Instalment.failures < 1
        ),
    ),
    Invariant(
        "An auto-payment is tried with a card of the pass's owner, for the instalment's amount",
        count_of(InstalmentAttempt),
        select(InstalmentAttempt.id.label("instalment_attempt"), InstalmentAttempt.amount)
        .join(Instalment, _TRIES)
        .join(
            ClassPass,
            and_(ClassPass.business_id == Instalment.business_id, ClassPass.id == Instalment.class_pass_id),
        )
        .join(
            SavedCard,
            and_(
                SavedCard.business_id == InstalmentAttempt.business_id,
                SavedCard.id == InstalmentAttempt.saved_card_id,
            ),
        )
        .where(
            or_(
                SavedCard.customer_id != ClassPass.customer_id,
                func.coalesce(SavedCard.stripe_account, "")
                != func.coalesce(InstalmentAttempt.stripe_account, ""),
                InstalmentAttempt.amount != Instalment.amount,
                InstalmentAttempt.currency != Instalment.currency,
            )
        ),
    ),
)
