"""How a studio wants cancellations, transfers and refunds (C2)."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, OfBusiness, check, choice_of
from portal.rules.preferences import RefundTo as RefundTo


class BookingPreferences(OfBusiness, Base):
    """A business's own answers; one that has none yet goes by the defaults here.

    ``cancel_hours`` and ``transfer_hours`` are the cut-offs, in hours before the class starts;
    ``offer_minutes`` is how long a free place is on offer to the next in line of a waiting list.
    """

    __tablename__ = "booking_preferences"
    __table_args__ = (
        UniqueConstraint("business_id"),
        check("hours_within_limits", "cancel_hours BETWEEN 0 AND 720 AND transfer_hours BETWEEN 0 AND 720"),
        check("offer_within_limits", "offer_minutes BETWEEN 15 AND 2880"),
    )

    returns_use: Mapped[bool] = mapped_column(default=True)
    customers_may_cancel: Mapped[bool] = mapped_column(default=True)
    cancel_hours: Mapped[int] = mapped_column(default=12)
    refund_to: Mapped[RefundTo] = mapped_column(choice_of(RefundTo), default=RefundTo.CARD)
    customers_may_transfer: Mapped[bool] = mapped_column(default=True)
    transfer_hours: Mapped[int] = mapped_column(default=12)
    offer_minutes: Mapped[int] = mapped_column(default=120)
