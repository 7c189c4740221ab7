"""A process is killed at each step of a move to a dearer class: the ticket is in one class, and the
difference is paid once or not at all (M3, C7).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.exchanges.transfers import continue_transfer
from portal.models.classes import ClassSession
from portal.models.database import db, end_reading
from tests.crashes.dying import Step, after, before, dies_at
from tests.crashes.moves import hear_of_difference, press_pay_difference
from tests.exchanges.counter import Counter
from tests.races.movers import Moving, about_to_move
from tests.soundness import assert_sound
from tests.studio import ABooking, AClass, a_business, a_customer
from tests.till import Till, a_till

pytestmark = pytest.mark.slow

COMMIT = "sqlalchemy.orm.session.Session.commit"
STRIPE = "portal.gateways.card_payments.CardPayments"

PRESSING = (
    before("as the move is written down", "portal.operations.transferred_tickets._write_down"),
    before("before the claim is committed", COMMIT),
    before("between the intent and the call", f"{STRIPE}.open_session"),
    after("after the session was opened, before it is written down", f"{STRIPE}.open_session"),
)
HEARING = (
    before("before the ticket has left its class", "portal.operations.settling_transfers.leave_old_class"),
    before("before the letter is written", "portal.operations.settling_transfers.tell_of_paid_transfer"),
    before("before the outcome is committed", COMMIT),
    after("after the outcome is committed", COMMIT),
)


@dataclass(frozen=True)
class Stage:
    """Ada's ticket for Yoga (£12), and Clay (£15)."""

    till: Till
    counter: Counter
    booking: ABooking
    yoga: AClass
    clay: AClass

    def before_the_button(self) -> Moving:
        """She has seen what moving brings."""
        return about_to_move(self.booking, self.yoga, self.clay, now=self.till.clock.now())

    def time_goes_by(self, minutes: int) -> None:
        """The worker starts again, and gets through what is due."""
        for _ in range(2):
            self.till.clock.let_pass(minutes=minutes)
            self.till.work()

    def places(self) -> tuple[int, int]:
        """Places taken in Yoga and in Clay."""
        rows = db.session.execute(select(ClassSession.id, ClassSession.places_taken)).all()
        end_reading()
        found = {row.id: row.places_taken for row in rows}
        return found[self.yoga.id], found[self.clay.id]


@pytest.fixture
def stage(app: Flask, tmp_path: Path) -> Iterator[Stage]:
    """Ada, booked and paid."""
    with a_till(app, tmp_path) as till:
        now = till.clock.now()
        counter = Counter(till, a_business(now=now), till.clock.today() + timedelta(days=9))
        yoga, clay = counter.a_class(), counter.a_class(name="Clay", price=1500)
        booking = counter.check_out(yoga, by=a_customer(counter.studio, now=now))
        url = till.page_for(booking)
        counter.pay(url)
        counter.hear_of(url)
        yield Stage(till, counter, booking, yoga, clay)


@pytest.mark.parametrize("step", PRESSING, ids=str)
def test_killed_as_pay_is_pressed_and_in_the_end_nothing_was_moved(
    app: Flask, stage: Stage, step: Step
) -> None:
    dies_at(step, app, stage.till.stand_in.url, press_pay_difference, stage.before_the_button())
    stage.time_goes_by(40)
    assert stage.places() == (1, 0)
    assert stage.till.taken() == 1200
    assert_sound()


def test_killed_after_the_session_was_opened_and_the_payment_goes_on(app: Flask, stage: Stage) -> None:
    pressed = stage.before_the_button()
    dies_at(PRESSING[-1], app, stage.till.stand_in.url, press_pay_difference, pressed)
    url = continue_transfer(
        stage.booking.business,
        pressed.wish.ticket_id,
        stripe=stage.till.stripe,
        now=stage.till.clock.now(),
    )
    assert url is not None
    stage.counter.pay(url)
    stage.time_goes_by(2)
    assert stage.places() == (0, 1)
    assert stage.till.taken() == 1500
    assert_sound()


@pytest.mark.parametrize("step", HEARING, ids=str)
def test_killed_while_the_payment_is_heard_of_and_the_ticket_moves_once(
    app: Flask, stage: Stage, step: Step
) -> None:
    pressed = stage.before_the_button()
    dies_at(PRESSING[-1], app, stage.till.stand_in.url, press_pay_difference, pressed)
    (session,) = [it for it in stage.till.sessions() if it["amount_total"] == 300]
    assert stage.counter.pay(str(session["url"])) == "paid"
    now = stage.till.clock.now()
    dies_at(step, app, stage.till.stand_in.url, hear_of_difference, str(session["id"]), now)
    stage.time_goes_by(2)
    assert stage.places() == (0, 1)
    assert stage.till.taken() == 1500
    assert_sound()
