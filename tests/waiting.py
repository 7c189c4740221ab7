"""People in waiting lists, as tests put them there: one act each, in a transaction of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.jobs.waiting_lists import offer_free_places
from portal.models.classes import ClassSession
from portal.models.database import db, end_reading, transaction
from portal.models.letters import Letter, LetterKind
from portal.models.waiting_lists import WaitingEntry, WaitingStatus
from portal.models.waiting_pages import OwnStanding, own_standing
from portal.operations.basket_lines import remove_line
from portal.operations.waiting_lists import join_waiting_list, leave_waiting_list
from tests.studio import NOW, AClass, APerson, a_customer


def waits(person: APerson, yoga: AClass, *, now: datetime = NOW) -> None:
    """Join waiting list."""
    with transaction():
        join_waiting_list(person.business, class_session_id=yoga.id, customer_id=person.id, now=now)


def leaves(person: APerson, yoga: AClass, *, now: datetime = NOW) -> bool:
    """Leave waiting list."""
    with transaction():
        return leave_waiting_list(person.business, class_session_id=yoga.id, customer_id=person.id, now=now)


def a_queue(yoga: AClass, *names: str, now: datetime = NOW) -> list[APerson]:
    """Customers of these names who wait for a class, in this order."""
    people = [a_customer(yoga.business, name) for name in names]
    for person in people:
        waits(person, yoga, now=now)
    return people


def the_worker_looks(now: datetime = NOW) -> int:
    """Free places are offered; how many classes there were to look after."""
    end_reading()
    return offer_free_places(now=now)


def standing(person: APerson, yoga: AClass, *, now: datetime = NOW) -> OwnStanding:
    """How somebody stands, as the page of the class says it."""
    found = own_standing(yoga.business.id, yoga.id, person.id, now=now)
    end_reading()
    return found


def statuses(yoga: AClass) -> list[WaitingStatus]:
    """What became of everybody who ever joined, in that order."""
    entries = select(WaitingEntry.status).where(WaitingEntry.class_session_id == yoga.id)
    found = list(db.session.scalars(entries.order_by(WaitingEntry.joined_at, WaitingEntry.id)))
    end_reading()
    return found


def counted(yoga: AClass) -> tuple[int, int]:
    """Places taken, and people waiting, as the class keeps them."""
    row = db.session.execute(
        select(ClassSession.places_taken, ClassSession.waiting).where(ClassSession.id == yoga.id)
    ).one()
    end_reading()
    return row.places_taken, row.waiting


def offered_by_letter() -> list[str]:
    """Who was written to that a place is on offer, in that order."""
    letters = select(Letter.to_name).where(Letter.kind == LetterKind.PLACE_OFFERED)
    found = list(db.session.scalars(letters.order_by(Letter.created_at, Letter.id)))
    end_reading()
    return found


def line_removed(yoga: AClass, basket_id: UUID, line_id: UUID, *, now: datetime = NOW) -> None:
    """Remove."""
    with transaction():
        remove_line(yoga.business, basket_id=basket_id, line_id=line_id, now=now)
