"""Keep tables small; nothing depends on it."""

from datetime import datetime

from portal.models.database import transaction
from portal.operations.tidying import forget_baskets_left_behind, forget_old_tries, let_go_of_every_ended_hold


def tidy_up(*, now: datetime) -> int:
    """Let go of ended holds, old guests' baskets and old tries, each in a transaction; how many rows."""
    tidied = 0
    for tidy in (let_go_of_every_ended_hold, forget_baskets_left_behind, forget_old_tries):
        with transaction():
            tidied += tidy(now=now)
    return tidied
