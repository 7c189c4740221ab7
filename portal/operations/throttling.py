"""Slowing down whoever tries too often: passwords, letters, codes, holds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Executable, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.models.database import db, new_id
from portal.models.throttles import Throttle
from portal.rules.sentences import Refusal

_ONE_VISITORS_NETWORK = 64  # whoever has one IPv6 address has at least this prefix, and every address in it


class TooManyTries(Refusal):
    """The same thing was tried too often lately."""


def slow_down(
    business_id: UUID, act: str, subject: str, *, limit: int, window: timedelta, now: datetime, times: int = 1
) -> None:
    """Count one try of ``act`` by ``subject`` (an address, a basket), or several at once.

    Raises TooManyTries beyond ``limit`` in ``window``. See ``slow_down_all``.
    """
    slow_down_all(business_id, act, {subject: limit}, window=window, now=now, times=times)


def slow_down_all(
    business_id: UUID,
    act: str,
    limits: Mapping[str, int],
    *,
    window: timedelta,
    now: datetime,
    times: int = 1,
) -> None:
    """Count a try of ``act`` by each subject, as ``times`` many; raise TooManyTries where one is beyond its
    limit in ``window``.

    One statement, so that two tries at once count as two. Of a subject only a digest is kept. A door commits
    this before what it guards: a refusal that took the count back with it would not slow anybody down.
    """
    start = _window_start(now, window)
    digests = {_digest(subject): limit for subject, limit in limits.items()}
    tries = db.session.execute(
        _one_more_try(
            [
                {
                    "business_id": business_id,
                    "id": new_id(),
                    "act": act,
                    "subject": digest,
                    "window_start": start,
                    "tries": times,
                }
                for digest in sorted(digests)  # in one order, so that no two wait for each other
            ]
        )
    )
    if any(count > digests[digest] for digest, count in tries):
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


def network_of(address: str | None) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 network that an IPv6 address lies in."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, _ONE_VISITORS_NETWORK), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _one_more_try(rows: Sequence[Mapping[str, Any]]) -> Executable:
    """An upsert that both databases know, each under its own dialect's name."""
    on_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert if on_sqlite else postgresql.insert
    throttle = Throttle.__table__
    statement = insert(throttle).values(rows)
    statement = statement.on_conflict_do_update(
        index_elements=["business_id", "act", "subject", "window_start"],
        set_={"tries": throttle.c.tries + statement.excluded.tries},
    )
    return cast("Executable", statement.returning(throttle.c.subject, throttle.c.tries))


def _window_start(now: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def _next_minute(moment: datetime) -> datetime:
    """A clock time without seconds that is not too early."""
    return moment if moment.second == 0 else moment.replace(second=0) + timedelta(minutes=1)


def _digest(subject: str) -> str:
    return sha256(subject.encode()).hexdigest()
