"""Account checkouts: the intent, written down before Stripe is asked, to take what a client owes, to keep
another card, or to take the difference of a transfer (M3, M5, C7).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, select, update

from portal.gateways.stripe_objects import CheckoutSession
from portal.models.accounts import AccountCheckout, AccountCheckoutLine, AccountCheckoutPurpose
from portal.models.bookings import Booking, Ticket
from portal.models.business import Business
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.instalments import Instalment
from portal.models.people import Customer
from portal.models.transfers import TicketTransfer
from portal.operations.open_checkouts import OpenCheckout, PaidLine

SESSION_MINUTES = 35
"""How long a client may take on Stripe's page; meanwhile no auto-payment tries what is being paid."""

ASK_EVERY = timedelta(minutes=1)

_CHECKOUT = (
    select(
        AccountCheckout.id,
        AccountCheckout.business_id,
        AccountCheckout.customer_id,
        AccountCheckout.purpose,
        AccountCheckout.amount,
        AccountCheckout.currency,
        Business.name,
        func.coalesce(Customer.email, Booking.email),
        AccountCheckout.ticket_transfer_id,
        func.coalesce(Booking.reference, ""),
        case((AccountCheckout.customer_id.is_(None), Booking.secret)),
        AccountCheckout.stripe_account,
        AccountCheckout.stripe_customer,
        AccountCheckout.return_to,
        AccountCheckout.created_at,
        AccountCheckout.expires_at,
        AccountCheckout.session_id,
        AccountCheckout.url,
        AccountCheckout.closed_at.is_(None),
    )
    .outerjoin(
        Customer,
        and_(Customer.business_id == AccountCheckout.business_id, Customer.id == AccountCheckout.customer_id),
    )
    .outerjoin(
        TicketTransfer,
        and_(
            TicketTransfer.business_id == AccountCheckout.business_id,
            TicketTransfer.id == AccountCheckout.ticket_transfer_id,
        ),
    )
    .outerjoin(
        Ticket,
        and_(Ticket.business_id == TicketTransfer.business_id, Ticket.id == TicketTransfer.to_ticket_id),
    )
    .outerjoin(Booking, and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id))
    .join(Business, Business.id == AccountCheckout.business_id)
)
_BY_ID = _CHECKOUT.where(
    AccountCheckout.business_id == bindparam("business_id"), AccountCheckout.id == bindparam("checkout_id")
)
_BY_SESSION = _CHECKOUT.where(AccountCheckout.session_id == bindparam("session_id"))
_OPEN_OF_CLIENT = _CHECKOUT.where(
    AccountCheckout.business_id == bindparam("business_id"),
    AccountCheckout.customer_id == bindparam("customer_id"),
    AccountCheckout.purpose == bindparam("purpose"),
    AccountCheckout.closed_at.is_(None),
)
_OPEN_OF_TRANSFER = _CHECKOUT.where(
    AccountCheckout.business_id == bindparam("business_id"),
    TicketTransfer.from_ticket_id == bindparam("ticket_id"),
    AccountCheckout.closed_at.is_(None),
)
_DUE = (
    _CHECKOUT.where(
        AccountCheckout.closed_at.is_(None), AccountCheckout.asked_at <= bindparam("asked_before")
    )
    .order_by(AccountCheckout.asked_at)
    .limit(bindparam("most"))
)
_LINES = (
    select(AccountCheckoutLine.instalment_id, AccountCheckoutLine.amount, ClassPass.name, Instalment.nth)
    .outerjoin(
        Instalment,
        and_(
            Instalment.business_id == AccountCheckoutLine.business_id,
            Instalment.id == AccountCheckoutLine.instalment_id,
        ),
    )
    .outerjoin(
        ClassPass,
        and_(ClassPass.business_id == Instalment.business_id, ClassPass.id == Instalment.class_pass_id),
    )
    .where(
        AccountCheckoutLine.business_id == bindparam("business_id"),
        AccountCheckoutLine.account_checkout_id == bindparam("checkout_id"),
    )
    .order_by(AccountCheckoutLine.id)
)


def checkout_by_id(business_id: UUID, checkout_id: UUID) -> OpenCheckout | None:
    """One account checkout of a business."""
    return _found(_BY_ID, business_id=business_id, checkout_id=checkout_id)


def checkout_by_session_id(session_id: str) -> OpenCheckout | None:
    """The account checkout that opened a session, if that was recorded."""
    return _found(_BY_SESSION, session_id=session_id)


def checkout_of_session(session: CheckoutSession) -> OpenCheckout | None:
    """The account checkout behind a session: by its id, or by our names on it (killed before it was kept)."""
    found = checkout_by_session_id(session.id)
    if found is None and session.business_id is not None and session.attempt_id is not None:
        return checkout_by_id(session.business_id, session.attempt_id)
    return found


def open_checkout_of(
    business_id: UUID, customer_id: UUID, purpose: AccountCheckoutPurpose
) -> OpenCheckout | None:
    """What a client has under way at Stripe for a purpose: one at most."""
    return _found(_OPEN_OF_CLIENT, business_id=business_id, customer_id=customer_id, purpose=purpose)


def open_checkout_of_ticket(business_id: UUID, ticket_id: UUID) -> OpenCheckout | None:
    """What is under way at Stripe to move a ticket: one at most."""
    return _found(_OPEN_OF_TRANSFER, business_id=business_id, ticket_id=ticket_id)


def checkouts_to_ask_about(*, now: datetime, most: int = 50) -> list[OpenCheckout]:
    """Open ones that nobody has told us of for a while, of every business: for the reconciler (M2)."""
    rows = db.session.execute(_DUE, {"asked_before": now - ASK_EVERY, "most": most}).all()
    return [_whole(row) for row in rows]


def record_session(checkout: OpenCheckout, session: CheckoutSession, *, now: datetime) -> None:
    """Write down what Stripe answered: the session that was opened (M3)."""
    _change(checkout, session_id=session.id, url=session.url, asked_at=now)


def record_asking(checkout: OpenCheckout, *, now: datetime) -> None:
    """Write down that Stripe is being asked, so that the next round takes the others first."""
    _change(checkout, asked_at=now)


def close_checkout(checkout: OpenCheckout, *, now: datetime) -> None:
    """It is over without money: expired, refused, or never made at Stripe. Closed before, it stays so."""
    db.session.execute(
        update(AccountCheckout)
        .where(
            AccountCheckout.business_id == checkout.business_id,
            AccountCheckout.id == checkout.id,
            AccountCheckout.closed_at.is_(None),
        )
        .values(closed_at=now)
        .execution_options(synchronize_session=False)
    )


def lock_checkout(checkout: OpenCheckout) -> AccountCheckout:
    """Its row, locked: before passes, instalments and the account."""
    return db.session.scalars(
        select(AccountCheckout)
        .where(AccountCheckout.business_id == checkout.business_id, AccountCheckout.id == checkout.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _found(statement: Any, **keys: object) -> OpenCheckout | None:
    row = db.session.execute(statement, keys).first()
    return _whole(row) if row else None


def _whole(row: Any) -> OpenCheckout:
    lines = db.session.execute(_LINES, {"business_id": row.business_id, "checkout_id": row.id})
    named = (
        PaidLine(
            instalment_id,
            f"{pass_name}, instalment {nth}" if instalment_id else "Account balance",
            amount,
        )
        for instalment_id, amount, pass_name, nth in lines
    )
    return replace(OpenCheckout(*row), lines=tuple(named))


def _change(checkout: OpenCheckout, **values: object) -> None:
    db.session.execute(
        update(AccountCheckout)
        .where(AccountCheckout.business_id == checkout.business_id, AccountCheckout.id == checkout.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
