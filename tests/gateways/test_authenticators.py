"""Codes of authenticator apps (RFC 6238)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from portal.gateways.authenticators import STEP_SECONDS, Authenticators, new_nonce

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
A_STEP = timedelta(seconds=STEP_SECONDS)
OURS = Authenticators("a key of the portal")
NONCE = new_nonce()


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(OURS.secret_of(NONCE)).at(moment)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_of_now_or_of_a_step_beside_it_is_taken(steps: int) -> None:
    step = OURS.step_of(NONCE, code_at(NOW + steps * A_STEP), now=NOW)
    assert step == int(NOW.timestamp()) // STEP_SECONDS + steps


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_further_off_is_none(steps: int) -> None:
    assert OURS.step_of(NONCE, code_at(NOW + steps * A_STEP), now=NOW) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert OURS.step_of(NONCE, code, now=NOW) is None


def test_the_secret_is_worth_nothing_without_the_key_of_the_portal() -> None:
    assert OURS.secret_of(NONCE) == OURS.secret_of(NONCE)
    assert OURS.secret_of(NONCE) != Authenticators("another key").secret_of(NONCE)
    assert OURS.secret_of(NONCE) != OURS.secret_of(new_nonce())


def test_an_app_reads_the_same_secret_from_the_address() -> None:
    address = urlsplit(OURS.address_of(NONCE, issuer="Riverside Studio", name="olive@example.com"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    told = parse_qs(address.query)
    assert told["secret"] == [OURS.secret_of(NONCE)]
    assert told["issuer"] == ["Riverside Studio"]
