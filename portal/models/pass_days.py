"""Days that staff added to a pass: extensions and pauses (P4). ``ClassPass.added_days`` is their sum."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, refers


class PassExtension(OfBusiness, Base):
    """Days added on top of whatever validity applies (P4); one that is taken back is an entry below zero.

    ``pass_pause_id`` names the pause that the days make up for, ``class_cancellation_id`` the class that the
    studio cancelled (C6), once for each pass.
    """

    __tablename__ = "pass_extension"
    __table_args__ = (
        refers("class_pass_id", "class_pass"),
        refers("staff_member_id", "staff_member"),
        refers("pass_pause_id", "pass_pause"),
        refers("class_cancellation_id", "class_cancellation"),
        UniqueConstraint("business_id", "class_pass_id", "class_cancellation_id"),
        check("of_some_days", "days <> 0"),
        check("reason_given", "length(reason) > 0"),
        Index("ix_pass_extension_class_pass", "business_id", "class_pass_id"),
    )

    class_pass_id: Mapped[UUID]
    days: Mapped[int]
    pass_pause_id: Mapped[UUID | None]
    class_cancellation_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(Instant)
    staff_member_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(500))


class PassPause(OfBusiness, Base):
    """A pause for an injury or a holiday: no class dated ``first_day`` to ``last_day`` is payable, and the
    validity grows by those days.

    It lives until ``ended_at``: taken back, or over and followed by another. A pass has one live one at most.
    """

    __tablename__ = "pass_pause"
    __table_args__ = (
        refers("class_pass_id", "class_pass"),
        refers("staff_member_id", "staff_member"),
        refers("ended_by_id", "staff_member"),
        check("days_in_order", "last_day >= first_day"),
        check("reason_given", "length(reason) > 0"),
        check("ended_by_somebody", "(ended_at IS NULL) = (ended_by_id IS NULL)"),
        Index(
            "ix_pass_pause_one_live",
            "business_id",
            "class_pass_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    class_pass_id: Mapped[UUID]
    first_day: Mapped[date]
    last_day: Mapped[date]
    at: Mapped[datetime] = mapped_column(Instant)
    staff_member_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(500))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[UUID | None]
