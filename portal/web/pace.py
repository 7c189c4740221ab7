"""How fast a visitor may try things: counted and committed before what it guards (R4)."""

from datetime import timedelta

from portal.models.database import transaction
from portal.operations.throttling import network_of, slow_down, take_back_tries
from portal.web.visitor import business, now, visit, visitor_address

WINDOW = timedelta(minutes=15)
MOST_ADDED = 120
"""Places that the guests of one network have kept in a window, newly or for longer: with a new basket for
every six places, this is all that keeps a bot from emptying the studio (R4)."""
MOST_GUEST_CHECK_OUTS = 60
MOST_PAYMENT_CHANGES = 60
"""Every one of these asks Stripe, which takes only so many calls a second from all studios together."""
MOST_WRONG_CODES = 30


def slow_down_visitor(act: str, most: int, *, times: int = 1) -> None:
    """Count a try of the customer, or of a guest's network, as so many; raises TooManyTries beyond
    ``most``.
    """
    with transaction():
        slow_down(business().id, act, _subject(), limit=most, window=WINDOW, now=now(), times=times)


def slow_down_guest(act: str, most: int, *, times: int = 1) -> None:
    """Count a try of a guest's network. A customer has an account to lose, and one basket of 20 lines."""
    if visit().customer is None:
        slow_down_visitor(act, most, times=times)


def take_back_try(act: str) -> None:
    """Take back the try that ``slow_down_visitor`` counted: it turned out well."""
    take_back_tries(business().id, act, [_subject()], window=WINDOW, now=now())


def _subject() -> str:
    customer = visit().customer
    return str(customer.id) if customer else network_of(visitor_address())
