"""The secret in a letter by which its reader chooses what letters they get, without signing in (RFC 8058).

It is signed, not kept: it works as long as the portal's key does, in a letter of any age.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from uuid import UUID

SIGNATURE_BYTES = 16
ID_BYTES = 16
CALENDAR = b"calendar:"


class Reader(Enum):
    """By what the reader of a letter is known."""

    CUSTOMER = b"c"
    GUEST = b"g"  # by a booking of theirs


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter went to: a customer's id, or that of a guest's booking."""

    reader: Reader
    id: UUID


@dataclass(frozen=True, slots=True)
class LetterTokens:
    """Makes and reads tokens of 44 letters; one of another business is worth nothing here (B1)."""

    secret_key: str

    def token_of(self, business_id: UUID, addressee: Addressee) -> str:
        """What stands in the letter's links."""
        named = addressee.reader.value + addressee.id.bytes
        return urlsafe_b64encode(named + self._signature(business_id, named)).decode()

    def addressee_of(self, business_id: UUID, token: str) -> Addressee | None:
        """Whom a token names; None for one that is not ours."""
        try:
            whole = urlsafe_b64decode(token.encode())
        except ValueError:
            return None
        named, signature = whole[: 1 + ID_BYTES], whole[1 + ID_BYTES :]
        if not hmac.compare_digest(signature, self._signature(business_id, named)):
            return None
        return Addressee(Reader(named[:1]), UUID(bytes=named[1:]))

    def calendar_token(self, business_id: UUID, key: UUID) -> str:
        """The secret part of the address of a calendar; another key of the row makes another."""
        return (
            urlsafe_b64encode(key.bytes + self._signature(business_id, CALENDAR + key.bytes))
            .decode()
            .rstrip("=")
        )

    def calendar_key(self, business_id: UUID, token: str) -> UUID | None:
        """The key that such a token was made from; None for one that is not ours."""
        try:
            whole = urlsafe_b64decode(token.encode() + b"==")
        except ValueError:
            return None
        named, signature = whole[:ID_BYTES], whole[ID_BYTES:]
        if not hmac.compare_digest(signature, self._signature(business_id, CALENDAR + named)):
            return None
        return UUID(bytes=named)

    def _signature(self, business_id: UUID, named: bytes) -> bytes:
        key = f"letters: {self.secret_key}".encode()
        return hmac.digest(key, business_id.bytes + named, sha256)[:SIGNATURE_BYTES]
