"""Clients found by the start of any word of their name, address or phone number, however many there are
(S1).

A word's start is a range of an index of ``CustomerWord``, so a page of clients is read in its order, from
where the last one ended. Of several words the rarest is read. The others stand in the line of all words, in
the same index: who lacks one is passed over without being looked up. Only numbers and addresses are looked
up, client by client.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from portal.models.client_words import stands_in_line, words_asked
from portal.models.database import db, table_of
from portal.models.people import Customer, CustomerWord

COUNTED = 4_000
"""How far a word's clients are counted, to find the rarest: beyond this all are common."""

_customer = table_of(Customer)
_word = table_of(CustomerWord)
_FIRST_ID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class FoundClient:
    """A client in a list; ``word`` is the one by which they were found, empty where none was asked for."""

    id: UUID
    name: str
    email: str
    phone: str
    since: datetime
    word: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of clients ended: the next one begins after it."""

    word: str
    client_id: UUID


_FACTS = (_customer.c.id, _customer.c.name, _customer.c.email, _customer.c.phone, _customer.c.created_at)

_NEWEST = (
    select(*_FACTS, literal("").label("word"))
    .where(
        _customer.c.business_id == bindparam("business_id"),
        _customer.c.id < bindparam("before", type_=Uuid()),
    )
    .order_by(_customer.c.id.desc())
    .limit(bindparam("most"))
)
_LAST_ID = UUID(int=2**128 - 1)


def newest_clients(business_id: UUID, *, after: Place | None = None, most: int) -> list[FoundClient]:
    """Clients, the one who came last first: ids are ordered by time. One statement."""
    before = _LAST_ID if after is None else after.client_id
    asked = {"business_id": business_id, "before": before, "most": most}
    return [FoundClient(*row) for row in db.session.execute(_NEWEST, asked)]


def clients_found(
    business_id: UUID, text: str, *, after: Place | None = None, most: int
) -> list[FoundClient]:
    """Clients who have a word with each of the asked starts: first those whose name goes just as it was
    typed, then the others, each in the order of the word that they are found by.

    Three statements at most, one where a single word is asked for. Nothing asked for finds nobody.
    """
    words = words_asked(text)
    if not words:
        return []
    if len(words) == 1:
        return _read(business_id, words[0], after=after, most=most)
    phrase = " ".join(words)
    found: list[FoundClient] = []
    if after is None or after.word.startswith(phrase):
        found, after = _read(business_id, phrase, after=after, most=most), None
    if len(found) < most:
        counts = _counted(business_id, words)
        read, *others = sorted(words, key=lambda word: (counts[word], -len(word)))
        if counts[read]:
            rest = most - len(found)
            found += _read(business_id, read, others=others, but=phrase, after=after, most=rest)
    return found


def _read(
    business_id: UUID,
    start: str,
    *,
    others: Sequence[str] = (),
    but: str | None = None,
    after: Place | None,
    most: int,
) -> list[FoundClient]:
    """Those with a word that begins with ``start``, and with the other starts, but none with ``but``."""
    in_line = [other for other in others if stands_in_line(other)]
    looked_up = [other for other in others if not stands_in_line(other)]
    place = after or Place(start, _FIRST_ID)
    asked: dict[str, Any] = {"business_id": business_id, "most": most}
    asked |= {"after_word": place.word, "after_id": place.client_id} | _range("read", start)
    asked |= {f"line_{nth}": f"% {other}%" for nth, other in enumerate(in_line)}
    for nth, other in enumerate(looked_up):
        asked |= _range(f"other_{nth}", other)
    if but is not None:
        asked |= _range("but", but)
    statement = _search(len(in_line), len(looked_up), but=but is not None)
    return [FoundClient(*row) for row in db.session.execute(statement, asked)]


def _counted(business_id: UUID, words: Sequence[str]) -> dict[str, int]:
    """How many clients have each word, as far as they are counted."""
    asked: dict[str, Any] = {"business_id": business_id}
    for nth, word in enumerate(words):
        asked |= _range(f"word_{nth}", word)
    return {words[nth]: count for nth, count in db.session.execute(_counts(len(words)), asked)}


def _range(name: str, start: str) -> dict[str, str]:
    """All words with a start lie from it to before the same with its last letter moved on."""
    return {f"{name}_from": start, f"{name}_to": start[:-1] + chr(ord(start[-1]) + 1)}


def _within(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    return and_(column >= bindparam(f"{name}_from"), column < bindparam(f"{name}_to"))


@cache
def _counts(number: int) -> Any:
    some = [_with(nth).limit(COUNTED).subquery() for nth in range(number)]
    return union_all(*(select(literal(nth), func.count()).select_from(few) for nth, few in enumerate(some)))


def _with(nth: int) -> Select[Any]:
    return select(_word.c.customer_id).where(
        _word.c.business_id == bindparam("business_id"), _within(_word.c.word, f"word_{nth}")
    )


@cache
def _search(in_line: int, looked_up: int, *, but: bool) -> Select[Any]:
    """Clients by one word's start, who have so many others in their line, and so many by a look-up each.

    What leaves most of them out stands first, for it is looked up client by client.
    """
    read = _word.alias("read")
    after = tuple_(bindparam("after_word", type_=String()), bindparam("after_id", type_=Uuid()))
    return (
        select(*_FACTS, read.c.word)
        .select_from(read)
        .join(
            _customer,
            and_(_customer.c.business_id == read.c.business_id, _customer.c.id == read.c.customer_id),
        )
        .where(
            read.c.business_id == bindparam("business_id"),
            _within(read.c.word, "read"),
            tuple_(read.c.word, read.c.customer_id) > after,
            *(read.c.all_words.like(bindparam(f"line_{nth}", type_=String())) for nth in range(in_line)),
            *(_has_word(read, f"other_{nth}") for nth in range(looked_up)),
            *([~_has_word(read, "but")] if but else []),
            ~_has_earlier(read),
        )
        .order_by(read.c.word, read.c.customer_id)
        .limit(bindparam("most"))
    )


def _has_word(read: Any, name: str) -> ColumnElement[bool]:
    other = _word.alias(name)
    return exists().where(
        other.c.business_id == read.c.business_id,
        other.c.customer_id == read.c.customer_id,
        _within(other.c.word, name),
    )


def _has_earlier(read: Any) -> ColumnElement[bool]:
    """A client is told once, by the first of their words."""
    earlier = _word.alias("earlier")
    return exists().where(
        earlier.c.business_id == read.c.business_id,
        earlier.c.customer_id == read.c.customer_id,
        earlier.c.word >= bindparam("read_from"),
        earlier.c.word < read.c.word,
    )
