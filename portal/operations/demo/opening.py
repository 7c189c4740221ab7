"""The whole demo, in one transaction of the door that asks for it: a broken operation breaks the demo."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import inspect, or_, select, update

from portal.models.business import BusinessFacts
from portal.models.businesses import business_at
from portal.models.database import db
from portal.models.letters import Letter
from portal.models.people import Customer, StaffMember
from portal.operations.demo.auto_payments import charge_instalments
from portal.operations.demo.desk import DeskAct, sit_at_desk
from portal.operations.demo.harbour import HOSTS as HARBOUR_HOSTS
from portal.operations.demo.harbour import harbour
from portal.operations.demo.people import (
    HARBOUR_CROWD,
    HARBOUR_TRIPS,
    OWNER,
    RIVERSIDE_CROWD,
    RIVERSIDE_DECLINES,
    RIVERSIDE_DESK,
    RIVERSIDE_QUEUE,
    RIVERSIDE_TRIPS,
    Crowd,
    bring_in,
)
from portal.operations.demo.riverside import HOSTS as RIVERSIDE_HOSTS
from portal.operations.demo.riverside import riverside
from portal.operations.demo.shopping import Trip, take_trips
from portal.operations.demo.studio import WEEK, WEEKS_BEHIND, DemoStudio, open_studio, top_up
from portal.operations.demo.waiting import Wait, wait_in_line
from portal.rules.sentences import Refusal

PASSWORD = "punchcard-demo"  # noqa: S105  everybody's, and refused beside a live Stripe key
"""The password of every demo account that can sign in."""


class NotADemo(Refusal):
    """A real studio answers on a host of the demo."""

    def __init__(self, host: str) -> None:
        super().__init__("{host} belongs to a studio that is no demo, so nothing was loaded.", host=host)


@dataclass(frozen=True, slots=True)
class Past:
    """What happened at a studio before today; ``declines`` are clients' addresses with the instalment."""

    trips: tuple[Trip, ...]
    desk: tuple[DeskAct, ...] = ()
    declines: frozenset[tuple[str, int]] = frozenset()
    queue: tuple[Wait, ...] = ()


RIVERSIDE_PAST = Past(
    RIVERSIDE_TRIPS, RIVERSIDE_DESK, declines=frozenset(RIVERSIDE_DECLINES), queue=RIVERSIDE_QUEUE
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the command tells: where the studio is, whether it is new, and how many classes were added."""

    business: BusinessFacts
    is_new: bool
    classes_added: int


def load_demo(*, port: int, password_hash: str, now: datetime) -> tuple[Loaded, ...]:
    """Open both demo studios, or keep them as they are and add the classes of the coming weeks.

    ``password_hash`` is that of ``PASSWORD``; hashing is slow on purpose, so the door does it, once.
    Raises NotADemo where a real studio has a demo host.
    """
    return (
        _load(
            RIVERSIDE_HOSTS[0],
            riverside(public_address=f"http://{RIVERSIDE_HOSTS[0]}:{port}", today=now.date()),
            RIVERSIDE_CROWD,
            RIVERSIDE_PAST,
            password_hash=password_hash,
            now=now,
        ),
        _load(
            HARBOUR_HOSTS[0],
            harbour(public_address=f"http://{HARBOUR_HOSTS[0]}:{port}"),
            HARBOUR_CROWD,
            Past(HARBOUR_TRIPS),
            password_hash=password_hash,
            now=now,
        ),
    )


def holds_demo_accounts() -> bool:
    """Whether anybody on these books has a password that everybody knows; nobody is on books not made yet."""
    if not inspect(db.engine).has_table(StaffMember.__tablename__):
        return False
    return (
        db.session.scalar(
            select(
                or_(
                    select(Customer.id).where(Customer.is_demo).exists(),
                    select(StaffMember.id).where(StaffMember.is_demo).exists(),
                )
            )
        )
        is True
    )


def _load(
    host: str, layout: DemoStudio, crowd: Crowd, past: Past, *, password_hash: str, now: datetime
) -> Loaded:
    there = business_at(host)
    if there is None:
        return _open(layout, crowd, past, password_hash, now)
    if not _is_demo(there):
        raise NotADemo(host)
    added = top_up(layout, there, now=now)
    return Loaded(there, is_new=False, classes_added=added)


def _open(layout: DemoStudio, crowd: Crowd, past: Past, password_hash: str, now: datetime) -> Loaded:
    studio = open_studio(layout, now=now)
    opened = now - WEEKS_BEHIND * WEEK
    buyers = bring_in(studio.business, crowd, password_hash=password_hash, now=opened)
    take_trips(studio, past.trips, buyers, now=now)
    wait_in_line(studio, past.queue, buyers, now=now)
    charge_instalments(studio.business, declined=past.declines, since=opened, now=now)
    sit_at_desk(studio, past.desk, owner=OWNER, now=now)
    _post_letters(studio.business)
    return Loaded(studio.business, is_new=True, classes_added=0)


def _post_letters(business: BusinessFacts) -> None:
    """What happened weeks ago was written about weeks ago: the worker of then sent these letters."""
    db.session.execute(
        update(Letter)
        .where(Letter.business_id == business.id, Letter.sent_at.is_(None))
        .values(sent_at=Letter.created_at, tries=1)
    )


def _is_demo(business: BusinessFacts) -> bool:
    return (
        db.session.scalar(
            select(StaffMember.is_demo).where(
                StaffMember.business_id == business.id, StaffMember.email_key == OWNER, StaffMember.is_demo
            )
        )
        is True
    )
