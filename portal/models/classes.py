"""Classes: the series, its ticket types, and each dated class with its places."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, refers
from portal.rules.booking_window import BookingWindow


class ClassSeries(OfBusiness, Base):
    """What all dated classes of one name have in common, such as Morning Yoga on Tuesdays.

    They may be booked from ``opens_days`` days before they start (at once without it) until
    ``closes_minutes`` minutes before.
    """

    __tablename__ = "class_series"
    __table_args__ = (
        check("opens_within_limits", "opens_days IS NULL OR opens_days BETWEEN 1 AND 84"),
        check("closes_within_limits", "closes_minutes BETWEEN 0 AND 10080"),
        check("closes_after_it_opens", "opens_days IS NULL OR closes_minutes <= opens_days * 1440 - 60"),
    )

    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(2000), default="")
    teacher: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120))
    opens_days: Mapped[int | None]
    closes_minutes: Mapped[int] = mapped_column(default=0)

    @property
    def booking_window(self) -> BookingWindow:
        """When its classes may be booked."""
        return BookingWindow(self.opens_days, self.closes_minutes)


class TicketType(OfBusiness, Base):
    """A priced kind of place in a series, such as Adult or Concession. ``price`` is in minor units (R3)."""

    __tablename__ = "ticket_type"
    __table_args__ = (
        refers("series_id", "class_series"),
        check("price_not_negative", "price >= 0"),
        Index("ix_ticket_type_series", "business_id", "series_id"),
    )

    series_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(80))
    price: Mapped[int]
    on_sale: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class ClassSession(OfBusiness, Base):
    """One dated class. ``on_date`` is its date in the business's zone (P3).

    Kept beside their facts: ``places_taken`` (counting tickets, basket lines whose place is counted, and
    places on offer to somebody who waited), ``waiting`` (people in its queue to whom no place is on offer
    yet), ``cancelled_at`` (the studio cancelled it: C6) and ``opens_at`` and ``closes_at`` (its series'
    booking window).

    One that a weekly time of its series made names it (``schedule_id``) and the day of its turn
    (``turn_on``), which stays when it is moved; ``edited_at`` says that it was changed alone and goes its own
    way.
    """

    __tablename__ = "class_session"
    __table_args__ = (
        refers("series_id", "class_series"),
        refers("schedule_id", "class_schedule"),
        check("turn_of_a_schedule", "(schedule_id IS NULL) = (turn_on IS NULL)"),
        check("closes_by_its_start", "closes_at <= starts_at"),
        check("capacity_not_negative", "capacity >= 0"),
        check("places_within_capacity", "places_taken >= 0 AND places_taken <= capacity"),
        check("ends_after_start", "ends_at > starts_at"),
        check("waiting_never_below_zero", "waiting >= 0"),
        Index("ix_class_session_starts", "business_id", "starts_at"),
        Index("ix_class_session_series", "business_id", "series_id", "starts_at", unique=True),
        Index("ix_class_session_turn", "business_id", "schedule_id", "turn_on", unique=True),
        Index(
            "ix_class_session_waited_for",
            "starts_at",
            postgresql_where=text("waiting > 0"),
            sqlite_where=text("waiting > 0"),
        ),
    )

    series_id: Mapped[UUID]
    on_date: Mapped[date]
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    teacher: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120))
    capacity: Mapped[int]
    places_taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime] = mapped_column(Instant)
    schedule_id: Mapped[UUID | None]
    turn_on: Mapped[date | None]
    edited_at: Mapped[datetime | None] = mapped_column(Instant)
