"""Passwords: kept as Argon2id, compared in the same time for anybody, refused where too weak."""

import pytest

from portal.operations.passwords import (
    WeakPassword,
    hash_password,
    is_kept_the_old_way,
    is_password,
    refuse_weak_password,
)

OLD_HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQxMjM0NTY3OA$Jvq5ZTOE1YfJvW1PGQS0fqVGbOTUcUMnB8JnPDXVBlo"


def test_a_password_is_kept_as_argon2id() -> None:
    assert hash_password("correct horse").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert hash_password("correct horse") != hash_password("correct horse")


def test_only_the_password_is_the_password() -> None:
    kept = hash_password("correct horse")
    assert is_password("correct horse", kept)
    assert not is_password("correct horsE", kept)


def test_nobody_has_a_password_where_none_is_kept() -> None:
    assert not is_password("nobody signs in with this", None)


def test_a_damaged_hash_is_nobodys() -> None:
    assert not is_password("correct horse", "not a hash")


def test_the_same_characters_from_another_keyboard_are_the_same_password() -> None:
    assert is_password("cafe\u0301 au lait", hash_password("caf\u00e9 au lait"))


def test_a_hash_with_other_settings_is_to_be_renewed() -> None:
    assert is_kept_the_old_way(OLD_HASH)
    assert not is_kept_the_old_way(hash_password("correct horse"))


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaa", "ada.park@example.com", "ADA.PARK@example.com", "x" * 201]
)
def test_a_password_that_protects_nothing_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        refuse_weak_password(password, email="ada.park@example.com")


def test_ten_characters_are_enough() -> None:
    refuse_weak_password("ten charac", email="ada.park@example.com")
