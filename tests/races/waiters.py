"""People who wait for a place, leave the line, or look after it; and guards of the line, taken away."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import Integer, bindparam, select, update

from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.models.waiting_lists import WaitingEntry, WaitingStatus
from portal.operations import places
from portal.operations.basket_lines import add_ticket, open_basket
from portal.operations.place_offers import hand_on_places
from portal.operations.places import PlacesOfClass, lock_classes
from portal.operations.waiting_lists import join_waiting_list, leave_waiting_list
from tests.races.cancellers import cancel_or_act
from tests.races.meeting import meet
from tests.races.unguarded import without_locks, without_locks_and_meet_after
from tests.studio import AClass, APerson


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that has found a class to look after."""

    wants: AClass
    now: datetime


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody before Join waiting list."""

    person: APerson
    wants: AClass
    now: datetime


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody before Leave waiting list."""

    person: APerson
    wants: AClass
    now: datetime


@dataclass(frozen=True, slots=True)
class Taking:
    """A customer before Add to basket."""

    person: APerson
    wants: AClass
    now: datetime


def wait_or_act(who: object) -> str:
    """Whatever such a person does; the word for it."""
    match who:
        case Worker():
            with transaction():
                lock_classes(who.wants.business.id, [who.wants.id])
                hand_on_places(who.wants.business.id, [who.wants.id], now=who.now)
            return "looked"
        case Joining():
            with transaction():
                join_waiting_list(
                    who.person.business, class_session_id=who.wants.id, customer_id=who.person.id, now=who.now
                )
            return "joined"
        case Leaving():
            with transaction():
                left = leave_waiting_list(
                    who.person.business, class_session_id=who.wants.id, customer_id=who.person.id, now=who.now
                )
            return "left" if left else "was gone"
        case Taking():
            return _take(who)
        case _:
            return cancel_or_act(who)


def _take(who: Taking) -> str:
    business: BusinessFacts = who.person.business
    with transaction():
        add_ticket(
            business,
            basket_id=open_basket(business, customer_id=who.person.id, basket_id=None, now=who.now),
            class_session_id=who.wants.id,
            ticket_type_id=who.wants.ticket_type_id,
            now=who.now,
        )
    return "added"


without_locks_on_queues = partial(without_locks_and_meet_after, "place_offers.let_go_of_what_ended")
"""No lock, and everybody sees how the line stands before anybody changes it; nothing has ended meanwhile."""

without_locks_on_leaving = partial(
    without_locks_and_meet_after,
    "place_offers.let_go_of_what_ended",
    last=["waiting_lists._live_entry"],
)
"""No lock, and who leaves has seen how they stand before the worker offers, and leaves after."""

without_locks_on_entries = partial(without_locks_and_meet_after, "waiting_lists._live_entry")
"""No lock, and everybody sees that somebody is not in line before they are put into it."""


@contextmanager
def without_the_queues_right() -> Iterator[None]:
    """Whoever adds to a basket lets go of what has ended, and takes what is free, whoever waits for it."""

    def only_let_go(business_id: UUID, ids: list[UUID], *, now: datetime) -> dict[UUID, PlacesOfClass]:
        stand = places.let_go_of_what_ended(business_id, ids, now=now)
        return {one.class_session_id: one for one in stand}

    of_class = places._class.c
    takes = places._CHANGE.where(
        of_class.places_taken + bindparam("places", type_=Integer) <= of_class.capacity
    )
    with (
        patch("portal.operations.held_places.hand_on_places", only_let_go),
        patch("portal.operations.places._TAKE", takes),
    ):
        yield


@contextmanager
def without_handing_on() -> Iterator[None]:
    """Who cancels hands the place to nobody, and strangers, who have come before, take what is free."""

    def nobody(_business_id: UUID, _ids: list[UUID], *, now: datetime) -> None:
        """Nobody is offered anything."""

    with (
        without_locks(),
        without_the_queues_right(),
        patch("portal.operations.cancelled_tickets.hand_on_places", nobody),
        patch("portal.operations.held_places.take_places", _meet_and_take(places.take_places)),
    ):
        yield


@contextmanager
def without_guard_of_offers() -> Iterator[None]:
    """No lock, and the conditional update of an offer is a reading and then a writing."""
    with without_locks(), patch("portal.operations.held_places.take_offer", _read_then_take_offer):
        yield


def _meet_and_take(whole: Any) -> Any:
    def meeting(*args: Any) -> None:
        meet()
        whole(*args)

    return meeting


def _read_then_take_offer(
    business_id: UUID, class_session_id: UUID, customer_id: UUID, *, now: datetime
) -> bool:
    mine = (WaitingEntry.business_id == business_id) & (WaitingEntry.customer_id == customer_id)
    mine &= (WaitingEntry.class_session_id == class_session_id) & WaitingEntry.ended_at.is_(None)
    offered = db.session.scalar(select(WaitingEntry.id).where(mine, WaitingEntry.offered_until > now))
    meet()
    if offered is None:
        return False
    taken = update(WaitingEntry).where(WaitingEntry.business_id == business_id, WaitingEntry.id == offered)
    db.session.execute(taken.values(status=WaitingStatus.TAKEN, ended_at=now))
    return True
