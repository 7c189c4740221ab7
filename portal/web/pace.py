"""How fast a visitor may try things: counted and committed before what it guards (R4)."""

from datetime import timedelta

from portal.models.database import transaction
from portal.operations.throttling import network_of, slow_down
from portal.web.visitor import business, now, visit, visitor_address

WINDOW = timedelta(minutes=15)
MOST_ADDED = 120
MOST_CODES = 30
MOST_CHECK_OUTS = 60


def slow_down_visitor(act: str, most: int) -> None:
    """Count one try of the customer, or of a guest's network; raises TooManyTries beyond ``most``."""
    customer = visit().customer
    subject = str(customer.id) if customer else network_of(visitor_address())
    with transaction():
        slow_down(business().id, act, subject, limit=most, window=WINDOW, now=now())
