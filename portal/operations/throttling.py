"""Slowing down whoever tries too often: passwords, letters, codes, holds."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Executable, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.models.database import db, new_id
from portal.models.throttles import Throttle
from portal.rules.sentences import Refusal

_ONE_VISITORS_NETWORK = 64  # whoever has one IPv6 address has at least this prefix, and every address in it


class TooManyTries(Refusal):
    """The same thing was tried too often lately."""


def slow_down(
    business_id: UUID, act: str, subject: str, *, limit: int, window: timedelta, now: datetime
) -> None:
    """Count one try of ``act`` by ``subject`` (an address, a basket); raise TooManyTries beyond ``limit`` in
    ``window``.

    One statement, so that two tries at once count as two. The subject is kept as a digest only. A door
    commits this before what it guards: a refusal that took the count back with it would not slow anybody
    down.
    """
    start = _window_start(now, window)
    tries = db.session.execute(
        _ONE_MORE[db.session.get_bind().dialect.name],
        {
            "business_id": business_id,
            "id": new_id(),
            "act": act,
            "subject": _digest(subject),
            "window_start": start,
            "tries": 1,
        },
    ).scalar_one()
    if tries > limit:
        raise TooManyTries("Too many tries. Please try again at {again}.", again=_next_minute(start + window))


def take_back_tries(
    business_id: UUID, act: str, subjects: Iterable[str], *, window: timedelta, now: datetime
) -> None:
    """Take back the try that ``slow_down`` counted for each subject, because it turned out well."""
    db.session.execute(
        update(Throttle)
        .where(
            Throttle.business_id == business_id,
            Throttle.act == act,
            Throttle.subject.in_([_digest(subject) for subject in subjects]),
            Throttle.window_start == _window_start(now, window),
            Throttle.tries > 0,
        )
        .values(tries=Throttle.tries - 1)
    )


def forget_tries(before: datetime) -> int:
    """Let go of the windows that began before a moment; how many they were."""
    gone = db.session.execute(delete(Throttle).where(Throttle.window_start < before))
    return cast("CursorResult[Any]", gone).rowcount


def network_of(address: str | None) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 network that an IPv6 address lies in."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, _ONE_VISITORS_NETWORK), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _one_more(insert: Any) -> Executable:
    window = ["business_id", "act", "subject", "window_start"]
    statement = insert(Throttle.__table__)
    return cast(
        "Executable",
        statement.on_conflict_do_update(
            index_elements=window, set_={"tries": Throttle.__table__.c.tries + 1}
        ).returning(Throttle.__table__.c.tries),
    )


_ONE_MORE = {"sqlite": _one_more(sqlite.insert), "postgresql": _one_more(postgresql.insert)}


def _window_start(now: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def _next_minute(moment: datetime) -> datetime:
    """A clock time without seconds that is not too early."""
    return moment if moment.second == 0 else moment.replace(second=0) + timedelta(minutes=1)


def _digest(subject: str) -> str:
    return sha256(subject.encode()).hexdigest()
