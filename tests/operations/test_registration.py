"""An account begins with its letter: nothing tells whoever asks whether an address is known (R5)."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.database import db, transaction
from portal.models.letters import Letter, LetterKind
from portal.models.people import Customer, MailedLink
from portal.operations.mailed_links import LinkEnded
from portal.operations.registration import ask_for_account, finish_registration
from portal.operations.sign_ins import customer_credentials
from tests.studio import NOW, a_business, a_class, a_customer, a_placed_booking


def _ask(business: BusinessFacts, *, email: str = "ada@example.com", password_hash: str = "hash") -> UUID:
    with transaction():
        return ask_for_account(business, name="Ada Park", email=email, password_hash=password_hash, now=NOW)


def _finish(business: BusinessFacts, token: str, *, later: timedelta = timedelta(minutes=5)) -> Customer:
    with transaction():
        customer_id = finish_registration(business, token=token, now=NOW + later)
    return db.session.get_one(Customer, (business.id, customer_id))


def _letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).order_by(Letter.created_at, Letter.id)))


def _token() -> str:
    return str(_letters()[-1].facts["token"])


def _customers() -> int:
    return db.session.scalar(select(func.count(Customer.id))) or 0


def test_asking_sends_a_link_and_makes_no_customer_yet(app: Flask) -> None:
    _ask(a_business())
    (letter,) = _letters()
    assert letter.kind is LetterKind.CONFIRM_EMAIL
    assert letter.to_email == "ada@example.com"
    assert _customers() == 0


def test_the_letter_does_not_greet_by_a_name_that_somebody_typed(app: Flask) -> None:
    _ask(a_business())
    assert _letters()[0].to_name == ""


def test_of_the_token_only_a_digest_is_kept(app: Flask) -> None:
    _ask(a_business())
    link = db.session.scalars(select(MailedLink)).one()
    assert _token() not in {link.token_digest, str(link.id)}
    assert len(link.token_digest) == 64


def test_a_known_address_is_told_by_letter_that_it_has_an_account(app: Flask) -> None:
    business = a_business()
    a_customer(business, email="ada@example.com", password_hash="hers")
    _ask(business, email="ADA@example.com")
    (letter,) = _letters()
    assert letter.kind is LetterKind.ALREADY_REGISTERED
    assert db.session.scalars(select(MailedLink)).first() is None


def test_the_link_makes_a_confirmed_account(app: Flask) -> None:
    business = a_business()
    _ask(business, password_hash="of her choice")
    ada = _finish(business, _token())
    assert (ada.name, ada.email) == ("Ada Park", "ada@example.com")
    assert ada.email_confirmed_at == NOW + timedelta(minutes=5)
    assert customer_credentials(business.id, "ada@example.com").password_hash == "of her choice"


def test_a_link_works_once(app: Flask) -> None:
    business = a_business()
    _ask(business)
    token = _token()
    _finish(business, token)
    with pytest.raises(LinkEnded):
        _finish(business, token)


def test_of_two_links_to_one_address_the_first_opened_ends_the_other(app: Flask) -> None:
    business = a_business()
    _ask(business, password_hash="first")
    first = _token()
    _ask(business, password_hash="second")
    second = _token()
    _finish(business, second)
    with pytest.raises(LinkEnded):
        _finish(business, first)
    assert customer_credentials(business.id, "ada@example.com").password_hash == "second"


def test_a_link_ends_after_two_days(app: Flask) -> None:
    business = a_business()
    _ask(business)
    with pytest.raises(LinkEnded):
        _finish(business, _token(), later=timedelta(days=2))


def test_a_link_of_another_business_opens_nothing(app: Flask) -> None:
    _ask(a_business())
    with pytest.raises(LinkEnded):
        _finish(a_business(), _token())


def test_a_client_on_the_books_without_a_password_gets_this_account(app: Flask) -> None:
    business = a_business()
    client = a_customer(business, "Ada P.", email="ada@example.com", email_confirmed=False)
    _ask(business)
    assert _finish(business, _token()).id == client.id
    assert _customers() == 1


def test_what_was_booked_as_a_guest_joins_only_when_the_link_is_opened(app: Flask) -> None:
    business = a_business()
    hers = a_placed_booking(business, a_class(business, price=0), email="Ada@Example.com")
    others = a_placed_booking(business, a_class(business, price=0), email="grace@example.com")
    _ask(business)
    assert db.session.get_one(Booking, (business.id, hers.id)).customer_id is None
    ada = _finish(business, _token())
    assert db.session.get_one(Booking, (business.id, hers.id)).customer_id == ada.id
    assert db.session.get_one(Booking, (business.id, others.id)).customer_id is None


def test_bookings_of_another_business_do_not_join(app: Flask) -> None:
    business, elsewhere = a_business(), a_business()
    booking = a_placed_booking(elsewhere, a_class(elsewhere, price=0), email="ada@example.com")
    _ask(business)
    _finish(business, _token())
    assert db.session.get_one(Booking, (elsewhere.id, booking.id)).customer_id is None
