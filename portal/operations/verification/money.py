"""Each booking's money against its payments and refunds (M2–M4).

What was done in Stripe's dashboard (refunds that are not ours) and by banks (disputes) are facts, not
faults: they may leave a confirmed booking with less than it cost, and they count towards what a released
booking has given back. So do refunds that somebody decided on: of a cancelled ticket, a
pass, or an account balance. What came too late or twice may be on the client's account instead.
"""

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from portal.models.accounts import AccountCheckout, AccountEntry, EntryKind
from portal.models.bookings import Booking, BookingStatus, Ticket
from portal.models.instalments import InstalmentAttempt
from portal.models.payments import CheckoutAttempt, Dispute, Payment, Refund, RefundStatus
from portal.models.transfer_facts import PAID_BY_CARD_FOR_MOVES
from portal.models.transfers import TicketTransfer
from portal.operations.verification.invariant import Invariant, count_of

Asked = CheckoutAttempt | InstalmentAttempt | AccountCheckout

_STANDS = Refund.status != RefundStatus.FAILED

_DECIDED = or_(
    Refund.pass_refund_id.is_not(None),
    Refund.ticket_cancellation_id.is_not(None),
    Refund.ticket_transfer_id.is_not(None),
    select(AccountEntry.id)
    .where(AccountEntry.business_id == Refund.business_id, AccountEntry.refund_id == Refund.id)
    .exists(),
)

_REFUNDED = (
    select(
        Refund.business_id,
        Refund.payment_id,
        func.sum(Refund.amount).label("all"),
        func.sum(case((and_(Refund.ours, ~_DECIDED), Refund.amount), else_=0)).label("ours"),
    )
    .where(_STANDS)
    .group_by(Refund.business_id, Refund.payment_id)
    .subquery()
)
_TO_ACCOUNT = (
    select(AccountEntry.business_id, AccountEntry.payment_id, AccountEntry.amount)
    .where(AccountEntry.payment_id.is_not(None), AccountEntry.kind == EntryKind.PAYMENT)
    .subquery()
)
_DISPUTED = select(Dispute.business_id, Dispute.payment_id).distinct().subquery()

_MONEY = (
    select(
        Payment.business_id,
        Payment.booking_id,
        func.sum(Payment.amount).label("paid"),
        func.coalesce(func.sum(_REFUNDED.c.ours), 0).label("refunded_by_us"),
        func.coalesce(func.sum(_REFUNDED.c.all), 0).label("refunded"),
        func.coalesce(func.sum(_TO_ACCOUNT.c.amount), 0).label("to_account"),
        func.count(_DISPUTED.c.payment_id).label("disputes"),
    )
    .outerjoin(
        _REFUNDED,
        and_(_REFUNDED.c.business_id == Payment.business_id, _REFUNDED.c.payment_id == Payment.id),
    )
    .outerjoin(
        _DISPUTED,
        and_(_DISPUTED.c.business_id == Payment.business_id, _DISPUTED.c.payment_id == Payment.id),
    )
    .outerjoin(
        _TO_ACCOUNT,
        and_(_TO_ACCOUNT.c.business_id == Payment.business_id, _TO_ACCOUNT.c.payment_id == Payment.id),
    )
    .group_by(Payment.business_id, Payment.booking_id)
    .subquery()
)
_ON_MONEY = and_(_MONEY.c.business_id == Booking.business_id, _MONEY.c.booking_id == Booking.id)
_PAID = func.coalesce(_MONEY.c.paid, 0)
_KEPT_FOR_CLIENT = func.coalesce(_MONEY.c.to_account, 0)
_OURS = func.coalesce(_MONEY.c.refunded_by_us, 0) + _KEPT_FOR_CLIENT
_ALL = func.coalesce(_MONEY.c.refunded, 0) + _KEPT_FOR_CLIENT
_UNDISPUTED = func.coalesce(_MONEY.c.disputes, 0) == 0

_COST = Booking.to_pay + PAID_BY_CARD_FOR_MOVES

_BALANCES = select(
    Booking.id.label("booking"),
    Booking.reference,
    _COST.label("to_pay"),
    _PAID.label("paid"),
    _ALL.label("refunded"),
).outerjoin(_MONEY, _ON_MONEY)


def _asked(attempt: type[Asked], *of_this_payment: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether what we asked for is what came."""
    return (
        select(attempt.id)
        .where(
            attempt.business_id == Payment.business_id,
            *of_this_payment,
            attempt.amount == Payment.amount,
            attempt.currency == Payment.currency,
            func.coalesce(attempt.stripe_account, "") == func.coalesce(Payment.stripe_account, ""),
        )
        .exists()
    )


_OF_MOVE = (
    select(TicketTransfer.id)
    .join(
        Ticket,
        and_(Ticket.business_id == TicketTransfer.business_id, Ticket.id == TicketTransfer.to_ticket_id),
    )
    .where(
        TicketTransfer.business_id == AccountCheckout.business_id,
        TicketTransfer.id == AccountCheckout.ticket_transfer_id,
        Ticket.booking_id == Payment.booking_id,
    )
    .correlate(AccountCheckout, Payment)
    .exists()
)
_ASKED = or_(
    _asked(CheckoutAttempt, CheckoutAttempt.booking_id == Payment.booking_id),
    _asked(AccountCheckout, _OF_MOVE),
    _asked(InstalmentAttempt, InstalmentAttempt.id == Payment.instalment_attempt_id),
    _asked(AccountCheckout, AccountCheckout.id == Payment.account_checkout_id),
)

MONEY = (
    Invariant(
        "A confirmed booking has been paid, and what came beyond that went back",
        count_of(Booking, Booking.status == BookingStatus.CONFIRMED),
        _BALANCES.where(
            Booking.status == BookingStatus.CONFIRMED,
            or_(_COST > _PAID - _OURS, and_(_COST < _PAID - _ALL, _UNDISPUTED)),
        ),
    ),
    Invariant(
        "A released booking keeps no money",
        count_of(Booking, Booking.status == BookingStatus.RELEASED),
        _BALANCES.where(Booking.status == BookingStatus.RELEASED, _PAID > _ALL, _UNDISPUTED),
    ),
    Invariant(
        "A booking that waits for payment has none yet, and an attempt to get one",
        count_of(Booking, Booking.status == BookingStatus.PENDING),
        _BALANCES.where(
            Booking.status == BookingStatus.PENDING,
            or_(
                _PAID > _ALL,
                Booking.to_pay == 0,
                ~select(CheckoutAttempt.id)
                .where(
                    CheckoutAttempt.business_id == Booking.business_id,
                    CheckoutAttempt.booking_id == Booking.id,
                )
                .exists(),
            ),
        ),
    ),
    Invariant(
        "Every attempt asks for what its booking costs",
        count_of(CheckoutAttempt),
        select(
            CheckoutAttempt.id.label("checkout_attempt"),
            Booking.reference,
            CheckoutAttempt.amount.label("asked"),
            Booking.to_pay,
        )
        .join(
            Booking,
            and_(
                Booking.business_id == CheckoutAttempt.business_id, Booking.id == CheckoutAttempt.booking_id
            ),
        )
        .where(or_(CheckoutAttempt.amount != Booking.to_pay, CheckoutAttempt.currency != Booking.currency)),
    ),
    Invariant(
        "Every payment is one that we asked for, to the penny",
        count_of(Payment),
        select(Payment.id.label("payment"), Payment.payment_intent, Payment.amount, Payment.currency).where(
            ~_ASKED
        ),
    ),
    Invariant(
        "No payment is refunded beyond its amount",
        count_of(Payment),
        select(Payment.id.label("payment"), Payment.amount, _REFUNDED.c.all.label("refunded"))
        .join(
            _REFUNDED,
            and_(_REFUNDED.c.business_id == Payment.business_id, _REFUNDED.c.payment_id == Payment.id),
        )
        .where(_REFUNDED.c.all > Payment.amount),
    ),
)
