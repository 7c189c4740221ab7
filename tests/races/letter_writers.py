"""Workers that write the letters of a morning at the same moment, with and without what keeps each once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from unittest.mock import patch
from uuid import UUID

from portal.jobs.morning_letters import write_due_morning_letters
from portal.models.business import BusinessFacts
from portal.models.database import db, new_id
from portal.models.letters import Letter
from portal.operations import morning_letters
from portal.operations.morning_letters import MorningLetter
from tests.races.meeting import meet


@dataclass(frozen=True, slots=True)
class Writer:
    """A worker that looks at a moment."""

    now: datetime


def write(writer: Writer) -> str:
    """How many letters this one wrote."""
    return str(write_due_morning_letters(now=writer.now))


@contextmanager
def in_no_hurry() -> Iterator[None]:
    """Everybody reads what is due before anybody writes it."""
    whole = morning_letters.letters_of_morning

    def read_and_meet(business: BusinessFacts, *, now: datetime) -> list[MorningLetter]:
        found = whole(business, now=now)
        meet()
        return found

    with patch("portal.jobs.morning_letters.letters_of_morning", read_and_meet):
        yield


@contextmanager
def without_occasions() -> Iterator[None]:
    """Whether a letter was written is read first, and then it is written without its occasion."""

    def write_without(business_id: UUID, letters: Sequence[MorningLetter], *, now: datetime) -> int:
        nameless = [replace(letter, once_key=f"{letter.once_key} {new_id()}") for letter in letters]
        return whole(business_id, nameless, now=now)

    whole = morning_letters.write_morning_letters
    with in_no_hurry(), patch("portal.jobs.morning_letters.write_morning_letters", write_without):
        yield


def letters_written() -> int:
    """How many letters of any kind are in the outbox."""
    return db.session.query(Letter).filter(Letter.once_key.is_not(None)).count()
