"""A studio with any number of clients, written in bulk: what operations would have left."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from portal.models.audit import ActorKind
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.client_words import in_one_line, words_of
from portal.models.database import Base, db, new_id
from portal.models.people import Customer, CustomerWord
from portal.models.purchase_options import TERMS, PurchaseOption
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import NewBusiness, open_business
from portal.operations.pass_shop import NewPurchaseOption, add_purchase_option
from portal.operations.people import NewPerson, add_staff_member
from portal.rules.facts import PassTerms
from portal.rules.roles import Role
from portal.rules.validity import FromFirstClass, Period, Unit

HOST = "127.0.0.1"
A_BATCH = 5_000
PASSES_OF_ONE = 60
ENDS = ("com", "org", "net")
"""Of addresses, by turns: words that very many have, and nobody two of them."""
GIVEN = """
Ada Ben Chloe Daniel Ewa Farid Grace Hugo Isla Jakub Keiko Liam Maya Noah Olive Petra Quinn Rosa Sofia Tom Una
Viktor Wanda Ximena Yara Zoë Amélie Björn Chiara Dmitri Élise Fatima Gianni Hana Ines Jürgen Katya Lars Mateo
"""
FAMILY = """
Park Osei Fraser Kowalska Rahmani Mbeki Lindgren Murray Novák Tanaka Byrne Lindqvist Clarke Holm Hayes Roche
Hale Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White
Roberts Green Wood Jackson Clark O’Brien Müller Schmidt García Martínez Rossi Ferrari Silva Santos Ivanova
Petrov Kim Lee Chen Wang Nguyen Tran Singh Kaur Khan Ahmed
"""
_UNNEST = text(
    "INSERT INTO customer_word (business_id, customer_id, word, all_words)"
    " SELECT :of, unnest(CAST(:ids AS uuid[])), unnest(CAST(:words AS text[])),"
    " unnest(CAST(:lines AS text[]))"
)


def open_for_clients(address: str, *, clients: int, now: datetime) -> tuple[UUID, UUID, UUID]:
    """Open a studio with a member of staff and so many clients, in the caller's transaction; gives the ids of
    the studio, of its owner, and of a client with ``PASSES_OF_ONE`` passes.
    """
    business = open_business(
        NewBusiness(
            name="The Bench Studio",
            hosts=(HOST,),
            public_address=address,
            zone="Europe/London",
            currency="GBP",
            contact_email="hello@bench.example",
        ),
        actor=SYSTEM,
        now=now,
    )
    owner = NewPerson(name="Olive Owen", email="olive@bench.example")
    staff_id = add_staff_member(business, owner, role=Role.OWNER, actor=SYSTEM, now=now)
    someone = write_clients(business, clients, now=now)
    write_passes(business, someone, now=now)
    return business.id, staff_id, someone


def write_clients(business: BusinessFacts, number: int, *, now: datetime) -> UUID:
    """Clients with the words that they are found by; names repeat as they do in life. Gives one's id."""
    chance = Random(2026)  # noqa: S311  names, not secrets
    ids: list[UUID] = []
    for first in range(0, number, A_BATCH):
        people = [_client(business, nth, chance, now) for nth in range(first, min(first + A_BATCH, number))]
        db.session.execute(insert(Customer), people)
        _write_words(business, people)
        ids += [person["id"] for person in people]
    db.session.execute(text("ANALYZE"))
    return ids[len(ids) // 2]


def _write_words(business: BusinessFacts, people: list[dict[str, Any]]) -> None:
    rows = [row for person in people for row in _words(business, person)]
    if db.engine.dialect.name == "postgresql":  # two million rows one by one would take minutes
        columns = {"ids": "customer_id", "words": "word", "lines": "all_words"}
        arrays = {array: [row[column] for row in rows] for array, column in columns.items()}
        db.session.execute(_UNNEST, {"of": business.id, **arrays})
    else:
        db.session.execute(insert(CustomerWord), rows)


def _words(business: BusinessFacts, person: dict[str, Any]) -> Iterator[dict[str, Any]]:
    words = words_of(name=person["name"], email=person["email"], phone=person["phone"])
    line = in_one_line(words)
    for word in words:
        yield {
            "business_id": business.id,
            "customer_id": person["id"],
            "word": word,
            "all_words": line,
        }


def write_passes(business: BusinessFacts, customer_id: UUID, *, now: datetime) -> None:
    """Many passes of one client, with their ledgers."""
    terms = PassTerms(validity=FromFirstClass(Period(30, Unit.DAYS)), uses=10)
    option_id = add_purchase_option(
        business, NewPurchaseOption(name="10-class pass", price=9600, terms=terms), actor=SYSTEM, now=now
    )
    option = db.session.get_one(PurchaseOption, (business.id, option_id))
    kept = {name: getattr(option, name) for name in TERMS}
    for nth in range(PASSES_OF_ONE):
        at = now - timedelta(days=nth)
        pass_id = new_id()
        _add(
            ClassPass,
            business,
            id=pass_id,
            customer_id=customer_id,
            purchase_option_id=option_id,
            bought_at=at,
            bought_on=business.day_of(at),
            uses_left=10,
            uses_claimed=0,
            added_days=0,
            **kept,
        )
        _add(
            PassUse,
            business,
            id=new_id(),
            class_pass_id=pass_id,
            kind=UseKind.ISSUED,
            change=10,
            at=at,
            actor_kind=ActorKind.SYSTEM,
            reason="Given by the studio",
        )


def _add(table: type[Base], business: BusinessFacts, **values: Any) -> None:
    db.session.execute(insert(table), [{"business_id": business.id, **values}])


def _client(business: BusinessFacts, nth: int, chance: Random, now: datetime) -> dict[str, Any]:
    given, family = chance.choice(GIVEN.split()), chance.choice(FAMILY.split())
    email = f"client-{nth}@example.{ENDS[nth % len(ENDS)]}"
    return {
        "business_id": business.id,
        "id": new_id(),
        "name": f"{given} {family}",
        "email": email,
        "email_key": email,
        "phone": f"+44 7700 {900_000 + nth}",
        "created_at": now,
        "is_demo": False,
    }
