"""The worker is killed while it cancels a class's tickets: each booking is whole or not begun, and the next
worker goes on where the last one stopped (C6, M3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.exchanges.class_cancellations import go_on_cancelling
from portal.jobs.class_cancellations import cancel_due_tickets
from portal.models.bookings import Ticket
from portal.models.class_cancellations import ClassCancellation
from portal.models.class_passes import ClassPass
from portal.models.database import db, end_reading
from portal.models.letters import Letter, LetterKind
from tests.class_cancellations import cancel_whole_class
from tests.crashes.dying import Step, after, before, dies_at
from tests.exchanges.counter import Counter
from tests.races.callers_off import CallingOff, about_to_call_off, call_off_or_act
from tests.soundness import assert_sound
from tests.studio import AClass, APass, APerson, a_business, a_customer, a_pass_of, a_staff_member
from tests.till import Till, a_till

pytestmark = pytest.mark.slow

COMMIT = "sqlalchemy.orm.session.Session.commit"
CLASS = "portal.operations.class_cancelling"
TICKETS = "portal.operations.cancelled_classes"
OWING = "portal.operations.cancelled_tickets.owe_to_card"

PRESSING = (
    before("before the waiting list ends", f"{CLASS}.end_waiting_list"),
    before("before the class is marked", f"{CLASS}._mark"),
    before("before the act is committed", COMMIT),
)
GOING_ON = (
    before("before the first booking", f"{TICKETS}._cancel"),
    after("between two bookings", COMMIT),
    before(
        "before the second booking's money is owed", "portal.operations.cancelled_tickets.owe_to_card", call=2
    ),
    before("after the tickets, before the pass is longer", f"{TICKETS}._extend"),
    before("before the letter is written", f"{TICKETS}.tell_of_class", call=2),
    before("before the last booking is committed", COMMIT, call=3),
    before("before the end is written down", f"{TICKETS}.anything_counts"),
)


@dataclass(frozen=True)
class Stage:
    """A class of three: Ada by her pass, two guests by card."""

    till: Till
    yoga: AClass
    olive: APerson
    own_pass: APass

    def call_off(self) -> UUID:
        """The act itself, whole."""
        return cancel_whole_class(self.yoga, by=self.olive, days=7, now=self.till.clock.now())

    def before_the_button(self) -> CallingOff:
        """Olive has seen who gets what."""
        return about_to_call_off(self.yoga, self.olive, CallingOff, now=self.till.clock.now())

    def days_go_by(self) -> None:
        """The next worker gets through what is due."""
        for wait in (timedelta(minutes=2), timedelta(days=1)):
            self.till.clock.let_pass(seconds=wait.total_seconds())
            cancel_due_tickets(now=self.till.clock.now())
            self.till.work()

    def standing(self) -> tuple[int, int | None, int, int, int]:
        """Tickets that count, uses left, days added, letters written, and what Stripe has kept."""
        counting = select(func.count()).where(Ticket.class_session_id == self.yoga.id, Ticket.counts)
        of_pass = select(ClassPass.uses_left, ClassPass.added_days).where(ClassPass.id == self.own_pass.id)
        letters = select(func.count()).where(Letter.kind == LetterKind.CLASS_CANCELLED)
        uses_left, days = db.session.execute(of_pass).one()
        found = (db.session.scalar(counting) or 0, uses_left, days, db.session.scalar(letters) or 0)
        end_reading()
        return (*found, self.till.taken())

    def assert_all_came_back_once(self) -> None:
        """Everybody has everything back, once, and was told once."""
        assert self.standing() == (0, 3, 7, 3, 0)
        assert len(self.till.stand_in.inside.store.books(None).newest_first("refund")) == 2
        finished = db.session.scalars(select(ClassCancellation.finished_at)).all()
        end_reading()
        assert None not in finished
        assert_sound()


@pytest.fixture
def stage(app: Flask, tmp_path: Path) -> Iterator[Stage]:
    """Three people, booked and paid."""
    with a_till(app, tmp_path) as till:
        now = till.clock.now()
        studio = a_business(now=now)
        ada = a_customer(studio, now=now)
        counter = Counter(till, studio, till.clock.today() + timedelta(days=9))
        yoga = counter.a_class()
        own_pass = a_pass_of(ada, uses=3, now=now)
        counter.check_out(yoga, by=ada)
        for nth in range(2):
            url = till.page_for(counter.check_out(yoga, email=f"guest-{nth}@example.com"))
            counter.pay(url)
            counter.hear_of(url)
        yield Stage(till, yoga, a_staff_member(studio, now=now), own_pass)


@pytest.mark.parametrize("step", PRESSING, ids=str)
def test_killed_in_the_act_and_nothing_was_cancelled(app: Flask, stage: Stage, step: Step) -> None:
    pressed = stage.before_the_button()
    dies_at(step, app, stage.till.stand_in.url, press_cancel_class, pressed)
    stage.days_go_by()
    assert stage.standing() == (3, 2, 0, 0, 2400)
    assert_sound()
    stage.call_off()
    stage.days_go_by()
    stage.assert_all_came_back_once()


def test_killed_right_after_the_act_and_the_worker_does_the_rest(app: Flask, stage: Stage) -> None:
    step = after("after the act is committed", COMMIT)
    dies_at(step, app, stage.till.stand_in.url, press_cancel_class, stage.before_the_button())
    stage.days_go_by()
    stage.assert_all_came_back_once()


@pytest.mark.parametrize("step", GOING_ON, ids=str)
def test_killed_while_going_on_and_the_next_worker_does_the_rest(
    app: Flask, stage: Stage, step: Step
) -> None:
    act = stage.call_off()
    now = stage.till.clock.now()
    dies_at(step, app, stage.till.stand_in.url, go_on, stage.yoga, act, now)
    assert_sound()
    stage.days_go_by()
    stage.assert_all_came_back_once()


def press_cancel_class(who: CallingOff) -> None:
    """Press Cancel class."""
    call_off_or_act(who)


def go_on(of: AClass, act: UUID, now: datetime) -> None:
    """A worker's round."""
    go_on_cancelling(of.business, act, now=now)
