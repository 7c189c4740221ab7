"""Addresses within the site: the host that was asked for, and where to go next."""

from urllib.parse import urlsplit

from flask import g, request


def host_asked_for() -> str:
    """The request's host name without its port, in small letters; IPv6 keeps its brackets (B1)."""
    host = request.host.lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].removesuffix(".")


LONGEST_NEXT = 1000  # it is kept in the session for a while, and a browser keeps no cookie beyond 4 kB


def safe_next(target: str | None, otherwise: str) -> str:
    """``target`` if it is a path of this site, else ``otherwise``: nobody is sent elsewhere by signing in."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    if len(target) > LONGEST_NEXT or any(character in target for character in "\\\r\n\t"):
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else target


def this_page() -> str:
    """The address that is being shown, with its query, to come back to."""
    return request.full_path.removesuffix("?")


def shop_address() -> str:
    """The origin that the visitor is on ("http://localhost:8000"), for Stripe to send them back to.

    The host is one that the business claims, or there is no visit (B1). On the business's public address
    that one is used, because a proxy may have taken the s off https.
    """
    public = g.visit.business.public_address.rstrip("/")
    return public if urlsplit(public).netloc == request.host else request.host_url.rstrip("/")
