"""A shop in which everybody waits: nobody jumps the queue, and it would be noticed if somebody did."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import initialize, rule, run_state_machine_as_test
from sqlalchemy import Integer, bindparam

from portal.operations import held_places, places
from portal.operations.places import PlacesOfClass
from tests.databases import Database
from tests.soundness import assert_sound
from tests.stateful.shop import Shop
from tests.stateful.test_random_shop import MINUTES
from tests.stateful.waiting import OF, WHO, WaitingPeople

RUNS = {"sqlite": 40, "postgresql": 10}


class ShopOfWaitingPeople(WaitingPeople):
    """Of all that may happen in the random shop, only what makes people wait and get what they wait for."""

    database: Database

    @initialize()
    def open_shop(self) -> None:
        """A shop that nobody has been in."""
        self.database.empty()
        self.shop = Shop()

    @rule(nth=WHO, of=OF)
    def book(self, nth: int, of: int) -> None:
        """Somebody takes what is theirs, or finds a place, and books what is in the basket."""
        self.take_the_place(nth, of)
        who = self._waiter(nth)
        who.seen = self.shop.look(who).quote
        if who.basket_id is not None:
            self.shop.press(who)

    @rule(minutes=MINUTES)
    def time_passes(self, minutes: int) -> None:
        """Holds and offers end, classes begin."""
        self.shop.let_pass(timedelta(minutes=minutes))

    def teardown(self) -> None:
        """In the end the books are sound."""
        if hasattr(self, "shop"):
            self.shop.work()
            assert_sound()


def let_people_wait(database: Database, *, runs: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    run_state_machine_as_test(
        type("ShopHere", (ShopOfWaitingPeople,), {"database": database}),
        settings=settings(
            max_examples=runs, stateful_step_count=25, phases=phases, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.slow
@pytest.mark.usefixtures("app")
def test_whoever_waits_the_page_tells_the_truth_and_nobody_jumps_the_queue(database: Database) -> None:
    let_people_wait(database, runs=RUNS[database.backend])


@pytest.mark.slow
@pytest.mark.usefixtures("app")
def test_a_queue_that_is_passed_over_does_not_stay_hidden(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever adds to a basket only lets go of what ended, and takes what is free."""

    def only_let_go(*args: object, **options: object) -> dict[object, PlacesOfClass]:
        stand = places.let_go_of_what_ended(*args, **options)  # type: ignore[arg-type]
        return {one.class_session_id: one for one in stand}

    monkeypatch.setattr(held_places, "hand_on_places", only_let_go)
    of_class = places._class.c
    monkeypatch.setattr(
        places,
        "_TAKE",
        places._CHANGE.where(of_class.places_taken + bindparam("places", type_=Integer) <= of_class.capacity),
    )
    with pytest.raises(AssertionError):
        let_people_wait(database, runs=20, phases=(Phase.generate,))
