"""What the portal writes down about itself: one line an event, and nobody's personal data."""

from portal.logs.context import about, forget, tell_about
from portal.logs.settings import JSON, KINDS, PLAIN, logging_settings, start_logging

__all__ = ["JSON", "KINDS", "PLAIN", "about", "forget", "logging_settings", "start_logging", "tell_about"]
