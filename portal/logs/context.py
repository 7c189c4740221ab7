"""What every line says beside its own words: which request or run of a job it belongs to."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})
_about: ContextVar[Mapping[str, str]] = ContextVar("about", default=NOTHING)


def tell_about(**facts: str) -> None:
    """From now on every line of this thread says so, until ``forget``."""
    _about.set({**_about.get(), **facts})


def forget() -> None:
    """What is written from here on belongs to no request."""
    _about.set(NOTHING)


@contextmanager
def about(**facts: str) -> Iterator[None]:
    """Every line within says so."""
    before = _about.get()
    tell_about(**facts)
    try:
        yield
    finally:
        _about.set(before)


class Belonging(logging.Filter):
    """Hangs on each record what it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass."""
        record.about = _about.get()
        return True
