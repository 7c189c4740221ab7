"""The stand-in's clock: the time that `PUNCHCARD_CLOCK` says, read anew each time (T2)."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

UNIT = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
OFFSET = re.compile(r"[+-](\d+[wdhms])+")
PART = re.compile(r"(\d+)([wdhms])")


class Clock:
    """Tells the instant in whole seconds since 1970, as Stripe's own timestamps do.

    The file holds an ISO instant with its zone ("2027-01-04T09:00:00Z": time stands still there)
    or an offset from real time ("+2d", "+36h", "-10m", "+1d12h"). No file or an empty one is real time.
    """

    def __init__(self, file: Path | None = None, *, real_time: Callable[[], float] = time.time) -> None:
        self._file = file
        self._real_time = real_time

    def now(self) -> int:
        """Seconds since 1970, by the file. Refuses (ValueError) what is neither an instant nor an offset."""
        setting = self._setting()
        if not setting:
            return int(self._real_time())
        if setting[0] in "+-":
            return int(self._real_time() + offset_in(setting).total_seconds())
        return int(instant_in(setting).timestamp())

    def _setting(self) -> str:
        if self._file is None:
            return ""
        try:
            return self._file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""


def offset_in(setting: str) -> timedelta:
    """The offset written as "+2d" or "-1h30m"."""
    if not OFFSET.fullmatch(setting):
        raise ValueError(
            f"The clock file says {setting!r}, which is neither an instant nor an offset like +2d."
        )
    parts = {UNIT[unit]: int(number) for number, unit in PART.findall(setting)}
    size = timedelta(**parts)
    return -size if setting[0] == "-" else size


def instant_in(setting: str) -> datetime:
    """The ISO instant; one without a zone is UTC."""
    instant = datetime.fromisoformat(setting)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
