"""Classes that the studio cancelled: by whom, why, and what everybody gets for it (C6)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers
from portal.models.preferences import RefundTo


class ClassCancellation(OfBusiness, Base):
    """The studio's act, and how far it has come: it is unfinished while one of the class's tickets counts.

    ``days`` are added to each pass concerned, ``refund_to`` says where money goes; ``reason`` is what
    customers read in their letters. ``tickets`` is how many there were at the press, to show progress by.
    """

    __tablename__ = "class_cancellation"
    __table_args__ = (
        refers("class_session_id", "class_session"),
        refers("staff_member_id", "staff_member"),
        UniqueConstraint("business_id", "class_session_id"),
        check("money_goes_back", "refund_to <> 'none'"),
        check("days_within_a_year", "days BETWEEN 0 AND 366"),
        check("reason_given", "length(reason) > 0"),
        check("tickets_not_negative", "tickets >= 0"),
        Index(
            "ix_class_cancellation_unfinished",
            "at",
            postgresql_where=text("finished_at IS NULL"),
            sqlite_where=text("finished_at IS NULL"),
        ),
    )

    class_session_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(Instant)
    staff_member_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(500))
    days: Mapped[int]
    refund_to: Mapped[RefundTo] = mapped_column(choice_of(RefundTo))
    tickets: Mapped[int]
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
