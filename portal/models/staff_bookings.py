"""Bookings that staff made for somebody: by whom, and how what was to pay was paid (S9, M5)."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, choice_of, refers


class HowPaid(Enum):
    """What staff did about money that passes, code and account balance left to pay."""

    CASH = "cash"
    TERMINAL = "terminal"  # a card, on the studio's own machine
    ACCOUNT = "account"  # charged: the client owes it
    WAIVED = "waived"

    @property
    def at_desk(self) -> bool:
        """Whether the studio has the money already, and not by way of us."""
        return self in {HowPaid.CASH, HowPaid.TERMINAL}


class StaffBooking(OfBusiness, Base):
    """The act of staff behind a booking. ``amount``, in minor units, is what was left to pay, and ``how`` is
    what became of it; nothing was left where there is none.

    Money taken at the desk is a credit on the client's account under this row's own id, which the booking
    spends at once; so it goes back there, if it ever does.
    """

    __tablename__ = "staff_booking"
    __table_args__ = (
        refers("booking_id", "booking"),
        refers("staff_member_id", "staff_member"),
        UniqueConstraint("business_id", "booking_id"),
        check("amount_says_how", "(amount = 0) = (how IS NULL) AND amount >= 0"),
        check("waived_for_a_reason", "how IS NULL OR how <> 'waived' OR length(note) > 0"),
    )

    booking_id: Mapped[UUID]
    staff_member_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(Instant)
    how: Mapped[HowPaid | None] = mapped_column(choice_of(HowPaid))
    amount: Mapped[int]
    note: Mapped[str] = mapped_column(String(500), default="")
