"""How an event is written: as a line of JSON for machines, or as plain words for a person at a terminal."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from portal.logs.privacy import fault_of, without_people

FACTS = "facts"
"""What callers name beside the message: ``log.info("…", extra={"facts": {"status": 200}})``."""


class JsonLines(logging.Formatter):
    """One JSON object a line, without personal data: time (UTC, the real one), level, logger, message, then
    what the line belongs to, what the caller named, and the fault with its trace.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_of(record, "about"),
            **_of(record, FACTS),
            **fault_of(record.exc_info),
        }
        return json.dumps(
            {
                name: without_people(value) if isinstance(value, str) else value
                for name, value in told.items()
            },
            ensure_ascii=False,
        )


class PlainLines(logging.Formatter):
    """For a person at a terminal who tries the portal out: everything is said, faults in full."""

    default_msec_format = None

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")


def _of(record: logging.LogRecord, name: str) -> Mapping[str, object]:
    facts: Mapping[str, object] = getattr(record, name, {})
    return facts
