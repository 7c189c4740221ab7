"""When a series takes place: its weekly times, the days left out, and when the studio is closed."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import Index, String, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, refers
from portal.rules.weekly import Weekday, Weekly


class ClassSchedule(OfBusiness, Base):
    """A weekly time of a series: ``days`` are iCalendar's words ("MO,TH"), ``starts`` is what the clock on
    the studio's wall shows (T1).

    Kept beside its facts: ``scheduled_until``, the day up to which its classes are there.
    """

    __tablename__ = "class_schedule"
    __table_args__ = (
        refers("series_id", "class_series"),
        check("minutes_within_a_day", "minutes BETWEEN 1 AND 1440"),
        check("capacity_not_negative", "capacity >= 0"),
        check("weeks_within_limits", "every_weeks BETWEEN 1 AND 12"),
        check("has_days", "length(days) >= 2"),
        check("ends_after_it_begins", "last_on IS NULL OR last_on >= first_on"),
        Index("ix_class_schedule_series", "business_id", "series_id"),
        Index("ix_class_schedule_scheduled_until", "scheduled_until"),
    )

    series_id: Mapped[UUID]
    days: Mapped[str] = mapped_column(String(20))
    every_weeks: Mapped[int] = mapped_column(default=1)
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    starts: Mapped[time] = mapped_column(Time)
    minutes: Mapped[int]
    capacity: Mapped[int]
    teacher: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120))
    scheduled_until: Mapped[date | None]
    added_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def weekly(self) -> Weekly:
        """Its rhythm."""
        return Weekly(
            tuple(Weekday(word) for word in self.days.split(",")),
            self.first_on,
            self.last_on,
            self.every_weeks,
        )


class ClassException(OfBusiness, Base):
    """A day that a weekly time leaves out."""

    __tablename__ = "class_exception"
    __table_args__ = (
        refers("schedule_id", "class_schedule"),
        UniqueConstraint("business_id", "schedule_id", "on_date"),
    )

    schedule_id: Mapped[UUID]
    on_date: Mapped[date]


class ClosedDays(OfBusiness, Base):
    """Days on which the studio is closed, a holiday or a week of works: no weekly time falls on them."""

    __tablename__ = "closed_days"
    __table_args__ = (
        check("ends_after_it_begins", "last_on >= first_on"),
        Index("ix_closed_days_last_on", "business_id", "last_on"),
    )

    name: Mapped[str] = mapped_column(String(120))
    first_on: Mapped[date]
    last_on: Mapped[date]


def days_column(weekly: Weekly) -> str:
    """A rhythm's days as they are kept: "MO,TH"."""
    return ",".join(day.value for day in weekly.days)
