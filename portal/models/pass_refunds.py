"""Passes that staff refunded, wholly or partly (S9)."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers


class RefundedTo(Enum):
    """Where the money goes."""

    CARD = "card"
    ACCOUNT = "account"


class PassRefund(OfBusiness, Base):
    """Money back for a pass; to the card it is made of ``Refund`` rows, to the account of an entry."""

    __tablename__ = "pass_refund"
    __table_args__ = (
        refers("class_pass_id", "class_pass"),
        refers("staff_member_id", "staff_member"),
        check("amount_positive", "amount > 0"),
        check("reason_given", "length(reason) > 0"),
        Index("ix_pass_refund_class_pass", "business_id", "class_pass_id"),
    )

    class_pass_id: Mapped[UUID]
    amount: Mapped[int]
    to: Mapped[RefundedTo] = mapped_column(choice_of(RefundedTo))
    at: Mapped[datetime] = mapped_column(Instant)
    staff_member_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(500))
