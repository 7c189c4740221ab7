"""A studio, the hosts that it answers on, and its preferences (B1)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, check, choice_of, new_id


class Plan(Enum):
    """A business's subscription level (B2): passes are on Standard or above."""

    FREE = "free"
    STANDARD = "standard"
    PLUS = "plus"

    @property
    def has_passes(self) -> bool:
        """Whether passes may be sold and issued on this plan (B2)."""
        return self is not Plan.FREE


class Business(Base):
    """A studio. ``public_address`` is what links in letters begin with; ``hold_minutes`` is R4's hold
    time; ``retry_after_days`` says how many days after each failure an auto-payment is tried again (M1).
    Until ``set_up_at`` the first steps stand on the staff page. Where ``staff_need_second_factor``, staff set
    one up before anything else.
    """

    __tablename__ = "business"
    __table_args__ = (
        check("hold_minutes_within_limits", "hold_minutes BETWEEN 1 AND 120"),
        check("currency_is_three_letters", "length(currency) = 3"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120))
    tagline: Mapped[str] = mapped_column(String(200), default="")
    postal_address: Mapped[str] = mapped_column(String(300), default="")
    contact_email: Mapped[str] = mapped_column(String(254))
    public_address: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    locale: Mapped[str] = mapped_column(String(20), default="en_GB")
    plan: Mapped[Plan] = mapped_column(choice_of(Plan), default=Plan.STANDARD)
    hold_minutes: Mapped[int] = mapped_column(default=15)
    stripe_account: Mapped[str | None] = mapped_column(String(60))
    retry_after_days: Mapped[str] = mapped_column(String(40), default="3,5,7")
    created_at: Mapped[datetime] = mapped_column(Instant)
    set_up_at: Mapped[datetime | None] = mapped_column(Instant)
    staff_need_second_factor: Mapped[bool] = mapped_column(default=False)


class BusinessHost(Base):
    """A host name (without port) on which a business answers; unclaimed hosts are refused (B1)."""

    __tablename__ = "business_host"

    host: Mapped[str] = mapped_column(String(253), primary_key=True)
    business_id: Mapped[UUID] = mapped_column(ForeignKey("business.id"), index=True)


@dataclass(frozen=True, slots=True)
class BusinessFacts:
    """A business as operations and pages need it, read once per request or job."""

    id: UUID
    name: str
    tagline: str
    postal_address: str
    contact_email: str
    public_address: str
    zone: str
    currency: str
    locale: str
    plan: Plan
    hold_minutes: int
    stripe_account: str | None
    retry_after_days: str
    set_up_at: datetime | None

    @property
    def retry_days(self) -> tuple[int, ...]:
        """Days to wait after the first, second … failed auto-payment before the next try (M1)."""
        return tuple(int(days) for days in self.retry_after_days.split(",") if days)

    @property
    def zone_info(self) -> ZoneInfo:
        """The zone in which its validity and class dates are reckoned (T1)."""
        return ZoneInfo(self.zone)

    def day_of(self, moment: datetime) -> date:
        """The date of a moment in the business's zone (T1)."""
        return moment.astimezone(self.zone_info).date()


BUSINESS_FACTS = tuple(Business.__table__.c[name] for name in BusinessFacts.__dataclass_fields__)
"""The columns of ``BusinessFacts``, in its order: ``BusinessFacts(*row)``."""
