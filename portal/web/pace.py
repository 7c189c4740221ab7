"""How fast a visitor may try things: counted and committed before what it guards (R4)."""

from datetime import timedelta

from portal.models.database import transaction
from portal.operations.throttling import network_of, slow_down, take_back_tries
from portal.web.visitor import business, now, visit, visitor_address

WINDOW = timedelta(minutes=15)
MOST_ADDED = 120
MOST_WRONG_CODES = 30


def slow_down_visitor(act: str, most: int) -> None:
    """Count one try of the customer, or of a guest's network; raises TooManyTries beyond ``most``."""
    with transaction():
        slow_down(business().id, act, _subject(), limit=most, window=WINDOW, now=now())


def slow_down_guest(act: str, most: int) -> None:
    """Count one try of a guest's network. A customer has an account to lose, and one basket of 20 lines."""
    if visit().customer is None:
        slow_down_visitor(act, most)


def take_back_try(act: str) -> None:
    """Take back the try that ``slow_down_visitor`` counted: it turned out well."""
    take_back_tries(business().id, act, [_subject()], window=WINDOW, now=now())


def _subject() -> str:
    customer = visit().customer
    return str(customer.id) if customer else network_of(visitor_address())
