"""Clients' accounts: the ledger, what is claimed of it, and the money that came and went (M5, S5, S9)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from portal.models.accounts import (
    AccountCheckout,
    AccountCheckoutLine,
    AccountCheckoutPurpose,
    AccountEntry,
    CustomerAccount,
    EntryKind,
)
from portal.models.audit import AuditEntry
from portal.models.bookings import Booking, BookingStatus
from portal.models.class_passes import ClassPass
from portal.models.database import Base
from portal.models.instalments import Instalment, InstalmentStatus
from portal.models.pass_refunds import PassRefund, RefundedTo
from portal.models.payments import Payment, Refund, RefundStatus
from portal.operations.verification.invariant import Invariant, count_of


def _sum(amounts: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(amounts), 0)


def _of_client(model: type[Base], amounts: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """What a client's rows add up to, beside their account."""
    columns = model.__table__.c
    return (
        select(_sum(amounts))
        .where(
            columns.business_id == CustomerAccount.business_id,
            columns.customer_id == CustomerAccount.customer_id,
            *conditions,
        )
        .correlate(CustomerAccount)
        .scalar_subquery()
    )


def _entries(of: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """What entries come to that belong to a row."""
    return (
        select(_sum(AccountEntry.amount))
        .where(AccountEntry.business_id == of.business_id, *conditions)
        .correlate(of)
        .scalar_subquery()
    )


_LEDGER = _of_client(AccountEntry, AccountEntry.amount)
_CLAIMED = _of_client(Booking, Booking.balance_used, Booking.status == BookingStatus.PENDING)
_SPENT = _entries(
    Booking,
    AccountEntry.booking_id == Booking.id,
    AccountEntry.customer_id == Booking.customer_id,
    AccountEntry.kind == EntryKind.BASKET,
)
_TO_SPEND = case((Booking.status == BookingStatus.CONFIRMED, Booking.balance_used), else_=0)

_CHARGED = (
    select(_sum(Instalment.amount))
    .where(
        Instalment.business_id == ClassPass.business_id,
        Instalment.class_pass_id == ClassPass.id,
        Instalment.status == InstalmentStatus.CHARGED,
    )
    .correlate(ClassPass)
    .scalar_subquery()
)
_DEBITED = _entries(
    ClassPass,
    AccountEntry.class_pass_id == ClassPass.id,
    AccountEntry.customer_id == ClassPass.customer_id,
    AccountEntry.kind == EntryKind.INSTALMENTS,
)

_LINES = (
    select(_sum(AccountCheckoutLine.amount))
    .where(
        AccountCheckoutLine.business_id == AccountCheckout.business_id,
        AccountCheckoutLine.account_checkout_id == AccountCheckout.id,
    )
    .correlate(AccountCheckout)
    .scalar_subquery()
)
_CAME = (
    select(_sum(Payment.amount))
    .where(
        Payment.business_id == AccountCheckout.business_id, Payment.account_checkout_id == AccountCheckout.id
    )
    .correlate(AccountCheckout)
    .scalar_subquery()
)
_PAID_INSTALMENTS = (
    select(_sum(AccountCheckoutLine.amount))
    .join(
        Instalment,
        and_(
            Instalment.business_id == AccountCheckoutLine.business_id,
            Instalment.id == AccountCheckoutLine.instalment_id,
        ),
    )
    .where(
        AccountCheckoutLine.business_id == AccountCheckout.business_id,
        AccountCheckoutLine.account_checkout_id == AccountCheckout.id,
        Instalment.status == InstalmentStatus.PAID,
        Instalment.settled_at == AccountCheckout.paid_at,
    )
    .correlate(AccountCheckout)
    .scalar_subquery()
)
_TO_ACCOUNT = (
    select(_sum(AccountEntry.amount))
    .join(
        Payment,
        and_(Payment.business_id == AccountEntry.business_id, Payment.id == AccountEntry.payment_id),
    )
    .where(
        AccountEntry.business_id == AccountCheckout.business_id,
        AccountEntry.customer_id == AccountCheckout.customer_id,
        Payment.account_checkout_id == AccountCheckout.id,
    )
    .correlate(AccountCheckout)
    .scalar_subquery()
)
_TAKEN = case((AccountCheckout.paid_at.is_not(None), AccountCheckout.amount), else_=0)

_BETWEEN_CARD_AND_ACCOUNT = AccountEntry.kind.in_((EntryKind.CARD_REFUND, EntryKind.REFUND_FAILED))
_PAID_OUT = _entries(Refund, AccountEntry.refund_id == Refund.id, _BETWEEN_CARD_AND_ACCOUNT)
_IS_OF_ACCOUNT = (
    select(AccountEntry.id)
    .where(
        AccountEntry.business_id == Refund.business_id,
        AccountEntry.refund_id == Refund.id,
        _BETWEEN_CARD_AND_ACCOUNT,
    )
    .exists()
)
_STANDS = case((Refund.status == RefundStatus.FAILED, 0), else_=-Refund.amount)
_ASTRAY = or_(
    and_(Refund.ours, _PAID_OUT != _STANDS),
    and_(~Refund.ours, or_(_PAID_OUT > 0, _PAID_OUT < _STANDS)),  # of what went to the account, no more
)

_GIVEN = case(
    (
        PassRefund.to == RefundedTo.ACCOUNT,
        _entries(PassRefund, AccountEntry.pass_refund_id == PassRefund.id),
    ),
    else_=select(_sum(Refund.amount))
    .where(Refund.business_id == PassRefund.business_id, Refund.pass_refund_id == PassRefund.id)
    .correlate(PassRefund)
    .scalar_subquery(),
)

_BY_STAFF = AccountEntry.kind.in_((EntryKind.CHARGE, EntryKind.CREDIT))
_TOLD = (
    select(AuditEntry.id)
    .where(
        AuditEntry.business_id == AccountEntry.business_id,
        AuditEntry.subject == AccountEntry.__tablename__,
        AuditEntry.subject_id == AccountEntry.id,
        AuditEntry.act.in_(("account.charged", "account.credited")),
        AuditEntry.reason == AccountEntry.reason,
    )
    .exists()
)

ACCOUNTS = (
    Invariant(
        "An account balance is what its ledger adds up to",
        count_of(CustomerAccount),
        select(
            CustomerAccount.id.label("customer_account"),
            CustomerAccount.balance.label("kept"),
            _LEDGER.label("found"),
        ).where(CustomerAccount.balance != _LEDGER),
    ),
    Invariant(
        "What is claimed of an account is what bookings that wait for payment use of it",
        count_of(CustomerAccount),
        select(
            CustomerAccount.id.label("customer_account"),
            CustomerAccount.claimed.label("kept"),
            _CLAIMED.label("found"),
        ).where(CustomerAccount.claimed != _CLAIMED),
    ),
    Invariant(
        "What an account paid of a confirmed booking is one entry, and no other booking has any",
        count_of(Booking, Booking.balance_used > 0),
        select(
            Booking.id.label("booking"),
            Booking.reference,
            Booking.balance_used,
            _SPENT.label("entered"),
        ).where(_SPENT != -_TO_SPEND),
    ),
    Invariant(
        "Every outstanding balance that was charged is on its client's account, once",
        count_of(Instalment, Instalment.status == InstalmentStatus.CHARGED),
        select(ClassPass.id.label("class_pass"), _CHARGED.label("charged"), _DEBITED.label("entered")).where(
            _DEBITED != -_CHARGED
        ),
    ),
    Invariant(
        "An account checkout asks for what its lines add up to",
        count_of(AccountCheckout, AccountCheckout.purpose != AccountCheckoutPurpose.TRANSFER),
        select(
            AccountCheckout.id.label("account_checkout"), AccountCheckout.amount, _LINES.label("lines")
        ).where(AccountCheckout.purpose != AccountCheckoutPurpose.TRANSFER, AccountCheckout.amount != _LINES),
    ),
    Invariant(
        "An account checkout that was paid has its payment, once, and no other has any",
        count_of(AccountCheckout, AccountCheckout.purpose == AccountCheckoutPurpose.DUES),
        select(
            AccountCheckout.id.label("account_checkout"), AccountCheckout.amount, _CAME.label("came")
        ).where(AccountCheckout.purpose == AccountCheckoutPurpose.DUES, _CAME != _TAKEN),
    ),
    Invariant(
        "What came for what a client owed paid instalments or went to the account, to the penny",
        count_of(AccountCheckout, AccountCheckout.purpose == AccountCheckoutPurpose.DUES),
        select(
            AccountCheckout.id.label("account_checkout"),
            AccountCheckout.amount,
            _PAID_INSTALMENTS.label("instalments"),
            _TO_ACCOUNT.label("to_account"),
        ).where(
            AccountCheckout.purpose == AccountCheckoutPurpose.DUES,
            _PAID_INSTALMENTS + _TO_ACCOUNT != _TAKEN,
        ),
    ),
    Invariant(
        "What was paid out of an account to the card has left it, and what failed came back to it",
        count_of(Refund, _IS_OF_ACCOUNT),
        select(Refund.id.label("refund"), Refund.amount, Refund.status, _PAID_OUT.label("entered")).where(
            _IS_OF_ACCOUNT, _ASTRAY
        ),
    ),
    Invariant(
        "A pass's refund went where it was said to go, all of it",
        count_of(PassRefund),
        select(PassRefund.id.label("pass_refund"), PassRefund.amount, _GIVEN.label("given")).where(
            PassRefund.amount != _GIVEN
        ),
    ),
    Invariant(
        "The audit tells of every charge and credit that staff added, with its reason",
        count_of(AccountEntry, _BY_STAFF),
        select(AccountEntry.id.label("account_entry"), AccountEntry.amount).where(_BY_STAFF, ~_TOLD),
    ),
)
