"""Which lines are written, and how: said once, when a process starts (``LOG_FORMAT``)."""

import logging.config
from typing import Any

JSON, PLAIN = "json", "plain"
KINDS = (JSON, PLAIN)
CHATTY = ("apscheduler", "stripe", "alembic")
"""Libraries whose every step is no news."""


def logging_settings(kind: str) -> dict[str, Any]:
    """For ``logging.config``, and for gunicorn's ``logconfig_dict``: one way out, to standard error."""
    lines = "portal.logs.lines.PlainLines" if kind == PLAIN else "portal.logs.lines.JsonLines"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"belonging": {"()": "portal.logs.context.Belonging"}},
        "formatters": {"lines": {"()": lines}},
        "handlers": {
            "out": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["belonging"]},
        },
        "root": {"level": "INFO", "handlers": ["out"]},
        "loggers": {
            **{name: {"level": "WARNING"} for name in CHATTY},
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},  # whole addresses
        },
    }


def start_logging(kind: str) -> None:
    """Write lines of this kind from now on, in this process."""
    logging.config.dictConfig(logging_settings(kind))
