"""A process is killed at each step of a cancellation and of its refund: all of it happened or nothing, and
money goes back once (M3, C4).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.cancellations import TicketCancellation
from portal.models.class_passes import ClassPass
from portal.models.classes import ClassSession
from portal.models.database import db, end_reading
from portal.models.ticket_refunds import ticket_refunds_of
from portal.operations.cancelling import AlreadyCancelled
from tests.cancellations import cancelled, forecast_of
from tests.crashes.dying import Step, after, before, dies_at
from tests.crashes.requests import pay_back, press_cancel
from tests.exchanges.counter import Counter
from tests.races.cancellers import Cancelling, about_to_cancel
from tests.soundness import assert_sound
from tests.studio import ABooking, AClass, APass, a_business, a_customer, a_pass_of
from tests.till import Till, a_till

pytestmark = pytest.mark.slow

COMMIT = "sqlalchemy.orm.session.Session.commit"
STRIPE = "portal.gateways.card_payments.CardPayments"

CANCELLING = (
    before("as the cancellation is written down", "portal.operations.cancelled_tickets._write_down"),
    before("before the place is free", "portal.operations.cancelled_tickets._free_places"),
    before("before the pass is right", "portal.operations.cancelled_tickets._set_passes_right"),
    before("before the money is owed", "portal.operations.cancelled_tickets._return_money"),
    before("before the letter is written", "portal.operations.cancelling.tell_of_cancellation"),
    before("before it is committed", COMMIT),
)
RETURNING = (
    after("after the asking was written down", COMMIT),
    before("between the refund's intent and the call", f"{STRIPE}.refund"),
    after("after the refund was made, before it is written down", f"{STRIPE}.refund"),
    before("before the refund's outcome is committed", COMMIT, call=2),
)


@dataclass(frozen=True)
class Stage:
    """Ada's booking of two classes: one by her pass, the other by card."""

    till: Till
    booking: ABooking
    own_pass: APass
    by_pass: AClass
    by_card: AClass

    def before_the_button(self) -> Cancelling:
        """She has seen what cancelling the booking brings."""
        return about_to_cancel(self.booking, now=self.till.clock.now())

    def days_go_by(self) -> None:
        """The worker starts again after two minutes, and gets through what is due."""
        for wait in (timedelta(minutes=2), timedelta(minutes=2), timedelta(days=1)):
            self.till.clock.let_pass(seconds=wait.total_seconds())
            self.till.work()

    def standing(self) -> tuple[int, int, int | None, int]:
        """Places taken in each class, uses left, and how many tickets are cancelled."""
        places = select(ClassSession.places_taken)
        found = (
            db.session.scalars(places.where(ClassSession.id == self.by_pass.id)).one(),
            db.session.scalars(places.where(ClassSession.id == self.by_card.id)).one(),
            db.session.scalars(select(ClassPass.uses_left).where(ClassPass.id == self.own_pass.id)).one(),
            len(db.session.scalars(select(TicketCancellation.id)).all()),
        )
        end_reading()
        return found

    def assert_cancelled_once(self) -> None:
        """Everything came back, once."""
        assert self.standing() == (0, 0, 3, 2)
        assert self.till.taken() == 0
        assert len(self.till.stand_in.inside.store.books(None).newest_first("refund")) == 1
        assert [it.failed for it in ticket_refunds_of(self.booking.business.id, self.booking.id)] == [0, 0]
        end_reading()
        assert_sound()


@pytest.fixture
def stage(app: Flask, tmp_path: Path) -> Iterator[Stage]:
    """Ada, booked and paid."""
    with a_till(app, tmp_path) as till:
        now = till.clock.now()
        studio = a_business(now=now)
        ada = a_customer(studio, now=now)
        counter = Counter(till, studio, till.clock.today() + timedelta(days=9))
        by_pass, by_card = counter.a_class(), counter.a_class(name="Clay", price=2800)
        own_pass = a_pass_of(ada, uses=3, covers=by_pass, now=now)
        booking = counter.check_out(by_pass, by_card, by=ada)
        url = till.page_for(booking)
        counter.pay(url)
        counter.hear_of(url)
        yield Stage(till, booking, own_pass, by_pass, by_card)


@pytest.mark.parametrize("step", CANCELLING, ids=str)
def test_killed_while_cancelling_and_nothing_was_cancelled(app: Flask, stage: Stage, step: Step) -> None:
    dies_at(step, app, stage.till.stand_in.url, press_cancel, stage.before_the_button())
    stage.days_go_by()
    assert stage.standing() == (1, 1, 2, 0)
    assert stage.till.taken() == 2800
    assert_sound()
    cancelled(stage.booking, now=stage.till.clock.now())
    stage.days_go_by()
    stage.assert_cancelled_once()


def test_killed_after_it_was_cancelled_and_pressed_again(app: Flask, stage: Stage) -> None:
    pressed = stage.before_the_button()
    step = after("after it is committed, before the customer is told", COMMIT)
    dies_at(step, app, stage.till.stand_in.url, press_cancel, pressed)
    with pytest.raises(AlreadyCancelled):
        press_cancel(pressed)
    stage.days_go_by()
    stage.assert_cancelled_once()


@pytest.mark.parametrize("step", RETURNING, ids=str)
def test_killed_while_the_tickets_money_goes_back(app: Flask, stage: Stage, step: Step) -> None:
    assert forecast_of(stage.booking, now=stage.till.clock.now()).to_card == 2800
    cancelled(stage.booking, now=stage.till.clock.now())
    dies_at(step, app, stage.till.stand_in.url, pay_back, stage.till.clock.now())
    stage.days_go_by()
    stage.assert_cancelled_once()
