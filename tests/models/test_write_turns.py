"""Writers wait for their turn beside SQLite's file, and are woken when it comes."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from portal.models.write_turns import turn_to_write

SHORT = 0.2


@contextmanager
def somebody_else_asking(url: str) -> Iterator[threading.Event]:
    came = threading.Event()

    def ask() -> None:
        with turn_to_write(make_url(url)):
            came.set()

    asking = threading.Thread(target=ask)
    asking.start()
    yield came
    asking.join()


def test_one_has_the_turn_and_the_next_is_woken_when_it_ends(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/portal.sqlite"
    with ExitStack() as second:
        with turn_to_write(make_url(url)):
            came = second.enter_context(somebody_else_asking(url))
            assert not came.wait(SHORT)
        assert came.wait(10)


def test_a_fault_ends_the_turn(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/portal.sqlite"
    with pytest.raises(ZeroDivisionError), turn_to_write(make_url(url)):
        raise ZeroDivisionError
    with somebody_else_asking(url) as came:
        assert came.wait(10)


@pytest.mark.parametrize("url", ["postgresql://somewhere/portal", "sqlite://"])
def test_no_turn_where_there_is_no_file(url: str) -> None:
    with turn_to_write(make_url(url)), somebody_else_asking(url) as came:
        assert came.wait(10)
