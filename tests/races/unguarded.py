"""The guards of limited things, taken away: what must go wrong without them, to prove that the races race.

A control of your own names what is read last before anything is written, as portal.operations has it:

    without_locks_on_refunds = partial(without_locks_and_meet_after, "ticket_refunds.refundable")

Everybody meets there (``tests.races.meeting``). Whoever reaches none of the places named does all of their
act before the others go on; whoever reads at one of ``last`` goes on after the others have done all of
theirs. With a place too early, people read again after the meeting, and the control goes wrong by luck only.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import date
from functools import partial, wraps
from importlib import import_module
from typing import Any
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import Engine, event, select, update

from portal.models.bookings import Booking
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSession
from portal.models.database import db
from portal.models.discount_codes import DiscountCode
from portal.operations import claims, places
from portal.operations.claims import NoRedemptionLeft, NoUseLeft
from portal.operations.places import NoPlaceLeft
from tests.races.meeting import meet

FOR_UPDATE = re.compile(r"\s+FOR (NO KEY )?UPDATE( OF \w+)?", re.IGNORECASE)
BEGINNINGS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK TO")
OPERATIONS = "portal.operations"


@contextmanager
def without_locks() -> Iterator[None]:
    """No row is locked on PostgreSQL; on SQLite, whose transactions are its lock, none is begun, and nobody
    waits for a turn.
    """

    def take_away(
        connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any
    ) -> tuple[str, Any]:
        if connection.dialect.name == "sqlite" and statement.startswith(BEGINNINGS):
            return "SELECT 1", parameters
        return FOR_UPDATE.sub("", statement), parameters

    event.listen(Engine, "before_cursor_execute", take_away, retval=True)
    try:
        with patch("portal.models.database.turn_to_write", lambda _url: nullcontext()):
            yield
    finally:
        event.remove(Engine, "before_cursor_execute", take_away)


@contextmanager
def without_locks_and_meet_after(*names: str, last: Sequence[str] = ()) -> Iterator[None]:
    """No lock, and everybody meets after each of these operations' functions ("deactivating.x") has read, and
    before anything is done about it; who has read at one of ``last`` goes on when the others are done.
    """
    with without_locks(), meeting_after(*names, last=last):
        yield


@contextmanager
def meeting_after(*names: str, last: Sequence[str] = ()) -> Iterator[None]:
    """Everybody meets there, and whatever else guards them is left as it is, or taken away by the caller."""
    with ExitStack() as changes:
        for name in {*names, *last}:
            module, _, function = name.rpartition(".")
            whole = getattr(import_module(f"{OPERATIONS}.{module}"), function)
            changes.enter_context(patch(f"{OPERATIONS}.{name}", _and_meet(whole, 1 + (name in last))))
        yield


def _and_meet(whole: Any, times: int) -> Any:
    @wraps(whole)
    def meeting(*args: Any, **options: Any) -> Any:
        found = whole(*args, **options)
        for _ in range(times):
            meet()
        return found

    return meeting


@contextmanager
def without_guard_of_places(*modules: str, times: int = 1) -> Iterator[None]:
    """No lock, and the conditional update of a class is a reading and then a writing, wherever these
    operations take a place (check-out, unless named); between them one meets so many ``times``.
    """
    names = modules or ("held_places", "booked_lines", "reclaiming")
    with without_locks(), _instead("take_places", partial(_read_then_take_places, times), *names):
        yield


@contextmanager
def without_guard_of_passes(*, times: int = 1) -> Iterator[None]:
    """No lock, and the conditional update of a pass is a reading and then a writing; between them one meets
    so many ``times``.
    """
    claim = partial(_read_then_claim_uses, times)
    with without_locks(), _instead("claim_pass_uses", claim, "booked_lines", "reclaiming"):
        yield


@contextmanager
def without_guard_of_codes() -> Iterator[None]:
    """No lock, and the conditional update of a code is a reading and then a writing."""
    with without_locks(), _instead("claim_redemption", _read_then_redeem, "booked_lines", "reclaiming"):
        yield


@contextmanager
def without_order_of_classes(*modules: str) -> Iterator[None]:
    """Classes are locked one by one, by every second person from the last to the first, wherever these
    operations lock them.
    """

    def one_by_one(business_id: UUID, class_session_ids: Iterable[UUID]) -> None:
        first, *others = sorted(set(class_session_ids), reverse=meet() % 2 == 1)
        places_lock(business_id, [first])
        meet()
        for class_session_id in others:
            places_lock(business_id, [class_session_id])

    places_lock = places.lock_classes
    with begin_late(), _instead("lock_classes", one_by_one, *modules):
        yield


@contextmanager
def begin_late() -> Iterator[None]:
    """SQLite begins before it locks, and nobody waits for a turn; PostgreSQL finds out sooner that two wait
    for each other.
    """

    def sooner(connection: Any) -> None:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL deadlock_timeout = '20ms'")

    def late(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> tuple[str, Any]:
        return statement.replace("BEGIN IMMEDIATE", "BEGIN"), parameters

    event.listen(Engine, "begin", sooner)
    event.listen(Engine, "before_cursor_execute", late, retval=True)
    try:
        with patch("portal.models.database.turn_to_write", lambda _url: nullcontext()):
            yield
    finally:
        event.remove(Engine, "before_cursor_execute", late)
        event.remove(Engine, "begin", sooner)


@contextmanager
def _instead(name: str, other: object, *modules: str) -> Iterator[None]:
    """Put another function in its place wherever operations have it by its name."""
    with ExitStack() as changes:
        for module in modules:
            changes.enter_context(patch(f"{OPERATIONS}.{module}.{name}", other))
        yield


def _read_then_take_places(times: int, business_id: UUID, class_session_id: UUID, places: int = 1) -> None:
    mine = (ClassSession.business_id == business_id) & (ClassSession.id == class_session_id)
    taken, capacity, cancelled_at = db.session.execute(
        select(ClassSession.places_taken, ClassSession.capacity, ClassSession.cancelled_at).where(mine)
    ).one()
    if taken + places > capacity or cancelled_at is not None:
        raise NoPlaceLeft
    for _ in range(times):
        meet()
    db.session.execute(update(ClassSession).where(mine).values(places_taken=taken + places))


def _read_then_claim_uses(times: int, business_id: UUID, wanted: Mapping[UUID, Sequence[date]]) -> None:
    for pass_id in wanted:
        mine = (ClassPass.business_id == business_id) & (ClassPass.id == pass_id)
        left, claimed = db.session.execute(
            select(ClassPass.uses_left, ClassPass.uses_claimed).where(mine)
        ).one()
        if left is not None and left - claimed < len(wanted[pass_id]):
            raise NoUseLeft
        for _ in range(times):
            meet()
        db.session.execute(
            update(ClassPass)
            .where(mine)
            .values(uses_claimed=claimed + len(wanted[pass_id]), first_class_on=min(wanted[pass_id]))
        )


def _read_then_redeem(booking: Booking, *, person_key: str, now: Any) -> None:
    mine = (DiscountCode.business_id == booking.business_id) & (DiscountCode.id == booking.discount_code_id)
    count, limit, per_person = db.session.execute(
        select(DiscountCode.bookings_count, DiscountCode.bookings_limit, DiscountCode.per_person_limit).where(
            mine
        )
    ).one()
    if limit is not None and count >= limit:
        raise NoRedemptionLeft
    number = claims._free_number(booking, person_key)
    if per_person is not None and number > per_person:
        raise NoRedemptionLeft
    meet()
    db.session.execute(update(DiscountCode).where(mine).values(bookings_count=count + 1))
    claims._write_redemption(booking, person_key, number, per_person, now)
