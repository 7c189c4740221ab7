"""What breaks each invariant about clients' accounts."""

from collections.abc import Callable, Iterable

from sqlalchemy import Executable, delete, select, update

from portal.models.accounts import (
    AccountCheckout,
    AccountCheckoutLine,
    AccountCheckoutPurpose,
    AccountEntry,
    CustomerAccount,
    EntryKind,
)
from portal.models.audit import AuditEntry
from portal.models.instalments import Instalment, InstalmentStatus
from portal.models.pass_refunds import PassRefund, RefundedTo
from portal.models.payments import Payment, Refund, RefundStatus
from tests.operations.verification.busy_studio import BusyStudio

Damage = Callable[[BusyStudio], Iterable[Executable]]


def _one_paid(kind: EntryKind, **values: object) -> Executable:
    one = select(AccountEntry.id).where(AccountEntry.kind == kind).limit(1).scalar_subquery()
    return update(AccountEntry).where(AccountEntry.id == one).values(**values)


def _entries(kind: EntryKind, **values: object) -> Executable:
    return update(AccountEntry).where(AccountEntry.kind == kind).values(**values)


def _no_entries(kind: EntryKind) -> Executable:
    return delete(AccountEntry).where(AccountEntry.kind == kind)


_PAID_DUES = select(AccountCheckoutLine.instalment_id).where(AccountCheckoutLine.instalment_id.is_not(None))
_OF_ACCOUNTS = select(AccountEntry.refund_id).where(AccountEntry.refund_id.is_not(None))
_IS_OF_DUES = Payment.account_checkout_id.is_not(None)

ACCOUNT_DAMAGES: dict[str, list[Damage]] = {
    "An account balance is what its ledger adds up to": [
        lambda _: [update(CustomerAccount).values(balance=CustomerAccount.balance + 1)],
        lambda _: [_no_entries(EntryKind.CREDIT)],
        lambda _: [_entries(EntryKind.BASKET, amount=-1)],
    ],
    "What is claimed of an account is what bookings that wait for payment use of it": [
        lambda _: [update(CustomerAccount).values(claimed=0)],
        lambda _: [update(CustomerAccount).values(claimed=CustomerAccount.claimed + 1)],
    ],
    "What an account paid of a confirmed booking is one entry, and no other booking has any": [
        lambda _: [_no_entries(EntryKind.BASKET)],
        lambda _: [_entries(EntryKind.BASKET, amount=-2799)],
        lambda s: [_one_paid(EntryKind.BASKET, booking_id=s.waiting.id)],
        lambda s: [_entries(EntryKind.BASKET, customer_id=s.ben.id)],
    ],
    "Every outstanding balance that was charged is on its client's account, once": [
        lambda _: [_no_entries(EntryKind.INSTALMENTS)],
        lambda _: [_entries(EntryKind.INSTALMENTS, amount=-1)],
        lambda s: [_entries(EntryKind.INSTALMENTS, customer_id=s.ben.id)],
        lambda _: [
            update(Instalment)
            .where(Instalment.status == InstalmentStatus.CHARGED)
            .values(status=InstalmentStatus.NOT_COLLECTED)
        ],
    ],
    "An account checkout asks for what its lines add up to": [
        lambda _: [update(AccountCheckoutLine).values(amount=AccountCheckoutLine.amount + 1)],
        lambda _: [delete(AccountCheckoutLine)],
    ],
    "An account checkout that was paid has its payment, once, and no other has any": [
        lambda _: [delete(Payment).where(_IS_OF_DUES)],
        lambda _: [update(Payment).where(_IS_OF_DUES).values(amount=1)],
        lambda _: [
            update(AccountCheckout)
            .where(AccountCheckout.purpose == AccountCheckoutPurpose.DUES)
            .values(paid_at=None)
        ],
    ],
    "What came for what a client owed paid instalments or went to the account, to the penny": [
        lambda _: [_no_entries(EntryKind.PAYMENT)],
        lambda _: [
            update(Instalment)
            .where(Instalment.id.in_(_PAID_DUES))
            .values(status=InstalmentStatus.FAILED, settled_at=None)
        ],
    ],
    "What was paid out of an account to the card has left it, and what failed came back to it": [
        lambda _: [update(Refund).where(Refund.id.in_(_OF_ACCOUNTS)).values(status=RefundStatus.FAILED)],
        lambda _: [_entries(EntryKind.CARD_REFUND, amount=-1)],
        lambda _: [_entries(EntryKind.CARD_REFUND, amount=1000)],
    ],
    "A pass's refund went where it was said to go, all of it": [
        lambda _: [update(PassRefund).values(amount=PassRefund.amount + 1)],
        lambda _: [_no_entries(EntryKind.PASS_REFUND)],
        lambda _: [update(Refund).values(pass_refund_id=None)],
        lambda _: [update(PassRefund).values(to=RefundedTo.CARD)],
    ],
    "The audit tells of every charge and credit that staff added, with its reason": [
        lambda _: [delete(AuditEntry).where(AuditEntry.act == "account.charged")],
        lambda _: [_entries(EntryKind.CREDIT, reason="Another one")],
    ],
}
