"""Staff who sign in, and what their authenticator app shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from flask import Flask

from portal.gateways.authenticators import Authenticators, new_nonce
from portal.models.audit import ActorKind
from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.operations.auditing import Actor
from portal.operations.second_factors import set_up_second_factor
from portal.rules.roles import Role
from tests.studio import NOW, APerson, a_staff_member

APPS = Authenticators("the key of these tests")
A_STEP = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class AnApp:
    """An authenticator app that knows one secret."""

    secret: str

    def shows(self, at: datetime = NOW) -> str:
        """Its code at a moment."""
        return pyotp.TOTP(self.secret).at(at)


def a_colleague(
    business: BusinessFacts, role: Role = Role.OWNER, name: str = "Olive Owen", *, email: str | None = None
) -> APerson:
    """Somebody who works here and could sign in."""
    address = email or f"{name.split(maxsplit=1)[0].lower()}@example.com"
    return a_staff_member(business, name, role=role, email=address, password_hash="a hash")


def acting(person: APerson) -> Actor:
    """Somebody of staff as the one who acts."""
    return Actor(ActorKind.STAFF, person.id)


def with_second_factor(
    person: APerson, *, authenticators: Authenticators = APPS, now: datetime = NOW
) -> tuple[AnApp, Sequence[str]]:
    """Turn somebody's second factor on: their app, and the recovery codes. The code of ``now`` is used."""
    nonce = new_nonce()
    app = AnApp(authenticators.secret_of(nonce))
    with transaction():
        codes = set_up_second_factor(
            person.business,
            person.id,
            nonce=nonce,
            code=app.shows(now),
            authenticators=authenticators,
            now=now,
        )
    return app, codes


def apps_of(site: Flask) -> Authenticators:
    """The authenticators of the portal itself."""
    found: Authenticators = site.extensions["punchcard"].authenticators
    return found
