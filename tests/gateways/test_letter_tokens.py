"""The secret in a letter, by which its reader chooses without signing in."""

from uuid import UUID

import pytest

from portal.gateways.letter_tokens import Addressee, LetterTokens, Reader

TOKENS = LetterTokens("a key")
STUDIO, ELSEWHERE, PERSON = UUID(int=1), UUID(int=2), UUID(int=3)


@pytest.mark.parametrize("reader", Reader)
def test_a_token_names_whom_the_letter_went_to(reader: Reader) -> None:
    addressee = Addressee(reader, PERSON)
    assert TOKENS.addressee_of(STUDIO, TOKENS.token_of(STUDIO, addressee)) == addressee


def test_it_is_the_same_in_every_letter_so_that_an_old_one_works_too() -> None:
    addressee = Addressee(Reader.CUSTOMER, PERSON)
    assert TOKENS.token_of(STUDIO, addressee) == LetterTokens("a key").token_of(STUDIO, addressee)


def test_it_needs_no_quoting_in_an_address() -> None:
    token = TOKENS.token_of(STUDIO, Addressee(Reader.CUSTOMER, UUID(int=2**128 - 1)))
    assert len(token) == 44
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize("position", range(44))
def test_with_any_letter_changed_it_is_nobodys(position: int) -> None:
    token = TOKENS.token_of(STUDIO, Addressee(Reader.CUSTOMER, PERSON))
    other = "A" if token[position] != "A" else "B"
    assert TOKENS.addressee_of(STUDIO, token[:position] + other + token[position + 1 :]) is None


@pytest.mark.parametrize("text", ["", "c", "é" * 44, "=" * 44, "A" * 44, "A" * 45, "A" * 4000])
def test_what_is_no_token_is_nobodys(text: str) -> None:
    assert TOKENS.addressee_of(STUDIO, text) is None


def test_another_key_and_another_business_are_nobodys() -> None:
    token = TOKENS.token_of(STUDIO, Addressee(Reader.CUSTOMER, PERSON))
    assert TOKENS.addressee_of(ELSEWHERE, token) is None
    assert LetterTokens("another key").addressee_of(STUDIO, token) is None
