"""What an origin of a web site is: scheme, host and port, as a Content-Security-Policy takes it."""

import re
from urllib.parse import urlsplit

LONGEST_ORIGIN = 200
HOST = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
ON_THIS_MACHINE = {"localhost", "127.0.0.1"}


def origin_of(typed: str) -> str | None:
    """The origin that somebody typed, with or without "https://" and a path of "/"; None where it is none.

    Only https, but for a site on one's own machine. Names in other scripts become ASCII; no wildcards, and
    nothing that could end the policy's directive.
    """
    text = typed.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        return None
    is_plain = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and host in ON_THIS_MACHINE)
    if not (is_plain and is_secure and HOST.fullmatch(host)) or len(text) > LONGEST_ORIGIN:
        return None
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
