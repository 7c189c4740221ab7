"""Staff find a client by words that are kept beside them, and by no others (S1)."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.jobs.tidying import list_clients
from portal.models import client_search
from portal.models.client_search import Place, clients_found, newest_clients
from portal.models.database import db, transaction
from portal.models.people import Customer, CustomerWord
from portal.operations.accounts import change_name
from portal.operations.auditing import SYSTEM
from portal.operations.people import NewPerson, add_customer
from tests.studio import NOW, a_business, a_customer
from tests.web.browser import statements

pytestmark = pytest.mark.usefixtures("app")


def names(business_id: UUID, text: str) -> list[str]:
    return [found.name for found in clients_found(business_id, text, most=50)]


def test_a_client_is_found_by_name_address_and_phone() -> None:
    studio = a_business()
    with transaction():
        zoe = NewPerson(name="Zoë O’Brien", email="zob@work.example", phone="+44 20 7946 0958")
        add_customer(studio, zoe, actor=SYSTEM, now=NOW)
    a_customer(studio, "Ada Park")
    for asked in ("zoe", "obri", "zob@wo", "work", "020 7946", "0958", "brien zoe"):
        assert names(studio.id, asked) == ["Zoë O’Brien"], asked


def test_all_words_must_be_found() -> None:
    studio = a_business()
    a_customer(studio, "Ada Park", email="a@one.example")
    a_customer(studio, "Ada Holm", email="b@two.example")
    assert names(studio.id, "ada two") == ["Ada Holm"]
    assert names(studio.id, "ada three") == []


@pytest.mark.parametrize("counted", [4000, 2, 1])
def test_common_words_find_the_same_however_far_they_are_counted(
    monkeypatch: pytest.MonkeyPatch, counted: int
) -> None:
    monkeypatch.setattr(client_search, "COUNTED", counted)
    client_search._counts.cache_clear()
    studio = a_business()
    for nth, name in enumerate(
        ("Ada Holm", "Ada Park", "Ben Ada Lund", "Ben Holm", "Zoe Ben Adams", "Ben Ada")
    ):
        a_customer(studio, name, email=f"{nth}@one.example")
    assert names(studio.id, "ben ada") == ["Ben Ada", "Ben Ada Lund", "Zoe Ben Adams"]
    assert names(studio.id, "ada zoe ben") == ["Zoe Ben Adams"]
    assert names(studio.id, "park ben") == []
    client_search._counts.cache_clear()


def test_those_whose_name_goes_as_it_was_typed_come_first() -> None:
    studio = a_business()
    a_customer(studio, "Zoe Anna Novak", email="z1@example.com")
    a_customer(studio, "Zoe Novak", email="z2@example.com")
    a_customer(studio, "Ann Zimmer", email="zoe.novak@example.com")
    assert names(studio.id, "zoe nov") == ["Zoe Novak", "Ann Zimmer", "Zoe Anna Novak"]


def test_somebody_with_two_such_words_is_told_once() -> None:
    studio = a_business()
    a_customer(studio, "Ada Adams", email="ada.adams@example.com")
    assert names(studio.id, "ada") == ["Ada Adams"]
    assert names(studio.id, "ad ada") == ["Ada Adams"]


def test_pages_follow_on_one_another_without_a_gap_or_a_double() -> None:
    studio = a_business()
    expected = {f"Ada {letter * 2}" for letter in "abcdefghijk"}
    for nth, name in enumerate(sorted(expected)):
        a_customer(studio, name, email=f"ada.{nth}@example.com")
    for asked in ("ada", "ada example", "example ada", "ad a"):
        met: list[str] = []
        place: Place | None = None
        while page := clients_found(studio.id, asked, after=place, most=3):
            met += [found.name for found in page]
            place = Place(page[-1].word, page[-1].id)
        assert len(met) == len(expected), asked
        assert set(met) == expected, asked


def test_the_newest_clients_come_first_page_by_page() -> None:
    studio = a_business()
    for name in ("Ada", "Ben", "Chloe"):
        a_customer(studio, name)
    first = newest_clients(studio.id, most=2)
    assert [found.name for found in first] == ["Chloe", "Ben"]
    then = newest_clients(studio.id, after=Place("", first[-1].id), most=2)
    assert [found.name for found in then] == ["Ada"]


def test_numbers_and_addresses_are_found_beside_other_words() -> None:
    studio = a_business()
    with transaction():
        for name, phone in (("Zoë O’Brien", "+44 20 7946 0958"), ("Zoë Obi", "+44 20 7946 1111")):
            zoe = NewPerson(name=name, email=f"z{phone[-4:]}@work.example", phone=phone)
            add_customer(studio, zoe, actor=SYSTEM, now=NOW)
    for asked in ("zoe 0958", "0958 zoe", "o 020 095", "z0958@ zoe", "work 0958", "zoe z 0958 o work 020"):
        assert names(studio.id, asked) == ["Zoë O’Brien"], asked
    assert names(studio.id, "zoe 2222") == names(studio.id, "zoe z0958@elsewhere") == []


@pytest.mark.parametrize(
    "asked",
    ["a b", "x z", "ada ben", "ada ben client", "a d e c o b", "a b c d e f g h i j", "1 2 3", "ada nobody"],
)
def test_whatever_is_asked_takes_three_statements_at_most(app: Flask, asked: str) -> None:
    studio = a_business()
    a_customer(studio, "Ada Park")
    a_customer(studio, "Ben Osei")
    with statements(app) as asked_for:
        clients_found(studio.id, asked, most=26)
    assert len(asked_for) <= 3


def test_only_numbers_and_addresses_are_looked_up_client_by_client(app: Flask) -> None:
    studio = a_business()
    with transaction():
        ada = NewPerson(name="Ada Park", email="ada@example.com", phone="077 077 077 077 077")
        add_customer(studio, ada, actor=SYSTEM, now=NOW)

    def look_ups(asked: str) -> int:
        with statements(app) as asked_for:
            clients_found(studio.id, asked, most=26)
        return asked_for[-1].count("EXISTS")

    assert look_ups("ada com") == look_ups("ada com example par") == look_ups("ada") + 1, "the phrase's"
    assert look_ups("ada 077") == look_ups("ada com") + 1


def test_the_line_of_all_words_follows_every_change() -> None:
    studio = a_business()
    ada = a_customer(studio, "Ada Park", email="x@example.com")
    with transaction():
        change_name(studio.id, ada.id, name="Ada Lovelace", now=NOW + timedelta(days=1))
    lines = db.session.scalars(select(CustomerWord.all_words).where(CustomerWord.customer_id == ada.id))
    assert set(lines) == {" ada com example lovelace x"}
    assert names(studio.id, "com lovel") == ["Ada Lovelace"]
    assert names(studio.id, "com park") == []


def test_who_is_renamed_is_found_by_the_new_name_alone() -> None:
    studio = a_business()
    ada = a_customer(studio, "Ada Park", email="x@example.com")
    with transaction():
        change_name(studio.id, ada.id, name="Ada Lovelace", now=NOW + timedelta(days=1))
    assert names(studio.id, "lovelace") == ["Ada Lovelace"]
    assert names(studio.id, "park") == []
    kept = db.session.scalars(select(CustomerWord.word).where(CustomerWord.customer_id == ada.id))
    assert set(kept) == {"ada lovelace", "lovelace ada", "x", "example", "com", "x@example.com"}


def test_another_businesss_clients_are_not_found() -> None:
    studio, elsewhere = a_business(), a_business()
    a_customer(elsewhere, "Zoe Elsewhere")
    assert names(studio.id, "zoe") == []
    assert newest_clients(studio.id, most=5) == []


def test_who_came_otherwise_than_through_an_operation_is_listed_by_the_worker() -> None:
    studio = a_business()
    with transaction():
        db.session.add(
            Customer(
                business_id=studio.id,
                name="Imogen Port",
                email="imogen@example.com",
                email_key="imogen@example.com",
                phone="",
                created_at=NOW,
            )
        )
    assert names(studio.id, "imogen") == []
    assert [list_clients(), list_clients()] == [1, 0]
    assert names(studio.id, "imogen") == ["Imogen Port"]
