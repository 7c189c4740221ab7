"""The guard of instalments, taken away: no lock, and time for others between what is read and written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from time import sleep
from unittest.mock import patch
from uuid import UUID

from portal.models.business import BusinessFacts
from portal.models.instalments import Instalment, InstalmentAttempt
from portal.operations import auto_payments, instalments, outstanding
from portal.operations.auto_payments import ChargeAttempt
from portal.operations.instalments import LockedInstalment
from tests.races.unguarded import without_locks

LONG_ENOUGH_TO_MEET = 0.3


@contextmanager
def without_guard_of_instalments() -> Iterator[None]:
    """Nobody waits for anybody who decides about an instalment or about its pass."""
    look, read_attempt = outstanding.outstanding_of, auto_payments._locked_row

    def read_and_wait(business: BusinessFacts, instalment_id: UUID, *, now: datetime) -> LockedInstalment:
        read = instalments.lock_instalment(business, instalment_id, now=now)
        sleep(LONG_ENOUGH_TO_MEET)
        return read

    def look_and_wait(business_id: UUID, pass_id: UUID) -> Sequence[Instalment]:
        found = look(business_id, pass_id)
        sleep(LONG_ENOUGH_TO_MEET)
        return found

    def read_attempt_and_wait(attempt: ChargeAttempt) -> InstalmentAttempt:
        row = read_attempt(attempt)
        sleep(LONG_ENOUGH_TO_MEET)
        return row

    with (
        without_locks(),
        patch("portal.operations.auto_payments.lock_instalment", read_and_wait),
        patch("portal.operations.auto_payments._locked_row", read_attempt_and_wait),
        patch("portal.operations.outstanding.outstanding_of", look_and_wait),
    ):
        yield
