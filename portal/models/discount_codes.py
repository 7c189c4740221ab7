"""Codes that lower a price, and the bookings that redeemed them (D3, D6)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers
from portal.rules.facts import DiscountKind, Reduces


class CodeBatch(OfBusiness, Base):
    """Codes that were made in one go: each begins with ``prefix``, ends in what nobody guesses, and is for
    one booking. They have the same terms.
    """

    __tablename__ = "code_batch"
    __table_args__ = (check("size_within_limits", "size BETWEEN 1 AND 500"),)

    prefix: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)


class DiscountCode(OfBusiness, Base):
    """A discount code. ``value`` is whole percent or minor units.

    ``bookings_count`` is kept beside its redemptions. While ``switched_off_at`` is set it does nothing;
    who did that and why is in the audit.
    """

    __tablename__ = "discount_code"
    __table_args__ = (
        UniqueConstraint("business_id", "code_key"),
        refers("batch_id", "code_batch"),
        check("value_positive", "value > 0 AND (kind <> 'percent' OR value <= 100)"),
        check("amounts_within_limits", "value <= 100000000 AND least_spend <= 100000000"),
        check("bookings_within_limit", "bookings_count >= 0 AND bookings_count <= bookings_limit"),
        check("count_not_negative", "bookings_count >= 0"),
        check("limits_positive", "per_person_limit > 0 AND least_spend > 0"),
        check("bookings_limit_positive", "bookings_limit > 0"),
        check("class_dates_in_order", "class_from <= class_to"),
        check("ends_after_start", "starts_at < ends_at"),
        check(
            "one_booking_of_a_batch",
            "batch_id IS NULL OR (bookings_limit = 1 AND bookings_limit IS NOT NULL)",
        ),
        Index("ix_discount_code_batch", "business_id", "batch_id"),
    )

    code: Mapped[str] = mapped_column(String(40))
    code_key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[DiscountKind] = mapped_column(choice_of(DiscountKind))
    value: Mapped[int]
    reduces: Mapped[Reduces] = mapped_column(choice_of(Reduces), default=Reduces.TICKETS)
    class_from: Mapped[date | None]
    class_to: Mapped[date | None]
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    bookings_limit: Mapped[int | None]
    bookings_count: Mapped[int] = mapped_column(default=0)
    per_person_limit: Mapped[int | None]
    least_spend: Mapped[int | None]
    batch_id: Mapped[UUID | None]
    switched_off_at: Mapped[datetime | None] = mapped_column(Instant)


class CodeRedemption(OfBusiness, Base):
    """A booking's use of a code: claimed while it is pending, let go when it is abandoned (D6).

    ``nth`` numbers the person's live redemptions from 1, so that the database itself keeps the limit per
    person: the pair is unique and ``nth`` is at most the limit that stood at the time. It is empty once
    let go.
    """

    __tablename__ = "code_redemption"
    __table_args__ = (
        refers("discount_code_id", "discount_code"),
        refers("booking_id", "booking"),
        UniqueConstraint("business_id", "booking_id"),
        UniqueConstraint("business_id", "discount_code_id", "person_key", "nth"),
        check("within_limit_per_person", "nth >= 1 AND nth <= per_person_limit"),
        check("live_ones_are_numbered", "(nth IS NULL) = (let_go_at IS NOT NULL)"),
        Index("ix_code_redemption_code", "business_id", "discount_code_id"),
    )

    discount_code_id: Mapped[UUID]
    booking_id: Mapped[UUID]
    person_key: Mapped[str] = mapped_column(String(254))
    nth: Mapped[int | None]
    per_person_limit: Mapped[int | None]
    claimed_at: Mapped[datetime] = mapped_column(Instant)
    let_go_at: Mapped[datetime | None] = mapped_column(Instant)
