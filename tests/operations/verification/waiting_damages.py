"""How each invariant about waiting lists is broken behind the portal's back."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from sqlalchemy import Executable, update

from portal.models.classes import ClassSession
from portal.models.waiting_lists import WaitingEntry, WaitingStatus
from tests.operations.verification.busy_studio import BusyStudio
from tests.studio import NOW

Damage = Callable[[BusyStudio], Iterable[Executable]]


def _class(studio: BusyStudio, **values: object) -> Executable:
    return update(ClassSession).where(ClassSession.id == studio.waited_for.id).values(**values)


def _entries(studio: BusyStudio, were: WaitingStatus, **values: object) -> Executable:
    of_class = WaitingEntry.class_session_id == studio.waited_for.id
    return update(WaitingEntry).where(of_class, WaitingEntry.status == were).values(**values)


WAITING_DAMAGES: dict[str, list[Damage]] = {
    "A class counts as waiting whoever waits for it": [
        lambda s: [_class(s, waiting=0)],
        lambda s: [_entries(s, WaitingStatus.WAITING, status=WaitingStatus.LEFT, ended_at=NOW)],
    ],
    "Nobody waits for a class that the studio cancelled": [
        lambda s: [_class(s, cancelled_at=NOW)],
    ],
    "No place is on offer beyond the start of its class": [
        lambda s: [
            _entries(s, WaitingStatus.OFFERED, offered_until=s.waited_for.starts_at + timedelta(minutes=1))
        ],
    ],
}
