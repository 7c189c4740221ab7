"""Each race is run twice more: by threads of one process, and by processes."""

import pytest

from tests.races.crowd import Crowd


@pytest.fixture(params=list(Crowd), ids=lambda crowd: crowd.value)
def crowd(request: pytest.FixtureRequest) -> Crowd:
    """The kind of crowd that this race is run by."""
    found: Crowd = request.param
    return found
