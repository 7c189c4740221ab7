"""The outbox: letters to people, written in the same transaction as what they tell of."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, choice_of


class LetterKind(Enum):
    """What a letter tells; each has a template of that name."""

    BOOKING_CONFIRMED = "booking_confirmed"
    BOOKING_REFUNDED = "booking_refunded"
    CONFIRM_EMAIL = "confirm_email"
    ALREADY_REGISTERED = "already_registered"
    RESET_PASSWORD = "reset_password"  # noqa: S105  the name of a letter
    NO_ACCOUNT = "no_account"
    AUTO_PAYMENT_FAILED = "auto_payment_failed"
    TICKET_CANCELLED = "ticket_cancelled"
    REMINDER = "reminder"
    PASS_NEARLY_USED_UP = "pass_nearly_used_up"  # noqa: S105  the name of a letter
    PASS_NEARLY_OVER = "pass_nearly_over"  # noqa: S105  the name of a letter
    BALANCE_DUE = "balance_due"
    TICKET_MOVED = "ticket_moved"
    REFUND_SENT = "refund_sent"
    PLACE_OFFERED = "place_offered"
    CLASS_CANCELLED = "class_cancelled"
    STAFF_INVITATION = "staff_invitation"
    TWO_FACTOR_RESET = "two_factor_reset"


UNSENT = "sent_at IS NULL AND given_up_at IS NULL AND dropped_at IS NULL"


class Letter(OfBusiness, Base):
    """One letter: ``facts`` fill its template; sent once, with back-off (``next_try_at``).

    ``once_key`` names the occasion of a letter that must be written once only. It ends as one of three:
    sent, given up (the mail server would not take it), or dropped (what it tells of was so no more).
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index(
            "ix_letter_unsent",
            "next_try_at",
            postgresql_where=text(UNSENT),
            sqlite_where=text(UNSENT),
        ),
        Index(
            "ix_letter_given_up",
            "business_id",
            "given_up_at",
            postgresql_where=text("given_up_at IS NOT NULL"),
            sqlite_where=text("given_up_at IS NOT NULL"),
        ),
        Index("ix_letter_business", "business_id", "created_at"),
        UniqueConstraint("business_id", "once_key"),
        check(
            "ends_in_one_way",
            "(sent_at IS NULL OR given_up_at IS NULL) AND (sent_at IS NULL OR dropped_at IS NULL)"
            " AND (given_up_at IS NULL OR dropped_at IS NULL)",
        ),
    )

    kind: Mapped[LetterKind] = mapped_column(choice_of(LetterKind))
    once_key: Mapped[str | None] = mapped_column(String(120))
    to_email: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(120))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    next_try_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(300))
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    given_up_at: Mapped[datetime | None] = mapped_column(Instant)
    dropped_at: Mapped[datetime | None] = mapped_column(Instant)


class ReminderRefusal(OfBusiness, Base):
    """An address without an account that wants no reminders; who has an account says so there
    (``Customer.wants_reminders``).
    """

    __tablename__ = "reminder_refusal"
    __table_args__ = (UniqueConstraint("business_id", "email_key"),)

    email_key: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(Instant)


class LetterRound(Base):
    """The last day, in a business's zone, whose morning letters are written: so that most looks cost nothing.

    Each letter is kept from being written twice by its ``once_key``, not by this.
    """

    __tablename__ = "letter_round"

    business_id: Mapped[UUID] = mapped_column(ForeignKey("business.id"), primary_key=True)
    on_day: Mapped[date]
