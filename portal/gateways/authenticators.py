"""Authenticator apps: the secret that one shares with us, and the codes that it shows (TOTP, RFC 6238)."""

import hmac
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import pyotp

STEP_SECONDS = 30
STEPS_AROUND = 1
"""A code of the step before or after is taken too: clocks differ, and people type slowly."""
SECRET_BYTES = 20
NONCE_BYTES = 32
CODE_DIGITS = 6


def new_nonce() -> str:
    """What makes a new secret another one."""
    return secrets.token_hex(NONCE_BYTES)


@dataclass(frozen=True, slots=True)
class Authenticators:
    """Makes secrets of a nonce, which the database keeps, and the portal's key, which it does not: either
    alone is worth nothing.
    """

    secret_key: str

    def secret_of(self, nonce: str) -> str:
        """The secret in base 32, as people type it into an app."""
        key = f"authenticators: {self.secret_key}".encode()
        return b32encode(hmac.digest(key, nonce.encode(), sha256)[:SECRET_BYTES]).decode()

    def address_of(self, nonce: str, *, issuer: str, name: str) -> str:
        """The otpauth address that an app reads from the QR code."""
        return self._totp(nonce).provisioning_uri(name=name, issuer_name=issuer)

    def step_of(self, nonce: str, code: str, *, now: datetime) -> int | None:
        """The time step whose code this is, of the present one and its neighbours; None for no code of
        theirs.
        """
        totp, present = self._totp(nonce), int(now.timestamp()) // STEP_SECONDS
        steps = range(present - STEPS_AROUND, present + STEPS_AROUND + 1)
        typed = code.encode()
        fitting = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), typed)]
        return max(fitting, default=None)

    def _totp(self, nonce: str) -> pyotp.TOTP:
        return pyotp.TOTP(self.secret_of(nonce), digits=CODE_DIGITS, interval=STEP_SECONDS)
