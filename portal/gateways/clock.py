"""The one clock (T2). Doors ask it and pass the moment on; the database is never asked."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


@dataclass(frozen=True, slots=True)
class Clock:
    """Real time, or what the file named by ``PUNCHCARD_CLOCK`` says, read anew each time (T2)."""

    file: Path | None = None

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        real = datetime.now(UTC)
        if self.file is None or not self.file.exists():
            return real
        return moment_of(self.file.read_text().strip(), real)


def moment_of(text: str, real: datetime) -> datetime:
    """Read a clock file: empty is real time; "+2d" and "-90m" are offsets; else an ISO instant."""
    if not text:
        return real
    if text[0] in "+-" and text[-1] in UNITS:
        return real + timedelta(**{UNITS[text[-1]]: int(text[:-1])})
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
