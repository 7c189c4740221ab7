"""Which lines of a basket count (R4)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from portal.rules.facts import Line, TicketLine
from portal.rules.verdicts import Standing


def standings(lines: Iterable[Line], now: datetime) -> dict[UUID, Standing]:
    """The standing of each line, by its id.

    Places that are still free are shared out among the lines of a class whose hold has ended, the line added
    first coming first (ids are made in the order of time).
    """
    reclaimed: Counter[UUID] = Counter()
    verdicts: dict[UUID, Standing] = {}
    for line in sorted(lines, key=lambda line: line.id.int):
        standing = _standing(line, now, reclaimed)
        verdicts[line.id] = standing
        if standing is Standing.HOLD_ENDED and isinstance(line, TicketLine):
            reclaimed[line.class_session_id] += 1
    return verdicts


def _standing(line: Line, now: datetime, reclaimed: Counter[UUID]) -> Standing:
    if line.claimed:
        return Standing.HELD
    if isinstance(line, TicketLine) and line.cancelled:
        return Standing.CANCELLED
    if isinstance(line, TicketLine) and line.starts_at <= now:
        return Standing.STARTED
    if not line.on_sale:
        return Standing.OFF_SALE
    return _of_place(line, now, reclaimed) if isinstance(line, TicketLine) else Standing.HELD


def _of_place(line: TicketLine, now: datetime, reclaimed: Counter[UUID]) -> Standing:
    if line.held_until is not None and line.held_until > now:
        return Standing.HELD
    if line.closed:
        return Standing.CLOSED
    if reclaimed[line.class_session_id] < line.places_free:
        return Standing.HOLD_ENDED
    return Standing.WAITED_FOR if line.waiting else Standing.FULL
