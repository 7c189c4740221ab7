"""Write each business's letters of the morning."""

import logging
from datetime import datetime

from portal.models.business import BusinessFacts
from portal.models.database import end_reading, transaction
from portal.operations.morning_letters import (
    letters_of_morning,
    mornings_due,
    note_morning,
    write_morning_letters,
)

log = logging.getLogger(__name__)

AT_A_TIME = 200


def write_due_morning_letters(*, now: datetime) -> int:
    """Write what is due at every business where it is morning; how many letters."""
    businesses = mornings_due(now=now)
    end_reading()
    return sum(_write_unless_faulty(business, now) for business in businesses)


def _write_unless_faulty(business: BusinessFacts, now: datetime) -> int:
    """One business's fault must not keep the others waiting; it is tried again at the next look."""
    try:
        return _write(business, now)
    except Exception:
        end_reading()
        log.exception("The letters of the morning of business %s were not all written", business.id)
        return 0


def _write(business: BusinessFacts, now: datetime) -> int:
    """What is due is read outside of any transaction that writes, and written a batch at a time, so that
    nobody's booking waits for it. A worker that dies in between leaves the rest to the next look.
    """
    letters = letters_of_morning(business, now=now)
    end_reading()
    written = 0
    for start in range(0, len(letters), AT_A_TIME):
        with transaction():
            written += write_morning_letters(business.id, letters[start : start + AT_A_TIME], now=now)
    with transaction():
        note_morning(business, now=now)
    return written
