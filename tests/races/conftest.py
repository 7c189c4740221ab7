"""Each race is run twice more: by threads of one process, and by processes."""

from collections.abc import Iterator

import pytest

from tests.races.crew import let_crews_go
from tests.races.crowd import Crowd


@pytest.fixture(params=list(Crowd), ids=lambda crowd: crowd.value)
def crowd(request: pytest.FixtureRequest) -> Crowd:
    """The kind of crowd that this race is run by."""
    found: Crowd = request.param
    return found


@pytest.fixture(scope="package", autouse=True)
def crews_go_at_the_end() -> Iterator[None]:
    """The processes that stay from race to race are gone after the last one."""
    yield
    let_crews_go()
