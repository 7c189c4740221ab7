"""All families together, asked of one moment of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from portal.models.database import db
from portal.operations.verification.accounts import ACCOUNTS
from portal.operations.verification.attendance import ATTENDANCE
from portal.operations.verification.bookings import BOOKINGS
from portal.operations.verification.cancellations import CANCELLATIONS
from portal.operations.verification.class_cancellations import CLASS_CANCELLATIONS
from portal.operations.verification.clients import CLIENTS
from portal.operations.verification.coverage import COVERAGE
from portal.operations.verification.instalments import INSTALMENTS
from portal.operations.verification.invariant import Finding
from portal.operations.verification.money import MONEY
from portal.operations.verification.pass_standing import PASS_STANDING
from portal.operations.verification.passes import PASSES
from portal.operations.verification.places import PLACES
from portal.operations.verification.records import RECORDS
from portal.operations.verification.redemptions import REDEMPTIONS
from portal.operations.verification.references import REFERENCES
from portal.operations.verification.staff import STAFF
from portal.operations.verification.staff_bookings import STAFF_BOOKINGS
from portal.operations.verification.timetable import TIMETABLE
from portal.operations.verification.transfers import TRANSFERS
from portal.operations.verification.validity import VALIDITY

EVERY_INVARIANT = (
    *PLACES,
    *TIMETABLE,
    *PASSES,
    *VALIDITY,
    *PASS_STANDING,
    *BOOKINGS,
    *CANCELLATIONS,
    *CLASS_CANCELLATIONS,
    *TRANSFERS,
    *ATTENDANCE,
    *REDEMPTIONS,
    *MONEY,
    *ACCOUNTS,
    *STAFF_BOOKINGS,
    *INSTALMENTS,
    *COVERAGE,
    *CLIENTS,
    *REFERENCES,
    *RECORDS,
    *STAFF,
)


def findings() -> Iterator[Finding]:
    """Recompute every invariant over all businesses, as of one moment, while others go on buying."""
    with _one_moment() as connection:
        for invariant in EVERY_INVARIANT:
            yield invariant.recompute(connection)


def broken_invariants() -> list[Finding]:
    """What is broken: an empty list where all is well. Every race, crash and stateful test ends with it."""
    return [finding for finding in findings() if not finding.holds]


@contextmanager
def _one_moment() -> Iterator[Connection]:
    """A connection whose statements all see one snapshot, as those of a read on SQLite (WAL) do anyway."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection
