"""How often something was tried lately, so that trying can be slowed down."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness


class Throttle(OfBusiness, Base):
    """Tries of one act by one subject (an address, a digest of an e-mail) in one window of time."""

    __tablename__ = "throttle"
    __table_args__ = (
        Index("ix_throttle_window", "business_id", "act", "subject", "window_start", unique=True),
        Index("ix_throttle_start", "window_start"),
    )

    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(64))
    window_start: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int]
