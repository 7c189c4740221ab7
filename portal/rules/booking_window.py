"""When a class may be booked: from some days before it starts until some minutes before."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from portal.rules.sentences import Refusal

MOST_DAYS = 84
"""The earliest that booking may open, in days before a class: twelve weeks."""
MOST_MINUTES = 7 * 24 * 60
"""The earliest that booking may close, in minutes before a class: a week."""


class NeverOpen(Refusal):
    """Booking would close before it opens."""

    def __init__(self) -> None:
        super().__init__("Booking would close before it opens.")


@dataclass(frozen=True, slots=True)
class BookingWindow:
    """Without ``opens_days`` a class may be booked as soon as it is listed. Raises NeverOpen."""

    opens_days: int | None = None
    closes_minutes: int = 0

    def __post_init__(self) -> None:
        """Refuse what nobody could ever book; days of 23 hours are among them, so an hour is kept."""
        if self.opens_days is not None and self.closes_minutes > self.opens_days * 24 * 60 - 60:
            raise NeverOpen

    def opens_at(self, starts_at: datetime, zone: tzinfo) -> datetime | None:
        """The same time by the studio's clock as the class, some days before it (T1)."""
        if self.opens_days is None:
            return None
        local = starts_at.astimezone(zone)
        day = local.date() - timedelta(days=self.opens_days)
        return datetime.combine(day, local.time(), zone).astimezone(starts_at.tzinfo)

    def closes_at(self, starts_at: datetime) -> datetime:
        """From this moment on nobody books a class that starts then; never after its start."""
        return starts_at - timedelta(minutes=self.closes_minutes)


ALWAYS = BookingWindow()
"""From when it is listed until it starts."""
