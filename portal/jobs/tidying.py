"""Keep tables small, and clients to be found; nothing else depends on it."""

from datetime import datetime

from portal.models.database import transaction
from portal.operations.client_search import list_unlisted_clients
from portal.operations.tidying import forget_baskets_left_behind, forget_old_tries, let_go_of_every_ended_hold


def list_clients() -> int:
    """List every client whom staff could not find yet (S1), some at a time; how many."""
    listed = 0
    while True:
        with transaction():
            some = list_unlisted_clients()
        if not some:
            return listed
        listed += some


def tidy_up(*, now: datetime) -> int:
    """Let go of ended holds, old guests' baskets and old tries, each in a transaction; how many rows."""
    tidied = 0
    for tidy in (let_go_of_every_ended_hold, forget_baskets_left_behind, forget_old_tries):
        with transaction():
            tidied += tidy(now=now)
    return tidied
