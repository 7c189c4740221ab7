"""A forgotten password is set anew by a letter, and every browser is signed out."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.models.letters import Letter, LetterKind
from portal.models.people import SignIn
from portal.operations.mailed_links import LinkEnded
from portal.operations.password_resets import ask_for_reset, reset_password
from portal.operations.sign_ins import begin_customer_sign_in, customer_credentials
from tests.studio import NOW, a_business, a_class, a_customer, a_placed_booking


def _ask(business: BusinessFacts, email: str = "ada@example.com") -> Letter:
    with transaction():
        ask_for_reset(business, email=email, now=NOW)
    return db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()  # type: ignore[return-value]


def _reset(business: BusinessFacts, token: str, *, later: timedelta = timedelta(minutes=5)) -> UUID:
    with transaction():
        return reset_password(business, token=token, password_hash="new", now=NOW + later)


def test_the_letters_link_sets_a_new_password(app: Flask) -> None:
    business = a_business()
    ada = a_customer(business, email="ada@example.com", password_hash="old")
    letter = _ask(business, " Ada@example.com ")
    assert letter.kind is LetterKind.RESET_PASSWORD
    assert _reset(business, letter.facts["token"]) == ada.id
    assert customer_credentials(business.id, "ada@example.com").password_hash == "new"


def test_an_address_without_an_account_is_told_so_by_letter(app: Flask) -> None:
    letter = _ask(a_business())
    assert letter.kind is LetterKind.NO_ACCOUNT
    assert letter.facts == {}


def test_the_link_works_once_and_for_an_hour(app: Flask) -> None:
    business = a_business()
    a_customer(business, email="ada@example.com")
    token = _ask(business).facts["token"]
    with pytest.raises(LinkEnded):
        _reset(business, token, later=timedelta(hours=1))
    _reset(business, token)
    with pytest.raises(LinkEnded):
        _reset(business, token)


def test_every_browser_is_signed_out(app: Flask) -> None:
    business = a_business()
    ada = a_customer(business, email="ada@example.com", password_hash="old")
    grace = a_customer(business, "Grace Mbeki")
    with transaction():
        hers = [begin_customer_sign_in(business.id, ada.id, now=NOW) for _ in range(2)]
        not_hers = begin_customer_sign_in(business.id, grace.id, now=NOW)
    _reset(business, _ask(business).facts["token"])
    ended = {sign_in.id: sign_in.ended_at for sign_in in db.session.scalars(select(SignIn))}
    assert [ended[id_] is not None for id_ in (*hers, not_hers)] == [True, True, False]


def test_the_address_is_confirmed_by_the_link_and_guest_bookings_join(app: Flask) -> None:
    business = a_business()
    ada = a_customer(business, email="ada@example.com", email_confirmed=False)
    booking = a_placed_booking(business, a_class(business, price=0), email="ada@example.com")
    _reset(business, _ask(business).facts["token"])
    assert customer_credentials(business.id, "ada@example.com").person_id == ada.id
    assert db.session.get_one(Booking, (business.id, booking.id)).customer_id == ada.id
