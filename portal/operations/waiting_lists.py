"""People join the waiting list of a full class, and leave it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from portal.models.booking_windows import IS_CLOSED
from portal.models.business import BusinessFacts
from portal.models.classes import ClassSession, TicketType
from portal.models.database import db, new_id, table_of
from portal.models.waiting_lists import WaitingEntry, WaitingStatus
from portal.models.waiting_pages import MY_LINE, MY_TICKET
from portal.operations.basket_lines import ClassHasStarted, NotOnSale
from portal.operations.place_offers import count_waiting, hand_on_places
from portal.operations.places import BookingClosed, ClassIsCancelled, give_back_places, lock_classes
from portal.rules.sentences import Refusal


class HasTicketAlready(Refusal):
    """Who has a place in the class does not wait for one."""

    def __init__(self) -> None:
        super().__init__("You have a ticket for this class already.")


class InBasketAlready(Refusal):
    """Their basket holds a place in the class."""

    def __init__(self) -> None:
        super().__init__("Your basket keeps a place in this class already.")


class HasFreePlaces(Refusal):
    """There is no line to stand in."""

    def __init__(self) -> None:
        super().__init__("This class has a free place: add it to your basket instead.")


_class = table_of(ClassSession)
_ticket_type = table_of(TicketType)

_WAITED_FOR = select(
    _class.c.starts_at,
    IS_CLOSED.label("is_closed"),
    _class.c.cancelled_at,
    exists()
    .where(
        _ticket_type.c.business_id == _class.c.business_id,
        _ticket_type.c.series_id == _class.c.series_id,
        _ticket_type.c.on_sale,
    )
    .label("on_sale"),
    MY_TICKET.label("has_ticket"),
    MY_LINE.label("in_basket"),
).where(_class.c.business_id == bindparam("business_id"), _class.c.id == bindparam("class_session_id"))

_MY_ENTRY = (
    select(WaitingEntry)
    .where(
        WaitingEntry.business_id == bindparam("business_id"),
        WaitingEntry.class_session_id == bindparam("class_session_id"),
        WaitingEntry.customer_id == bindparam("customer_id"),
        WaitingEntry.ended_at.is_(None),
    )
    .execution_options(populate_existing=True)
)


def join_waiting_list(
    business: BusinessFacts, *, class_session_id: UUID, customer_id: UUID, now: datetime
) -> None:
    """Put somebody at the end of a full class's queue; pressed twice, they keep the place they had.

    Refuses what is not on sale, has started, is cancelled (ClassIsCancelled) or is not to be booked now
    (BookingClosed), who has a ticket for the
    class (HasTicketAlready) or holds a place of it (InBasketAlready), and a class in which nobody has to
    wait (HasFreePlaces).
    """
    keys = {"business_id": business.id, "class_session_id": class_session_id}
    lock_classes(business.id, [class_session_id])
    _refuse(keys, customer_id, now)
    places = hand_on_places(business.id, [class_session_id], now=now)[class_session_id]
    if _live_entry(keys, customer_id) is not None:
        return
    if places.free:
        raise HasFreePlaces
    entry = WaitingEntry(
        business_id=business.id,
        id=new_id(),
        class_session_id=class_session_id,
        customer_id=customer_id,
        status=WaitingStatus.WAITING,
        joined_at=now,
    )
    db.session.add(entry)
    db.session.flush()
    count_waiting(business.id, class_session_id, 1)


def leave_waiting_list(
    business: BusinessFacts, *, class_session_id: UUID, customer_id: UUID, now: datetime
) -> bool:
    """Take somebody out of a queue, or give back the place that is kept for them: it goes to the next at
    once. False where they were not in it (any more).
    """
    keys = {"business_id": business.id, "class_session_id": class_session_id}
    lock_classes(business.id, [class_session_id])
    entry = _live_entry(keys, customer_id)
    if entry is None:
        return False
    was, entry.status, entry.ended_at = entry.status, WaitingStatus.LEFT, now
    db.session.flush()
    if was is WaitingStatus.WAITING:
        count_waiting(business.id, class_session_id, -1)
    else:
        give_back_places(business.id, class_session_id)
    hand_on_places(business.id, [class_session_id], now=now)
    return True


def _live_entry(keys: dict[str, UUID], customer_id: UUID) -> WaitingEntry | None:
    return db.session.scalars(_MY_ENTRY, keys | {"customer_id": customer_id}).first()


def _refuse(keys: dict[str, UUID], customer_id: UUID, now: datetime) -> None:
    """What is asked in a new statement, after the lock."""
    found = db.session.execute(_WAITED_FOR, keys | {"customer_id": customer_id, "now": now}).first()
    if found is None:
        raise NotOnSale("class")
    if found.cancelled_at is not None:
        raise ClassIsCancelled
    if found.starts_at <= now:
        raise ClassHasStarted
    if found.is_closed:
        raise BookingClosed
    if not found.on_sale:
        raise NotOnSale("class")
    if found.has_ticket:
        raise HasTicketAlready
    if found.in_basket:
        raise InBasketAlready
