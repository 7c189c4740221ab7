"""Tries are counted in one statement, per act and subject and window, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.models.database import db, transaction
from portal.models.throttles import Throttle
from portal.operations.throttling import TooManyTries, network_of, slow_down, slow_down_all, take_back_tries
from tests.studio import a_business

AT = datetime(2026, 12, 1, 9, 7, 20, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def _try(business_id: UUID, subject: str = "ada", *, limit: int = 2, now: datetime = AT) -> None:
    with transaction():
        slow_down(business_id, "guess", subject, limit=limit, window=QUARTER, now=now)


def test_a_try_beyond_the_limit_is_refused_and_told_when_to_come_back(app: Flask) -> None:
    business = a_business()
    _try(business.id)
    _try(business.id)
    with pytest.raises(TooManyTries, match="try again at 09:15"):
        _try(business.id)


def test_the_next_window_begins_anew(app: Flask) -> None:
    business = a_business()
    _try(business.id, limit=1)
    _try(business.id, limit=1, now=AT + QUARTER)


def test_others_are_not_slowed_down(app: Flask) -> None:
    business = a_business()
    _try(business.id, limit=1)
    _try(business.id, "grace", limit=1)
    _try(a_business().id, limit=1)


def test_of_several_subjects_one_beyond_its_limit_is_enough(app: Flask) -> None:
    business = a_business()
    _try(business.id, "network", limit=5)
    with transaction():
        slow_down_all(business.id, "guess", {"network": 5, "ada": 1}, window=QUARTER, now=AT)
    with pytest.raises(TooManyTries), transaction():
        slow_down_all(business.id, "guess", {"network": 5, "ada": 1}, window=QUARTER, now=AT)


def test_a_try_that_turned_out_well_is_taken_back(app: Flask) -> None:
    business = a_business()
    for _ in range(5):
        _try(business.id, limit=1)
        with transaction():
            take_back_tries(business.id, "guess", ["ada", "never tried"], window=QUARTER, now=AT)


def test_the_subject_itself_is_not_kept(app: Flask) -> None:
    _try(a_business().id, "ada@example.com")
    kept = db.session.scalars(select(Throttle.subject)).one()
    assert "ada" not in kept


def test_of_many_tries_at_once_no_more_than_the_limit_pass(app: Flask) -> None:
    business_id = a_business().id

    def attempt(_nth: int) -> bool:
        with app.app_context():
            try:
                _try(business_id, limit=5)
            except TooManyTries:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(24))) == 5


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        (None, "unknown"),
        ("no address", "unknown"),
    ],
)
def test_one_visitor_is_one_address_or_one_ipv6_network(address: str | None, network: str) -> None:
    assert network_of(address) == network
