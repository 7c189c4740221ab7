"""The random shop would notice if somebody jumped the queue."""

import pytest
from hypothesis import Phase
from sqlalchemy import Integer, bindparam

from portal.operations import held_places, places
from portal.operations.places import PlacesOfClass
from tests.databases import Database
from tests.stateful.test_random_shop import let_random_people_in


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
        let_random_people_in(database, runs=40, phases=(Phase.generate,))
