"""What can still go back to cards: payments, less what was refunded or is disputed (M5, S9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, and_, bindparam, func, select, union_all

from portal.models.accounts import AccountCheckout, AccountCheckoutLine, AccountEntry
from portal.models.bookings import Booking, PassSale
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.instalments import Instalment, InstalmentAttempt, InstalmentStatus
from portal.models.joins import joined
from portal.models.payments import Dispute, Payment, Refund, RefundStatus
from portal.models.whole_refunds import GOES_BACK_WHOLE, WHOLE


@dataclass(frozen=True, slots=True)
class RefundablePayment:
    """A card payment; ``left`` is how much of it can still go back, in minor units."""

    id: UUID
    received_at: datetime
    left: int


@dataclass(frozen=True, slots=True)
class OwedBack:
    """A payment that is to go back whole, for a ``reason``, and of which the bank did not take ``amount``
    (minor units).
    """

    payment_id: UUID
    amount: int
    reason: str


_WENT_BACK = (
    select(func.coalesce(func.sum(Refund.amount), 0))
    .where(
        Refund.business_id == Payment.business_id,
        Refund.payment_id == Payment.id,
        Refund.status != RefundStatus.FAILED,
    )
    .correlate(Payment)
    .scalar_subquery()
)

_IS_DISPUTED = (
    select(Dispute.id)
    .where(Dispute.business_id == Payment.business_id, Dispute.payment_id == Payment.id)
    .correlate(Payment)
    .exists()
)

_PUT_ON_ACCOUNT = (
    select(func.sum(AccountEntry.amount))
    .join(
        Payment,
        and_(Payment.business_id == AccountEntry.business_id, Payment.id == AccountEntry.payment_id),
    )
    .where(Payment.business_id == bindparam("business_id"), Payment.booking_id == bindparam("booking_id"))
)

_BY_BOOKINGS = (
    select(Payment.id)
    .join(Booking, and_(Booking.business_id == Payment.business_id, Booking.id == Payment.booking_id))
    .where(Booking.business_id == bindparam("business_id"), Booking.customer_id == bindparam("customer_id"))
)
_TO_PASS = (
    (Payment.instalment_attempt_id, InstalmentAttempt.id),
    (InstalmentAttempt.instalment_id, Instalment.id),
    (Instalment.class_pass_id, ClassPass.id),
)
_BY_INSTALMENTS = joined(select(Payment.id), *_TO_PASS).where(
    ClassPass.business_id == bindparam("business_id"), ClassPass.customer_id == bindparam("customer_id")
)
_BY_DUES = (
    select(Payment.id)
    .join(
        AccountCheckout,
        and_(
            AccountCheckout.business_id == Payment.business_id,
            AccountCheckout.id == Payment.account_checkout_id,
        ),
    )
    .where(
        AccountCheckout.business_id == bindparam("business_id"),
        AccountCheckout.customer_id == bindparam("customer_id"),
    )
)
_OF_CLIENT: CompoundSelect[Any] = union_all(_BY_BOOKINGS, _BY_INSTALMENTS, _BY_DUES)

_LOCK = (
    select(Payment.id)
    .where(
        Payment.business_id == bindparam("business_id"),
        Payment.id.in_(bindparam("payment_ids", expanding=True)),
    )
    .order_by(Payment.id)
    .with_for_update()
)

_LEFT = (
    select(Payment.id, Payment.received_at, (Payment.amount - _WENT_BACK).label("left"))
    .where(
        Payment.business_id == bindparam("business_id"),
        Payment.id.in_(bindparam("payment_ids", expanding=True)),
        ~_IS_DISPUTED,
        ~GOES_BACK_WHOLE,
    )
    .order_by(Payment.received_at.desc(), Payment.id.desc())
)

_WHY = (
    select(func.max(Refund.reason))
    .where(
        Refund.business_id == Payment.business_id, Refund.payment_id == Payment.id, Refund.reason.in_(WHOLE)
    )
    .correlate(Payment)
    .scalar_subquery()
)

_OWED_BACK = (
    select(Payment.id, (Payment.amount - _WENT_BACK).label("left"), _WHY.label("why"))
    .where(
        Payment.business_id == bindparam("business_id"),
        Payment.booking_id == bindparam("booking_id"),
        GOES_BACK_WHOLE,
        ~_IS_DISPUTED,
    )
    .order_by(Payment.id)
)

_OF_PASS = (
    select(Payment.id, PassSale.to_pay)
    .join(
        PassSale, and_(PassSale.business_id == Payment.business_id, PassSale.booking_id == Payment.booking_id)
    )
    .join(
        ClassPass, and_(ClassPass.business_id == PassSale.business_id, ClassPass.pass_sale_id == PassSale.id)
    )
    .where(ClassPass.business_id == bindparam("business_id"), ClassPass.id == bindparam("pass_id")),
    joined(select(Payment.id, Instalment.amount).select_from(Payment), *_TO_PASS).where(
        ClassPass.business_id == bindparam("business_id"),
        ClassPass.id == bindparam("pass_id"),
        Instalment.status == InstalmentStatus.PAID,
    ),
    select(Payment.id, AccountCheckoutLine.amount)
    .join(
        AccountCheckout,
        and_(
            AccountCheckout.business_id == Payment.business_id,
            AccountCheckout.id == Payment.account_checkout_id,
        ),
    )
    .join(
        AccountCheckoutLine,
        and_(
            AccountCheckoutLine.business_id == AccountCheckout.business_id,
            AccountCheckoutLine.account_checkout_id == AccountCheckout.id,
        ),
    )
    .join(
        Instalment,
        and_(
            Instalment.business_id == AccountCheckoutLine.business_id,
            Instalment.id == AccountCheckoutLine.instalment_id,
        ),
    )
    .where(
        Instalment.business_id == bindparam("business_id"),
        Instalment.class_pass_id == bindparam("pass_id"),
        Instalment.status == InstalmentStatus.PAID,
        Instalment.settled_at == AccountCheckout.paid_at,
    ),
)
_OF_PASS_ALL = union_all(*_OF_PASS)


def payments_of_client(business_id: UUID, customer_id: UUID) -> Sequence[UUID]:
    """Every card payment of a client, whatever it was for."""
    keys = {"business_id": business_id, "customer_id": customer_id}
    return sorted(set(db.session.scalars(_OF_CLIENT, keys)))


def payments_of_pass(business_id: UUID, pass_id: UUID) -> dict[UUID, int]:
    """The card payments that paid for a pass, and how much of each was for it."""
    shares: dict[UUID, int] = {}
    for payment_id, amount in db.session.execute(
        _OF_PASS_ALL, {"business_id": business_id, "pass_id": pass_id}
    ):
        shares[payment_id] = shares.get(payment_id, 0) + amount
    return shares


def lock_payments(business_id: UUID, payment_ids: Iterable[UUID]) -> None:
    """Lock payments by id: after passes, before the account."""
    ids = sorted(payment_ids)
    if ids:
        db.session.execute(_LOCK, {"business_id": business_id, "payment_ids": ids})


def refundable(business_id: UUID, payment_ids: Iterable[UUID]) -> Sequence[RefundablePayment]:
    """What can still go back of payments, the newest first; nothing of one that is disputed, or that goes
    back whole as it is.
    """
    ids = sorted(payment_ids)
    if not ids:
        return []
    rows = db.session.execute(_LEFT, {"business_id": business_id, "payment_ids": ids})
    return [RefundablePayment(row.id, row.received_at, int(row.left)) for row in rows if row.left > 0]


def owed_back(business_id: UUID, booking_id: UUID) -> Sequence[OwedBack]:
    """A booking's payments that came too late or twice, and that the bank did not take back (M4); nothing of
    what is on its way, arrived, or went to the client's account.
    """
    rows = db.session.execute(_OWED_BACK, {"business_id": business_id, "booking_id": booking_id})
    return [OwedBack(row.id, int(row.left), row.why) for row in rows if row.left > 0]


def put_on_account(business_id: UUID, booking_id: UUID) -> int:
    """What came for a booking too late or twice and went to the client's account instead, in minor units."""
    found = db.session.scalar(_PUT_ON_ACCOUNT, {"business_id": business_id, "booking_id": booking_id})
    return int(found or 0)


def refundable_to_card(business_id: UUID, customer_id: UUID) -> int:
    """How much can still go back to a client's cards, in minor units: two statements."""
    found = refundable(business_id, payments_of_client(business_id, customer_id))
    return sum(payment.left for payment in found)
