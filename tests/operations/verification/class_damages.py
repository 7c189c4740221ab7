"""How each invariant about cancelled classes is broken behind the portal's back."""

from collections.abc import Callable, Iterable

from sqlalchemy import Executable, delete, insert, update

from portal.models.bookings import Ticket
from portal.models.cancellations import TicketCancellation
from portal.models.class_cancellations import ClassCancellation
from portal.models.classes import ClassSession
from portal.models.database import new_id
from portal.models.letters import Letter, LetterKind
from portal.models.pass_days import PassExtension
from portal.models.waiting_lists import WaitingEntry, WaitingStatus
from tests.operations.verification.busy_studio import BusyStudio
from tests.studio import NOW

Damage = Callable[[BusyStudio], Iterable[Executable]]

_WITH_CLASS = TicketCancellation.class_cancellation_id.is_not(None)
_FOR_CLASS = PassExtension.class_cancellation_id.is_not(None)
_TOLD = Letter.kind == LetterKind.CLASS_CANCELLED


def _somebody_waits(studio: BusyStudio) -> Executable:
    return insert(WaitingEntry).values(
        business_id=studio.business.id,
        id=new_id(),
        class_session_id=studio.called_off.id,
        customer_id=studio.ada.id,
        status=WaitingStatus.WAITING,
        joined_at=NOW,
    )


CLASS_DAMAGES: dict[str, list[Damage]] = {
    "A class is marked as cancelled where the studio cancelled it, and no other is": [
        lambda s: [update(ClassSession).where(ClassSession.id == s.called_off.id).values(cancelled_at=None)],
        lambda s: [update(ClassSession).where(ClassSession.id == s.yoga.id).values(cancelled_at=NOW)],
        lambda _: [delete(ClassCancellation)],
    ],
    "Nobody waits for a class that is cancelled": [
        lambda s: [update(ClassSession).where(ClassSession.id == s.called_off.id).values(waiting=1)],
        lambda s: [_somebody_waits(s)],
    ],
    "Nothing counts of a class whose cancelling is finished": [
        lambda s: [update(Ticket).where(Ticket.class_session_id == s.called_off.id).values(counts=True)],
    ],
    "A ticket cancelled with its class is one of that class, counts no more, and its use went back": [
        lambda s: [update(Ticket).where(Ticket.class_session_id == s.called_off.id).values(counts=True)],
        lambda _: [update(TicketCancellation).where(_WITH_CLASS).values(use_returned=False)],
        lambda s: [update(ClassCancellation).values(class_session_id=s.yoga.id)],
    ],
    "Every pass that paid for a cancelled class is longer by its days, once": [
        lambda _: [delete(PassExtension).where(_FOR_CLASS)],
        lambda _: [update(ClassCancellation).values(days=0)],
    ],
    "No pass is longer for a class that it did not pay for, or by other days": [
        lambda _: [update(PassExtension).where(_FOR_CLASS).values(days=1)],
        lambda s: [update(PassExtension).where(_FOR_CLASS).values(class_pass_id=s.unlimited.id)],
    ],
    "Who booked a cancelled class was written to, and nobody else": [
        lambda _: [delete(Letter).where(_TOLD)],
        lambda _: [update(TicketCancellation).where(_WITH_CLASS).values(class_cancellation_id=None)],
    ],
}
