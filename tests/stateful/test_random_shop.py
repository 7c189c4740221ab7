"""Customers, guests, staff and Stripe at random against a real database: in the end the books add up.

100 runs of 30 steps on SQLite and 25 on PostgreSQL; ``make soak`` sets SOAK_RUNS and goes on for long.
"""

import os
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal.models.bookings import BookingStatus
from portal.operations import releasing
from portal.rules.facts import TicketLine
from tests.databases import Database
from tests.soundness import assert_sound
from tests.stateful.calling_off import StudioThatCancels, unfinished_classes
from tests.stateful.cancelling import CancellingPeople, returned_to_cards
from tests.stateful.moving import MovingPeople, moves_pending
from tests.stateful.plans import StudioOnAPlan
from tests.stateful.shop import Shop, Shopper
from tests.stateful.waiting import WaitingPeople

RUNS = {"sqlite": 100, "postgresql": 25}
STEPS = 30

WHO = st.integers(0, 3)
CUSTOMER = st.integers(0, 1)
GUEST = st.integers(2, 3)
NTH = st.integers(0, 4)
STAFF_ACTS = st.sampled_from(
    [
        "deactivate",
        "terminate",
        "clear",
        "reactivate",
        "extend",
        "pause",
        "end_pause",
        "expire",
        "start",
        "clear_dates",
        "adjust",
        "undo",
        "withdraw",
        "bring_back",
    ]
)
MINUTES = st.sampled_from([1, 10, 16, 36, 24 * 60])


class RandomShop(CancellingPeople, StudioThatCancels, StudioOnAPlan, WaitingPeople, MovingPeople):
    """What people and Stripe may do next, in any order; the shop's own operations and exchanges do it."""

    database: Database

    @initialize()
    def open_shop(self) -> None:
        """A shop that nobody has been in."""
        self.database.empty()
        self.shop = Shop()

    def who(self, nth: int) -> Shopper:
        """One of the shoppers."""
        return self.shop.shoppers[nth]

    def line_of(self, who: Shopper, nth: int) -> UUID | None:
        """One of the lines that somebody has in the basket."""
        lines = self.shop.look(who).lines
        return lines[nth % len(lines)].id if lines else None

    @rule(nth=WHO, of=st.integers(0, 2))
    def add_a_ticket(self, nth: int, of: int) -> None:
        """Whoever finds a place holds it."""
        self.shop.add(self.who(nth), of=self.shop.classes[of])

    @rule(nth=CUSTOMER, of=st.integers(0, 1))
    def add_a_pass(self, nth: int, of: int) -> None:
        """A pass to buy, which may pay for what lies beside it."""
        self.shop.add(self.who(nth), of=self.shop.options[of])

    @rule(nth=WHO, line=NTH)
    def remove(self, nth: int, line: int) -> None:
        """A line goes."""
        who = self.who(nth)
        line_id = self.line_of(who, line)
        if line_id:
            self.shop.remove(who, line_id)

    @rule(nth=CUSTOMER, line=NTH, option=NTH)
    def pay_with(self, nth: int, line: int, option: int) -> None:
        """The customer's own choice for a line."""
        who = self.who(nth)
        lines = [view for view in self.shop.look(who).lines if isinstance(view.quoted.line, TicketLine)]
        if lines:
            view = lines[line % len(lines)]
            offered = view.quoted.pay_options
            pass_id = offered[option % len(offered)].pass_id if offered else None
            self.shop.pick(who, view.id, pass_id)

    @rule(nth=WHO, code=st.sampled_from(["HALF", "ONCE", " over25 ", "NOPE"]))
    def apply_code(self, nth: int, code: str) -> None:
        """A code; a refused one changes nothing (D5)."""
        who = self.who(nth)
        if who.basket_id is None:
            return
        before = self.shop.look(who)
        if not self.shop.apply(who, code):
            assert self.shop.look(who).quote.digest == before.quote.digest

    @rule(nth=WHO)
    def apply_and_remove_code(self, nth: int) -> None:
        """Removing a code brings everything back as it was (D2)."""
        who = self.who(nth)
        before = self.shop.look(who)
        if before.code is None and who.basket_id is not None and self.shop.apply(who, "HALF"):
            assert self.shop.remove_code(who)
            assert self.shop.look(who).quote.digest == before.quote.digest

    @rule(nth=WHO)
    def keep_places(self, nth: int) -> None:
        """Holds start anew."""
        who = self.who(nth)
        if who.basket_id is not None:
            self.shop.keep(who)

    @rule(nth=WHO)
    def look(self, nth: int) -> None:
        """Somebody looks at their basket and leaves it on the screen for later."""
        who = self.who(nth)
        who.seen = self.shop.look(who).quote

    @rule(nth=WHO, wants=st.lists(st.integers(0, 2), min_size=1, max_size=3), anew=st.booleans())
    def check_out(self, nth: int, wants: list[int], anew: bool) -> None:
        """Pay or Book now, an empty basket being filled first: what was seen is what it costs, or nothing is
        booked (R6).
        """
        who = self.who(nth)
        if self.shop.look(who).is_empty:
            for want in wants:
                self.shop.add(who, of=self.shop.classes[want])
        if who.basket_id is None:
            return
        if anew or who.seen is None:
            who.seen = self.shop.look(who).quote
        placed = self.shop.press(who)
        if placed is None:
            return
        assert self.shop.to_pay_of(placed.id) == who.seen.to_pay
        assert (placed.status is BookingStatus.CONFIRMED) or who.seen.to_pay > 0
        if placed.attempt_id is not None:
            self.shop.go_to_stripe(placed.attempt_id)

    @rule(silence=st.sampled_from(["before", "after"]))
    def stripe_falls_silent(self, silence: str) -> None:
        """The next call is lost, before or after it took effect (M3)."""
        self.shop.stripe.silence = "before" if silence == "before" else "after"

    @precondition(lambda self: self.shop.stripe.sessions)
    @rule(nth=NTH, late=st.booleans(), told=st.booleans())
    def pay_at_stripe(self, nth: int, late: bool, told: bool) -> None:
        """Somebody pays, perhaps after the session was over (M4); the webhook comes, or is lost.

        About a session that is over nobody asks again: Stripe repeats that webhook until it is heard.
        """
        sessions = sorted(self.shop.stripe.sessions)
        session_id = sessions[nth % len(sessions)]
        was_over = self.shop.stripe.is_over(session_id)
        self.shop.stripe.pay(session_id, even_if_expired=late)
        if told or was_over:
            self.tell_of(session_id)

    @precondition(lambda self: self.shop.stripe.sessions)
    @rule(nth=NTH)
    def stripe_tells_again(self, nth: int) -> None:
        """A webhook comes, once more or out of order (M2)."""
        sessions = sorted(self.shop.stripe.sessions)
        self.tell_of(sessions[nth % len(sessions)])

    def tell_of(self, session_id: str) -> None:
        """Stripe speaks of a session; its own silence is over then."""
        self.shop.stripe.silence = None
        self.shop.webhook(session_id)

    @rule(nth=WHO)
    def continue_payment(self, nth: int) -> None:
        """Back to Stripe's page."""
        self.shop.continue_payment(self.who(nth))

    @rule(nth=WHO)
    def change_basket(self, nth: int) -> None:
        """The payment ends, and the lines come back."""
        self.shop.change_basket(self.who(nth))

    @rule(customer=CUSTOMER, guest=GUEST)
    def sign_in(self, customer: int, guest: int) -> None:
        """A guest turns out to be a customer (R5)."""
        self.shop.sign_in(self.who(customer), self.who(guest))

    @rule(act=STAFF_ACTS, nth=NTH, days=st.integers(-3, 30))
    def staff_act(self, act: str, nth: int, days: int) -> None:
        """Somebody at the desk does something with a pass, or with all of a kind (S2–S9)."""
        self.shop.staff_act(act, nth, days)

    @rule(minutes=MINUTES)
    def time_passes(self, minutes: int) -> None:
        """Holds end, sessions expire, classes begin."""
        self.shop.let_pass(timedelta(minutes=minutes))

    @rule()
    def the_worker_works(self) -> None:
        """What is due is done, once more."""
        self.shop.work()

    def teardown(self) -> None:
        """In the end nobody waits, the books are sound, and Stripe has just what was booked."""
        if not hasattr(self, "shop"):
            return
        self.shop.close()
        assert self.shop.pending() == 0
        assert unfinished_classes() == 0
        assert moves_pending() == 0
        assert self.shop.stripe.taken() == self.shop.booked() - returned_to_cards()
        assert_sound()


def let_random_people_in(database: Database, *, runs: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    run_state_machine_as_test(
        type("ShopHere", (RandomShop,), {"database": database}),
        settings=settings(
            max_examples=runs,
            stateful_step_count=STEPS,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
def test_whatever_people_do_the_books_add_up(app: Flask, database: Database) -> None:
    assert app is database.portal()
    let_random_people_in(database, runs=int(os.environ.get("SOAK_RUNS", RUNS[database.backend])))


@pytest.mark.slow
@pytest.mark.usefixtures("app")
def test_a_place_that_is_not_given_back_does_not_stay_hidden(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "give_back_places", lambda *_: None)
    with pytest.raises(AssertionError, match="Places taken"):
        let_random_people_in(database, runs=40, phases=(Phase.generate,))
