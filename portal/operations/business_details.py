"""What is said about a studio when it opens: each detail is read as people type it, or refused in words (B1).

A studio's zone and currency stay as they are for good: dates and money on its books are written in them.
"""

import re
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies

from portal.rules.money import minor_digits
from portal.rules.sentences import Refusal

LONGEST_NAME = 120
MOST_MINOR_DIGITS = 2

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\]")
_STRIPE_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{5,50}")


class NoSuchDetail(Refusal):
    """What was given is no host, zone, currency, locale or account; the sentence says what would be."""


def given_name(text: str) -> str:
    """A studio's name, on one line."""
    name = " ".join(text.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise NoSuchDetail("Give the studio a name of at most {most} characters.", most=LONGEST_NAME)
    return name


def given_host(text: str) -> str:
    """A host name alone, in small letters: "yoga.example.com"."""
    host = text.strip().lower().removesuffix(".")
    if len(host) > 253 or not _HOST.fullmatch(host):  # noqa: PLR2004  as long as a host name can be
        raise NoSuchDetail(
            "{given} is no host name. Give it alone, without https:// and port, like yoga.example.com.",
            given=text.strip() or "Nothing",
        )
    return host


def given_address(text: str, hosts: tuple[str, ...]) -> str:
    """Where links in letters lead: the start of an address on one of the studio's hosts."""
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in {"http", "https"} and not (parts.path or parts.query or parts.fragment)
        host = parts.netloc.lower().partition("]")[0] + "]" if "[" in parts.netloc else parts.hostname
    except ValueError:
        is_whole, host = False, None
    if not is_whole or host not in hosts:
        raise NoSuchDetail(
            "Give the address that visitors use, on one of the studio’s hosts, like https://{host}.",
            host=hosts[0],
        )
    return address


def usual_address(host: str, *, port: str) -> str:
    """Where a host is reached unless told otherwise: by https, but on this machine as it listens."""
    is_here = host in {"localhost", "127.0.0.1", "[::1]"} or host.endswith(".localhost")
    return f"http://{host}:{port}" if is_here else f"https://{host}"


def given_zone(text: str) -> str:
    """A zone of the IANA database, whatever its case: "Europe/London"."""
    wanted = text.strip().replace(" ", "_").casefold()
    for zone in available_timezones():
        if zone.casefold() == wanted and "/" in zone:
            return zone
    raise NoSuchDetail(
        "{given} is no time zone. Give one by its place, like Europe/London or America/New_York.",
        given=text.strip() or "Nothing",
    )


def given_currency(text: str) -> str:
    """A currency by its three letters: "GBP". Those with three decimal places are refused: Stripe takes their
    amounts in tens only, and shares of a price would not add up.
    """
    code = text.strip().upper()
    if code not in list_currencies():
        raise NoSuchDetail(
            "{given} is no currency. Give its three letters, like GBP, EUR or USD.", given=code or "Nothing"
        )
    if minor_digits(code) > MOST_MINOR_DIGITS:
        raise NoSuchDetail(
            "Amounts in {given} have three decimal places, of which cards take two. Choose another currency.",
            given=code,
        )
    return code


def given_locale(text: str) -> str:
    """How dates and money are written: "en_GB"; a hyphen does as well."""
    try:
        return str(Locale.parse(text.strip().replace("-", "_")))
    except (UnknownLocaleError, ValueError, TypeError):
        raise NoSuchDetail(
            "{given} is no locale. Give a language and a country, like en_GB or en_US.",
            given=text.strip() or "Nothing",
        ) from None


def given_stripe_account(text: str) -> str | None:
    """A connected Stripe account, "acct_…"; nothing is the platform's own (M7)."""
    account = text.strip()
    if account and not _STRIPE_ACCOUNT.fullmatch(account):
        raise NoSuchDetail("{given} is no Stripe account: its id begins with acct_.", given=account)
    return account or None
