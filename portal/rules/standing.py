"""Which lines of a basket count (R4)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from portal.rules.facts import Line, PassLine, TicketLine
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
    if isinstance(line, PassLine):
        return Standing.HELD if line.on_sale else Standing.OFF_SALE
    if line.starts_at <= now:
        return Standing.STARTED
    if not line.on_sale:
        return Standing.OFF_SALE
    if line.held_until is not None and line.held_until > now:
        return Standing.HELD
    return Standing.HOLD_ENDED if reclaimed[line.class_session_id] < line.places_free else Standing.FULL
