"""Who came to a class and who did not, ticket by ticket, as staff say at the door."""

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, choice_of, refers


class AttendanceStatus(Enum):
    """What staff say of a ticket once the day of its class has come."""

    CHECKED_IN = "checked_in"
    NO_SHOW = "no_show"


class Attendance(OfBusiness, Base):
    """What staff said last of one ticket. Either way it counts (P4); without a row nothing was said."""

    __tablename__ = "attendance"
    __table_args__ = (
        refers("ticket_id", "ticket"),
        refers("staff_member_id", "staff_member"),
        UniqueConstraint("business_id", "ticket_id"),
    )

    ticket_id: Mapped[UUID]
    status: Mapped[AttendanceStatus] = mapped_column(choice_of(AttendanceStatus))
    at: Mapped[datetime] = mapped_column(Instant)
    staff_member_id: Mapped[UUID]


def attendance_of(ticket: Any, attendance: Any = Attendance) -> ColumnElement[bool]:
    """The join of a ticket with what was said of it."""
    return and_(attendance.business_id == ticket.business_id, attendance.ticket_id == ticket.id)
