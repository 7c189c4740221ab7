"""Passwords: what is good enough, how they are kept, and how they are compared.

Hashing takes tens of milliseconds on purpose, so doors do it outside their transactions: SQLite has one
writer.
"""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.models.people import email_key
from portal.rules.sentences import Refusal

LEAST_LENGTH = 10
GREATEST_LENGTH = 200

# Argon2id as OWASP's password storage cheat sheet asks: 19 MiB, two passes, one lane. More memory for each
# would let a dozen people who sign in at once push a small server into swap.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Compared with where there is no such account, so that the answer takes as long as for one that exists.
_NOBODYS = _HASHER.hash("nobody signs in with this")


class WeakPassword(Refusal):
    """The password would not protect the account."""


def hash_password(password: str) -> str:
    """The Argon2id hash to keep of a password."""
    return _HASHER.hash(_normal(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one behind a hash; without a hash it is not, which takes as long to say."""
    try:
        _HASHER.verify(password_hash or _NOBODYS, _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_kept_the_old_way(password_hash: str) -> bool:
    """Whether a hash was made with other settings than today's, and should be made anew."""
    return _HASHER.check_needs_rehash(password_hash)


def refuse_weak_password(password: str, *, email: str) -> None:
    """Raise WeakPassword for one that is too short, endless, one character over and over, or the address."""
    plain = _normal(password)
    if len(plain) < LEAST_LENGTH:
        raise WeakPassword("Choose a password of at least {least} characters.", least=LEAST_LENGTH)
    if len(plain) > GREATEST_LENGTH:
        raise WeakPassword("Choose a password of at most {most} characters.", most=GREATEST_LENGTH)
    if len(set(plain)) == 1 or plain.casefold() in {email_key(email), email_key(email).partition("@")[0]}:
        raise WeakPassword("Choose a password that is harder to guess.")


def _normal(password: str) -> str:
    """One form for what different keyboards send as the same characters (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)
