"""The session: one signed, host-only cookie that names its business (B1)."""

from uuid import UUID

from flask import Flask, g, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Response
from itsdangerous import URLSafeTimedSerializer

CUSTOMER_SIGN_IN = "customer_sign_in"
STAFF_SIGN_IN = "staff_sign_in"
STAFF_HALF_WAY = "staff_half_way"
GUEST_BASKET = "guest_basket"
BUSINESS = "business"


class HostSessionInterface(SecureCookieSessionInterface):
    """A cookie of this host alone: HttpOnly, SameSite=Lax, Secure where the business is on https, 30 days."""

    def __init__(self, app: Flask) -> None:
        self._signer = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:  # noqa: ARG002
        """Made once: the key is the same for as long as the portal runs."""
        return self._signer

    def get_cookie_domain(self, app: Flask) -> None:
        """None, so that no other host ever sees it."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002  the interface of Flask
        """Whether the business's own address is on https."""
        return is_on_https()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write it with the name of its business, so that it is worth nothing to another (B1)."""
        if session.modified and session and "visit" in g:
            session[BUSINESS] = str(g.visit.business.id)
            session.permanent = True
        super().save_session(app, session, response)


def is_on_https() -> bool:
    """Whether the business that is visited has its public address on https."""
    return "visit" in g and g.visit.business.public_address.startswith("https:")


def id_in_session(key: str) -> UUID | None:
    """An id that the session keeps; None where there is none, or nonsense."""
    try:
        return UUID(session[key])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def drop_if_of_another_business(business_id: UUID) -> None:
    """Forget a session that names another business, or none (B1)."""
    if session and session.get(BUSINESS) != str(business_id):
        session.clear()


def renew_session(**kept: str) -> None:
    """Start a session afresh with only what is given: at each sign-in and sign-out, so none is planted."""
    session.clear()
    session.update(kept)
