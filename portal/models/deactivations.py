"""Passes that staff withdrew, one by one or by their purchase option: rows with author and reason (S2–S8)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, String, exists, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, refers


class PassDeactivation(OfBusiness, Base):
    """One deactivation of one pass: from ``from_day``, a date of the business's zone, it pays for nothing
    (S2, S6).

    It lives until ``ended_at`` (reactivated, or a termination cleared before its day); a pass has one live
    one at most. ``charges_balance`` is the answer to S5's question, empty where nothing was asked;
    ``balance_settled_at`` is when that answer was carried out, once.
    """

    __tablename__ = "pass_deactivation"
    __table_args__ = (
        refers("class_pass_id", "class_pass"),
        refers("staff_member_id", "staff_member"),
        refers("ended_by_id", "staff_member"),
        check("reason_given", "length(reason) > 0"),
        check("ended_by_somebody", "(ended_at IS NULL) = (ended_by_id IS NULL)"),
        Index(
            "ix_pass_deactivation_one_live",
            "business_id",
            "class_pass_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index("ix_pass_deactivation_class_pass", "business_id", "class_pass_id"),
        Index(
            "ix_pass_deactivation_unsettled",
            "from_day",
            postgresql_where=text("ended_at IS NULL AND balance_settled_at IS NULL"),
            sqlite_where=text("ended_at IS NULL AND balance_settled_at IS NULL"),
        ),
    )

    class_pass_id: Mapped[UUID]
    from_day: Mapped[date]
    decided_at: Mapped[datetime] = mapped_column(Instant)
    staff_member_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(500))
    charges_balance: Mapped[bool | None]
    balance_settled_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[UUID | None]
    ended_reason: Mapped[str] = mapped_column(String(500), default="")


class PurchaseOptionDeactivation(OfBusiness, Base):
    """One deactivation of a purchase option: nobody can use theirs until ``ended_at`` (S8)."""

    __tablename__ = "purchase_option_deactivation"
    __table_args__ = (
        refers("purchase_option_id", "purchase_option"),
        refers("staff_member_id", "staff_member"),
        refers("ended_by_id", "staff_member"),
        check("reason_given", "length(reason) > 0"),
        check("ended_by_somebody", "(ended_at IS NULL) = (ended_by_id IS NULL)"),
        Index(
            "ix_purchase_option_deactivation_one_live",
            "business_id",
            "purchase_option_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    purchase_option_id: Mapped[UUID]
    decided_at: Mapped[datetime] = mapped_column(Instant)
    staff_member_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(500))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[UUID | None]
    ended_reason: Mapped[str] = mapped_column(String(500), default="")


def is_withdrawn(business_id: Any, option_id: Any) -> ColumnElement[bool]:
    """Whether a purchase option is deactivated (S8), for a statement that has its keys."""
    return exists().where(
        PurchaseOptionDeactivation.business_id == business_id,
        PurchaseOptionDeactivation.purchase_option_id == option_id,
        PurchaseOptionDeactivation.ended_at.is_(None),
    )
