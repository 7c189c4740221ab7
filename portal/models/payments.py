"""Money through Stripe: what we asked for, what came, what went back (M2, M3)."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers


class CheckoutAttempt(OfBusiness, Base):
    """The intent to open one Checkout Session; its id is the idempotency key (M3).

    Unresolved until ``session_id`` or ``closed_at`` is there. ``return_to`` is the address of the shop that
    the customer came from and is sent back to; ``asked_at`` is when Stripe was last asked how it stands. With
    ``change_asked_at`` the customer wants the basket back: once the session has ended, the lines are held
    anew. ``stripe_customer`` is the one for whom the card is kept, where Stripe knows one already (M1).
    """

    __tablename__ = "checkout_attempt"
    __table_args__ = (
        refers("booking_id", "booking"),
        UniqueConstraint("session_id"),
        check("amount_positive", "amount > 0"),
        Index("ix_checkout_attempt_booking", "business_id", "booking_id"),
        Index(
            "ix_checkout_attempt_open",
            "created_at",
            postgresql_where=text("closed_at IS NULL"),
            sqlite_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_checkout_attempt_one_open",
            "business_id",
            "booking_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
            sqlite_where=text("closed_at IS NULL"),
        ),
    )

    booking_id: Mapped[UUID]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    stripe_account: Mapped[str | None] = mapped_column(String(60))
    stripe_customer: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    return_to: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    session_id: Mapped[str | None] = mapped_column(String(255))
    url: Mapped[str | None] = mapped_column(String(2000))
    change_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class Payment(OfBusiness, Base):
    """Money that Stripe took, once per payment intent (M2): for a booking (the difference of a transfer too),
    an instalment charged off-session, or what a client owed (Pay now).
    """

    __tablename__ = "payment"
    __table_args__ = (
        refers("booking_id", "booking"),
        refers("instalment_attempt_id", "instalment_attempt"),
        refers("account_checkout_id", "account_checkout"),
        check(
            "of_one_origin",
            "(CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN instalment_attempt_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN account_checkout_id IS NULL THEN 0 ELSE 1 END) = 1",
        ),
        UniqueConstraint("business_id", "instalment_attempt_id"),
        Index("ix_payment_account_checkout", "business_id", "account_checkout_id"),
        UniqueConstraint("payment_intent"),
        check("amount_positive", "amount > 0"),
        Index("ix_payment_booking", "business_id", "booking_id"),
    )

    booking_id: Mapped[UUID | None]
    instalment_attempt_id: Mapped[UUID | None]
    account_checkout_id: Mapped[UUID | None]
    payment_intent: Mapped[str] = mapped_column(String(255))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    stripe_account: Mapped[str | None] = mapped_column(String(60))
    received_at: Mapped[datetime] = mapped_column(Instant)


class RefundStatus(Enum):
    """How far a refund has come."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Refund(OfBusiness, Base):
    """Money back to the card. One of ours is an attempt whose id is the idempotency key (M3); one that was
    made in Stripe's own dashboard is recorded when Stripe tells (M2).
    """

    __tablename__ = "refund"
    __table_args__ = (
        refers("payment_id", "payment"),
        refers("pass_refund_id", "pass_refund"),
        refers("ticket_cancellation_id", "ticket_cancellation"),
        refers("ticket_transfer_id", "ticket_transfer"),
        UniqueConstraint("refund_id"),
        check("amount_positive", "amount > 0"),
        Index("ix_refund_payment", "business_id", "payment_id"),
        Index("ix_refund_ticket_cancellation", "business_id", "ticket_cancellation_id"),
        Index("ix_refund_ticket_transfer", "business_id", "ticket_transfer_id"),
        Index(
            "ix_refund_pending",
            "created_at",
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
    )

    payment_id: Mapped[UUID]
    pass_refund_id: Mapped[UUID | None]
    ticket_cancellation_id: Mapped[UUID | None]
    ticket_transfer_id: Mapped[UUID | None]
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    ours: Mapped[bool]
    status: Mapped[RefundStatus] = mapped_column(choice_of(RefundStatus))
    refund_id: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Instant)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class Dispute(OfBusiness, Base):
    """A charge that the cardholder disputes with the bank: a fact of Stripe's (M2)."""

    __tablename__ = "dispute"
    __table_args__ = (
        refers("payment_id", "payment"),
        UniqueConstraint("dispute_id"),
        Index("ix_dispute_payment", "business_id", "payment_id"),
    )

    payment_id: Mapped[UUID]
    dispute_id: Mapped[str] = mapped_column(String(255))
    amount: Mapped[int]
    status: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime] = mapped_column(Instant)
