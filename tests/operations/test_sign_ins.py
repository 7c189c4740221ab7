"""Who may sign in, for how long, and how sign-ins end."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.models.visits import visit_at
from portal.operations.claiming_bookings import claim_bookings
from portal.operations.sign_ins import (
    TRIES_PER_ADDRESS,
    TRIES_PER_ADDRESS_ANYWHERE,
    TRIES_PER_NETWORK,
    begin_customer_sign_in,
    count_sign_in_try,
    customer_credentials,
    end_every_sign_in,
    end_sign_in,
    forgive_sign_in_try,
    staff_credentials,
)
from portal.operations.staff_sign_ins import begin_staff_sign_in
from portal.operations.throttling import TooManyTries
from tests.studio import NOW, a_business, a_class, a_customer, a_placed_booking, a_staff_member

HOST = "riverside.example"


def _who(sign_in: UUID, *, staff: bool = False, now: datetime = NOW) -> str | None:
    found = visit_at(
        HOST,
        customer_sign_in=None if staff else sign_in,
        staff_sign_in=sign_in if staff else None,
        guest_basket=None,
        now=now,
    )
    assert found is not None
    person = found.staff if staff else found.customer
    return person.name if person else None


def _begin(business: BusinessFacts, customer_id: UUID) -> UUID:
    with transaction():
        return begin_customer_sign_in(business.id, customer_id, now=NOW)


def test_a_customer_stays_for_thirty_days(app: Flask) -> None:
    business = a_business(host=HOST)
    sign_in = _begin(business, a_customer(business, "Ada Park").id)
    assert _who(sign_in, now=NOW + timedelta(days=29)) == "Ada Park"
    assert _who(sign_in, now=NOW + timedelta(days=30)) is None


def test_staff_stay_for_a_working_day(app: Flask) -> None:
    business = a_business(host=HOST)
    member = a_staff_member(business, "Olive Owen")
    with transaction():
        sign_in = begin_staff_sign_in(business.id, member.id, now=NOW)
    assert _who(sign_in, staff=True, now=NOW + timedelta(hours=11)) == "Olive Owen"
    assert _who(sign_in, staff=True, now=NOW + timedelta(hours=12)) is None


def test_a_customers_sign_in_is_no_staff_sign_in(app: Flask) -> None:
    business = a_business(host=HOST)
    assert _who(_begin(business, a_customer(business).id), staff=True) is None


def test_signing_out_ends_one_browser(app: Flask) -> None:
    business = a_business(host=HOST)
    ada = a_customer(business)
    here, there = _begin(business, ada.id), _begin(business, ada.id)
    with transaction():
        end_sign_in(business.id, here, now=NOW)
    assert _who(here) is None
    assert _who(there) == "Ada Park"


def test_signing_out_everywhere_ends_all_but_the_one_that_stays(app: Flask) -> None:
    business = a_business(host=HOST)
    ada = a_customer(business)
    here, there = _begin(business, ada.id), _begin(business, ada.id)
    with transaction():
        end_every_sign_in(business.id, ada.id, now=NOW, but=here)
    assert _who(here) == "Ada Park"
    assert _who(there) is None


def test_an_address_that_was_never_confirmed_cannot_sign_in(app: Flask) -> None:
    business = a_business()
    a_customer(business, email="ada@example.com", password_hash="hers", email_confirmed=False)
    assert customer_credentials(business.id, "ada@example.com").person_id is None


def test_addresses_are_found_without_regard_to_case_or_space(app: Flask) -> None:
    business = a_business()
    ada = a_customer(business, email="Ada@example.com", password_hash="hers")
    olive = a_staff_member(business, email="Olive@example.com", password_hash="hers")
    assert customer_credentials(business.id, " ADA@EXAMPLE.COM ").person_id == ada.id
    assert staff_credentials(business.id, "olive@example.com ").person_id == olive.id


def test_an_account_is_one_businesss_own(app: Flask) -> None:
    a_customer(a_business(), email="ada@example.com", password_hash="hers")
    assert customer_credentials(a_business().id, "ada@example.com").person_id is None


def test_tries_are_counted_by_address_wherever_they_come_from(app: Flask) -> None:
    business = a_business()
    for nth in range(TRIES_PER_ADDRESS_ANYWHERE):
        with transaction():
            count_sign_in_try(business.id, email="ada@example.com", network=f"192.0.2.{nth}", now=NOW)
    with pytest.raises(TooManyTries), transaction():
        count_sign_in_try(business.id, email="ADA@example.com", network="192.0.2.99", now=NOW)


def test_whoever_tries_wrongly_locks_nobody_else_out(app: Flask) -> None:
    business = a_business()
    refused = 0
    for _ in range(TRIES_PER_ADDRESS_ANYWHERE):
        try:
            with transaction():
                count_sign_in_try(business.id, email="ada@example.com", network="192.0.2.1", now=NOW)
        except TooManyTries:
            refused += 1
    assert refused == TRIES_PER_ADDRESS_ANYWHERE - TRIES_PER_ADDRESS
    with transaction():
        count_sign_in_try(business.id, email="ada@example.com", network="198.51.100.1", now=NOW)


def test_tries_are_counted_by_network_whomever_they_try(app: Flask) -> None:
    business = a_business()
    for nth in range(TRIES_PER_NETWORK):
        with transaction():
            count_sign_in_try(business.id, email=f"{nth}@example.com", network="192.0.2.1", now=NOW)
    with pytest.raises(TooManyTries), transaction():
        count_sign_in_try(business.id, email="ada@example.com", network="192.0.2.1", now=NOW)


def test_whoever_has_the_password_is_never_slowed_down(app: Flask) -> None:
    business = a_business()
    for _ in range(TRIES_PER_ADDRESS + 1):
        with transaction():
            count_sign_in_try(business.id, email="ada@example.com", network="192.0.2.1", now=NOW)
        with transaction():
            forgive_sign_in_try(business.id, email="ada@example.com", network="192.0.2.1", now=NOW)


def test_a_later_guest_booking_joins_a_confirmed_address_only(app: Flask) -> None:
    business = a_business()
    ada = a_customer(business, email="ada@example.com")
    max_ = a_customer(business, "Max Frei", email="max@example.com", email_confirmed=False)
    a_placed_booking(business, a_class(business, price=0), email="ada@example.com")
    a_placed_booking(business, a_class(business, price=0), email="max@example.com")
    with transaction():
        assert claim_bookings(business.id, ada.id, now=NOW) == 1
        assert claim_bookings(business.id, ada.id, now=NOW) == 0
        assert claim_bookings(business.id, max_.id, now=NOW) == 0
