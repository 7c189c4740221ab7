"""Part-payments of a pass that are still to come, and each try to charge one (M1)."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers


class InstalmentStatus(Enum):
    """How an instalment stands; the failed ones of a pass are its outstanding balance."""

    SCHEDULED = "scheduled"
    FAILED = "failed"
    PAID = "paid"
    CHARGED = "charged"  # moved to the client's account (S5: yes)
    NOT_COLLECTED = "not_collected"  # closed on record (S5: no)
    SKIPPED = "skipped"  # its day passed while the pass was deactivated or withdrawn (S7)

    @property
    def is_open(self) -> bool:
        """Whether it may still be charged or paid."""
        return self in {InstalmentStatus.SCHEDULED, InstalmentStatus.FAILED}


class Instalment(OfBusiness, Base):
    """One instalment after the first, which was paid with the booking; ``nth`` counts from 2.

    ``amount`` is minor units. ``try_on`` is the date, in the business's zone, on which the worker tries
    (again); empty where it will not. What paid it is its succeeded attempt's payment, or that of the account
    checkout that it is a line of.
    """

    __tablename__ = "instalment"
    __table_args__ = (
        refers("class_pass_id", "class_pass"),
        UniqueConstraint("business_id", "class_pass_id", "nth"),
        check("amount_positive", "amount > 0"),
        check("after_the_first", "nth >= 2"),
        check("settled_unless_open", "(status IN ('scheduled', 'failed')) = (settled_at IS NULL)"),
        check("tried_only_while_open", "try_on IS NULL OR status IN ('scheduled', 'failed')"),
        check("scheduled_will_be_tried", "status <> 'scheduled' OR try_on IS NOT NULL"),
        Index(
            "ix_instalment_due",
            "try_on",
            postgresql_where=text("try_on IS NOT NULL"),
            sqlite_where=text("try_on IS NOT NULL"),
        ),
    )

    class_pass_id: Mapped[UUID]
    nth: Mapped[int]
    due_on: Mapped[date]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[InstalmentStatus] = mapped_column(choice_of(InstalmentStatus))
    try_on: Mapped[date | None]
    failures: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class AttemptStatus(Enum):
    """How a try to charge an instalment stands."""

    PENDING = "pending"  # written down; Stripe's answer is not
    SUCCEEDED = "succeeded"
    DECLINED = "declined"  # also: the bank wants the customer present
    CLOSED = "closed"  # Stripe never made it


class InstalmentAttempt(OfBusiness, Base):
    """One try to charge an instalment off-session; its id is the idempotency key (M3).

    ``decline_code`` is Stripe's word ("insufficient_funds", "authentication_required").
    """

    __tablename__ = "instalment_attempt"
    __table_args__ = (
        refers("instalment_id", "instalment"),
        refers("saved_card_id", "saved_card"),
        UniqueConstraint("payment_intent"),
        check("amount_positive", "amount > 0"),
        check("settled_unless_pending", "(status = 'pending') = (settled_at IS NULL)"),
        check("succeeded_has_its_intent", "status <> 'succeeded' OR payment_intent IS NOT NULL"),
        check("declined_says_why", "(status = 'declined') = (decline_code IS NOT NULL)"),
        Index("ix_instalment_attempt_instalment", "business_id", "instalment_id"),
        Index(
            "ix_instalment_attempt_one_pending",
            "business_id",
            "instalment_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
        Index(
            "ix_instalment_attempt_pending",
            "asked_at",
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
    )

    instalment_id: Mapped[UUID]
    saved_card_id: Mapped[UUID]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    stripe_account: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Instant)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[AttemptStatus] = mapped_column(choice_of(AttemptStatus))
    payment_intent: Mapped[str | None] = mapped_column(String(255))
    decline_code: Mapped[str | None] = mapped_column(String(60))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class SavedCard(OfBusiness, Base):
    """The card on file of a customer, kept by Stripe; ``replaced_at`` ends it. One is live at most.

    ``consent`` is the sentence that the customer agreed to, with its moment ``saved_at`` (M1).
    """

    __tablename__ = "saved_card"
    __table_args__ = (
        refers("customer_id", "customer"),
        Index("ix_saved_card_customer", "business_id", "customer_id"),
        Index(
            "ix_saved_card_one_live",
            "business_id",
            "customer_id",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
            sqlite_where=text("replaced_at IS NULL"),
        ),
    )

    customer_id: Mapped[UUID]
    stripe_account: Mapped[str | None] = mapped_column(String(60))
    stripe_customer: Mapped[str] = mapped_column(String(255))
    payment_method: Mapped[str] = mapped_column(String(255))
    brand: Mapped[str] = mapped_column(String(40))
    last4: Mapped[str] = mapped_column(String(4))
    exp_month: Mapped[int]
    exp_year: Mapped[int]
    consent: Mapped[str] = mapped_column(String(500))
    saved_at: Mapped[datetime] = mapped_column(Instant)
    replaced_at: Mapped[datetime | None] = mapped_column(Instant)
