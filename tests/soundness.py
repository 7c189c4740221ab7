"""How every race, crash and stateful test ends: nothing that must be true of the database is broken."""

from portal.models.database import end_reading
from portal.operations.verification import broken_invariants


def assert_sound() -> None:
    """Fail with the sentence of each invariant that is broken, and its first offenders."""
    end_reading()
    broken = broken_invariants()
    assert not broken, "\n".join(map(str, broken))
