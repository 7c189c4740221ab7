"""A client's money ledger, and payments into it (M5)."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.audit import ActorKind
from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers


class CustomerAccount(OfBusiness, Base):
    """The account balance, kept beside its ledger; made with the first entry or claim.

    ``balance`` is what the entries add up to, in minor units: above zero in the client's favour, below zero
    owed. ``claimed`` is what pending bookings claim of it (R7).
    """

    __tablename__ = "customer_account"
    __table_args__ = (
        refers("customer_id", "customer"),
        UniqueConstraint("business_id", "customer_id"),
        check("claims_never_below_zero", "claimed >= 0"),
    )

    customer_id: Mapped[UUID]
    balance: Mapped[int] = mapped_column(default=0)
    claimed: Mapped[int] = mapped_column(default=0)


class EntryKind(Enum):
    """Why the account balance changed."""

    CHARGE = "charge"  # staff, with a reason
    CREDIT = "credit"  # staff, with a reason
    INSTALMENTS = "instalments"  # an outstanding balance moved here (S5)
    PAYMENT = "payment"  # paid by card with Pay now
    BASKET = "basket"  # paid in a basket
    CARD_REFUND = "card_refund"  # paid out to the card
    REFUND_FAILED = "refund_failed"  # the bank did not take that
    TICKET_REFUND = "ticket_refund"
    PASS_REFUND = "pass_refund"  # noqa: S105  a pass refunded to the account


class AccountEntry(OfBusiness, Base):
    """One line of a client's money ledger: only ever added (M5). ``amount`` is signed as the balance is.

    An outstanding balance is charged once (``pass_deactivation_id``, and ``instalment_id`` for a try that
    came back later); a basket, a payment, a pass's refund, a transfer's difference counts once, a card refund
    and its failure once each.
    """

    __tablename__ = "account_entry"
    __table_args__ = (
        refers("customer_id", "customer"),
        refers("class_pass_id", "class_pass"),
        refers("pass_deactivation_id", "pass_deactivation"),
        refers("instalment_id", "instalment"),
        refers("booking_id", "booking"),
        refers("payment_id", "payment"),
        refers("refund_id", "refund"),
        refers("pass_refund_id", "pass_refund"),
        refers("ticket_cancellation_id", "ticket_cancellation"),
        refers("ticket_transfer_id", "ticket_transfer"),
        UniqueConstraint("business_id", "pass_deactivation_id"),
        UniqueConstraint("business_id", "instalment_id"),
        UniqueConstraint("business_id", "booking_id"),
        UniqueConstraint("business_id", "payment_id"),
        UniqueConstraint("business_id", "refund_id", "kind"),
        UniqueConstraint("business_id", "pass_refund_id"),
        UniqueConstraint("business_id", "ticket_cancellation_id"),
        UniqueConstraint("business_id", "ticket_transfer_id"),
        check("of_some_amount", "amount <> 0"),
        check(
            "sign_fits_kind",
            "(amount < 0) = (kind IN ('charge', 'instalments', 'basket', 'card_refund'))",
        ),
        Index("ix_account_entry_customer", "business_id", "customer_id", "at"),
    )

    customer_id: Mapped[UUID]
    kind: Mapped[EntryKind] = mapped_column(choice_of(EntryKind))
    amount: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    actor_kind: Mapped[ActorKind] = mapped_column(choice_of(ActorKind))
    actor_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    class_pass_id: Mapped[UUID | None]
    pass_deactivation_id: Mapped[UUID | None]
    instalment_id: Mapped[UUID | None]
    booking_id: Mapped[UUID | None]
    payment_id: Mapped[UUID | None]
    refund_id: Mapped[UUID | None]
    pass_refund_id: Mapped[UUID | None]
    ticket_cancellation_id: Mapped[UUID | None]
    ticket_transfer_id: Mapped[UUID | None]


class AccountCheckoutPurpose(Enum):
    """What a client goes to Stripe's page for, other than a booking."""

    DUES = "dues"  # paying what is owed: account balance, outstanding balances of passes
    CARD = "card"  # saving another card
    TRANSFER = "transfer"  # paying the difference for a dearer class (C7)


class AccountCheckout(OfBusiness, Base):
    """The intent to open one Checkout Session for something other than a booking: what a client owes, another
    card, the difference of a transfer; its id is the idempotency key (M3).

    Unresolved until ``session_id`` or ``closed_at`` is there; ``paid_at`` says that Stripe took the money, or
    kept the card. A client has one open per purpose, a transfer one; a guest has none but for a transfer.
    """

    __tablename__ = "account_checkout"
    __table_args__ = (
        refers("customer_id", "customer"),
        UniqueConstraint("session_id"),
        refers("ticket_transfer_id", "ticket_transfer"),
        check("money_has_an_amount", "amount >= 0 AND (purpose <> 'card') = (amount > 0)"),
        check("transfer_names_it", "(purpose = 'transfer') = (ticket_transfer_id IS NOT NULL)"),
        check("guests_only_transfer", "customer_id IS NOT NULL OR purpose = 'transfer'"),
        check("paid_is_closed", "paid_at IS NULL OR closed_at IS NOT NULL"),
        Index(
            "ix_account_checkout_one_open",
            "business_id",
            "customer_id",
            "purpose",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND purpose <> 'transfer'"),
            sqlite_where=text("closed_at IS NULL AND purpose <> 'transfer'"),
        ),
        Index(
            "ix_account_checkout_of_transfer",
            "business_id",
            "ticket_transfer_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
            sqlite_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_account_checkout_open",
            "asked_at",
            postgresql_where=text("closed_at IS NULL"),
            sqlite_where=text("closed_at IS NULL"),
        ),
    )

    customer_id: Mapped[UUID | None]
    ticket_transfer_id: Mapped[UUID | None]
    purpose: Mapped[AccountCheckoutPurpose] = mapped_column(choice_of(AccountCheckoutPurpose))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    consent: Mapped[str] = mapped_column(String(500), default="")
    stripe_account: Mapped[str | None] = mapped_column(String(60))
    stripe_customer: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    return_to: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    session_id: Mapped[str | None] = mapped_column(String(255))
    url: Mapped[str | None] = mapped_column(String(2000))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    paid_at: Mapped[datetime | None] = mapped_column(Instant)


class AccountCheckoutLine(OfBusiness, Base):
    """One debt that an account checkout pays: an instalment, or (without one) the account balance."""

    __tablename__ = "account_checkout_line"
    __table_args__ = (
        refers("account_checkout_id", "account_checkout"),
        refers("instalment_id", "instalment"),
        UniqueConstraint("business_id", "account_checkout_id", "instalment_id"),
        check("amount_positive", "amount > 0"),
        Index("ix_account_checkout_line_instalment", "business_id", "instalment_id"),
    )

    account_checkout_id: Mapped[UUID]
    instalment_id: Mapped[UUID | None]
    amount: Mapped[int]
