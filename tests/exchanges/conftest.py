"""Talks with Stripe happen at a till: a portal on a database, and a stand-in over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from tests.exchanges.counter import Counter
from tests.soundness import assert_sound
from tests.studio import a_business
from tests.till import Till, a_till


@pytest.fixture
def till(app: Flask, tmp_path: Path) -> Iterator[Till]:
    """The till; whatever happened at it, the database is sound when the test ends."""
    with a_till(app, tmp_path) as open_till:
        yield open_till
    assert_sound()


@pytest.fixture
def studio(till: Till) -> BusinessFacts:
    """A studio that takes cards."""
    return a_business(now=till.clock.now())


@pytest.fixture
def counter(till: Till, studio: BusinessFacts) -> Counter:
    """The studio's shop: a class next week, and people who book it."""
    return Counter(till, studio, till.clock.today() + timedelta(days=9))
