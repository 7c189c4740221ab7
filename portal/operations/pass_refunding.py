"""Staff refund a pass, wholly or partly, to the card or to the account; it goes on unless they deactivate it
(S9).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, case, func, select

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.bookings import Booking, PassSale
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.database import db, new_id
from portal.models.instalments import Instalment, InstalmentStatus
from portal.models.pass_refunds import PassRefund, RefundedTo
from portal.models.payments import Refund, RefundStatus
from portal.models.refundable import lock_payments, payments_of_pass, refundable
from portal.operations.account_charges import AnotherEntry, refuse_strange_amount
from portal.operations.account_ledger import add_entry
from portal.operations.auditing import Actor, write_audit
from portal.operations.locked_passes import LockedPass, lock_pass
from portal.operations.reasons import given_reason, staff_member_of
from portal.operations.refund_portions import portions, write_refund
from portal.rules.facts import OwnedPass
from portal.rules.pass_worth import PassWorth, value_of_days, value_of_uses
from portal.rules.sentences import Money, Refusal
from portal.rules.validity import window


class NothingPaid(Refusal):
    """Nothing was paid for the pass, or all of it went back already."""

    def __init__(self) -> None:
        super().__init__("There is nothing to refund: nothing was paid for this pass that has not gone back.")


class MoreThanWasPaid(Refusal):
    """More than was paid for the pass, less what went back."""

    def __init__(self, left: int, currency: str) -> None:
        super().__init__("Only {left} can be refunded for this pass.", left=Money(left, currency))


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRefund:
    """What staff decide: ``amount`` is minor units; ``id`` is the form's own, so that a second press is the
    first one again.
    """

    id: UUID
    pass_id: UUID
    amount: int
    to: RefundedTo
    reason: str


_SALE = (
    select(
        PassSale.list_price - PassSale.discount,
        PassSale.to_pay,
        Booking.to_pay + Booking.balance_used,
        Booking.waived,
    )
    .join(Booking, (Booking.business_id == PassSale.business_id) & (Booking.id == PassSale.booking_id))
    .join(
        ClassPass, (ClassPass.business_id == PassSale.business_id) & (ClassPass.pass_sale_id == PassSale.id)
    )
    .where(ClassPass.business_id == bindparam("business_id"), ClassPass.id == bindparam("pass_id"))
)

_INSTALMENTS_PAID = select(func.coalesce(func.sum(Instalment.amount), 0)).where(
    Instalment.business_id == bindparam("business_id"),
    Instalment.class_pass_id == bindparam("pass_id"),
    Instalment.status == InstalmentStatus.PAID,
)

_TO_ACCOUNT = select(func.coalesce(func.sum(PassRefund.amount), 0)).where(
    PassRefund.business_id == bindparam("business_id"),
    PassRefund.class_pass_id == bindparam("pass_id"),
    PassRefund.to == RefundedTo.ACCOUNT,
)

_TO_CARD = (
    select(Refund.payment_id, func.sum(Refund.amount))
    .join(
        PassRefund,
        (PassRefund.business_id == Refund.business_id) & (PassRefund.id == Refund.pass_refund_id),
    )
    .where(
        PassRefund.business_id == bindparam("business_id"),
        PassRefund.class_pass_id == bindparam("pass_id"),
        Refund.status != RefundStatus.FAILED,
    )
    .group_by(Refund.payment_id)
)

_USED = select(
    func.coalesce(
        func.sum(
            case(
                (PassUse.kind.in_((UseKind.BOUGHT, UseKind.ISSUED, UseKind.ADJUSTED)), 0),
                else_=-PassUse.change,
            )
        ),
        0,
    )
).where(PassUse.business_id == bindparam("business_id"), PassUse.class_pass_id == bindparam("pass_id"))


def worth_of(business: BusinessFacts, owned: OwnedPass, *, now: datetime) -> PassWorth:
    """What was paid for a pass, what went back, and what was had for it."""
    keys = {"business_id": business.id, "pass_id": owned.id}
    price, paid = _sold_for(keys)
    refunded = int(db.session.scalar(_TO_ACCOUNT, keys) or 0) + sum(_went_to_cards(keys).values())
    paid += int(db.session.scalar(_INSTALMENTS_PAID, keys) or 0)
    return PassWorth(price=price, paid=paid, refunded=refunded, used=_used(business, owned, price, keys, now))


def left_for_card(business: BusinessFacts, pass_id: UUID) -> int:
    """How much of what the cards paid for a pass can still go back to them."""
    shares = _shares_left(business.id, pass_id)
    return sum(min(it.left, shares[it.id]) for it in refundable(business.id, shares))


def refund_pass(business: BusinessFacts, wanted: WantedRefund, *, actor: Actor, now: datetime) -> None:
    """Refund a pass to the card or to the client's account; its uses and its status stay as they are.

    Decided under the locks of pass, payments and account. Sent twice, it is done once. Raises ReasonNeeded,
    AmountNeeded, NoSuchPass, NothingPaid, MoreThanWasPaid, NotThatMuchOnCards.
    """
    reason = given_reason(wanted.reason)
    refuse_strange_amount(business, wanted.amount)
    locked = lock_pass(business, wanted.pass_id, now=now)
    if _was_sent(business.id, wanted):
        return
    shares = payments_of_pass(business.id, wanted.pass_id)
    lock_payments(business.id, shares)
    worth = worth_of(business, locked.owned, now=now)
    if worth.left == 0:
        raise NothingPaid
    if wanted.amount > worth.left:
        raise MoreThanWasPaid(worth.left, business.currency)
    refund = _add(business.id, wanted, reason, actor, now)
    if wanted.to is RefundedTo.ACCOUNT:
        _put_on_account(locked, refund, actor, now)
    else:
        _send_to_cards(business, refund, now)
    write_audit(
        actor,
        "pass.refunded",
        locked.row,
        now=now,
        before={"refunded": worth.refunded},
        after={"refunded": worth.refunded + wanted.amount, "amount": wanted.amount, "to": wanted.to.value},
        reason=reason,
    )
    db.session.flush()


def _was_sent(business_id: UUID, wanted: WantedRefund) -> bool:
    known = db.session.get(PassRefund, (business_id, wanted.id))
    if known is None:
        return False
    if (known.class_pass_id, known.amount, known.to) != (wanted.pass_id, wanted.amount, wanted.to):
        raise AnotherEntry
    return True


def _add(business_id: UUID, wanted: WantedRefund, reason: str, actor: Actor, now: datetime) -> PassRefund:
    refund = PassRefund(
        business_id=business_id,
        id=wanted.id,
        class_pass_id=wanted.pass_id,
        amount=wanted.amount,
        to=wanted.to,
        at=now,
        staff_member_id=staff_member_of(actor),
        reason=reason,
    )
    db.session.add(refund)
    db.session.flush()
    return refund


def _put_on_account(locked: LockedPass, refund: PassRefund, actor: Actor, now: datetime) -> None:
    entry = AccountEntry(
        business_id=refund.business_id,
        id=new_id(),
        customer_id=locked.row.customer_id,
        kind=EntryKind.PASS_REFUND,
        amount=refund.amount,
        class_pass_id=refund.class_pass_id,
        pass_refund_id=refund.id,
        reason=refund.reason,
    )
    add_entry(entry, actor=actor, now=now)


def _send_to_cards(business: BusinessFacts, refund: PassRefund, now: datetime) -> None:
    shares = _shares_left(business.id, refund.class_pass_id)
    shared = portions(refundable(business.id, shares), refund.amount, currency=business.currency, most=shares)
    for portion in shared:
        write_refund(business.id, portion, reason=refund.reason, now=now, pass_refund_id=refund.id)


def _shares_left(business_id: UUID, pass_id: UUID) -> dict[UUID, int]:
    """How much of each card payment was for the pass and has not gone back for it."""
    went = _went_to_cards({"business_id": business_id, "pass_id": pass_id})
    shares = payments_of_pass(business_id, pass_id)
    return {payment_id: max(share - went.get(payment_id, 0), 0) for payment_id, share in shares.items()}


def _went_to_cards(keys: Mapping[str, UUID]) -> dict[UUID, int]:
    return {payment_id: int(amount) for payment_id, amount in db.session.execute(_TO_CARD, keys)}


def _sold_for(keys: Mapping[str, UUID]) -> tuple[int, int]:
    """The price, and what of it was paid with the booking: by card or account, less what was waived."""
    sale = db.session.execute(_SALE, keys).first()
    if sale is None:
        return 0, 0  # staff issued it
    price, first, came, waived = sale
    return price, first * came // (came + waived) if first else 0


def _used(
    business: BusinessFacts, owned: OwnedPass, price: int, keys: Mapping[str, UUID], now: datetime
) -> int:
    if owned.terms.uses is not None:
        return value_of_uses(price, owned.terms.uses, int(db.session.scalar(_USED, keys) or 0))
    days = window(owned)
    return value_of_days(price, days.first_day, days.last_day, business.day_of(now))
