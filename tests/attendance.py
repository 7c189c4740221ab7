"""What tests stand at the door with.

came(booking, yoga, by=olive)                     # Check in
came(booking, yoga, by=olive, status=None)        # Undo
"""

from datetime import UTC, datetime

from portal.models.attendance import AttendanceStatus
from portal.models.audit import ActorKind
from portal.models.database import transaction
from portal.operations.attendance import say_who_came
from portal.operations.auditing import Actor
from tests.studio import ABooking, AClass, APerson
from tests.transfers import ticket_for

AT_THE_DOOR = datetime(2026, 12, 10, 9, 15, tzinfo=UTC)
"""A quarter of an hour before Morning Yoga."""


def came(
    booking: ABooking,
    to: AClass,
    *,
    by: APerson,
    status: AttendanceStatus | None = AttendanceStatus.CHECKED_IN,
    now: datetime = AT_THE_DOOR,
) -> int:
    """Say of a booking's ticket whether its owner came; how many changed."""
    with transaction():
        return say_who_came(
            to.business,
            class_session_id=to.id,
            ticket_ids=[ticket_for(booking, to)],
            status=status,
            actor=Actor(ActorKind.STAFF, by.id),
            now=now,
        )
